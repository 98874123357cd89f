using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Divergences;

/// <summary>Sinkhorn divergences on the device: what the CPU gives.</summary>
[TestFixture]
[Category("Native")]
public sealed class DeviceSinkhornDivergenceTests
{
    private static IEnumerable<TransportMetric> Metrics() =>
        [TransportMetric.SquaredEuclidean, TransportMetric.Euclidean, TransportMetric.Cosine, TransportMetric.DotProduct, TransportMetric.PowerNorm(1.5), TransportMetric.ElasticL1(0.3), TransportMetric.ElasticKSupport(0.7, 2)];

    [TestCaseSource(nameof(Metrics))]
    public void AsOnTheCpu(TransportMetric metric)
    {
        foreach ((int n, int m, double rho, bool weighted) in new[] { (1, 1, double.PositiveInfinity, false), (7, 33, double.PositiveInfinity, true), (40, 20, 0.8, true), (33, 33, double.PositiveInfinity, false) })
            Compare(metric, n, m, rho, weighted, 1e-10);
    }

    [Test]
    public void MassesWithinTheTolerance()
    {
        double[] a = Clouds.Weights(12, 3), b = Clouds.Weights(9, 4, 1 + 4e-6);
        Compare(default, Clouds.Points(12, 3, 1), Clouds.Points(9, 3, 2), a, b, double.PositiveInfinity, 1e-10);
    }

    [Test]
    public void AtomsWithoutMass()
    {
        double[] a = [0.2, 0, 0.3, 0.1, 0, 0.25, 0.15];
        Compare(default, Clouds.Points(7, 2, 1), Clouds.Points(9, 2, 2), a, null, double.PositiveInfinity, 1e-9);
    }

    [Test]
    public void EqualCloudsGiveExactlyZero([Values(1, 30)] int n)
    {
        double[,] x = Clouds.Points(n, 2, 1);
        Run(default, x, x, null, null, double.PositiveInfinity, out SinkhornDivergenceResult result, out double[][] gradients);
        Assert.That(result.Value, Is.Zero);
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(gradients.SelectMany(g => g), Is.All.Zero);
    }

    [Test]
    public void PointsAndWeightsThatAreWrong()
    {
        double[,] x = Clouds.Points(5, 2, 1), y = Clouds.Points(4, 2, 2);
        Run(default, x, y, [1, 1, 1, 1, -1], null, double.PositiveInfinity, out SinkhornDivergenceResult result, out double[][] gradients);
        Assert.That(result.Status, Is.EqualTo(TransportStatus.InvalidInput));
        Assert.That(gradients.SelectMany(g => g).Append(result.Value), Is.All.NaN);
        Run(default, x, y, null, [1, 1, 1, 1], double.PositiveInfinity, out result, out gradients);
        Assert.That(result.Status, Is.EqualTo(TransportStatus.InvalidInput));
        x[3, 1] = double.NaN;
        Run(default, x, y, null, null, double.PositiveInfinity, out result, out gradients);
        Assert.That(result.Status, Is.EqualTo(TransportStatus.NonFinite));
        Assert.That(gradients.SelectMany(g => g).Append(result.Value), Is.All.NaN);
    }

    [Test]
    public void ItsOwnProblemTakesFewSweeps()
    {
        double[,] x = Clouds.Points(80, 2, 1), y = Clouds.Points(80, 2, 2);
        Run(default, x, y, null, null, double.PositiveInfinity, out SinkhornDivergenceResult result, out _, 0.005);
        Assert.That(result.Source.Iterations, Is.LessThan(50));
        Assert.That(result.Cross.Iterations, Is.GreaterThan(2 * result.Source.Iterations));
    }

    [Test]
    public void Float32()
    {
        float[,] x = new float[40, 3], y = new float[50, 3], dx = new float[40, 3];
        double[,] wideX = Clouds.Points(40, 3, 1), wideY = Clouds.Points(50, 3, 2);
        Clouds.Narrow(wideX, x);
        Clouds.Narrow(wideY, y);
        SinkhornDivergenceResult expected = SinkhornDivergence.Compute(x, y, new() { SourceGradient = dx }, new() { Epsilon = 0.1 });
        CudaStream stream = DeviceRows.Stream;
        using DeviceBuffer<float> devX = DeviceRows.UploadSingle(wideX), devY = DeviceRows.UploadSingle(wideY), gx = stream.Allocate<float>(120);
        using DeviceBuffer<SinkhornDivergenceResult> result = stream.Allocate<SinkhornDivergenceResult>(1);
        SinkhornDivergence.Compute(stream, devX.AsRows(40, 3), devY.AsRows(50, 3), new() { Result = result, SourceGradient = gx.AsRows(40, 3) }, new() { Epsilon = 0.1 });
        Assert.That(result.ToArray()[0].Value, Is.EqualTo(expected.Value).Within(1e-6));
        DeviceRows.Near(dx, DeviceRows.Wide(gx.ToArray()), 2e-6);
    }

