using System;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Samples;

/// <summary>Options and their defaults; what is refused says the argument, what was given and what would be right.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class SampleArgumentTests(string device)
{
    private const SampleEntropyKind Divergence = SampleEntropyKind.CauchySchwarzDivergence, Information = SampleEntropyKind.CauchySchwarzInformation;

    [Test]
    public void DefaultsAreOneValue()
    {
        SampleEntropyOptions documented = new() { Kind = SampleEntropyKind.RenyiQuadratic, Bandwidth = 1, OthersBandwidth = null, ConditionsBandwidth = null, Weight = 1 };
        Assert.That(default(SampleEntropyOptions), Is.EqualTo(documented).And.EqualTo(new SampleEntropyOptions()));
        Assert.That(default(SampleEntropyOptions) with { Bandwidth = 0.3 }, Has.Property("Bandwidth").EqualTo(0.3));
    }

    [Test]
    public void OptionsAreChecked()
    {
        Refused(new() { Kind = (SampleEntropyKind)9 }, "Kind is 9");
        Refused(new() { Bandwidth = 0 }, "Bandwidth is 0; it must be positive and finite");
        Refused(new() { Bandwidth = double.NaN }, "Bandwidth is NaN");
        Refused(new() { Bandwidth = 1e-30 }, "Bandwidth is 1E-30; it must be in [1e-18, 1e18] for fp32 arithmetic");
        Refused(new() { Weight = double.PositiveInfinity }, "Weight is Infinity; it must be finite");
        Refused(new() { Weight = 1e60 }, "Weight is 1E+60, which fp32");
        Refused(new() { Normalised = true }, "where Normalised is set");
        Refused(new() { PlainRows = true }, "where PlainRows is set");
        Refused(new() { OwnBuffers = true }, "where OwnBuffers is set");
        Refused(new() { SquaredKernelSums = true }, "where SquaredKernelSums is set");
        Refused(new() { OthersBandwidth = 1 }, "where OthersBandwidth is set");
        Refused(new() { ConditionsBandwidth = 1 }, "where ConditionsBandwidth is set");
    }

    [Test]
    public void ShapesAreChecked()
    {
        double[][] x = Zeros(6, 2);
        Refused(default, "inputs.Others is [3, 2]; RenyiQuadratic takes none", x, Zeros(3, 2));
        Refused(default, "inputs.Conditions is [6, 1]; RenyiQuadratic takes none", x, null, Zeros(6, 1));
        Refused(new() { Kind = Divergence }, "inputs.Others is [0, 0]; it needs at least one row, and 2 columns", x);
        Refused(new() { Kind = Divergence }, "inputs.Others is [3, 1]; it needs at least one row, and 2 columns", x, Zeros(3, 1));
        Refused(new() { Kind = Information }, "inputs.Others is [5, 2]; it needs 6 rows", x, Zeros(5, 2));
        Refused(new() { Kind = SampleEntropyKind.NearestNeighbour, OwnBuffers = true }, "inputs.Others has 7 rows; with OwnBuffers it needs a multiple of 6", x, Zeros(7, 2));
        Refused(new() { Kind = SampleEntropyKind.ConditionalCauchySchwarz }, "inputs.Others is [6, 1]; it must be [6, 2], as points", x, Zeros(6, 1), Zeros(6, 3));
        Refused(new() { Kind = SampleEntropyKind.ConditionalCauchySchwarz }, "inputs.Conditions is [5, 3]; it needs 6 rows", x, Zeros(6, 2), Zeros(5, 3));
    }

    private static double[][] Zeros(int rows, int columns) => SampleCase.Cloud(ElementType.Float32, new Random(0), rows, columns, 1);

    private void Refused(SampleEntropyOptions options, string message, double[][]? points = null, double[][]? others = null, double[][]? conditions = null) =>
        Assert.That(
            () => SampleRunner.Run(device, new(ElementType.Float32, options, points ?? Zeros(4, 2), others ?? [], conditions ?? [])),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains(message));
}
