using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Divergences;

/// <summary>Distances of Gaussians and barycentres on the device: what the CPU gives.</summary>
[TestFixture]
[Category("Native")]
public sealed class DeviceGaussianTests
{
    [Test]
    public void DistancesAsOnTheCpu([Values(1, 2, 3, 7, 16)] int d, [Values(0, 0.2)] double tau)
    {
        double[,] indefinite = Matrices.Covariance(d, 9);
        indefinite[d - 1, d - 1] = -1;
        double[,] s = Matrices.Stack(Matrices.Covariance(d, 1), indefinite, Matrices.Covariance(d, 2)), t = Matrices.Stack(Matrices.Covariance(d, 3), Matrices.Covariance(d, 4), Matrices.Covariance(d, 5));
        double[,] m = Clouds.Points(3, d, 6), n = Clouds.Points(3, d, 7), ds = new double[3 * d, d], dt = new double[3 * d, d], dm = new double[3, d];
        double[] values = new double[3];
        TransportStatus[] status = new TransportStatus[3];
        BuresWassersteinOptions options = new() { Regularisation = tau };
        BuresWasserstein.Compute(s, t, new() { Values = values, SourceGradient = ds, TargetGradient = dt, MeanGradient = dm, Status = status }, options, new() { SourceMeans = m, TargetMeans = n });
        CudaStream stream = DeviceRows.Stream;
        using DeviceBuffer<double> devS = DeviceRows.Upload(s), devT = DeviceRows.Upload(t), devM = DeviceRows.Upload(m), devN = DeviceRows.Upload(n);
        using DeviceBuffer<double> v = stream.Allocate<double>(3), gs = stream.Allocate<double>(3 * d * d), gt = stream.Allocate<double>(3 * d * d), gm = stream.Allocate<double>(3 * d);
        using DeviceBuffer<TransportStatus> st = stream.Allocate<TransportStatus>(3);
        BuresWasserstein.Compute(
            stream, devS.AsRows(3 * d, d), devT.AsRows(3 * d, d),
            new() { Values = v, SourceGradient = gs.AsRows(3 * d, d), TargetGradient = gt.AsRows(3 * d, d), MeanGradient = gm.AsRows(3, d), Status = st }, options,
            new() { SourceMeans = devM.AsRows(3, d), TargetMeans = devN.AsRows(3, d) });
        Assert.That(status[1], Is.EqualTo(TransportStatus.InvalidInput));
        Assert.That(st.ToArray(), Is.EqualTo(status));
        DeviceRows.Near(values, v.ToArray(), 1e-12 * d);
        DeviceRows.Near(ds, gs.ToArray(), 1e-10);
        DeviceRows.Near(dt, gt.ToArray(), 1e-10);
        DeviceRows.Near(dm, gm.ToArray(), 0);
    }

    [Test]
    public void LargeProblemsWorkInScratch()
    {
        const int D = 90;
        double[,] s = Matrices.Covariance(D, 1), t = Matrices.Covariance(D, 2);
        double[] value = new double[1];
        BuresWasserstein.Compute(s, t, new() { Values = value });
        CudaStream stream = DeviceRows.Stream;
        using DeviceBuffer<double> devS = DeviceRows.Upload(s), devT = DeviceRows.Upload(t), v = stream.Allocate<double>(1);
        Assert.That(BuresWasserstein.WorkspaceBytes(stream, devS.AsRows(D, D), devT.AsRows(D, D), new DeviceBuresWassersteinOutputs<double> { Values = v }), Is.EqualTo(4 * D * D * 8).Within(256));
        BuresWasserstein.Compute(stream, devS.AsRows(D, D), devT.AsRows(D, D), new() { Values = v });
        DeviceRows.Near(value, v.ToArray(), 1e-10);
    }

