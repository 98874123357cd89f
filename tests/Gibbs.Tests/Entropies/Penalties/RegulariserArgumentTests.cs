using System;

using CommunityToolkit.HighPerformance;

using NUnit.Framework;

namespace Gibbs.Tests.Entropies.Penalties;

/// <summary>What entropy penalties, batch entropies and conditional class entropies refuse, with the argument's name; and that defaults are what they say.</summary>
[TestFixture]
[Category("Cpu")]
public sealed class RegulariserArgumentTests
{
    private static readonly float[,] s_values = new float[4, 3];

    [Test]
    public void DefaultsAreOneValue()
    {
        EntropyPenaltyOptions penalty = new()
        {
            Kind = EntropyPenaltyKind.Bonus, Weight = 1, Aggregation = EntropyAggregation.TokenMean, Smoothing = 1, EntropyBonus = 1, Constant = 0.05, Lower = 0.8, Upper = 1.2, PerSequence = false, Anchor = 0,
            Quantile = 0.8, Margin = 0.2, Context = 0,
        };
        BatchEntropyOptions batch = new()
        {
            Temperature = 1, MarginalWeight = 0, ConditionalWeight = 0, ClassEntropyWeight = 0, PriorWeight = 0, BetweenGroupsWeight = 0, WithinGroupsWeight = 0, Groups = 0, ConfidencePower = 0, Reduction = Reduction.Mean,
        };
        Assert.Multiple(() =>
        {
            Assert.That((penalty, default(EntropyPenaltyOptions)), Is.EqualTo((new EntropyPenaltyOptions(), penalty)));
            Assert.That((batch, default(BatchEntropyOptions)), Is.EqualTo((new BatchEntropyOptions(), batch)));
            Assert.That(default(ConditionalClassEntropyOptions), Is.EqualTo(new ConditionalClassEntropyOptions { IgnoreIndex = -100 }));
            Assert.That(new EntropyPenaltyOptions { Lower = 0.25 }.Lower, Is.EqualTo(0.25));
            Assert.That(new ConditionalClassEntropyOptions { IgnoreIndex = long.MinValue }.IgnoreIndex, Is.EqualTo(long.MinValue));
        });
    }

    private static void Penalty(string expected, EntropyPenaltyOptions options) => Refused(expected, () => EntropyPenalty.Compute(s_values, default, options));

    private static void Batch(string expected, BatchEntropyOptions options) => Refused(expected, () => BatchEntropy.Compute(s_values, default, options));

    private static void Refused(string expected, Action call) => Assert.That(call, Throws.InstanceOf<ArgumentException>().With.Message.Contains(expected));

    [Test]
    public void OptionsOfPenalties()
    {
        Assert.Multiple(() =>
        {
            Penalty("Kind is 6", new() { Kind = (EntropyPenaltyKind)6 });
            Penalty("Aggregation is 3", new() { Aggregation = (EntropyAggregation)3 });
            Penalty("Weight is NaN", new() { Weight = double.NaN });
            Penalty("Smoothing is", new() { Smoothing = double.PositiveInfinity });
            Penalty("EntropyBonus is", new() { EntropyBonus = double.NaN });
            Penalty("Constant is", new() { Constant = double.NaN });
            Penalty("Lower is 1.5; it must be in [0, Upper]", new() { Lower = 1.5 });
            Penalty("Upper is", new() { Upper = double.PositiveInfinity });
            Penalty("Anchor is", new() { Anchor = double.NaN });
            Penalty("Quantile is 1.01", new() { Quantile = 1.01 });
            Penalty("Margin is -1", new() { Margin = -1 });
            Penalty("Context is -1", new() { Context = -1 });
            Penalty("inputs.HeadThresholds is empty", EntropyPenaltyOptions.Attention());
        });
    }

