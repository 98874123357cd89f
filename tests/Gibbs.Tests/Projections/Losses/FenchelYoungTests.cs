using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Projections.Harness;
using Gibbs.Tests.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.Projections.Losses;

/// <summary>Fenchel-Young losses against the reference, against closed forms, and against their own derivatives.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class FenchelYoungTests(string device)
{
    private static readonly double[] s_alphas = [1.01, 1.2, 1.5, 2, 3, 8];
    private static readonly int[] s_types = [0, 1, 2, 3];

    [Test]
    public void GeneratedCases([ValueSource(nameof(s_alphas))] double alpha, [ValueSource(nameof(s_types))] int type)
    {
        for (int id = 0; id < (device == "cpu" ? 40 : 6); id++)
            FenchelYoungComparison.Conforms(device, Generate((ElementType)type, alpha, id));
    }

    [Test]
    public void LongRows([Values(1.5, 2, 1.2)] double alpha, [Values(0, 1)] int type)
    {
        foreach (int n in device == "cpu" ? [2049, 32000] : new[] { 2049, 5000 })
        {
            FenchelYoungCase c = FenchelYoungCase.Of((ElementType)type, alpha, n, Cases.Noise, 3, n - 1);
            FenchelYoungComparison.Conforms(device, c);
            FenchelYoungComparison.Conforms(device, c with { Options = c.Options with { Reduction = Reduction.Mean, LabelSmoothing = 0.125 }, Padding = 1, Offset = 1 });
        }
    }

    // Case 21: the third class.
    [TestCase(2, 0.0625)]
    [TestCase(1, 0.5625)]
    public void SparsemaxLossOfTheKnownRow(long target, double expected)
    {
        double[] row = [-2, 0, 0.5];
        FenchelYoungRun run = FenchelYoungComparison.Conforms(device, FenchelYoungCase.Of(ElementType.Float64, 2, 3, (_, j) => row[j], target));
        Assert.That(run.Losses[0], Is.EqualTo(expected).Within(1e-15));
        Assert.That(run.Gradient[2], Is.EqualTo(target == 2 ? -0.25 : 0.75).Within(1e-15));
    }

    [Test]
    public void ZeroWithAMargin([ValueSource(nameof(s_alphas))] double alpha, [ValueSource(nameof(s_types))] int type)
    {
        // The margin in binary, so that all types hold it.
        double margin = Math.Ceiling(1 / (alpha - 1) * 8) / 8;
        foreach (int n in new[] { 2, 17, 700 })
        {
            FenchelYoungRun run = FenchelYoungRunner.Run(device, FenchelYoungCase.Of((ElementType)type, alpha, n, (_, j) => j == 1 ? margin : 0, 1));
            Assert.That(run.Losses[0], Is.Zero);
            Assert.That(run.Gradient, Is.All.Zero);
            Assert.That(run.SupportSize[0], Is.EqualTo(1));
        }
    }

    [Test]
    public void ConfidentRowsKeepRelativeAccuracy([Values(0, 1)] int type)
    {
        // Sparsemax of (1 − ε, 0): p₂ = ε/2, loss = ε²/4, gradient ∓ε/2.
        foreach (double epsilon in new[] { Math.ScaleB(1, -8), Math.ScaleB(1, -14), Math.ScaleB(1, -20) })
        {
            FenchelYoungRun run = FenchelYoungRunner.Run(device, FenchelYoungCase.Of((ElementType)type, 2, 2, (_, j) => j == 0 ? 1 - epsilon : 0, 0));
            double relative = type == 0 ? 1e-6 : 1e-12;
            Assert.That(run.Gradient[0], Is.EqualTo(-epsilon / 2).Within(relative * epsilon));
            Assert.That(run.Gradient[1], Is.EqualTo(epsilon / 2).Within(relative * epsilon));
            Assert.That(run.Losses[0], Is.EqualTo(epsilon * epsilon / 4).Within((type == 0 ? 2e-7 : 4e-16) * epsilon));
        }
    }

    [Test]
    public void TendsToSoftmaxCrossEntropy()
    {
        FenchelYoungCase c = FenchelYoungCase.Of(ElementType.Float64, 1 + 1e-9, 9, Cases.Noise, 2, 5);
        FenchelYoungRun run = FenchelYoungRunner.Run(device, c);
        CrossEntropyRun softmax = CaseRunner.Run(TestDevices.Get("cpu"), Cases.Hard(ElementType.Float64, 9, Cases.Noise, 2, 5));
        for (int i = 0; i < 2; i++)
            Assert.That(run.Losses[i], Is.EqualTo(softmax.Reals(Output.Losses)[i]).Within(1e-7));
        for (int k = 0; k < 18; k++)
            Assert.That(run.Gradient[k], Is.EqualTo(softmax.Gradient()[k]).Within(1e-7));
    }

    [Test]
    public void GradientIsTheDerivativeOfTheLoss([ValueSource(nameof(s_alphas))] double alpha, [Values(0, 0.2)] double smoothing)
    {
        FenchelYoungCase c = FenchelYoungCase.Of(ElementType.Float64, alpha, 7, (i, j) => (0.31 * ((j * 3) % 7)) + (0.1 * i) + (0.013 * j * j), 2, 5, 0) with
        {
            ClassWeights = [1, 0.5, 2, 1.5, 0.25, 3, 1],
            RowWeights = [1, 2, 0.5],
            Options = new() { Alpha = alpha, LabelSmoothing = smoothing, Reduction = Reduction.Mean },
        };
        FenchelYoungRun run = FenchelYoungRunner.Run(device, c);
        for (int k = 0; k < c.Logits.Length; k += device == "cpu" ? 1 : 4)
        {
            double numeric = FiniteDifferences.Derivative(
                value =>
                {
                    double[] logits = [.. c.Logits];
                    logits[k] = value;
                    return FenchelYoungRunner.Run(device, c with { Logits = logits }).Loss;
                },
                c.Logits[k],
                1e-4);
            Assert.That(run.Gradient[k], Is.EqualTo(numeric).Within(1e-6), $"entry {k}");
        }
    }

    [Test]
    public void EqualBitsWhereverTheRowsLie([ValueSource(nameof(s_types))] int type, [Values(1.5, 2, 2.5)] double alpha)
    {
        foreach (int n in new[] { 5, 130, 1025 })
        {
            FenchelYoungCase c = FenchelYoungCase.Of((ElementType)type, alpha, n, Cases.Noise, 1, 4, 0);
            FenchelYoungRun expected = FenchelYoungRunner.Run(device, c);
            foreach (FenchelYoungCase moved in new[] { c, c with { Offset = 1, Padding = 3 }, c with { Offset = 5, InPlace = true }, c with { Int64 = false, OwnWorkspace = true } })
                Same(expected, FenchelYoungRunner.Run(device, moved));
            for (int i = 0; i < 3; i++)
            {
                FenchelYoungRun alone = FenchelYoungRunner.Run(device, c with { Rows = 1, Logits = c.Row(i).ToArray(), Targets = [c.Targets[i]] });
                Assert.That(alone.Losses[0], Is.EqualTo(expected.Losses[i]));
                Assert.That(alone.Gradient, Is.EqualTo(expected.Gradient[(i * n)..((i + 1) * n)]));
            }
        }
    }

    [Test]
    public void ProbabilitiesAreThoseOfTheMap([ValueSource(nameof(s_types))] int type, [ValueSource(nameof(s_alphas))] double alpha)
    {
        FenchelYoungCase c = FenchelYoungCase.Of((ElementType)type, alpha, 61, (i, j) => i == 1 && j % 3 == 0 ? double.NegativeInfinity : i == 2 && j == 7 ? double.PositiveInfinity : Cases.Noise(i, j), 1, 4, 0, -100);
        ProjectionCase map = new() { Type = c.Type, Map = RowMap.Entmax(alpha), Rows = c.Rows, Columns = c.Columns, Input = c.Logits };
        Assert.That(FenchelYoungRunner.Run(device, c).Probabilities, Is.EqualTo(ProjectionRunner.Forward(ProjectionDevice.Get(device), map).Y));
    }

    private static void Same(FenchelYoungRun a, FenchelYoungRun b)
    {
        Assert.That(b.Losses, Is.EqualTo(a.Losses));
        Assert.That(b.Gradient, Is.EqualTo(a.Gradient));
        Assert.That(b.Probabilities, Is.EqualTo(a.Probabilities));
        Assert.That(b.SupportSize, Is.EqualTo(a.SupportSize));
        Assert.That(b.Status, Is.EqualTo(a.Status));
    }

    private static FenchelYoungCase Generate(ElementType type, double alpha, int id)
    {
        Random random = new(unchecked((id * 7919) + (int)(alpha * 1000) + ((int)type * 131)));
        int columns = random.Next(4) == 0 ? 1 + random.Next(400) : 1 + random.Next(30), rows = random.Next(15) == 0 ? 0 : 1 + random.Next(6);
        double[] logits = RowValues.Rows(type, rows, columns, RowMapKind.Entmax, random);
        double[] Weights(int n, double zero, bool negative) => [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() < zero ? 0 : (double)(float)((negative && random.Next(4) == 0 ? -1 : 1) * (0.1 + (2 * random.NextDouble()))))];
        Reduction reduction = (Reduction)random.Next(3);
        FenchelYoungOptions options = new()
        {
            Alpha = (float)alpha,
            Reduction = reduction,
            LabelSmoothing = random.Next(3) == 0 ? 0.125 : 0,
            Normaliser = reduction == Reduction.Mean && random.Next(4) == 0 ? 3.5 : null,
            IgnoreIndex = random.Next(2) == 0 ? -100 : 0,
        };
        bool int64 = random.Next(2) == 0;
        return new()
        {
            Name = $"alpha {alpha} id {id}",
            Type = type,
            Rows = rows,
            Columns = columns,
            Logits = logits,
            Int64 = int64,
            Targets = [.. Enumerable.Range(0, rows).Select(_ => random.Next(10) switch { 0 => -100, 1 => columns, 2 => -1, 3 => int64 ? long.MaxValue : int.MinValue, _ => random.Next(columns) })],
            ClassWeights = random.Next(3) == 0 ? Weights(columns, 0.2, false) : null,
            RowWeights = random.Next(3) == 0 ? Weights(rows, 0.2, reduction != Reduction.Mean) : null,
            Alphas = random.Next(4) == 0 ? [.. Enumerable.Range(0, rows).Select(_ => random.Next(8) switch { 0 => double.NaN, 1 => 1, 2 => 9, 3 => 2, _ => (double)(float)(1.1 + (3 * random.NextDouble())) })] : null,
            Options = options,
            InPlace = random.Next(3) == 0,
            Padding = random.Next(4),
            Offset = random.Next(9),
            OwnWorkspace = random.Next(2) == 0,
        };
    }
}
