using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Elastic maps on the device against those on spans, and what only the device refuses.</summary>
[TestFixture]
[Category("Native")]
internal sealed class ElasticMapDeviceTests
{
    private static IEnumerable<ElasticCost> Costs() => ElasticMapTests.Costs();

    [Test]
    public void TheSameAsOnSpans([ValueSource(nameof(Costs))] ElasticCost cost, [Values(1, 33)] int rows, [Values(1, 7, 100)] int targets, [Values(1, 5, 40)] int dimensions)
    {
        CudaStream stream = TestDevices.Native().Stream;
        ElasticCase c = ElasticCase.Draw(cost, rows, targets, dimensions);
        double[,] mapped = new double[rows, dimensions], gradient = new double[rows, dimensions];
        double[] potential = new double[rows];
        ElasticMap.Apply(c.X, c.Y, c.G, new() { Mapped = mapped, Gradient = gradient, Potential = potential }, c.Options, new() { TargetWeights = c.B, Matrix = c.Matrix });

        using DeviceArray<double> x = new(stream, c.X), y = new(stream, c.Y), matrix = new(stream, c.Matrix), wide = new(stream, new double[rows, dimensions]), wideGradient = new(stream, new double[rows, dimensions]);
        using DeviceBuffer<double> g = stream.Upload<double>(c.G), b = stream.Upload<double>(c.B), values = stream.Allocate<double>(rows);
        ElasticMap.Apply(stream, x.View, y.View, g, new() { Mapped = wide.View, Gradient = wideGradient.View, Potential = values }, c.Options, new() { TargetWeights = b, Matrix = matrix.View });
        Assert.That(wide.Read().Cast<double>(), Is.EqualTo(mapped.Cast<double>()).Within(1e-11));
        Assert.That(wideGradient.Read().Cast<double>(), Is.EqualTo(gradient.Cast<double>()).Within(1e-11));
        Assert.That(values.ToArray(), Is.EqualTo(potential).Within(1e-12));

        using DeviceArray<float> xs = new(stream, ElasticCase.Single(c.X)), ys = new(stream, ElasticCase.Single(c.Y)), matrixs = new(stream, ElasticCase.Single(c.Matrix)), narrow = new(stream, new float[rows, dimensions]);
        using DeviceBuffer<float> gs = stream.Upload<float>([.. c.G.Select(v => (float)v)]), bs = stream.Upload<float>([.. c.B.Select(v => (float)v)]);
        ElasticMap.Apply(stream, xs.View, ys.View, gs, new() { Mapped = narrow.View }, c.Options, new() { TargetWeights = bs, Matrix = matrixs.View });
        Assert.That(narrow.Read().Cast<float>().Select(v => (double)v), Is.EqualTo(mapped.Cast<double>()).Within(5e-5));
    }

    [TestCaseSource(nameof(Costs))]
    public void ARowDoesNotDependOnItsBatch(ElasticCost cost)
    {
        CudaStream stream = TestDevices.Native().Stream;
        ElasticCase c = ElasticCase.Draw(cost, 9, 70, 3);
        double[,] one = { { c.X[6, 0], c.X[6, 1], c.X[6, 2] } };
        using DeviceArray<double> x = new(stream, c.X), single = new(stream, one), y = new(stream, c.Y), matrix = new(stream, c.Matrix), all = new(stream, new double[9, 3]), alone = new(stream, new double[1, 3]);
        using DeviceBuffer<double> g = stream.Upload<double>(c.G);
        ElasticMap.Apply(stream, x.View, y.View, g, new() { Mapped = all.View }, c.Options, new() { Matrix = matrix.View });
        long bytes = ElasticMap.WorkspaceBytes(stream, single.View, y.View, g, new() { Mapped = alone.View }, c.Options, new() { Matrix = matrix.View });
        using DeviceBuffer<byte> scratch = stream.Allocate<byte>(bytes);
        ElasticMap.Apply(stream, single.View, y.View, g, new() { Mapped = alone.View }, c.Options, new() { Matrix = matrix.View, Workspace = scratch });
        Assert.That(ElasticCase.Row(alone.Read(), 0), Is.EqualTo(ElasticCase.Row(all.Read(), 6)));
        Assert.That(
            () => ElasticMap.Apply(stream, single.View, y.View, g, new() { Mapped = alone.View }, c.Options, new() { Matrix = matrix.View, Workspace = scratch.Span.Slice(0, bytes - 256) }),
            Throws.InstanceOf<Exception>().With.Message.Contains("workspace_bytes"));
    }

