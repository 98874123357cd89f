using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.Entropies.Batch;

/// <summary>Batch entropies against the reference, against their own derivatives, and in the corners.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class BatchEntropyTests(string device)
{
    private static readonly ElementType[] s_types = ElementTypes.All;

    // Every term at once.
    private static readonly BatchEntropyOptions s_all = new()
    {
        Temperature = 0.5,
        MarginalWeight = 0.75,
        ConditionalWeight = -0.5,
        ClassEntropyWeight = 1.25,
        PriorWeight = 0.5,
        BetweenGroupsWeight = 2,
        WithinGroupsWeight = 1,
        Groups = 3,
    };

    internal static BatchEntropyCase All(ElementType type, int rows, int columns, Random random) => BatchEntropyCase.Of(type, rows, columns, s_all with { Groups = Math.Min(3, columns) }, 2) with
    {
        RowWeights = [.. Enumerable.Range(0, rows).Select(_ => random.Next(4) == 0 ? 0 : (double)(float)random.NextDouble())],
        ClassWeights = [.. Enumerable.Range(0, columns).Select(_ => (double)(float)random.NextDouble())],
        Priors = [.. Enumerable.Range(0, columns).Select(_ => (double)(float)((0.5 + random.NextDouble()) / columns))],
        ClassGroups = [.. Enumerable.Range(0, columns).Select(_ => random.Next(4) - (columns > 3 ? 0 : 1))],
    };

    [Test]
    public void EveryTermConforms([ValueSource(nameof(s_types))] int type, [Values(1, 2, 3, 7, 33, 1000, 4097)] int columns)
    {
        Random random = new(columns);
        foreach (int rows in columns > 33 ? [device == "cpu" ? 70 : 3] : new[] { 1, device == "cpu" ? 130 : 66 })
        {
            BatchEntropyCase c = All((ElementType)type, rows, columns, random);
            BatchEntropyRunner.Conforms(device, c);
            BatchEntropyRunner.Conforms(device, c with { Padding = 3, Offset = 1, InPlace = true, OwnWorkspace = true, Options = c.Options with { ConfidencePower = 1 } });
        }
    }

    [Test]
    public void SegmentsConform([ValueSource(nameof(s_types))] int type, [Values] Reduction reduction)
    {
        BatchEntropyCase c = All((ElementType)type, 301, 19, new(3));
        long[] offsets = [0, 0, 1, 64, 192, 192, 257, 301];
        BatchEntropyCase segmented = c with { Offsets = offsets, Options = c.Options with { Reduction = reduction }, Priors = [.. Enumerable.Range(0, 7 * 19).Select(e => (double)(float)((1 + (e % 5)) / 57.0))] };
        BatchEntropyRunner.Conforms(device, segmented);
    }

    [Test]
    public void ASegmentAloneHasTheSameBits([ValueSource(nameof(s_types))] int type)
    {
        BatchEntropyCase c = All((ElementType)type, 201, 37, new(5)) with { Offsets = [0, 70, 71, 201] };
        c = c with { Options = c.Options with { Reduction = Reduction.Sum } };
        BatchEntropyRun all = BatchEntropyRunner.Run(device, c);
        for (int s = 0; s < 3; s++)
        {
            int begin = c.Begin(s), end = c.End(s);
            foreach (int offset in new[] { 0, 3 })
            {
                BatchEntropyRun alone = BatchEntropyRunner.Run(device, c.Part(begin, end) with { Offset = offset, Padding = offset });
                Assert.That(alone.Values[0], Is.EqualTo(all.Values[s]));
                Assert.That(alone.Gradient, Is.EqualTo(all.Gradient[(begin * 37)..(end * 37)]));
                Assert.That(alone.Marginals, Is.EqualTo(all.Marginals[(s * 37)..((s + 1) * 37)]));
            }
        }
    }

    [Test]
    public void TheGradientIsTheDerivative([Values(0, 1, 0.5)] double power, [Values] Reduction reduction)
    {
        BatchEntropyCase c = All(ElementType.Float64, 6, 5, new(11)) with { Offsets = [0, 4, 6] };
        c = c with { Options = c.Options with { ConfidencePower = power, Reduction = reduction } };
        BatchEntropyRun run = BatchEntropyRunner.Run(device, c);
        for (int k = 0; k < c.Logits.Length; k += device == "cpu" ? 1 : 11)
        {
            double numeric = FiniteDifferences.Derivative(
                value =>
                {
                    double[] logits = [.. c.Logits];
                    logits[k] = value;
                    BatchEntropyRun moved = BatchEntropyRunner.Run(device, c with { Logits = logits });
                    return reduction == Reduction.None ? moved.Values.Sum() : moved.Value;
                },
                c.Logits[k],
                1e-3);
            Assert.That(run.Gradient[k], Is.EqualTo(numeric).Within(1e-6 * Math.Max(1, Math.Abs(numeric))), $"entry {k}");
        }
    }

    [Test]
    public void RowsOfTheGradientSumToZero([ValueSource(nameof(s_types))] int type)
    {
        BatchEntropyCase c = All((ElementType)type, 9, 61, new(2)) with { Options = s_all with { MarginalWeight = 3 } };
        BatchEntropyRun run = BatchEntropyRunner.Run(device, c);
        double ulp = (ElementType)type switch { ElementType.Float32 => 1e-6, ElementType.Float64 => 1e-14, ElementType.Float16 => 1e-3, _ => 1e-2 };
        for (int i = 0; i < 9; i++)
        {
            double[] row = run.Gradient[(i * 61)..((i + 1) * 61)];
            Assert.That(row.Sum(), Is.Zero.Within(ulp * row.Sum(Math.Abs)));
        }
    }

    [Test]
    public void MasksAreZeroAndStayOut([ValueSource(nameof(s_types))] int type)
    {
        BatchEntropyCase c = All((ElementType)type, 20, 9, new(8));
        double[] logits = [.. c.Logits.Select((z, e) => e % 9 == 4 || e / 9 == 7 || (e / 9 == 3 && e % 9 != 2) ? double.NegativeInfinity : z)];
        BatchEntropyCase masked = c with { Logits = logits, RowWeights = null };
        BatchEntropyRun run = BatchEntropyRunner.Conforms(device, masked);
        Assert.Multiple(() =>
        {
            Assert.That(run.Marginals[4], Is.Zero);
            Assert.That(run.Gradient.Where((_, e) => double.IsNegativeInfinity(logits[e])), Is.All.Zero);
            Assert.That(run.Status[7], Is.EqualTo(RowStatus.AllMasked));
            Assert.That(run.Entropies[3], Is.Zero, "one class left");
            Assert.That(run.Gradient.Skip(3 * 9).Take(9), Is.All.Zero, "one class left");
        });
    }

    [Test]
    public void RowsOfWeightZeroMayHoldAnything([ValueSource(nameof(s_types))] int type)
    {
        BatchEntropyCase c = All((ElementType)type, 12, 6, new(4));
        double[] weights = [.. Enumerable.Range(0, 12).Select(i => i % 3 == 1 ? 0.0 : 1)];
        BatchEntropyRun clean = BatchEntropyRunner.Run(device, c with { RowWeights = weights });
        double[] logits = [.. c.Logits.Select((z, e) => e / 6 % 3 == 1 ? (e % 6 == 2 ? double.NaN : double.PositiveInfinity) : z)];
        BatchEntropyRun run = BatchEntropyRunner.Conforms(device, c with { RowWeights = weights, Logits = logits });
        Assert.That(run.Values, Is.EqualTo(clean.Values));
        Assert.That(run.Gradient, Is.EqualTo(clean.Gradient));
        Assert.That(run.Status[1], Is.EqualTo(RowStatus.NotANumber));
    }

    [TestCase(double.NaN, 1, RowStatus.NotANumber)]
    [TestCase(double.PositiveInfinity, 1, RowStatus.PlusInfinity)]
    [TestCase(0, -1, RowStatus.InvalidParameter)]
    [TestCase(0, double.NaN, RowStatus.InvalidParameter)]
    [TestCase(0, double.PositiveInfinity, RowStatus.InvalidParameter)]
    public void ABadRowSpoilsItsSegmentAlone(double logit, double weight, RowStatus expected)
    {
        BatchEntropyCase c = All(ElementType.Float32, 8, 5, new(6)) with { Offsets = [0, 3, 8], RowWeights = [1, weight, 1, 1, 1, 1, 0, 1] };
        c.Logits[7] = logit;
        BatchEntropyRun run = BatchEntropyRunner.Conforms(device, c);
        Assert.Multiple(() =>
        {
            Assert.That(run.SegmentStatus[0], Is.EqualTo(expected));
            Assert.That(run.Values[0], Is.NaN);
            Assert.That(run.Gradient.Take(15), Is.All.NaN);
            Assert.That(run.SegmentStatus[1], Is.EqualTo(RowStatus.Ok));
            Assert.That(run.Gradient.Skip(15), Has.None.NaN);
            Assert.That(run.Value, Is.NaN);
        });
    }

    [Test]
    public void PriorsThatAreNoneOrMissMass()
    {
        BatchEntropyCase c = BatchEntropyCase.Of(ElementType.Float32, 4, 3, new() { PriorWeight = 2 });
        BatchEntropyRun disjoint = BatchEntropyRunner.Conforms(device, c with { Priors = [0.5, 0.5, 0] });
        Assert.That((disjoint.SegmentStatus[0], disjoint.Values[0]), Is.EqualTo((RowStatus.DisjointSupport, double.PositiveInfinity)));
        Assert.That(disjoint.Gradient, Is.All.NaN);
        Assert.That(BatchEntropyRunner.Conforms(device, c with { Priors = [1.5, 0.5, 0] }).SegmentStatus[0], Is.EqualTo(RowStatus.InvalidProbability));
        Assert.That(BatchEntropyRunner.Conforms(device, c with { Priors = [0.5, double.NaN, -1] }).SegmentStatus[0], Is.EqualTo(RowStatus.NotANumber));
        double[] logits = [.. c.Logits.Select((z, e) => e % 3 == 2 ? double.NegativeInfinity : z)];
        BatchEntropyRun absent = BatchEntropyRunner.Conforms(device, c with { Logits = logits, Priors = [0.5, 0.5, 0] });
        Assert.That(absent.SegmentStatus[0], Is.EqualTo(RowStatus.Ok), "mass 0 against 0 is none");
    }

    [Test]
    public void NothingToAverage()
    {
        BatchEntropyRun none = BatchEntropyRunner.Conforms(device, BatchEntropyCase.Of(ElementType.Float32, 0, 4, s_all with { BetweenGroupsWeight = 0, WithinGroupsWeight = 0 }));
        Assert.That((none.Value, none.Segments, none.SegmentStatus[0]), Is.EqualTo((0.0, 0L, RowStatus.AllMasked)));
        BatchEntropyRun masked = BatchEntropyRunner.Conforms(device, BatchEntropyCase.Of(ElementType.Float16, 3, 4, BatchEntropyOptions.MutualInformation()) with { Logits = [.. Enumerable.Repeat(double.NegativeInfinity, 12)] });
        Assert.That((masked.Value, masked.Segments), Is.EqualTo((0.0, 0L)));
        Assert.That(masked.Gradient, Is.All.Zero);
    }

    [Test]
    public void UniformOneHotAndConfidentRows([Values(0, 1)] int type)
    {
        BatchEntropyOptions marginal = new() { MarginalWeight = 1 };
        BatchEntropyCase uniform = BatchEntropyCase.Of((ElementType)type, 3, 1000, marginal) with { Logits = new double[3000] };
        Assert.That(BatchEntropyRunner.Run(device, uniform).Value, Is.EqualTo(Math.Log(1000)).Within(1e-6));
        BatchEntropyCase oneHot = BatchEntropyCase.Of((ElementType)type, 3, 7, marginal) with { Logits = [.. Enumerable.Range(0, 21).Select(e => e % 7 == 2 ? 0 : -1e4)] };
        Assert.That(BatchEntropyRunner.Run(device, oneHot).Value, Is.Zero);
        BatchEntropyCase confident = BatchEntropyCase.Of((ElementType)type, 2, 7, marginal) with { Logits = [.. Enumerable.Range(0, 14).Select(e => e % 7 == 2 ? 0.0 : -25 - (e % 5))] };
        BatchEntropyRun run = BatchEntropyRunner.Conforms(device, confident);
        Assert.That(run.Value, Is.EqualTo(new BatchEntropyReference(confident).Value).Within(1e-6 * run.Value), "relative, near 0");
        Assert.That(run.Gradient[2], Is.EqualTo(new BatchEntropyReference(confident).Gradient[2]).Within(2e-6 * Math.Abs(run.Gradient[2])), "relative, at the leading class");
    }

    [Test]
    public void AShiftOfTheLogitsChangesNothing([Values(0, 1)] int type)
    {
        BatchEntropyCase c = All((ElementType)type, 10, 8, new(9));
        c = c with { Logits = [.. c.Logits.Select(z => Math.Round(z * 64) / 64)] };
        BatchEntropyRun run = BatchEntropyRunner.Run(device, c), shifted = BatchEntropyRunner.Run(device, c with { Logits = [.. c.Logits.Select(z => z + 8192)] });
        Assert.That(shifted.Value, Is.EqualTo(run.Value));
        Assert.That(shifted.Gradient, Is.EqualTo(run.Gradient));
    }
}
