using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>The Monge gap on the device against that on spans.</summary>
[TestFixture]
[Category("Native")]
internal sealed class MongeGapDeviceTests
{
    private static IEnumerable<TransportMetric> Metrics() => MongeGapTests.Metrics();

    [Test]
    public void TheSameAsOnSpans([ValueSource(nameof(Metrics))] TransportMetric metric, [Values(1, 7, 33)] int rows, [Values] bool weighted)
    {
        CudaStream stream = TestDevices.Native().Stream;
        double[,] x = ElasticCase.Points(rows, 3, 1), y = ElasticCase.Points(rows, 3, 2), dx = new double[rows, 3], dy = new double[rows, 3];
        double[] weights = [.. Enumerable.Range(0, rows).Select(i => (double)(i % 3) / rows)];
        weights[0] = 1;
        if (!weighted)
            weights = [];
        SinkhornOptions options = new() { Epsilon = 0.3, Metric = metric, Tolerance = 1e-11 };
        MongeGapResult expected = MongeGap.Compute(x, y, new() { PointGradient = dx, MappedGradient = dy }, options, new() { Weights = weights });

        using DeviceArray<double> points = new(stream, x), mapped = new(stream, y), pointGradient = new(stream, dx), mappedGradient = new(stream, dy);
        using DeviceBuffer<double> a = stream.Upload<double>(weights);
        using DeviceBuffer<MongeGapResult> result = stream.Allocate<MongeGapResult>(1);
        DeviceMongeGapOutputs<double> outputs = new() { Result = result, PointGradient = pointGradient.View, MappedGradient = mappedGradient.View };
        using DeviceBuffer<byte> scratch = stream.Allocate<byte>(MongeGap.WorkspaceBytes(stream, points.View, mapped.View, outputs, options, new() { Weights = a }));
        MongeGap.Compute(stream, points.View, mapped.View, outputs, options, new() { Weights = a, Workspace = scratch });
        MongeGapResult found = result.ToArray()[0];
        Assert.That(found.Transport.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(found.MappedCost, Is.EqualTo(expected.MappedCost).Within(1e-12));
        Assert.That(found.Slack, Is.EqualTo(expected.Slack).Within(1e-13));
        Assert.That(found.Value, Is.EqualTo(expected.Value).Within(1e-9));
        Assert.That(pointGradient.Read().Cast<double>(), Is.EqualTo(dx.Cast<double>()).Within(1e-9));
        Assert.That(mappedGradient.Read().Cast<double>(), Is.EqualTo(dy.Cast<double>()).Within(1e-9));

        using DeviceArray<float> narrowPoints = new(stream, ElasticCase.Single(x)), narrowMapped = new(stream, ElasticCase.Single(y)), narrowGradient = new(stream, new float[rows, 3]);
        using DeviceBuffer<float> narrowWeights = stream.Upload<float>([.. weights.Select(w => (float)w)]);
        MongeGap.Compute(stream, narrowPoints.View, narrowMapped.View, new() { Result = result, MappedGradient = narrowGradient.View }, options with { Tolerance = 0 }, new() { Weights = narrowWeights });
        Assert.That(result.ToArray()[0].Value, Is.EqualTo(expected.Value).Within(1e-4));
        Assert.That(narrowGradient.Read().Cast<float>().Select(v => (double)v), Is.EqualTo(dy.Cast<double>()).Within(1e-4));
    }

    [Test]
    public void BadWeightsHaveAStatus()
    {
        CudaStream stream = TestDevices.Native().Stream;
        using DeviceArray<double> points = new(stream, ElasticCase.Points(3, 2, 1)), mapped = new(stream, ElasticCase.Points(3, 2, 2)), gradient = new(stream, new double[3, 2]);
        using DeviceBuffer<double> weights = stream.Upload<double>([0.5, -0.1, 0.6]);
        using DeviceBuffer<MongeGapResult> result = stream.Allocate<MongeGapResult>(1);
        MongeGap.Compute(stream, points.View, mapped.View, new() { Result = result, MappedGradient = gradient.View }, new() { Epsilon = 0.1 }, new() { Weights = weights });
        Assert.That(result.ToArray()[0].Transport.Status, Is.EqualTo(TransportStatus.InvalidInput));
        Assert.That(result.ToArray()[0].Value, Is.NaN);
        Assert.That(gradient.Read().Cast<double>(), Is.All.NaN);
    }

    [Test]
    public void ArgumentsAreChecked()
    {
        CudaStream stream = TestDevices.Native().Stream;
        using DeviceBuffer<double> memory = stream.Upload<double>(new double[100]);
        using DeviceBuffer<MongeGapResult> result = stream.Allocate<MongeGapResult>(2);
        DeviceSpan2D<double> x = memory.Span.Slice(0, 6).AsRows(3, 2), y = memory.Span.Slice(10, 6).AsRows(3, 2);
        DeviceSpan<MongeGapResult> one = result.Span.Slice(0, 1);
        SinkhornOptions options = new() { Epsilon = 0.1 };
        string Message(Action call) => Assert.Catch<Exception>(() => call())!.Message;
        Assert.That(Unsafe.SizeOf<MongeGapResult>(), Is.EqualTo(88));
        Assert.That(Message(() => MongeGap.Compute(stream, x, y, default, options)), Does.Contain("outputs.Result has 0 elements; it needs 1"));
        Assert.That(Message(() => MongeGap.Compute(stream, x, y, new() { Result = result }, options)), Does.Contain("outputs.Result has 2"));
        Assert.That(Message(() => MongeGap.Compute(stream, x, memory.Span.Slice(10, 4).AsRows(2, 2), new() { Result = one }, options)), Does.Contain("mapped is [2, 2]; it must be [3, 2]"));
        Assert.That(Message(() => MongeGap.Compute(stream, x, y, new() { Result = one }, default)), Does.Contain("Epsilon is 0"));
        Assert.That(Message(() => MongeGap.Compute(stream, x, y, new() { Result = one }, options with { SourceRho = 1 })), Does.Contain("SourceRho is 1"));
        Assert.That(Message(() => MongeGap.Compute(stream, x, y, new() { Result = one }, options, new() { Weights = memory.Span.Slice(30, 2) })), Does.Contain("inputs.Weights has 2"));
        Assert.That(Message(() => MongeGap.Compute(stream, x, y, new() { Result = one, TargetPotential = memory.Span.Slice(30, 2) }, options)), Does.Contain("outputs.TargetPotential has 2"));
        Assert.That(Message(() => MongeGap.Compute(stream, x, y, new() { Result = one, MappedGradient = x }, options)), Does.Contain("overlaps"));
    }
}
