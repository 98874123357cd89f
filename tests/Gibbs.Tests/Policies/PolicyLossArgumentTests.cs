using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Interop;

using NUnit.Framework;

namespace Gibbs.Tests.Policies;

/// <summary>What a policy loss refuses, by name, and its options.</summary>
[Category("Cpu")]
public sealed class PolicyLossArgumentTests
{
    private static readonly float[,] s_tokens = new float[2, 3];

    [Test]
    public void WrongOptionsAreNamed()
    {
        Assert.Multiple(() =>
        {
            Range(new() { Kind = (PolicyLossKind)8 }, "Kind is 8");
            Range(new() { KlEstimator = (KlEstimator)5 }, "KlEstimator is 5");
            Range(new() { Aggregation = (TokenAggregation)6 }, "Aggregation is 6");
            Range(new() { ClipLow = -0.1 }, "ClipLow is -0.1");
            Range(new() { ClipHigh = double.PositiveInfinity }, "ClipHigh is");
            Range(new() { DualClip = 1 }, "DualClip is 1; it must be finite and above 1, or 0");
            Range(new() { SelectedShare = 1.5 }, "SelectedShare is 1.5");
            Range(new() { PenaltyWeight = double.NaN }, "PenaltyWeight is NaN");
            Range(new() { CovarianceLow = 6 }, "CovarianceHigh is 5; it must be at least CovarianceLow");
            Range(new() { CovarianceLow = double.NaN }, "CovarianceLow is NaN");
            Range(new() { Smoothing = 1.1 }, "Smoothing is 1.1");
            Range(new() { KlWeight = double.NegativeInfinity }, "KlWeight is");
            Range(new() { EntropyWeight = double.NaN }, "EntropyWeight is NaN");
            Range(new() { Length = -1 }, "Length is -1");
            Range(new() { Normaliser = -1 }, "Normaliser is -1");
            Argument(new() { Normaliser = 1, Aggregation = TokenAggregation.TokenSumNorm }, "divides by Length alone");
        });
    }

    [Test]
    public void MissingAndWrongInputsAreNamed()
    {
        Assert.Multiple(() =>
        {
            Throws(() => PolicyLoss.Compute(s_tokens, default, default, default), "inputs.Advantages and inputs.SequenceAdvantages are neither given");
            Throws(() => PolicyLoss.Compute(s_tokens, default, default, new() { Advantages = s_tokens, SequenceAdvantages = new float[2] }), "are both given");
            Throws(() => PolicyLoss.Compute(s_tokens, default, default, new() { SequenceAdvantages = new float[3] }), "inputs.SequenceAdvantages has 3 elements; it needs 2");
            Throws(() => PolicyLoss.Compute(s_tokens, default, default, new() { Advantages = new float[3, 2] }), "inputs.Advantages is [3, 2]; it must be [2, 3]");
            Throws(() => PolicyLoss.Compute(s_tokens, default, default, new() { Advantages = s_tokens, Mask = new byte[2, 4] }), "inputs.Mask is [2, 4]");
            Throws(() => PolicyLoss.Compute(s_tokens, new() { Flags = new PolicyFlags[1, 3] }, default, new() { Advantages = s_tokens }), "outputs.Flags is [1, 3]");
            Argument(new() { Kind = PolicyLossKind.LpReg }, "inputs.ProxyLogProbabilities is empty; PolicyLossKind.LpReg needs it");
            Argument(new() { Kind = PolicyLossKind.ExponentialSmoothing }, "inputs.OldLogProbabilities is empty");
            Argument(new() { KlWeight = 0.1 }, "inputs.ReferenceLogProbabilities is empty");
            Argument(new() { EntropyWeight = 0.1 }, "inputs.Entropies is empty");
            Argument(new() { Aggregation = TokenAggregation.GroupMean }, "inputs.GroupOffsets is empty");
            Throws(() => PolicyLoss.Compute(s_tokens, default, default, new() { Advantages = s_tokens, GroupOffsets = [0, 1] }), "inputs.GroupOffsets go from 0 to 1; they must go from 0 to 2");
        });
    }

    [Test]
    public void SharedMemoryIsRefused()
    {
        float[,] wide = new float[2, 8], losses = new float[2, 3];
        Assert.Multiple(() =>
        {
            Throws(() => PolicyLoss.Compute(wide.AsSpan2D(0, 0, 2, 3), new() { TokenLosses = wide.AsSpan2D(0, 1, 2, 3) }, default, new() { Advantages = s_tokens }), "outputs.TokenLosses overlaps logProbabilities");
            Throws(() => PolicyLoss.Compute(s_tokens, new() { TokenLosses = losses, LogProbabilityGradient = losses }, default, new() { Advantages = s_tokens }), "outputs.TokenLosses overlaps outputs.LogProbabilityGradient");
            Assert.DoesNotThrow(() => PolicyLoss.Compute(wide.AsSpan2D(0, 0, 2, 3), new() { TokenLosses = wide.AsSpan2D(0, 3, 2, 3) }, default, new() { Advantages = s_tokens }));
        });
    }

