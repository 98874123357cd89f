using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>Large, small, tied and confident numbers: items 4, 6, 14, 15, 17 and 21.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class NastyNumberTests(string device)
{
    private static readonly int[] s_types = [0, 1, 2, 3];
    private static readonly int[] s_wideTypes = [0, 1];

    [Test]
    public void Item04_AllLogitsEqual([ValueSource(nameof(s_types))] int t, [Values(-1e4, -200, -88, 0, 88, 200, 1e4, 3e38, -3e38)] double value)
    {
        ElementType type = (ElementType)t;
        if (Math.Abs(value) > type.Largest())
            value = Math.CopySign(type.Largest(), value);
        foreach (int n in new[] { 1, 10, 1000, 4500 })
        {
            CrossEntropyRun run = Run(Cases.Hard(type, n, (_, _) => value, n - 1) with { Options = new() { EntropyWeight = 0.5, LabelSmoothing = 0.1, Reduction = Reduction.None } });
            Assert.That(run.Reals(Output.Entropy)[0], Is.EqualTo(Math.Log(n)).Within(1e-6 * Math.Max(1, Math.Log(n))));
        }
    }

    [Test]
    public void Item04_ShiftInvariance([ValueSource(nameof(s_types))] int t, [Values(-1024, 64, 4096)] double shift)
    {
        ElementType type = (ElementType)t;
        // Multiples of 1/4 below 8: the shifted logits are exact in every type that holds them; bfloat16 and float16 hold fewer.
        double grid = type == ElementType.BFloat16 ? 32 : type == ElementType.Float16 ? 4 : 0.25;
        foreach (int n in new[] { 9, 500, 3000 })
        {
            CrossEntropyCase c = Cases.Hard(type, n, (i, j) => grid * Math.Round(Cases.Noise(i, j)), 1, 2);
            CrossEntropyCase shifted = c with { Logits = [.. c.Logits.Select(z => z + shift)] };
            Assume.That(shifted.Logits.All(z => type.Round(z) == z));
            CrossEntropyRun a = Run(c), b = Run(shifted);
            // Everything is in x = z - max: the very same bits.
            Assert.That(b.Reals(Output.Losses), Is.EqualTo(a.Reals(Output.Losses)));
            Assert.That(b.Reals(Output.Entropy), Is.EqualTo(a.Reals(Output.Entropy)));
            Assert.That(b.Gradient(), Is.EqualTo(a.Gradient()));
        }
    }

    [Test]
    public void Item06_ConfidentRows([ValueSource(nameof(s_types))] int t, [Values(10, 17, 20, 40, 100)] double gap)
    {
        ElementType type = (ElementType)t;
        foreach (int n in new[] { 2, 30, 1500, 6000 })
        {
            CrossEntropyRun run = Run(Cases.Hard(type, n, (i, j) => j == 1 ? gap : i == 0 ? 0 : -Math.Abs(Cases.Noise(i, j)), 1, 1));
            if (type.Real() == ElementType.Float64 || gap < 87)
            {
                double r = (n - 1) * Math.Exp(-gap);
                double relative = type.Real() == ElementType.Float64 ? 1e-12 : 1e-5;
                double log1p = r < 1e-4 ? r - (r * r / 2) + (r * r * r / 3) : Math.Log(1 + r);
                Assert.That(run.Reals(Output.Losses)[0], Is.EqualTo(log1p).Within(relative * log1p));
                if (type.Size() > 2)
                    Assert.That(run.Gradient()[1], Is.EqualTo(-r / (1 + r)).Within(relative * r));
            }
        }
    }

    [TestCaseSource(nameof(s_types))]
    public void Item14_Entropy(int t)
    {
        ElementType type = (ElementType)t;
        foreach (int n in new[] { 8, 300, 4000 })
        {
            CrossEntropyRun run = Run(Cases.Hard(
                type,
                n,
                (i, j) => i switch
                {
                    0 => 3,
                    1 => j == 2 ? 500 : 0,
                    2 => j is 2 or 5 ? 40 : -40,
                    3 => j == 0 ? 0 : -88 - (j % 15),
                    4 => j % 2 == 0 ? double.NegativeInfinity : 1,
                    _ => j == 2 ? 0 : -30000,
                },
                0, 0, 0, 0, 1, 2) with
            { Options = new() { EntropyWeight = 1, Reduction = Reduction.None } });
            double[] entropy = run.Reals(Output.Entropy);
            Assert.That(entropy[0], Is.EqualTo(Math.Log(n)).Within(1e-6 * Math.Log(n)));
            Assert.That(entropy[1], Is.Zero.Or.InRange(0, n * 600 * Math.Exp(-500)));
            Assert.That(entropy[2], Is.EqualTo(Math.Log(2)).Within(1e-6));
            Assert.That(entropy[4], Is.EqualTo(Math.Log(n / 2)).Within(1e-6 * Math.Log(n)));
            Assert.That(entropy[5], Is.Zero);
            Assert.That(entropy, Is.All.GreaterThanOrEqualTo(0));
        }
    }

    // The sum of rounded 16-bit entries says nothing.
    [TestCaseSource(nameof(s_wideTypes))]
    public void Item14_EntropyGradientSumsToZero(int t)
    {
        ElementType type = (ElementType)t;
        foreach (int n in new[] { 8, 300, 4000 })
        {
            // Row weight, class weights of 0: only the entropy term is left.
            double[] gradient = Run(Cases.Hard(type, n, (i, j) => 2 * Cases.Noise(i, j), 0) with
            {
                ClassWeights = new double[n],
                Options = new() { EntropyWeight = 1, Reduction = Reduction.Sum },
            }).Gradient();
            double epsilon = type == ElementType.Float32 ? 1.2e-7 : 2.3e-16;
            Assert.That(gradient.Sum(), Is.Zero.Within(n * epsilon));
        }
    }

    [TestCaseSource(nameof(s_wideTypes))]
    public void Item15_GradientRowSums(int t)
    {
        ElementType type = (ElementType)t;
        double epsilon = type == ElementType.Float32 ? 1e-6 : 1e-13;
        foreach (int n in new[] { 8, 300, 4000 })
        {
            CrossEntropyCase c = Cases.Hard(type, n, Cases.Noise, 3);
            Assert.That(Run(c).Gradient().Sum(), Is.Zero.Within(epsilon * 4));
            Assert.That(Run(c with { Options = c.Options with { LabelSmoothing = 0.3 } }).Gradient().Sum(), Is.Zero.Within(epsilon * 4));
            CrossEntropyRun z = Run(c with { Options = c.Options with { ZLoss = 0.5, Temperature = 2 } });
            double expected = 2 * 0.5 * z.Reals(Output.LogSumExp)[0] / 2;
            Assert.That(z.Gradient().Sum(), Is.EqualTo(expected).Within(epsilon * 4 * (1 + expected)));
        }
    }

    [TestCaseSource(nameof(s_types))]
    public void Item17_ProbabilitiesThatUnderflow(int t)
    {
        ElementType type = (ElementType)t;
        double gap = type == ElementType.Float64 ? 750 : 104;
        foreach (int n in new[] { 3, 200, 5000 })
        {
            CrossEntropyRun run = Run(Cases.Hard(type, n, (_, j) => j == 1 ? 1 : 1 - gap, 1, 0) with { Options = new() { EntropyWeight = 0.5, Reduction = Reduction.None } });
            Assert.That(run.Reals(Output.Entropy), Has.All.Matches<double>(double.IsFinite));
            double[] gradient = run.Gradient();
            Assert.That(gradient[0], Is.Zero.Within(1e-40));
            Assert.That(gradient[n], Is.EqualTo(-1).Within(1e-14));
            // Denormal probabilities, just above the last one.
            Run(Cases.Hard(type, n, (_, j) => j == 1 ? 0 : -87 - (j % 16), 1, 0));
        }
    }

    [Test]
    public void Item21_Ties([ValueSource(nameof(s_types))] int t, [Values(4, 40, 130, 1500, 9000)] int n)
    {
        ElementType type = (ElementType)t;
        CrossEntropyRun run = Run(Cases.Hard(
            type,
            n,
            (i, j) => i switch
            {
                0 => j >= 1 && j % 2 == 1 ? 2 : 1,
                1 => j % 2 == 0 ? -0.0 : 0.0,
                2 => j == n - 1 || j == n - 2 ? 5 : -1,
                _ => 0,
            },
            3, 2, n - 1, n - 1));
        Assert.That(run.Integers(Output.Argmax), Is.EqualTo(new long[] { 1, 0, n - 2, 0 }));
        Assert.That(run.Integers(Output.Rank), Is.EqualTo(new long[] { 1, 2, 1, n - 1 }));
        Run(Cases.Hard(type, n, (_, j) => j % 3 == 0 ? 2 : 0, 0, 3 % n) with { Options = new() { MaxSuppression = 0.4, Reduction = Reduction.None } });
    }

    private CrossEntropyRun Run(CrossEntropyCase c) => CaseAssert.Conforms(TestDevices.Get(device), c);
}
