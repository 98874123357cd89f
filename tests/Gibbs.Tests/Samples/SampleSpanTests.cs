using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.CrossEntropy;
using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Samples;

/// <summary>Of spans alone: refused outputs, and a call that allocates nothing.</summary>
[TestFixture]
[Category("Cpu")]
public sealed class SampleSpanTests
{
    [Test]
    public void OutputsAreChecked()
    {
        float[] x = new float[12], y = new float[12], values = new float[6];
        string Message(SampleEntropyOptions options, Func<SampleEntropyOptions, double> call) => Assert.Catch<ArgumentException>(() => call(options))!.Message;
        Assert.That(Message(default, o => SampleEntropy.Compute(new ReadOnlySpan2D<float>(x, 6, 2), new() { Gradient = new(y, 4, 3) }, o)), Does.Contain("outputs.Gradient is [4, 3]; it must be [6, 2], as points"));
        Assert.That(Message(default, o => SampleEntropy.Compute(new ReadOnlySpan2D<float>(x, 6, 2), new() { Gradient = new(x, 6, 2) }, o)), Does.Contain("outputs.Gradient overlaps points that are read until the end"));
        Assert.That(Message(default, o => SampleEntropy.Compute(new ReadOnlySpan2D<float>(x, 6, 2), new() { OthersGradient = new(y, 6, 2) }, o)), Does.Contain("RenyiQuadratic has no such gradient"));
        Assert.That(Message(default, o => SampleEntropy.Compute(new ReadOnlySpan2D<float>(x, 6, 2), new() { RowValues = values.AsSpan(0, 5) }, o)), Does.Contain("outputs.RowValues has 5 elements; it needs 6"));
        Assert.That(Message(default, o => SampleEntropy.Compute(new ReadOnlySpan2D<float>(x, 6, 2), new() { Nearest = new long[6] }, o)), Does.Contain("only NearestNeighbour finds it"));
        Assert.That(Message(new() { Kind = SampleEntropyKind.CauchySchwarzDivergence }, o => SampleEntropy.Compute(new ReadOnlySpan2D<float>(x, 6, 2), new() { RowValues = values }, o, new() { Others = new(y, 6, 2) })), Does.Contain("has no value per point"));
    }

    [TestCaseSource(typeof(SampleEntropyTests), nameof(SampleEntropyTests.Kinds))]
    public void ACallAllocatesNothing(SampleEntropyOptions options)
    {
        SampleCase c = SampleCase.Draw(ElementType.Float32, options, 40, 5, 80, 3);
        SampleRunner.Rows<float> x = new(c.Type, c.Points, 0), y = new(c.Type, c.Others, 0), z = new(c.Type, c.Conditions, 0), dx = x.Empty(true), dy = y.Empty(c.HasOthersGradient);
        SteadyStateTests.AllocatesNothing(() => SampleEntropy.Compute(x.View, new() { Gradient = dx.View, OthersGradient = dy.View }, c.Options, new() { Others = y.View, Conditions = z.View }));
    }
}
