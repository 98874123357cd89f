using System.Collections.Generic;
using System.Linq;

using Gibbs.Interop;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Native;

/// <summary>The Sinkhorn kernels between point clouds, against the CPU: values, potentials, and gradients by the points, in either regime.</summary>
[Category("Native")]
internal sealed class NativePointSinkhornTests
{
    private static IEnumerable<TransportMetric> Metrics() =>
    [
        TransportMetric.SquaredEuclidean, TransportMetric.Euclidean, TransportMetric.Cosine, TransportMetric.DotProduct,
        TransportMetric.PowerNorm(1.5), TransportMetric.ElasticL1(0.3), TransportMetric.ElasticKSupport(0.7, 2), TransportMetric.ElasticKSupport(0.4, 9),
    ];

    [TestCaseSource(nameof(Metrics))]
    public void EveryMetricAgreesWithTheCpu(TransportMetric metric)
    {
        foreach ((int n, int m, int d) in new[] { (13, 21, 3), (37, 30, 11), (9, 40, 1) })
        {
            double[] x = NativeProblems.Uniform(n * d, 1), y = NativeProblems.Uniform(m * d, 2), a = NativeProblems.Weights(n, 3);
            double[] f = new double[n];
            double[,] plan = new double[n, m], dx = new double[n, d], dy = new double[m, d];
            SinkhornResult expected = Sinkhorn.SolvePoints(
                NativeProblems.Matrix(x, n, d), NativeProblems.Matrix(y, m, d), new() { SourcePotential = f, Plan = plan, SourceGradient = dx, TargetGradient = dy }, new() { Epsilon = 0.2, Metric = metric },
                new() { SourceWeights = a });
            NativeSinkhorn<double, double> blocks = Cloud(x, y, n, m, d, metric), grid = Cloud(x, y, n, m, d, metric);
            blocks.SourceWeights = grid.SourceWeights = a;
            blocks.Arguments.regime = gibbs_sinkhorn_regime.GIBBS_SINKHORN_BLOCKS;
            grid.Arguments.regime = gibbs_sinkhorn_regime.GIBBS_SINKHORN_GRID;
            NativeSinkhornTests.Agree(blocks.Run().Results[0], expected, 1e-9);
            Assert.That(NativeSinkhornTests.Largest(blocks.F, f), Is.LessThan(1e-8));
            Assert.That(NativeSinkhornTests.Largest(blocks.Plan, [.. plan.Cast<double>()]), Is.LessThan(1e-9));
            Assert.That(NativeSinkhornTests.Largest(blocks.XGradient, [.. dx.Cast<double>()]), Is.LessThan(1e-8));
            Assert.That(NativeSinkhornTests.Largest(blocks.YGradient, [.. dy.Cast<double>()]), Is.LessThan(1e-8));
            Assert.That(grid.Run(workspace: true).Results, Is.EqualTo(blocks.Results));
            Assert.That(grid.XGradient, Is.EqualTo(blocks.XGradient));
            Assert.That(grid.YGradient, Is.EqualTo(blocks.YGradient));
        }
    }

    [Test]
    public void FloatsOfManyCoordinates()
    {
        const int N = 25, M = 33, D = 270;
        float[] x = NativeProblems.Single(NativeProblems.Uniform(N * D, 5)), y = NativeProblems.Single(NativeProblems.Uniform(M * D, 6));
        float[,] dx = new float[N, D];
        SinkhornResult expected = Sinkhorn.SolvePoints(NativeProblems.Matrix(x, N, D), NativeProblems.Matrix(y, M, D), new() { SourceGradient = dx }, new() { Epsilon = 2 });
        NativeSinkhorn<float, float> native = new() { X = x, Y = y };
        native.Arguments = native.Arguments with { rows = N, columns = M, dimensions = D, epsilon = 2 };
        native.Run();
        Assert.That(native.Results[0].Value, Is.EqualTo(expected.Value).Within(1e-5 * expected.Value));
        Assert.That(NativeSinkhornTests.Largest(native.XGradient, [.. dx.Cast<float>()]), Is.LessThan(1e-4));
    }

    // A ragged batch of two, the second of a cloud with itself.
    [Test]
    public void ARaggedBatchOfClouds()
    {
        double[] x = NativeProblems.Uniform(30 * 2, 7), y = NativeProblems.Uniform(47 * 2, 8);
        NativeSinkhorn<double, double> batch = Cloud([.. x, .. y], [.. y, .. y], 47, 47, 2, default);
        batch.Arguments.problems = 2;
        batch.SourceOffsets = [0, 30, 77];
        batch.TargetOffsets = [0, 47, 94];
        batch.CostOffsets = [0, 30 * 47, (30 * 47) + (47 * 47)];
        batch.Run();
        NativeSinkhorn<double, double> first = Cloud(x, y, 30, 47, 2, default).Run(), second = Cloud(y, y, 47, 47, 2, default).Run();
        Assert.That(batch.Results, Is.EqualTo(new[] { first.Results[0], second.Results[0] }));
        Assert.That(batch.XGradient, Is.EqualTo(first.XGradient.Concat(second.XGradient)));
        Assert.That(batch.YGradient, Is.EqualTo(first.YGradient.Concat(second.YGradient)));
        Assert.That(batch.Plan, Is.EqualTo(first.Plan.Concat(second.Plan)));
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void APointThatIsNone(double coordinate)
    {
        double[] x = NativeProblems.Uniform(10, 9), y = NativeProblems.Uniform(14, 10);
        x[3] = coordinate;
        NativeSinkhorn<double, double> native = Cloud(x, y, 5, 7, 2, default).Run();
        Assert.That(native.Results[0].Status, Is.EqualTo(TransportStatus.NonFinite));
        Assert.That(native.XGradient.Concat(native.YGradient).Concat(native.Plan), Is.All.NaN);
    }

    private static NativeSinkhorn<double, double> Cloud(double[] x, double[] y, int rows, int columns, int dimensions, TransportMetric metric)
    {
        NativeSinkhorn<double, double> native = new() { X = x, Y = y };
        native.Arguments = native.Arguments with { rows = rows, columns = columns, dimensions = dimensions, epsilon = 0.2, metric = metric.Kind, metric_parameter = metric.Parameter, metric_k = metric.K };
        return native;
    }
}
