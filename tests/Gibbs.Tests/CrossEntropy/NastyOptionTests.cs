using System;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>Options at their edges: items 12, 13, 16 (as far as soft targets go: there is no teacher yet), 19 and 20.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class NastyOptionTests(string device)
{
    private const double Masked = double.NegativeInfinity;

    private static readonly int[] s_types = [0, 1, 2, 3];

    [Test]
    public void Item12_SmoothingAndWeightsWithZeros([ValueSource(nameof(s_types))] int t, [Values(0, 1e-6, 0.1, 0.9, 1)] double smoothing, [Values] Reduction reduction)
    {
        ElementType type = (ElementType)t;
        CrossEntropyCase c = Cases.Hard(type, 11, Cases.Noise, 0, 5, 10) with { Options = new() { LabelSmoothing = smoothing, Reduction = reduction } };
        double[] weights = Cases.Reals(type, 0, 1, 0.5, 2, 0, 0.25, 1, 1, 3, 0, 0.1);
        Run(c);
        Run(c with { ClassWeights = weights });
        // The classes that are present weigh nothing in total.
        CrossEntropyRun none = Run(c with { ClassWeights = weights, Targets = [0, 4, 9] });
        Assert.That(none.NormaliserUsed, Is.Zero);
        if (reduction == Reduction.Mean)
        {
            Assert.That(none.Loss, Is.Zero);
            Assert.That(none.Gradient(), Is.All.Zero);
        }
    }

    [Test]
    public void Item12_SmoothingOverMaskedClasses([ValueSource(nameof(s_types))] int t, [Values(5, 40, 3000)] int columns)
    {
        ElementType type = (ElementType)t;
        CrossEntropyCase c = Cases.Hard(type, columns, (i, j) => j == 3 ? Masked : Cases.Noise(i, j), 1, 2) with
        {
            Options = new() { LabelSmoothing = 0.1, Reduction = Reduction.None },
        };
        CrossEntropyRun run = Run(c);
        Assert.That(run.Reals(Output.Losses), Is.All.EqualTo(double.PositiveInfinity));
        Assert.That(run.Gradient(), Has.All.Matches<double>(double.IsFinite));
        // A masked class of weight 0 says nothing.
        double[] weights = new double[columns];
        Array.Fill(weights, 1.5);
        weights[3] = 0;
        Assert.That(Run(c with { ClassWeights = weights }).Reals(Output.Losses), Has.All.Matches<double>(double.IsFinite));
        Assert.That(Run(c with { RowWeights = [0, 0] }).Reals(Output.Losses), Is.All.Zero);
    }

    [Test]
    public void Item13_Softcap([ValueSource(nameof(s_types))] int t, [Values(1e-3, 1, 30, 1e4)] double cap)
    {
        const double inf = double.PositiveInfinity;
        CrossEntropyCase c = Cases.Hard(
            (ElementType)t,
            40,
            (i, j) => i switch
            {
                0 => 1e4 * Cases.Noise(i, j),
                1 => j == 7 ? inf : Cases.Noise(i, j),
                2 => j % 3 == 0 ? Masked : 100 * Cases.Noise(i, j),
                3 => Masked,
                4 => 1e-3 * Cases.Noise(i, j),
                _ => j == 0 ? -6e4 : 6e4,
            },
            1, 2, 1, 2, 3, 0) with
        { Options = new() { Softcap = cap, Reduction = Reduction.None } };
        Run(c);
        Run(c with { Options = c.Options with { LabelSmoothing = 0.2, EntropyWeight = 0.3, Temperature = 2 } });
    }

    [Test]
    public void Item13_Temperatures([ValueSource(nameof(s_types))] int t, [Values(1e-3, 0.3, 1e3)] double temperature)
    {
        CrossEntropyCase c = Cases.Hard((ElementType)t, 50, (i, j) => (j + i) % 9 == 0 ? Masked : Cases.Noise(i, j), 1, 2, 3) with
        {
            Options = new() { Temperature = temperature, Reduction = Reduction.None },
        };
        Run(c);
        Run(c with { Options = c.Options with { EntropyWeight = 0.5, ZLoss = 1e-3 } });
    }

    [Test]
    public void Item13_DenormalTemperatureMakesNoNaN([ValueSource(nameof(s_types))] int t, [Values(1e-310, double.Epsilon, 1e-44)] double temperature)
    {
        CrossEntropyCase c = Cases.Hard((ElementType)t, 40, (i, j) => i == 0 ? (j == 3 ? 0 : -1 - (j % 3)) : j == 5 ? Masked : (j % 4) - 3, 3, 3) with
        {
            Options = new() { Temperature = temperature, Reduction = Reduction.None },
            Outputs = Output.Losses | Output.Gradient | Output.Entropy | Output.LogSumExp | Output.Argmax | Output.LogProbability | Output.Status,
        };
        CrossEntropyRun run = CaseRunner.Run(TestDevices.Get(device), c);
        Assert.That(run.Violations, Is.Empty);
        Assert.That(run.Status(), Is.All.EqualTo(RowStatus.Ok));
        // Row 0: one maximum, at 0: all the probability. Row 1: ten equal ones.
        Assert.That(run.Reals(Output.Losses)[0], Is.Zero);
        Assert.That(run.Reals(Output.Entropy)[0], Is.Zero);
        Assert.That(run.Reals(Output.LogSumExp)[0], Is.Zero);
        Assert.That(run.Gradient()[..40], Is.All.Zero);
        Assert.That(run.Reals(Output.Losses)[1], Is.EqualTo(Math.Log(10)).Within(1e-6));
        Assert.That(run.Reals(Output.Entropy)[1], Is.EqualTo(Math.Log(10)).Within(1e-6));
        Assert.That(run.Gradient(), Has.None.NaN);
    }

    [TestCaseSource(nameof(s_types))]
    public void Item13_TemperaturesPerRowMixed(int t)
    {
        ElementType type = (ElementType)t;
        CrossEntropyCase c = Cases.Hard(type, 33, Cases.Noise, 0, 1, 2, 3, 4, 5, -100, 99) with
        {
            RowTemperatures = Cases.Reals(type, 1e-3, 1e3, 0, -1, double.NaN, double.PositiveInfinity, 0, 0),
        };
        CrossEntropyRun run = Run(c);
        Assert.That(run.Status(), Is.EqualTo(new[]
        {
            RowStatus.Ok, RowStatus.Ok, RowStatus.InvalidTemperature, RowStatus.InvalidTemperature, RowStatus.InvalidTemperature, RowStatus.InvalidTemperature,
            RowStatus.Ignored, RowStatus.TargetOutOfRange,
        }));
        Run(c with { InPlace = true, Options = new() { Softcap = 3, EntropyWeight = 0.1, Reduction = Reduction.Sum } });
    }

    [TestCaseSource(nameof(s_types))]
    public void Item16_SoftTargetsEqualToTheSoftmax(int t)
    {
        ElementType type = (ElementType)t;
        // z = log of 64 multiples of 1/1024 that sum to 1: q = p up to the rounding of z.
        const int n = 64;
        double Share(int j) => ((j % 32) + 0.5) / 1024;
        CrossEntropyCase c = Cases.Soft(type, 2, n, (_, j) => Math.Log(Share(j)), (_, j) => Share(j));
        double[] gradient = Run(c).Gradient();
        double rounding = type switch { ElementType.Float32 => 1e-6, ElementType.Float64 => 1e-14, ElementType.Float16 => 4e-3, _ => 3e-2 };
        Assert.That(gradient, Has.All.InRange(-rounding / 32, rounding / 32));
        // Nearly equal: the difference of two numbers that agree to 2 %, computed in fp32 and rounded once.
        Run(c with { SoftTargets = Cases.Fill(type, 2, n, (_, j) => (0.98 * Share(j)) + (0.02 / n)) });
    }

    [TestCaseSource(nameof(s_types))]
    public void Item16_DisjointSupports(int t)
    {
        ElementType type = (ElementType)t;
        CrossEntropyCase c = Cases.Soft(type, 2, 12, (i, j) => j % 2 == 0 ? Masked : Cases.Noise(i, j), (i, j) => j % 2 == i ? 0 : 1.0 / 6);
        CrossEntropyRun run = Run(c);
        // Row 0: the mass is where the student is, row 1: where it is not.
        Assert.That(double.IsFinite(run.Reals(Output.Losses)[0]) != double.IsFinite(run.Reals(Output.Losses)[1]));
        Assert.That(run.Gradient(), Has.All.Matches<double>(double.IsFinite));
    }

    [TestCaseSource(nameof(s_types))]
    public void Item19_UpstreamGradients(int t)
    {
        ElementType type = (ElementType)t;
        CrossEntropyCase c = Cases.Hard(type, 70, (i, j) => (i * j) % 11 == 5 ? Masked : Cases.Noise(i, j), 0, 69, 3, -100) with { ClassWeights = null };
        Run(c with { Upstream = Cases.Reals(type, 0.75) });
        Run(c with { Upstream = Cases.Reals(type, 0) });
        Run(c with { Upstream = Cases.Reals(type, double.NaN) });
        Run(c with { Upstream = Cases.Reals(type, 0, double.NaN, 1e-30, double.NaN) });
        Run(c with { Upstream = Cases.Reals(type, 1, -2, 3, 4), InPlace = true, Options = default });
        // Every second row of a [2N, V] matrix, as [s, b, V] views are.
        Run(c with { Upstream = Cases.Reals(type, 1, -2, 3, 4), LogitsPadding = 70, GradientPadding = 140 });
    }

    [TestCase(2)]
    [TestCase(3)]
    public void Item20_NarrowLogitsAsTheSameNumbersInFloat32(int t)
    {
        ElementType type = (ElementType)t;
        foreach (int n in new[] { 50, 700, 5000 })
        {
            CrossEntropyCase narrow = Cases.Hard(type, n, Cases.Noise, 1, n - 1) with { RowWeights = [0.3f, 1.7f], Options = new() { Reduction = Reduction.Sum } };
            CrossEntropyCase wide = narrow with { Type = ElementType.Float32 };
            CrossEntropyRun a = Run(narrow), b = Run(wide);
            for (int i = 0; i < 2; i++)
                Assert.That(a.Reals(Output.Losses)[i], Is.EqualTo(b.Reals(Output.Losses)[i]).Within(Math.ScaleB(1, -22) * b.Reals(Output.Losses)[i]));
            // One rounding: the float32 gradient, rounded, but for the few entries where the last bits of float32 decide.
            double[] narrowGradient = a.Gradient(), wideGradient = b.Gradient();
            int different = 0;
            for (int k = 0; k < narrowGradient.Length; k++)
                different += narrowGradient[k] == type.Round(wideGradient[k]) ? 0 : 1;
            Assert.That(different, Is.LessThanOrEqualTo(1 + (narrowGradient.Length / 200)));
        }
    }

    private CrossEntropyRun Run(CrossEntropyCase c) => CaseAssert.Conforms(TestDevices.Get(device), c);
}
