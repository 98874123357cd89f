using System;

using CommunityToolkit.HighPerformance;

using NUnit.Framework;

namespace Gibbs.Tests.Decoding;

/// <summary>default, new() and the documented defaults of the options are one value; what is wrong is refused by name.</summary>
[Category("Cpu")]
internal sealed class TokenSetArgumentTests
{
    private static readonly object[] s_wrong =
    [
        new object[] { "TopK", new TokenSetOptions { TopK = -1 } },
        new object[] { "TopP", new TokenSetOptions { TopP = 0 } },
        new object[] { "TopP", new TokenSetOptions { TopP = 1.5 } },
        new object[] { "TopP", new TokenSetOptions { TopP = double.NaN } },
        new object[] { "TopP", new TokenSetOptions { TopP = 1e-60 } },
        new object[] { "MinP", new TokenSetOptions { MinP = -0.1 } },
        new object[] { "MinP", new TokenSetOptions { MinP = 1.1 } },
        new object[] { "MinProbability", new TokenSetOptions { MinProbability = double.NaN } },
        new object[] { "TopH", new TokenSetOptions { TopH = 0 } },
        new object[] { "TopH", new TokenSetOptions { TopH = 1.01 } },
        new object[] { "TopHVariant", new TokenSetOptions { TopHVariant = (TopHVariant)3 } },
        new object[] { "TopHCap", new TokenSetOptions { TopHCap = 0 } },
        new object[] { "Temperature", new TokenSetOptions { Temperature = 0 } },
        new object[] { "Temperature", new TokenSetOptions { Temperature = double.PositiveInfinity } },
        new object[] { "RowOffset", new TokenSetOptions { RowOffset = -1 } },
        new object[] { "Reduction", new TokenSetOptions { Reduction = (Reduction)7 } },
        new object[] { "Normaliser", new TokenSetOptions { Normaliser = -1 } },
        new object[] { "Normaliser", new TokenSetOptions { Normaliser = 1, Reduction = Reduction.Sum } },
    ];

    [Test]
    public void DefaultNewAndDocumentedDefaultsAreEqual()
    {
        TokenSetOptions documented = new()
        {
            TopK = 0,
            TopP = 1,
            IncludeCrossing = true,
            MinP = 0,
            MinProbability = 0,
            TopH = 1,
            TopHVariant = TopHVariant.Paper,
            TopHCap = 100,
            Temperature = 1,
            Seed = 0,
            Step = 0,
            RowOffset = 0,
            Reduction = Reduction.Mean,
            Normaliser = null,
        };
        Assert.Multiple(() =>
        {
            Assert.That(default(TokenSetOptions), Is.EqualTo(new TokenSetOptions()));
            Assert.That(default(TokenSetOptions), Is.EqualTo(documented));
            Assert.That((default(TokenSetOptions).TopP, default(TokenSetOptions).TopH, default(TokenSetOptions).Temperature), Is.EqualTo((1.0, 1.0, 1.0)));
            Assert.That((default(TokenSetOptions).TopHCap, default(TokenSetOptions).IncludeCrossing), Is.EqualTo((100, true)));
            Assert.That(default(TokenSetOptions) with { TopP = 0.9 }, Is.Not.EqualTo(documented));
        });
    }

    [Test]
    public void EverySetterRoundTrips()
    {
        TokenSetOptions options = new()
        {
            TopK = 40,
            TopP = 0.9,
            IncludeCrossing = false,
            MinP = 0.05,
            MinProbability = 0.01,
            TopH = 0.4,
            TopHVariant = TopHVariant.Transformers,
            TopHCap = int.MinValue,
            Temperature = 0.7,
            Seed = ulong.MaxValue,
            Step = uint.MaxValue,
            RowOffset = long.MaxValue,
            Reduction = Reduction.None,
            Normaliser = 12.5,
        };
        Assert.That(
            (options.TopK, options.TopP, options.IncludeCrossing, options.MinP, options.MinProbability, options.TopH, options.TopHVariant),
            Is.EqualTo((40, 0.9, false, 0.05, 0.01, 0.4, TopHVariant.Transformers)));
        Assert.That(
            (options.TopHCap, options.Temperature, options.Seed, options.Step, options.RowOffset, options.Reduction, options.Normaliser),
            Is.EqualTo((int.MinValue, 0.7, ulong.MaxValue, uint.MaxValue, long.MaxValue, Reduction.None, (double?)12.5)));
    }

