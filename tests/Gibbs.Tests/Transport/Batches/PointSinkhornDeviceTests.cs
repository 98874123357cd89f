using System;
using System.Collections.Generic;

using CommunityToolkit.HighPerformance;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Solves between clouds on device views against those on spans: every metric, batches, gradients.</summary>
[Category("Native")]
internal sealed class PointSinkhornDeviceTests
{
    private const int Dimensions = 3;

    private static IEnumerable<TransportMetric> Metrics() =>
    [
        TransportMetric.SquaredEuclidean, TransportMetric.Euclidean, TransportMetric.Cosine, TransportMetric.DotProduct,
        TransportMetric.PowerNorm(1.5), TransportMetric.PowerNorm(3), TransportMetric.ElasticL1(0.3), TransportMetric.ElasticKSupport(0.7, 2),
    ];

    [TestCaseSource(nameof(Metrics))]
    public void CloudsOfDifferingSizes(TransportMetric metric)
    {
        (int, int)[] sizes = [(1, 1), (20, 3), (33, 41), (1, 7), (2, 30)];
        BatchProblems<double> all = new(sizes.Length, p => sizes[p], 31);
        SinkhornOptions options = new() { Epsilon = 0.2, Metric = metric, Tolerance = 1e-11, TargetRho = metric.Kind == TransportMetricKind.Euclidean ? 0.5 : double.PositiveInfinity };
        double[] x = Points(all.A.Length, 1), y = Points(all.B.Length, 2);
        double[,] dx = new double[all.A.Length, Dimensions], dy = new double[all.B.Length, Dimensions];
        BatchAnswers<double> expected = new(all);
        Sinkhorn.SolvePointsBatch(
            x.AsSpan().AsSpan2D(all.A.Length, Dimensions), y.AsSpan().AsSpan2D(all.B.Length, Dimensions), all.Batch(),
            new() { Results = expected.Results, SourcePotentials = expected.F, TargetPotentials = expected.G, PackedPlans = expected.P, SourceGradients = dx, TargetGradients = dy },
            options, new() { SourceWeights = all.A, TargetWeights = all.B });
        using DeviceBatch<double> device = new(all);
        using DeviceBuffer<double> sources = device.Stream.Upload<double>(x), targets = device.Stream.Upload<double>(y);
        using DeviceBuffer<double> sourceGradients = device.Stream.Allocate<double>(x.Length), targetGradients = device.Stream.Allocate<double>(y.Length);
        DevicePointSinkhornOutputs<double> outputs = device.PointOutputs() with
        {
            SourceGradients = sourceGradients.AsRows(all.A.Length, Dimensions),
            TargetGradients = targetGradients.AsRows(all.B.Length, Dimensions),
        };
        Sinkhorn.SolvePointsBatch(device.Stream, sources.AsRows(all.A.Length, Dimensions), targets.AsRows(all.B.Length, Dimensions), device.Batch(), outputs, options, device.Inputs());
        device.AssertClose(expected, 1e-8);
        Assert.That(sourceGradients.ToArray(), Is.EqualTo(dx.AsSpan().ToArray()).Within(1e-8));
        Assert.That(targetGradients.ToArray(), Is.EqualTo(dy.AsSpan().ToArray()).Within(1e-8));
    }

    [TestCase(1, 45, 30)]
    [TestCase(3, 7, 9)]
    public void CloudsOfOneSizeInFloats(int problems, int rows, int columns)
    {
        BatchProblems<float> all = new(problems, _ => (rows, columns), 32);
        float[] x = Array.ConvertAll(Points(problems * rows, 3), v => (float)v), y = Array.ConvertAll(Points(problems * columns, 4), v => (float)v);
        SinkhornOptions options = new() { Epsilon = 0.2 };
        BatchAnswers<float> expected = new(all);
        Sinkhorn.SolvePointsBatch(
            x.AsSpan().AsSpan2D(problems * rows, Dimensions), y.AsSpan().AsSpan2D(problems * columns, Dimensions), problems,
            new() { Results = expected.Results, SourcePotentials = expected.F, TargetPotentials = expected.G, Plans = expected.P.AsSpan().AsSpan2D(problems * rows, columns) },
            options, new() { SourceWeights = all.A, TargetWeights = all.B });
        using DeviceBatch<float> device = new(all);
        using DeviceBuffer<float> sources = device.Stream.Upload<float>(x), targets = device.Stream.Upload<float>(y);
        DevicePointSinkhornOutputs<float> outputs = device.PointOutputs() with { PackedPlans = default, Plans = device.P.AsRows(problems * rows, columns) };
        DeviceSpan2D<float> from = sources.AsRows(problems * rows, Dimensions), to = targets.AsRows(problems * columns, Dimensions);
        using DeviceBuffer<byte> scratch = device.Stream.Allocate<byte>(
            problems == 1 ? Sinkhorn.WorkspaceBytes(device.Stream, from, to, outputs, options, device.Inputs()) : Sinkhorn.WorkspaceBytes(device.Stream, from, to, problems, outputs, options, device.Inputs()));
        DeviceSinkhornInputs<float> inputs = device.Inputs() with { Workspace = scratch };
        if (problems == 1)
            Sinkhorn.SolvePoints(device.Stream, from, to, outputs, options, inputs);
        else
            Sinkhorn.SolvePointsBatch(device.Stream, from, to, problems, outputs, options, inputs);
        device.AssertClose(expected, 1e-4);
    }

    [Test]
    public void PointsThatAreNotFinite([Values(double.NaN, double.PositiveInfinity)] double bad)
    {
        BatchProblems<double> all = new(1, _ => (5, 4), 33);
        double[] x = Points(5, 5);
        x[7] = bad;
        using DeviceBatch<double> device = new(all);
        using DeviceBuffer<double> sources = device.Stream.Upload<double>(x), targets = device.Stream.Upload<double>(Points(4, 6));
        Sinkhorn.SolvePoints(device.Stream, sources.AsRows(5, Dimensions), targets.AsRows(4, Dimensions), device.PointOutputs() with { PackedPlans = default }, new() { Epsilon = 0.1 }, device.Inputs());
        Assert.That(device.Results()[0].Status, Is.EqualTo(TransportStatus.NonFinite));
        Assert.That(device.F.ToArray(), Is.All.NaN);
    }

    private static double[] Points(int count, int seed)
    {
        Random random = new(seed);
        double[] points = new double[count * Dimensions];
        foreach (ref double coordinate in points.AsSpan())
            coordinate = random.NextDouble() - 0.3;
        return points;
    }
}
