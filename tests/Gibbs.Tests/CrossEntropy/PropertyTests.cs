using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>What must hold whatever the numbers are, over seeded random ordinary rows in float64.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class PropertyTests(string device)
{
    [Test]
    public void ShiftInvariance([Range(0, 19)] int seed)
    {
        CrossEntropyCase c = Case(seed, out Random random);
        double shift = random.Next(-50, 50);
        CrossEntropyRun a = Run(c), b = Run(c with { Logits = [.. c.Logits.Select(z => z + shift)] });
        AreClose(a.Reals(Output.Losses), b.Reals(Output.Losses), 1e-12);
        AreClose(a.Reals(Output.Entropy), b.Reals(Output.Entropy), 1e-12);
        AreClose(a.Gradient(), b.Gradient(), 1e-12);
        AreClose([.. a.Reals(Output.LogSumExp).Select(v => v + shift)], b.Reals(Output.LogSumExp), 1e-12);
    }

    [Test]
    public void GradientRowsSumToZeroAndEntropyIsBounded([Range(0, 19)] int seed)
    {
        CrossEntropyCase c = Case(seed, out _) with { Options = new() { Reduction = Reduction.None, LabelSmoothing = seed % 3 * 0.2, EntropyWeight = seed % 2 * 0.5 } };
        CrossEntropyRun run = Run(c);
        for (int i = 0; i < c.Rows; i++)
        {
            Assert.That(run.Gradient().AsSpan(i * c.Columns, c.Columns).ToArray().Sum(), Is.Zero.Within(1e-12));
            Assert.That(run.Reals(Output.Entropy)[i], Is.InRange(0, Math.Log(c.Columns) + 1e-12));
            Assert.That(run.Reals(Output.LogSumExp)[i], Is.GreaterThanOrEqualTo(c.Logits.AsSpan(i * c.Columns, c.Columns).ToArray().Max()));
        }
    }

    [Test]
    public void RowWeightsAndUpstreamScale([Range(0, 19)] int seed)
    {
        CrossEntropyCase c = Case(seed, out Random random);
        double[] weights = [.. Enumerable.Range(0, c.Rows).Select(_ => random.NextDouble() * 4)];
        CrossEntropyRun plain = Run(c), weighted = Run(c with { RowWeights = weights });
        AreClose([.. plain.Reals(Output.Losses).Select((v, i) => v * weights[i])], weighted.Reals(Output.Losses), 1e-12);
        AreClose([.. plain.Gradient().Select((v, k) => v * weights[k / c.Columns])], weighted.Gradient(), 1e-12);
        AreClose(weighted.Gradient(), Run(c with { Upstream = weights }).Gradient(), 1e-12);
    }

    [Test]
    public void PermutingClassesPermutesTheGradient([Range(0, 19)] int seed)
    {
        CrossEntropyCase c = Case(seed, out Random random);
        int[] order = [.. Enumerable.Range(0, c.Columns)];
        random.Shuffle(order);
        double[] permuted = new double[c.Logits.Length];
        for (int k = 0; k < permuted.Length; k++)
            permuted[k] = c.Logits[(k / c.Columns * c.Columns) + order[k % c.Columns]];
        CrossEntropyRun a = Run(c);
        CrossEntropyRun b = Run(c with { Logits = permuted, Targets = [.. c.Targets.Select(y => (long)Array.IndexOf(order, (int)y))] });
        AreClose(a.Reals(Output.Losses), b.Reals(Output.Losses), 1e-12);
        AreClose([.. Enumerable.Range(0, permuted.Length).Select(k => a.Gradient()[(k / c.Columns * c.Columns) + order[k % c.Columns]])], b.Gradient(), 1e-12);
        Assert.That(b.Integers(Output.Rank), Is.EqualTo(a.Integers(Output.Rank)));
    }

    [Test]
    public void HardTargetsAreOneHotSoftTargets([Range(0, 19)] int seed)
    {
        CrossEntropyCase c = Case(seed, out _) with { Options = new() { Reduction = Reduction.None, LabelSmoothing = seed % 2 * 0.3, ZLoss = 0.01 } };
        double[] oneHot = new double[c.Logits.Length];
        for (int i = 0; i < c.Rows; i++)
            oneHot[(i * c.Columns) + c.Targets[i]] = 1;
        CrossEntropyRun hard = Run(c), soft = Run(c with { TargetKind = TargetKind.Soft, SoftTargets = oneHot });
        AreClose(hard.Reals(Output.Losses), soft.Reals(Output.Losses), 1e-12);
        AreClose(hard.Gradient(), soft.Gradient(), 1e-12);
    }

    [Test]
    public void TargetLossesMeetWhereTheyShould([Range(0, 9)] int seed)
    {
        CrossEntropyCase c = Case(seed, out _);
        double[] plain = Run(c).Reals(Output.Losses);
        double[] With(TargetLoss loss, double parameter) => Run(c with { Options = c.Options with { TargetLoss = loss, TargetLossParameter = parameter } }).Reals(Output.Losses);
        AreClose(plain, With(TargetLoss.Focal, 0), 1e-13);
        AreClose(plain, With(TargetLoss.Poly1, 0), 1e-13);
        AreClose(plain, With(TargetLoss.CompSum, 1), 1e-13);
        // τ = 2: 1 − p_y.
        AreClose([.. plain.Select(l => 1 - Math.Exp(-l))], With(TargetLoss.CompSum, 2), 1e-12);
    }

    private static CrossEntropyCase Case(int seed, out Random random)
    {
        Random r = random = new(seed);
        int columns = 2 + r.Next(seed % 4 == 3 ? 3000 : 90);
        long[] targets = [r.Next(columns), r.Next(columns), r.Next(columns)];
        // A grid of 2⁻¹⁰, so that shifts are exact; distinct, so that ranks survive a permutation.
        return Cases.Hard(ElementType.Float64, columns, (_, j) => (Math.Round(r.NextDouble() * 8) * 4) - 16 + (j / 1024.0), targets);
    }

    private static void AreClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.That(actual, Has.Length.EqualTo(expected.Length));
        for (int i = 0; i < expected.Length; i++)
            Assert.That(actual[i], Is.EqualTo(expected[i]).Within(tolerance * Math.Max(1, Math.Abs(expected[i]))), $"entry {i}");
    }

    private CrossEntropyRun Run(CrossEntropyCase c) => CaseAssert.Conforms(TestDevices.Get(device), c);
}