    [TestCaseSource(nameof(s_wrong))]
    public void WrongOptionsAreRefused(string name, object options) =>
        Assert.That(() => TokenSet.Compute(new ReadOnlySpan2D<float>([1, 2], 1, 2), default, (TokenSetOptions)options), Throws.InstanceOf<ArgumentException>().With.Message.Contains(name));

    [Test]
    public void WrongShapesAreRefused()
    {
        float[] z = new float[20], real = new float[3];
        Refused("logits", () => TokenSet.Compute(new ReadOnlySpan2D<float>(z, 4, 0), default));
        Refused("inputs.RowWeights", () => TokenSet.Compute(Logits(z), default, default, new TokenSetInputs<float> { RowWeights = real }));
        Refused("inputs.Temperatures", () => TokenSet.Compute(Logits(z), default, default, new TokenSetInputs<float> { Temperatures = real }));
        Refused("inputs.Actions", () => TokenSet.Compute(Logits(z), default, default, new TokenSetInputs<float> { Actions = new int[3] }));
        Refused("outputs.Entropies", () => TokenSet.Compute(Logits(z), new TokenSetOutputs<float, float> { Entropies = real }));
        Refused("outputs.FullEntropies", () => TokenSet.Compute(Logits(z), new TokenSetOutputs<float, float> { FullEntropies = real }));
        Refused("outputs.Counts", () => TokenSet.Compute(Logits(z), new TokenSetOutputs<float, float> { Counts = new int[3] }));
        Refused("outputs.Thresholds", () => TokenSet.Compute(Logits(z), new TokenSetOutputs<float, float> { Thresholds = real }));
        Refused("outputs.Mask", () => TokenSet.Compute(Logits(z), new TokenSetOutputs<float, float> { Mask = new(new byte[20], 5, 4) }));
        Refused("outputs.LogProbabilities", () => TokenSet.Compute(Logits(z), new TokenSetOutputs<float, float> { LogProbabilities = new(new float[20], 5, 4) }));
        Refused("outputs.Gradient", () => TokenSet.Compute(Logits(z), new TokenSetOutputs<float, float> { Gradient = new(new float[20], 5, 4) }));
        Refused("outputs.Samples", () => TokenSet.Compute(Logits(z), new TokenSetOutputs<float, float> { Samples = new long[3] }));
        Refused("outputs.SampleLogProbability", () => TokenSet.Compute(Logits(z), new TokenSetOutputs<float, float> { SampleLogProbability = real }));
        Refused("outputs.Status", () => TokenSet.Compute(Logits(z), new TokenSetOutputs<float, float> { Status = new RowStatus[3] }));
        Refused("inputs.Actions", () => TokenSet.Compute(Logits(z), new TokenSetOutputs<float, float> { ActionLogProbability = new float[4] }));
    }

    [Test]
    public void OverlappingMatricesAreRefused()
    {
        float[] memory = new float[40];
        Refused("outputs.Gradient", () => TokenSet.Compute(Logits(memory), new TokenSetOutputs<float, float> { Gradient = new(memory, 1, 4, 5, 0) }));
        Refused("outputs.LogProbabilities", () => TokenSet.Compute(Logits(memory), new TokenSetOutputs<float, float> { LogProbabilities = new(memory, 4, 5) }));
        Refused("outputs.LogProbabilities", () => TokenSet.Compute(Logits(memory), new TokenSetOutputs<float, float> { Gradient = new(memory, 20, 4, 5, 0), LogProbabilities = new(memory, 20, 4, 5, 0) }));
    }

    private static ReadOnlySpan2D<float> Logits(float[] z) => new(z, 4, 5);

    private static void Refused(string name, Action call) => Assert.That(call, Throws.InstanceOf<ArgumentException>().With.Message.Contains(name));
}