    [Test]
    public void AZeroWeightAndAPointThatIsNotFinite([ValueSource(nameof(Costs))] ElasticCost cost, [Values(double.NaN, double.PositiveInfinity)] double bad)
    {
        CudaStream stream = TestDevices.Native().Stream;
        ElasticCase c = ElasticCase.Draw(cost, 4, 9, 3);
        c.B[5] = 0;
        c.G[5] = 1e6;
        c.X[1, 2] = bad;
        using DeviceArray<double> x = new(stream, c.X), y = new(stream, c.Y), matrix = new(stream, c.Matrix), mapped = new(stream, new double[4, 3]), gradient = new(stream, new double[4, 3]);
        using DeviceBuffer<double> g = stream.Upload<double>(c.G), b = stream.Upload<double>(c.B), values = stream.Allocate<double>(4);
        ElasticMap.Apply(stream, x.View, y.View, g, new() { Mapped = mapped.View, Gradient = gradient.View, Potential = values }, c.Options, new() { TargetWeights = b, Matrix = matrix.View });
        for (int i = 0; i < 4; i++)
        {
            Assert.That(ElasticCase.Row(mapped.Read(), i), i == 1 ? Is.All.NaN : Is.All.InRange(-3, 3));
            Assert.That(ElasticCase.Row(gradient.Read(), i), i == 1 ? Is.All.NaN : Is.All.InRange(-20, 20));
            Assert.That(double.IsNaN(values.ToArray()[i]), Is.EqualTo(i == 1));
        }

        b.Stream.Copy<double>([-1], b.Span.Slice(0, 1));
        ElasticMap.Apply(stream, x.View, y.View, g, new() { Potential = values }, c.Options, new() { TargetWeights = b, Matrix = matrix.View });
        Assert.That(values.ToArray(), Is.All.NaN, "a negative weight");
    }

    [Test]
    public void PointsAreEmbedded([Values] bool complement)
    {
        CudaStream stream = TestDevices.Native().Stream;
        ElasticCost cost = complement ? ElasticCost.Complement(2.5) : ElasticCost.Linear(1.5);
        ElasticCase c = ElasticCase.Draw(cost, 6, 8, 5);
        double[,] expected = new double[6, 7];
        ElasticMap.Embed(c.X, expected, cost, c.Matrix);
        using DeviceArray<double> x = new(stream, c.X), matrix = new(stream, c.Matrix), embedded = new(stream, expected);
        stream.EnqueueFill(new DeviceSpan<double>(embedded.View.Pointer, 60, embedded.View.Device));
        ElasticMap.Embed(stream, x.View, embedded.View, cost, matrix.View);
        Assert.That(embedded.Read().Cast<double>(), Is.EqualTo(expected.Cast<double>()).Within(1e-14));
    }

    [Test]
    public void ArgumentsAreChecked()
    {
        CudaStream stream = TestDevices.Native().Stream;
        using DeviceBuffer<double> memory = stream.Upload<double>(new double[200]);
        DeviceSpan2D<double> x = memory.Span.Slice(0, 6).AsRows(3, 2), y = memory.Span.Slice(10, 8).AsRows(4, 2);
        DeviceSpan<double> g = memory.Span.Slice(20, 4), four = memory.Span.Slice(30, 4);
        ElasticMapOptions options = new() { Epsilon = 1 }, linear = new() { Epsilon = 1, Cost = ElasticCost.Linear(1) };
        string Message(Action call) => Assert.Catch<Exception>(() => call())!.Message;
        Assert.That(Message(() => ElasticMap.Apply(stream, x, y, g, default, default)), Does.Contain("Epsilon is 0"));
        Assert.That(Message(() => ElasticMap.Apply(stream, x, y, four.Slice(0, 3), default, options)), Does.Contain("targetPotential has 3 elements"));
        Assert.That(Message(() => ElasticMap.Apply(stream, x, y, g, new() { Potential = four }, options)), Does.Contain("outputs.Potential has 4"));
        Assert.That(Message(() => ElasticMap.Apply(stream, x, y, g, default, linear)), Does.Contain("inputs.Matrix is [0, 0]"));
        Assert.That(Message(() => ElasticMap.Apply(stream, x, y, g, new() { Mapped = x }, options)), Does.Contain("overlaps points"));
        Assert.That(Message(() => ElasticMap.Apply(stream, x, y, g, new() { Mapped = memory.Span.Slice(50, 6).AsRows(3, 2), Gradient = memory.Span.Slice(52, 6).AsRows(3, 2) }, options)), Does.Contain("gradient: overlaps mapped"));
        Assert.That(Message(() => ElasticMap.Embed(stream, x, memory.Span.Slice(50, 9).AsRows(3, 3), default, default)), Does.Contain("cost is L1"));
        Assert.That(Message(() => ElasticMap.Embed(stream, x, memory.Span.Slice(50, 9).AsRows(3, 3), linear.Cost, y)), Does.Contain("embedded is [3, 3]; it must be [3, 6]"));
        Assert.That(Message(() => ElasticMap.Embed(stream, x, memory.Span.Slice(4, 18).AsRows(3, 6), linear.Cost, y)), Does.Contain("embedded: overlaps points"));
        Assert.That(() => ElasticMap.Apply(stream, memory.Span.Slice(0, 0).AsRows(0, 2), y, g, default, options), Throws.Nothing);
    }
}