    [Test]
    public void BarycentresAsOnTheCpu([Values(1, 3)] int count, [Values(2, 33)] int n, [Values(1, 40)] int m)
    {
        double[,] cost = Clouds.Cost(Clouds.Points(n, 2, 1), Clouds.Points(m, 2, 2)), histograms = WassersteinBarycenterTests.Histograms(count, n), f = new double[count, n], g = new double[count, m];
        double[] weights = [.. Enumerable.Range(0, count).Select(k => k + 1.0)], q = new double[m], values = new double[count];
        WassersteinBarycenterOptions options = new() { Epsilon = 0.1, Tolerance = 1e-12 };
        SinkhornResult expected = WassersteinBarycenter.Compute(histograms, cost, new() { Barycenter = q, SourcePotentials = f, TargetPotentials = g, Values = values }, options, new() { Weights = weights });
        CudaStream stream = DeviceRows.Stream;
        using DeviceBuffer<double> devH = DeviceRows.Upload(histograms), devC = DeviceRows.Upload(cost), devW = DeviceRows.Upload(weights);
        using DeviceBuffer<double> devQ = stream.Allocate<double>(m), devF = stream.Allocate<double>(count * n), devG = stream.Allocate<double>(count * m), devV = stream.Allocate<double>(count);
        using DeviceBuffer<SinkhornResult> result = stream.Allocate<SinkhornResult>(1);
        WassersteinBarycenter.Compute(
            stream, devH.AsRows(count, n), devC.AsRows(n, m),
            new() { Result = result, Barycenter = devQ, SourcePotentials = devF.AsRows(count, n), TargetPotentials = devG.AsRows(count, m), Values = devV }, options, new() { Weights = devW });
        SinkhornResult found = result.ToArray()[0];
        Assert.That(found.Status, Is.EqualTo(expected.Status));
        Assert.That(found.Iterations, Is.EqualTo(expected.Iterations).Within(2));
        Assert.That(found.Value, Is.EqualTo(expected.Value).Within(1e-11));
        Assert.That(found.Dual, Is.EqualTo(expected.Dual).Within(1e-11));
        Assert.That(found.Kl, Is.EqualTo(expected.Kl).Within(1e-10));
        DeviceRows.Near(q, devQ.ToArray(), 1e-11);
        DeviceRows.Near(values, devV.ToArray(), 1e-11);
        DeviceRows.Near(f, devF.ToArray(), 1e-10);
        DeviceRows.Near(g, devG.ToArray(), 1e-10);
    }

    [Test]
    public void BarycentresOfSingleAtomsInFloat32()
    {
        const int Count = 101;
        double[,] cost = SinkhornExactTests.Cost(Count, Count, (i, j) => System.Math.Pow((i - j) / 100.0, 2)), histograms = new double[2, Count];
        histograms[0, 10] = histograms[1, 70] = 1;
        CudaStream stream = DeviceRows.Stream;
        using DeviceBuffer<float> devH = DeviceRows.UploadSingle(histograms), devC = DeviceRows.UploadSingle(cost), devW = stream.Upload<float>([0.25f, 0.75f]), devQ = stream.Allocate<float>(Count);
        using DeviceBuffer<SinkhornResult> result = stream.Allocate<SinkhornResult>(1);
        WassersteinBarycenter.Compute(stream, devH.AsRows(2, Count), devC.AsRows(Count, Count), new() { Result = result, Barycenter = devQ }, new() { Epsilon = 1e-3 }, new() { Weights = devW });
        Assert.That(result.ToArray()[0].Status, Is.EqualTo(TransportStatus.Converged));
        double[] expected = [.. Enumerable.Range(0, Count).Select(j => System.Math.Exp(-System.Math.Pow((j - 55) / 100.0, 2) / 1e-3))];
        double sum = expected.Sum();
        DeviceRows.Near(expected.Select(e => e / sum).ToArray(), DeviceRows.Wide(devQ.ToArray()), 1e-6);
    }

    [Test]
    public void ForbiddenPairsAndBadHistograms()
    {
        double infinity = double.PositiveInfinity;
        double[,] cost = { { 0, 1, infinity }, { infinity, 0, 1 } }, histograms = { { 1, 0 }, { 0, 1 } };
        Assert.That(Solve(histograms, cost, out double[] q).Status, Is.EqualTo(TransportStatus.Converged));
        DeviceRows.Near(new double[] { 0, 1, 0 }, q, 1e-12);
        cost[1, 1] = infinity;
        Assert.That(Solve(histograms, cost, out q).Status, Is.EqualTo(TransportStatus.Infeasible));
        Assert.That(q, Is.All.NaN);
        cost[1, 1] = double.NaN;
        Assert.That(Solve(histograms, cost, out q).Status, Is.EqualTo(TransportStatus.NonFinite));
        cost[1, 1] = 0;
        histograms[1, 0] = 1;
        Assert.That(Solve(histograms, cost, out q).Status, Is.EqualTo(TransportStatus.InvalidInput));
        Assert.That(q, Is.All.NaN);
    }

    private static SinkhornResult Solve(double[,] histograms, double[,] cost, out double[] q)
    {
        CudaStream stream = DeviceRows.Stream;
        using DeviceBuffer<double> devH = DeviceRows.Upload(histograms), devC = DeviceRows.Upload(cost), devQ = stream.Allocate<double>(3);
        using DeviceBuffer<SinkhornResult> result = stream.Allocate<SinkhornResult>(1);
        WassersteinBarycenter.Compute(stream, devH.AsRows(2, 2), devC.AsRows(2, 3), new() { Result = result, Barycenter = devQ }, new() { Epsilon = 0.5 });
        q = devQ.ToArray();
        return result.ToArray()[0];
    }
}