    [Test]
    public void DeviceArgumentsAreChecked()
    {
        using CudaDevice device = NativeFixture.Open();
        using CudaStream stream = device.CreateStream();
        using DeviceBuffer<float> tokens = stream.Allocate<float>(12), one = stream.Allocate<float>(1);
        DeviceSpan2D<float> rows = tokens.AsRows(2, 3, 6);
        Assert.Multiple(() =>
        {
            Throws(() => PolicyLoss.Compute(stream, rows, default, default, default), "neither given");
            Throws(() => PolicyLoss.Compute(stream, rows, default, new() { Normaliser = 1 }, new() { Advantages = rows, Normaliser = one }), "inputs.Normaliser and options.Normaliser are both given");
            Throws(() => PolicyLoss.Compute(stream, rows, default, new() { Aggregation = TokenAggregation.TokenSumNorm }, new() { Advantages = rows, Normaliser = one }), "divides by Length alone");
            Throws(() => PolicyLoss.Compute(stream, rows, new() { TokenLosses = tokens.Span.Slice(1, 11).AsRows(2, 3, 6) }, default, new() { Advantages = rows }), "token_losses: overlaps log_probabilities");
            Throws(() => PolicyLoss.Compute(stream, rows, default, default, new() { Advantages = new DeviceSpan2D<float>(rows.Pointer + 2, 2, 3, 3, device.Ordinal) }), "inputs.Advantages points to");
            Throws(() => PolicyLoss.Compute(stream, rows, default, default, new() { Advantages = new DeviceSpan2D<float>(rows.Pointer, 2, 3, 3, device.Ordinal + 1) }), "inputs.Advantages lies on device");
        });
    }

    [Test]
    public void DefaultsAreTheDocumentedOnes()
    {
        PolicyLossOptions documented = new()
        {
            Kind = PolicyLossKind.Clipped,
            ClipLow = 0.2,
            ClipHigh = 0.2,
            DualClip = 0,
            SelectedShare = null,
            PenaltyWeight = 1,
            CovarianceLow = 1,
            CovarianceHigh = 5,
            Seed = 0,
            Smoothing = 1,
            KlEstimator = KlEstimator.K3,
            KlWeight = 0,
            EntropyWeight = 0,
            Aggregation = TokenAggregation.TokenMean,
            Length = 0,
            Normaliser = null,
        };
        Assert.That(default(PolicyLossOptions), Is.EqualTo(new PolicyLossOptions()));
        Assert.That(default(PolicyLossOptions), Is.EqualTo(documented));
        PolicyLossOptions options = default;
        Assert.That((options.ClipLow, options.ClipHigh, options.PenaltyWeight, options.CovarianceLow, options.CovarianceHigh, options.Smoothing), Is.EqualTo((0.2, 0.2, 1.0, 1.0, 5.0, 1.0)));
        foreach (double value in new[] { 0, -0.0, 3.5, double.NaN, double.NegativeInfinity })
            Assert.That(new PolicyLossOptions { ClipLow = value }.ClipLow, Is.EqualTo(value));
    }

    [Test]
    public void SteadyStateAllocatesNothing()
    {
        float[,] losses = new float[64, 100], gradient = new float[64, 100], tokens = new float[64, 100];
        float[] advantages = new float[64];
        PolicyLossOptions options = new() { Kind = PolicyLossKind.KlCov, SelectedShare = 0.1 };
        void Call() => PolicyLoss.Compute(tokens, new() { TokenLosses = losses, LogProbabilityGradient = gradient }, options, new() { SequenceAdvantages = advantages });
        for (int i = 0; i < 3; i++)
            Call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            Call();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static void Range(PolicyLossOptions options, string text) =>
        Assert.That(Assert.Throws<ArgumentOutOfRangeException>(() => PolicyLoss.Compute(s_tokens, default, options, new() { Advantages = s_tokens }))!.Message, Does.Contain(text));

    private static void Argument(PolicyLossOptions options, string text) => Throws(() => PolicyLoss.Compute(s_tokens, default, options, new() { Advantages = s_tokens }), text);

    private static void Throws(Action call, string text) => Assert.That(Assert.Catch<Exception>(call)!.Message, Does.Contain(text));
}
