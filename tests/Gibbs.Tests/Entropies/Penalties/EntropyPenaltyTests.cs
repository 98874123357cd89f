using System;
using System.Linq;

using Gibbs.Tests.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.Entropies.Penalties;

/// <summary>Entropy penalties against the reference, against their own derivatives, in the corners, and one test for each published method.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class EntropyPenaltyTests(string device)
{
    private static readonly EntropyPenaltyKind[] s_kinds = Enum.GetValues<EntropyPenaltyKind>();

    private static EntropyPenaltyCase Of(EntropyPenaltyKind kind, bool wide, int rows, int columns, int seed = 1, bool masked = true)
    {
        EntropyPenaltyOptions options = new() { Kind = kind, Weight = 0.75, Smoothing = 1.5, EntropyBonus = 0.5, Constant = 0.25, Lower = 0.5, Upper = 1.25, Anchor = 0.5, Quantile = 0.6, Margin = 0.15 };
        return EntropyPenaltyCase.Of(wide, rows, columns, options, seed, masked) with { HeadThresholds = kind == EntropyPenaltyKind.Attention ? [.. Enumerable.Range(0, rows % 2 == 0 ? 2 : 1).Select(h => 0.25 + (0.125 * h))] : null };
    }

    [Test]
    public void EveryKindConforms([ValueSource(nameof(s_kinds))] EntropyPenaltyKind kind, [Values] bool wide, [Values] EntropyAggregation aggregation)
    {
        foreach ((int rows, int columns) in device == "cpu" ? [(1, 1), (2, 2), (3, 3), (6, 7), (4, 33), (3, 1000), (2, 4097)] : new[] { (1, 1), (6, 7), (2, aggregation == EntropyAggregation.Sum ? 4097 : 513) })
        {
            foreach (bool masked in device == "cpu" ? [true, false] : new[] { rows % 2 == 0 })
            {
                EntropyPenaltyCase c = Of(kind, wide, rows, columns, rows + columns, masked);
                c = c with { Options = c.Options with { Aggregation = aggregation } };
                EntropyPenaltyRunner.Conforms(device, c);
                EntropyPenaltyRunner.Conforms(device, c with { Padding = 3, Offset = 1, InPlace = true, OwnWorkspace = true, Options = c.Options with { PerSequence = true } });
            }
        }
    }

    [Test]
    public void AnchorsBySequenceOrByTable([Values(EntropyPenaltyKind.EpoPublished, EntropyPenaltyKind.EpoHinge, EntropyPenaltyKind.EpoQuadratic)] EntropyPenaltyKind kind, [Values] bool perSequence)
    {
        EntropyPenaltyCase c = Of(kind, true, 5, 12);
        c = c with { Options = c.Options with { PerSequence = perSequence, Aggregation = EntropyAggregation.SequenceMean } };
        EntropyPenaltyRunner.Conforms(device, c with { Anchors = [0.25, 0.5, 0.75, 1, 2] });
        EntropyPenaltyRunner.Conforms(device, c with { Anchors = [0.25, 1.5], AnchorIndices = [1, 0, 0, 1, 1] });
        EntropyPenaltyRun bad = EntropyPenaltyRunner.Conforms(device, c with { Anchors = [0.25, double.NaN], AnchorIndices = [0, 2, -1, 1, 0] });
        Assert.That(bad.Status, Is.EqualTo(new[] { RowStatus.Ok, RowStatus.InvalidParameter, RowStatus.InvalidParameter, RowStatus.InvalidParameter, RowStatus.Ok }));
        Assert.That(bad.Result.Value, Is.NaN);
    }

    [Test]
    public void TheGradientIsTheDerivative([ValueSource(nameof(s_kinds))] EntropyPenaltyKind kind, [Values] EntropyAggregation aggregation, [Values] bool perSequence)
    {
        EntropyPenaltyCase c = Of(kind, true, 4, 6);
        c = c with { Options = c.Options with { Aggregation = aggregation, PerSequence = perSequence } };
        EntropyPenaltyRun run = EntropyPenaltyRunner.Run(device, c);
        for (int e = 0; e < 24; e += device == "cpu" ? 1 : 13)
        {
            double numeric = FiniteDifferences.Derivative(value => EntropyPenaltyRunner.Run(device, c with { Entropies = [.. c.Entropies.Select((h, i) => i == e ? value : h)] }).Result.Value, c.Entropies[e], 1e-6);
            Assert.That(run.Gradient[e], Is.EqualTo(numeric).Within(1e-6), $"token {e}");
        }

        for (int h = 0; h < run.ThresholdGradient.Length; h++)
        {
            double numeric = FiniteDifferences.Derivative(value => EntropyPenaltyRunner.Run(device, c with { HeadThresholds = [.. c.HeadThresholds!.Select((t, i) => i == h ? value : t)] }).Result.Value, c.HeadThresholds![h], 1e-6);
            Assert.That(run.ThresholdGradient[h], Is.EqualTo(numeric).Within(1e-6), $"head {h}");
        }
    }

    [Test]
    public void TokensThatAreNotValidMayHoldAnything([ValueSource(nameof(s_kinds))] EntropyPenaltyKind kind)
    {
        EntropyPenaltyCase c = Of(kind, false, 4, 9);
        EntropyPenaltyRun run = EntropyPenaltyRunner.Run(device, c), other = EntropyPenaltyRunner.Conforms(device, c with { Entropies = [.. c.Entropies.Select((h, e) => c.Valid(e) ? h : e % 2 == 0 ? double.NaN : double.PositiveInfinity)] });
        Assert.That(other.Result, Is.EqualTo(run.Result));
        Assert.That(other.Gradient, Is.EqualTo(run.Gradient));
        Assert.That(other.Gradient.Where((_, e) => !c.Valid(e)), Is.All.Zero);
    }

    [Test]
    public void StatusesOfSequences([ValueSource(nameof(s_kinds))] EntropyPenaltyKind kind)
    {
        EntropyPenaltyCase c = Of(kind, false, 6, 5, masked: false);
        byte[] mask = [.. Enumerable.Range(0, 30).Select(e => (byte)(e / 5 == 2 ? 0 : 1))];
        double[] entropies = [.. c.Entropies.Select((h, e) => e == 6 ? double.NaN : e == 16 ? double.PositiveInfinity : e == 18 ? double.NaN : e == 22 ? double.NegativeInfinity : h)];
        EntropyPenaltyRun run = EntropyPenaltyRunner.Conforms(device, c with { Mask = mask, Entropies = entropies });
        Assert.That(run.Status, Is.EqualTo(new[] { RowStatus.Ok, RowStatus.NotANumber, RowStatus.AllMasked, RowStatus.NotANumber, RowStatus.PlusInfinity, RowStatus.Ok }));
        Assert.That(run.Result.Value, Is.NaN);
        EntropyPenaltyRun none = EntropyPenaltyRunner.Conforms(device, c with { Mask = new byte[30] });
        Assert.That((none.Result, none.Status.All(s => s == RowStatus.AllMasked)), Is.EqualTo((default(EntropyPenaltyResult), true)));
        EntropyPenaltyRunner.Conforms(device, c with { Rows = 0, Entropies = [], HeadThresholds = kind == EntropyPenaltyKind.Attention ? [1] : null });
    }

    [Test]
    public void ASequenceAloneHasTheSameBits([ValueSource(nameof(s_kinds))] EntropyPenaltyKind kind)
    {
        EntropyPenaltyCase c = Of(kind, false, 6, 515) with { HeadThresholds = kind == EntropyPenaltyKind.Attention ? [0.25] : null };
        c = c with { Options = c.Options with { Aggregation = EntropyAggregation.Sum } };
        EntropyPenaltyRun all = EntropyPenaltyRunner.Run(device, c);
        for (int b = 0; b < 6; b++)
        {
            EntropyPenaltyRun alone = EntropyPenaltyRunner.Run(device, c with { Rows = 1, Entropies = c.Entropies[(b * 515)..((b + 1) * 515)], Mask = c.Mask![(b * 515)..((b + 1) * 515)], Offset = b });
            Assert.That(alone.SequenceMeans[0], Is.EqualTo(all.SequenceMeans[b]));
            Assert.That(alone.Quantiles[0], Is.EqualTo(all.Quantiles[b]));
            Assert.That(alone.Selected, Is.EqualTo(all.Selected[(b * 515)..((b + 1) * 515)]));
            if (kind != EntropyPenaltyKind.Siren)
                Assert.That(alone.Gradient, Is.EqualTo(all.Gradient[(b * 515)..((b + 1) * 515)]));
        }
    }

    [Test]
    public void EntropyBonus()
    {
        EntropyPenaltyCase c = EntropyPenaltyCase.Of(true, 3, 8, new() { Weight = 0.01 });
        EntropyPenaltyRun run = EntropyPenaltyRunner.Conforms(device, c);
        double[] valid = [.. c.Entropies.Where((_, e) => c.Valid(e))];
        Assert.That(run.Result.Value, Is.EqualTo(-0.01 * valid.Average()).Within(1e-15));
        Assert.That(run.Gradient.Where((_, e) => c.Valid(e)), Is.All.EqualTo(-0.01 / valid.Length).Within(1e-17));
    }

    [Test]
    public void EpoPublished()
    {
        // Two environment steps with their historical means; the penalty is a constant, and so trains nothing.
        const double lambda = 0.02, beta = 0.5, c = 0.1;
        double[] history = [1, 2];
        EntropyPenaltyCase given = EntropyPenaltyCase.Of(true, 4, 6, EntropyPenaltyOptions.Epo(lambda * EntropyPenalty.EpoPhaseWeight(0.25), beta, c)) with { Anchors = history, AnchorIndices = [0, 1, 1, 0] };
        EntropyPenaltyRun run = EntropyPenaltyRunner.Conforms(device, given);
        int[] valid = [.. Enumerable.Range(0, 24).Where(given.Valid)];
        double Penalty(int e) => given.Entropies[e] > 0.8 * history[given.AnchorIndices![e / 6]] && given.Entropies[e] < 1.2 * history[given.AnchorIndices[e / 6]] ? 0 : c;
        double weight = lambda * (1 - (0.2 * (1 - Math.Exp(-1))));
        Assert.That(run.Result.Value, Is.EqualTo(-weight * (valid.Average(e => given.Entropies[e]) - (beta * valid.Average(Penalty)))).Within(1e-15));
        Assert.That(run.Gradient.Where((_, e) => given.Valid(e)), Is.All.EqualTo(-weight / valid.Length).Within(1e-17), "that of the mean entropy alone");
        EntropyPenaltyRun alone = EntropyPenaltyRunner.Run(device, given with { Options = given.Options with { EntropyBonus = 0 } });
        Assert.That(alone.Result.Value, Is.GreaterThan(0));
        Assert.That(alone.Gradient, Is.All.Zero);
        Assert.That(run.SequenceMeans[0], Is.EqualTo(Enumerable.Range(0, 6).Where(given.Valid).Average(e => given.Entropies[e])).Within(1e-15), "what the history is updated with");
    }

    [Test]
    public void EpoBand([Values] bool quadratic)
    {
        EntropyPenaltyCase c = EntropyPenaltyCase.Of(true, 3, 10, EntropyPenaltyOptions.EpoBand(30, 1, quadratic) with { EntropyBonus = 0, Anchor = 1 });
        double[] h = [.. c.Entropies];
        for (int step = 0; step < 40; step++)
        {
            double[] gradient = EntropyPenaltyRunner.Run(device, c with { Entropies = h }).Gradient;
            for (int e = 0; e < 30; e++)
                h[e] -= (quadratic ? 0.3 : 0.06) * gradient[e];
        }
        Assert.That(h.Where((_, e) => c.Valid(e)), Is.All.InRange(0.8 - 0.06, 1.2 + 0.06), "descent brings every token into the band");
        Assert.That(h.Where((_, e) => !c.Valid(e)), Is.EqualTo(c.Entropies.Where((_, e) => !c.Valid(e))));
    }

    [Test]
    public void EpoPhaseWeight()
    {
        Assert.Multiple(() =>
        {
            Assert.That(EntropyPenalty.EpoPhaseWeight(0), Is.EqualTo(1));
            Assert.That(EntropyPenalty.EpoPhaseWeight(0.25), Is.EqualTo(1 - (0.2 * (1 - Math.Exp(-1)))).Within(1e-15));
            Assert.That(EntropyPenalty.EpoPhaseWeight(0.5), Is.EqualTo(0.8));
            Assert.That(EntropyPenalty.EpoPhaseWeight(1), Is.EqualTo(0.8 * Math.Exp(-3)).Within(1e-15));
            Assert.That(() => EntropyPenalty.EpoPhaseWeight(1.5), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => EntropyPenalty.EpoPhaseWeight(double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void Siren()
    {
        // Two responses of five and four tokens; the largest entropies are kept: 5 above 4.2, then 8 above 6.2.
        EntropyPenaltyCase c = new()
        {
            Wide = true,
            Rows = 2,
            Columns = 5,
            Entropies = [1, 2, 3, 4, 5, 2, 8, 2, 5, 100],
            Mask = [1, 1, 1, 1, 1, 1, 1, 1, 1, 0],
            Options = EntropyPenaltyOptions.Siren(4, 0.005),
        };
        EntropyPenaltyRun run = EntropyPenaltyRunner.Conforms(device, c);
        Assert.Multiple(() =>
        {
            Assert.That(run.Quantiles, Is.EqualTo(new[] { 4.2, 6.2 }).Within(1e-12));
            Assert.That(run.Selected, Is.EqualTo(new byte[] { 0, 0, 0, 0, 1, 0, 1, 0, 0, 0 }));
            Assert.That(run.Result.MeanEntropy, Is.EqualTo(6.5));
            Assert.That(run.Result.Value, Is.EqualTo(0.005 * 2.5 * 2.5).Within(1e-15));
            Assert.That(run.Gradient[4], Is.EqualTo(2 * 0.005 * 2.5 / 2).Within(1e-15));
        });
        // The anchor of the first step is the mean entropy of that step: the penalty starts at 0.
        Assert.That(EntropyPenaltyRunner.Run(device, c with { Anchors = [run.Result.MeanEntropy] }).Result.Value, Is.Zero);
        // Equal entropies lie above no quantile of theirs: nothing is penalised.
        EntropyPenaltyRun flat = EntropyPenaltyRunner.Conforms(device, c with { Entropies = [3, 3, 3, 3, 3, 2, 8, 2, 5, 1] });
        Assert.That((flat.Status[0], flat.Result.MeanEntropy), Is.EqualTo((RowStatus.EmptySet, 8.0)));
        Assert.That(EntropyPenaltyRunner.Conforms(device, c with { Anchors = [double.NaN] }).Result.Value, Is.NaN);
    }

    [Test]
    public void EntropyGuidedAttention()
    {
        // [batch, heads, queries]: a row per batch and head, queries of a context of 16 keys.
        const int batch = 2, heads = 3, queries = 8, context = 16;
        const double lambda = 1e-5, gamma = 0.2;
        double[] theta = [0.5, 0.75, 0.25];
        EntropyPenaltyCase c = EntropyPenaltyCase.Of(true, batch * heads, queries, EntropyPenaltyOptions.Attention(lambda, gamma, context), masked: false) with { HeadThresholds = theta };
        double logT = Math.Log(context), expected = 0;
        for (int e = 0; e < c.Entropies.Length; e++)
        {
            double d = c.Entropies[e] - (theta[e / queries % heads] * logT);
            expected += Math.Abs(d) > gamma * logT ? lambda * d * d / heads : 0;
        }
        EntropyPenaltyRun run = EntropyPenaltyRunner.Conforms(device, c);
        Assert.That(run.Result.Value, Is.EqualTo(expected).Within(1e-18));
        // Thresholds at the heads' own entropies leave nothing to penalise.
        EntropyPenaltyRun still = EntropyPenaltyRunner.Run(device, c with { Entropies = [.. Enumerable.Range(0, 48).Select(e => theta[e / queries % heads] * logT)] });
        Assert.That(still.Result.Value, Is.Zero);
        Assert.That(still.ThresholdGradient, Is.All.Zero);
    }
}
