using System;

using CommunityToolkit.HighPerformance;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

/// <summary>Wrong arguments of Fenchel-Young losses and of global masks in host memory: each is named, with what was given and what would be right. The device's checks are the same code.</summary>
[TestFixture]
[Category("Cpu")]
public sealed class LossAndMaskArgumentTests
{
    private const int N = 2;
    private const int V = 4;

    [Test]
    public void OptionsOfLosses()
    {
        foreach (double alpha in new[] { 1, 0, -1.5, 8.001, double.NaN, double.PositiveInfinity })
            RefusesOptions($"Alpha is {alpha}; it must be in (1, 8]", new() { Alpha = alpha });
        foreach (double smoothing in new[] { -0.1, 1.1, double.NaN })
            RefusesOptions($"LabelSmoothing is {smoothing}; it must be in [0, 1]", new() { LabelSmoothing = smoothing });
        foreach (double normaliser in new[] { -1, double.NaN, double.PositiveInfinity })
            RefusesOptions($"Normaliser is {normaliser}; it must be finite and at least 0", new() { Normaliser = normaliser });
        RefusesOptions("a normaliser goes with Reduction.Mean only", new() { Normaliser = 1, Reduction = Reduction.Sum });
        RefusesOptions("Reduction is 3; it must be Mean (0), Sum (1) or None (2)", new() { Reduction = (Reduction)3 });
        foreach (double normaliser in new[] { 1e39, 1e-50 })
        {
            RefusesOptions("which fp32, the arithmetic of this type, cannot hold", new() { Normaliser = normaliser });
            _ = FenchelYoung.Compute(new double[0, V], default(TargetSpan), default, new FenchelYoungOptions { Normaliser = normaliser });
        }
    }

    [Test]
    public void ShapesOfLosses()
    {
        Refuses("logits is [2, 0]; it needs at least one column", () => FenchelYoung.Compute(new float[N, 0], new int[N], default));
        Refuses("targets has 0 elements; it needs 2, one per row of logits", () => FenchelYoung.Compute(new float[N, V], default(TargetSpan), default));
        Refuses("targets has 3 elements; it needs 2", () => FenchelYoung.Compute(new float[N, V], new long[3], default));
        Refuses("outputs.Losses has 1 elements; it needs 2", () => FenchelYoung.Compute(new float[N, V], new int[N], new FenchelYoungOutputs<float, float> { Losses = new float[1] }));
        Refuses("outputs.SupportSize has 1 elements; it needs 2", () => FenchelYoung.Compute(new float[N, V], new int[N], new FenchelYoungOutputs<float, float> { SupportSize = new long[1] }));
        Refuses("outputs.Status has 3 elements; it needs 2", () => FenchelYoung.Compute(new float[N, V], new int[N], new FenchelYoungOutputs<float, float> { Status = new RowStatus[3] }));
        Refuses("outputs.Gradient is [2, 3]; it must be [2, 4], as logits", () => FenchelYoung.Compute(new float[N, V], new int[N], new FenchelYoungOutputs<float, float> { Gradient = new float[N, 3] }));
        Refuses("outputs.Probabilities is [1, 4]; it must be [2, 4]", () => FenchelYoung.Compute(new float[N, V], new int[N], new FenchelYoungOutputs<float, float> { Probabilities = new float[1, V] }));
        Refuses("inputs.ClassWeights has 3 elements; it needs 4, V, one per column of logits", () => FenchelYoung.Compute(new float[N, V], new int[N], default, default, new FenchelYoungInputs<float> { ClassWeights = new float[3] }));
        Refuses("inputs.RowWeights has 3 elements; it needs 2", () => FenchelYoung.Compute(new float[N, V], new int[N], default, default, new FenchelYoungInputs<float> { RowWeights = new float[3] }));
        Refuses("inputs.Alphas has 3 elements; it needs 2", () => FenchelYoung.Compute(new float[N, V], new int[N], default, default, new FenchelYoungInputs<float> { Alphas = new float[3] }));
    }