    [Test]
    public void TheRecordHasTheNativeLayout() => Assert.That(Unsafe.SizeOf<SinkhornDivergenceResult>(), Is.EqualTo(200));

    [Test]
    public void WrongArguments()
    {
        CudaStream stream = DeviceRows.Stream;
        using DeviceBuffer<double> x = DeviceRows.Upload(Clouds.Points(4, 2, 1));
        Clouds.Throws("outputs", "Result", () => SinkhornDivergence.Compute(stream, x.AsRows(4, 2), x.AsRows(4, 2), default(DeviceSinkhornDivergenceOutputs<double>), new() { Epsilon = 1 }));
        Clouds.Throws("options", "TargetRho", () => SinkhornDivergence.Compute(stream, x.AsRows(4, 2), x.AsRows(4, 2), default(DeviceSinkhornDivergenceOutputs<double>), new() { Epsilon = 1, TargetRho = 1 }));
    }

    private static void Compare(TransportMetric metric, int n, int m, double rho, bool weighted, double tolerance) =>
        Compare(metric, Clouds.Points(n, 3, 1), Clouds.Points(m, 3, 2), weighted ? Clouds.Weights(n, 3, double.IsInfinity(rho) ? 1 : 1.4) : null, weighted ? Clouds.Weights(m, 4) : null, rho, tolerance);

    private static void Compare(TransportMetric metric, double[,] x, double[,] y, double[]? a, double[]? b, double rho, double tolerance)
    {
        double[,] dx = new double[x.GetLength(0), x.GetLength(1)], dy = new double[y.GetLength(0), y.GetLength(1)];
        double[] da = new double[x.GetLength(0)], db = new double[y.GetLength(0)];
        SinkhornOptions options = new() { Epsilon = 0.2, Metric = metric, Tolerance = 1e-11, SourceRho = rho, TargetRho = rho };
        SinkhornDivergenceResult expected = SinkhornDivergence.Compute(
            x, y, new() { SourceGradient = dx, TargetGradient = dy, SourceWeightGradient = da, TargetWeightGradient = db }, options, new() { SourceWeights = a, TargetWeights = b });
        Run(metric, x, y, a, b, rho, out SinkhornDivergenceResult result, out double[][] gradients);
        Assert.That(result.Status, Is.LessThanOrEqualTo(TransportStatus.FloorReached));
        Assert.That(result.Value, Is.EqualTo(expected.Value).Within(tolerance));
        Assert.That(result.Source.Value, Is.EqualTo(expected.Source.Value).Within(tolerance));
        Array[] wanted = [dx, dy, da, db];
        for (int i = 0; i < 4; i++)
            DeviceRows.Near(wanted[i], gradients[i], tolerance);
    }

    private static void Run(TransportMetric metric, double[,] x, double[,] y, double[]? a, double[]? b, double rho, out SinkhornDivergenceResult result, out double[][] gradients, double epsilon = 0.2)
    {
        (int n, int m, int d) = (x.GetLength(0), y.GetLength(0), x.GetLength(1));
        CudaStream stream = DeviceRows.Stream;
        using DeviceBuffer<double> devX = DeviceRows.Upload(x), devY = DeviceRows.Upload(y), devA = DeviceRows.Upload(a), devB = DeviceRows.Upload(b);
        using DeviceBuffer<double> gx = stream.Allocate<double>(n * d), gy = stream.Allocate<double>(m * d), ga = stream.Allocate<double>(n), gb = stream.Allocate<double>(m);
        using DeviceBuffer<SinkhornDivergenceResult> found = stream.Allocate<SinkhornDivergenceResult>(1);
        SinkhornDivergence.Compute(
            stream, devX.AsRows(n, d), devY.AsRows(m, d),
            new() { Result = found, SourceGradient = gx.AsRows(n, d), TargetGradient = gy.AsRows(m, d), SourceWeightGradient = ga, TargetWeightGradient = gb },
            new() { Epsilon = epsilon, Metric = metric, Tolerance = 1e-11, SourceRho = rho, TargetRho = rho }, new() { SourceWeights = devA, TargetWeights = devB });
        result = found.ToArray()[0];
        gradients = [gx.ToArray(), gy.ToArray(), ga.ToArray(), gb.ToArray()];
    }
}