    [Test]
    public void ShapesOfPenalties()
    {
        Assert.Multiple(() =>
        {
            Refused("inputs.Mask is [4, 2]", () => EntropyPenalty.Compute(s_values, default, default, new() { Mask = new byte[4, 2] }));
            Refused("outputs.Gradient is [3, 3]", () => EntropyPenalty.Compute(s_values, new() { Gradient = new float[3, 3] }));
            Refused("outputs.Penalties is given, but Siren", () => EntropyPenalty.Compute(s_values, new() { Penalties = new float[4, 3] }, EntropyPenaltyOptions.Siren(1)));
            Refused("inputs.Anchors has 2 elements; it needs 1", () => EntropyPenalty.Compute(s_values, default, EntropyPenaltyOptions.Siren(1), new() { Anchors = new float[2] }));
            Refused("inputs.Anchors has 2 elements; it needs 4", () => EntropyPenalty.Compute(s_values, default, EntropyPenaltyOptions.Epo(1), new() { Anchors = new float[2] }));
            Refused("inputs.AnchorIndices is given", () => EntropyPenalty.Compute(s_values, default, EntropyPenaltyOptions.Epo(1), new() { AnchorIndices = new int[4] }));
            Refused("inputs.HeadThresholds has 3 elements; it must divide", () => EntropyPenalty.Compute(s_values, default, EntropyPenaltyOptions.Attention(), new() { HeadThresholds = new float[3] }));
            Refused("outputs.HeadThresholdGradient has 1 elements", () => EntropyPenalty.Compute(s_values, new() { HeadThresholdGradient = new float[1] }));
            Refused("outputs.Status has 3", () => EntropyPenalty.Compute(s_values, new() { Status = new RowStatus[3] }));
            Refused("entropies is [", () => EntropyPenalty.Compute(default(ReadOnlySpan2D<float>), default));
        });
        float[] memory = new float[13];
        Refused("outputs.Gradient overlaps entropies in part", () => EntropyPenalty.Compute(new ReadOnlySpan2D<float>(memory, 0, 4, 3, 0), new() { Gradient = new(memory, 1, 4, 3, 0) }));
        Refused("outputs.Penalties overlaps entropies", () => EntropyPenalty.Compute(new ReadOnlySpan2D<float>(memory, 0, 4, 3, 0), new() { Penalties = new(memory, 0, 4, 3, 0) }));
    }

    [Test]
    public void BatchEntropies()
    {
        Assert.Multiple(() =>
        {
            Batch("Temperature is 0", new() { Temperature = 0 });
            Batch("MarginalWeight is", new() { MarginalWeight = double.NaN });
            Batch("ConfidencePower is -1", new() { ConfidencePower = -1 });
            Batch("inputs.ClassGroups is empty", BatchEntropyOptions.Happy());
            Batch("Reduction", new() { Reduction = (Reduction)9 });
            Refused("Groups is 4; grouped entropies need it from 1 to the 3 classes", () => BatchEntropy.Compute(s_values, default, BatchEntropyOptions.Happy(groups: 4), new() { ClassGroups = new int[3] }));
            Refused("inputs.Offsets[1] is 3", () => BatchEntropy.Compute(s_values, default, default, new() { Offsets = [0, 3] }));
            Refused("inputs.Offsets[0] is 1", () => BatchEntropy.Compute(s_values, default, default, new() { Offsets = [1, 4] }));
            Refused("inputs.Offsets[2] is 1", () => BatchEntropy.Compute(s_values, default, default, new() { Offsets = [0, 2, 1, 4] }));
            Refused("inputs.Priors is [2, 3]; it must be [1, 3]", () => BatchEntropy.Compute(s_values, default, default, new() { Priors = new float[2, 3] }));
            Refused("outputs.Values has 2", () => BatchEntropy.Compute(s_values, new() { Values = new float[2] }));
            Refused("outputs.Marginals is [4, 3]", () => BatchEntropy.Compute(s_values, new() { Marginals = new float[4, 3] }));
            Refused("inputs.RowWeights has 3", () => BatchEntropy.Compute(s_values, default, default, new() { RowWeights = new float[3] }));
            Refused("inputs.ClassWeights has 4", () => BatchEntropy.Compute(s_values, default, default, new() { ClassWeights = new float[4] }));
        });
    }

    [Test]
    public void ConditionalClassEntropies()
    {
        Assert.Multiple(() =>
        {
            Refused("classes is 0", () => ConditionalClassEntropy.Compute(s_values, new int[4], 0, default));
            Refused("labels has 3 elements; it needs 4", () => ConditionalClassEntropy.Compute(s_values, new int[3], 2, default));
            Refused("outputs.Entropies has 4", () => ConditionalClassEntropy.Compute(s_values, new int[4], 2, new() { Entropies = new float[4] }));
            Refused("outputs.Counts is [2, 3]; it must be [4, 3]", () => ConditionalClassEntropy.Compute(s_values, new int[4], 2, new() { Counts = new long[2, 3] }));
            Refused("outputs.Counts is empty, but Accumulate", () => ConditionalClassEntropy.Compute(s_values, new int[4], 2, default, new() { Accumulate = true }));
        });
    }

    [Test]
    public void SteadyStateAllocatesNothing()
    {
        float[,] values = new float[64, 40], gradient = new float[64, 40];
        byte[,] mask = new byte[64, 40];
        int[] labels = new int[64], groups = new int[40];
        float[] entropies = new float[40];
        void Once()
        {
            EntropyPenalty.Compute(values, new() { Gradient = gradient }, EntropyPenaltyOptions.Siren(1), new() { Mask = mask });
            BatchEntropy.Compute(values, new() { Gradient = gradient }, BatchEntropyOptions.Happy(), new() { ClassGroups = groups });
            ConditionalClassEntropy.Compute(values, labels, 3, new() { Entropies = entropies });
        }

        Once();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Once();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