    [Test]
    public void LossesThatOverlapTheLogits()
    {
        float[] memory = new float[32];
        Span2D<float> At(int start) => Span2D<float>.DangerousCreate(ref memory[start], N, V, 0);
        Refuses("overlaps", () => FenchelYoung.Compute(At(0), new int[N], new FenchelYoungOutputs<float, float> { Gradient = At(1) }));
        Refuses("overlaps", () => FenchelYoung.Compute(At(0), new int[N], new FenchelYoungOutputs<float, float> { Probabilities = At(0) }));
        Refuses("overlaps", () => FenchelYoung.Compute(At(0), new int[N], new FenchelYoungOutputs<float, float> { Gradient = At(16), Probabilities = At(16) }));
    }

    [Test]
    public void Masks()
    {
        float[] w = new float[8], memory = new float[16];
        Refuses("tensors hold Int32; they must hold float, double, Half or BFloat16", () => GlobalMask.KeepLargest<int>([], 0));
        RefusesMask("score is 4", new() { Weights = w }, 1, (MaskScore)4);
        RefusesMask("count is -1; it must be in [0, 8], the total length of the tensors", new() { Weights = w }, -1);
        RefusesMask("count is 9; it must be in [0, 8]", new() { Weights = w }, 9);
        RefusesMask("tensors[0].Other has 8 elements with MaskScore.Magnitude, which takes none", new() { Weights = w, Other = w });
        RefusesMask("tensors[0].Other has 3 elements; MaskScore.SignalToNoise needs 8, one per weight", new() { Weights = w, Other = new float[3] }, 1, MaskScore.SignalToNoise);
        RefusesMask("tensors[0].Weights has 0 elements; it needs 8, one per score", new() { Other = w, Masked = new float[8] }, 1, MaskScore.Given);
        RefusesMask("tensors[0].Mask has 7 elements; it needs 8, one per entry, or none", new() { Weights = w, Mask = new byte[7] });
        RefusesMask("tensors[0].Masked has 9 elements; it needs 8", new() { Weights = w, Masked = new float[9] });
        RefusesMask("tensors[0].Masked overlaps", new() { Weights = memory.AsMemory(0, 8), Masked = memory.AsMemory(1, 8) });
        RefusesMask("tensors[0].Masked overlaps", new() { Weights = w, Other = memory.AsMemory(0, 8), Masked = memory.AsMemory(0, 8) }, 1, MaskScore.Sensitivity);
        Refuses("tensors[1].Mask has 1 elements", () => GlobalMask.KeepLargest<float>([new() { Weights = w }, new() { Weights = w, Mask = new byte[1] }], 1));
    }

    [Test]
    public void CountOfASparsity()
    {
        Assert.Multiple(() =>
        {
            Assert.That(GlobalMask.CountOf(0, 10), Is.EqualTo(10));
            Assert.That(GlobalMask.CountOf(1, 10), Is.Zero);
            Assert.That(GlobalMask.CountOf(0.9, 10), Is.EqualTo(1));
            Assert.That(GlobalMask.CountOf(0.5, 3), Is.EqualTo(2));
            Assert.That(GlobalMask.CountOf(0.3, 0), Is.Zero);
            Assert.That(() => GlobalMask.CountOf(-0.1, 10), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("sparsity is -0.1"));
            Assert.That(() => GlobalMask.CountOf(double.NaN, 10), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => GlobalMask.CountOf(0.5, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    private static void RefusesOptions(string says, FenchelYoungOptions options) => Refuses(says, () => FenchelYoung.Compute(new float[N, V], new int[N], default, options));

    private static void RefusesMask(string says, MaskTensor<float> tensor, long count = 1, MaskScore score = MaskScore.Magnitude) => Refuses(says, () => GlobalMask.KeepLargest<float>([tensor], count, score));

    private static void Refuses(string says, Action call)
    {
        ArgumentException? error = Assert.Catch<ArgumentException>(() => call());
        Assert.That(error!.Message, Does.Contain(says));
        Assert.That(error.ParamName, Is.Not.Null.And.Not.Empty);
    }
}
