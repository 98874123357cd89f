using System;

using CommunityToolkit.HighPerformance;

using NUnit.Framework;

namespace Gibbs.Tests.Entropies;

/// <summary>Options have one default, and every wrong argument is refused by name.</summary>
[TestFixture]
[Category("Cpu")]
public sealed class EntropyArgumentTests
{
    private static readonly float[] s_values = new float[12];
    private static readonly long[] s_offsets = [0, 4, 12];

    [Test]
    public void DefaultNewAndDocumentedDefaultsAreEqual()
    {
        RowEntropyOptions documented = new() { Kind = EntropyKind.Shannon, Alpha = 2, Temperature = 1, Input = EntropyInput.Logits, Reduction = Reduction.Mean, Normaliser = null };
        Assert.That(default(RowEntropyOptions), Is.EqualTo(new RowEntropyOptions()));
        Assert.That(default(RowEntropyOptions), Is.EqualTo(documented));
        Assert.That((default(RowEntropyOptions).Alpha, default(RowEntropyOptions).Temperature), Is.EqualTo((2.0, 1.0)));
        RowEntropyOptions set = new() { Kind = EntropyKind.Renyi, Alpha = 0.25, Temperature = 3, Input = EntropyInput.Probabilities, Reduction = Reduction.Sum, Normaliser = 4 };
        Assert.That((set.Kind, set.Alpha, set.Temperature, set.Input, set.Reduction, set.Normaliser), Is.EqualTo((EntropyKind.Renyi, 0.25, 3.0, EntropyInput.Probabilities, Reduction.Sum, 4.0)));
    }

    [Test]
    public void OptionsOutOfRange()
    {
        Refused("Kind is 4", new() { Kind = (EntropyKind)4 });
        Refused("Input is 2", new() { Input = (EntropyInput)2 });
        foreach (double bad in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            Refused("Alpha is", new() { Alpha = bad });
            Refused("Temperature is", new() { Temperature = bad });
        }

        Refused("Alpha is 1E-60, which fp32", new() { Alpha = 1e-60 });
        Refused("Temperature is 2; it must be 1 for probabilities", new() { Input = EntropyInput.Probabilities, Temperature = 2 });
        Refused("Reduction is 3", new() { Reduction = (Reduction)3 });
        Refused("Normaliser is -1", new() { Normaliser = -1 });
        Refused("a normaliser goes with Reduction.Mean only", new() { Reduction = Reduction.Sum, Normaliser = 1 });
    }

    [Test]
    public void ShapesThatDoNotFit()
    {
        float[] three = new float[3], two = new float[2];
        Complains("logits is [0, 0]; it needs at least one column", () => RowEntropy.Compute(default(ReadOnlySpan2D<float>), default));
        Complains("outputs.Entropies has 3 elements", () => RowEntropy.Compute(Rows(), new() { Entropies = three }));
        Complains("outputs.LogSumExp has 3", () => RowEntropy.Compute(Rows(), new() { LogSumExp = three }));
        Complains("outputs.Status has 1", () => RowEntropy.Compute(Rows(), new() { Status = new RowStatus[1] }));
        Complains("outputs.Gradient is [3, 4]", () => RowEntropy.Compute(Rows(), new() { Gradient = new(new float[12], 3, 4) }));
        Complains("inputs.RowWeights has 3", () => RowEntropy.Compute(Rows(), default, default, new() { RowWeights = three }));
        Complains("inputs.Temperatures has 3", () => RowEntropy.Compute(Rows(), default, default, new() { Temperatures = three }));
        Complains("inputs.Actions has 3", () => RowEntropy.Compute(Rows(), default, default, new() { Actions = new int[3] }));
        Complains("inputs.ActionWeights is given without inputs.Actions", () => RowEntropy.Compute(Rows(), default, default, new() { ActionWeights = two }));
        Complains("outputs.LogProbability is given without inputs.Actions", () => RowEntropy.Compute(Rows(), new() { LogProbability = two }));
        RowEntropyOptions probabilities = new() { Input = EntropyInput.Probabilities };
        Complains("inputs.Temperatures is given with probabilities", () => RowEntropy.Compute(Rows(), default, probabilities, new() { Temperatures = two }));
        Complains("outputs.LogSumExp is given with probabilities", () => RowEntropy.Compute(Rows(), new() { LogSumExp = two }, probabilities));
        float[] overlapping = new float[13];
        Complains("outputs.Gradient overlaps logits in part", () => RowEntropy.Compute(new ReadOnlySpan2D<float>(overlapping, 0, 2, 6, 0), new() { Gradient = new(overlapping, 1, 2, 6, 0) }));
    }

    [Test]
    public void RaggedShapesThatDoNotFit()
    {
        Complains("offsets is empty", () => RowEntropy.ComputeRagged(s_values, [], default(RaggedEntropyOutputs<float, float>)));
        Complains("offsets[1] is -1", () => RowEntropy.ComputeRagged(s_values, [0, -1], default(RaggedEntropyOutputs<float, float>)));
        Complains("offsets[2] is 3; it must be from 4 to 12", () => RowEntropy.ComputeRagged(s_values, [0, 4, 3], default(RaggedEntropyOutputs<float, float>)));
        Complains("offsets[1] is 13", () => RowEntropy.ComputeRagged(s_values, [0, 13], default(RaggedEntropyOutputs<float, float>)));
        Complains("outputs.Gradient has 11 elements", () => RowEntropy.ComputeRagged(s_values, s_offsets, new RaggedEntropyOutputs<float, float> { Gradient = new float[11] }));
        Complains("outputs.Entropies has 3", () => RowEntropy.ComputeRagged(s_values, s_offsets, new RaggedEntropyOutputs<float, float> { Entropies = new float[3] }));
        float[] shared = new float[13];
        Complains("outputs.Gradient overlaps values in part", () => RowEntropy.ComputeRagged(shared.AsSpan(0, 12), s_offsets, new RaggedEntropyOutputs<float, float> { Gradient = shared.AsSpan(1, 12) }));
    }

    [Test]
    public void OneOffsetIsNoRows()
    {
        Assert.That(RowEntropy.ComputeRagged(s_values, [3], default(RaggedEntropyOutputs<float, float>)), Is.EqualTo(new CrossEntropyResult(0, 0, 0)));
    }

    private static ReadOnlySpan2D<float> Rows() => new(s_values, 2, 6);

    private static void Refused(string message, RowEntropyOptions options) => Complains(message, () => RowEntropy.Compute(Rows(), default, options));

    private static void Complains(string message, Action call) => Assert.That(call, Throws.InstanceOf<ArgumentException>().With.Message.Contains(message));
}
