using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Divergences;

/// <summary>Transport on a line and sliced on the device: what the CPU gives.</summary>
[TestFixture]
[Category("Native")]
public sealed class DeviceWassersteinTests
{
    [Test]
    public void RowsAsOnTheCpu([Values(1, 3, 33, 300)] int n, [Values(1, 7, 200)] int m, [Values(1, 1.5, 2)] double power, [Values] bool weighted)
    {
        double[,] x = Clouds.Points(3, n, 1), y = Clouds.Points(3, m, 2), dx = new double[3, n], dy = new double[3, m], masses = new double[3, n + m - 1];
        double[] a = Clouds.Weights(n, 3), b = Clouds.Weights(m, 4), values = new double[3];
        int[,] sources = new int[3, n + m - 1], targets = new int[3, n + m - 1];
        int[] lengths = new int[3];
        TransportStatus[] status = new TransportStatus[3];
        Wasserstein1D.Compute(
            x, y,
            new() { Values = values, SourceGradient = dx, TargetGradient = dy, PlanSources = sources, PlanTargets = targets, PlanMasses = masses, PlanLengths = lengths, Status = status },
            new() { Power = power }, weighted ? new() { SourceWeights = a, TargetWeights = b } : default);

        CudaStream stream = DeviceRows.Stream;
        using DeviceBuffer<double> devX = DeviceRows.Upload(x), devY = DeviceRows.Upload(y), devA = DeviceRows.Upload(weighted ? a : null), devB = DeviceRows.Upload(weighted ? b : null);
        using DeviceBuffer<double> v = stream.Allocate<double>(3), gx = stream.Allocate<double>(3 * n), gy = stream.Allocate<double>(3 * m), pm = stream.Allocate<double>(3 * (n + m - 1));
        using DeviceBuffer<int> ps = stream.Allocate<int>(3 * (n + m - 1)), pt = stream.Allocate<int>(3 * (n + m - 1)), pl = stream.Allocate<int>(3);
        using DeviceBuffer<TransportStatus> st = stream.Allocate<TransportStatus>(3);
        DeviceWasserstein1DOutputs<double> outputs = new()
        {
            Values = v,
            SourceGradient = gx.AsRows(3, n),
            TargetGradient = gy.AsRows(3, m),
            PlanSources = ps.AsRows(3, n + m - 1),
            PlanTargets = pt.AsRows(3, n + m - 1),
            PlanMasses = pm.AsRows(3, n + m - 1),
            PlanLengths = pl,
            Status = st,
        };
        Wasserstein1D.Compute(stream, devX.AsRows(3, n), devY.AsRows(3, m), outputs, new() { Power = power }, new() { SourceWeights = devA, TargetWeights = devB });
        Assert.That(st.ToArray(), Is.EqualTo(status));
        DeviceRows.Near(values, v.ToArray(), 1e-13);
        DeviceRows.Near(dx, gx.ToArray(), 1e-13);
        DeviceRows.Near(dy, gy.ToArray(), 1e-13);
        Assert.That(pl.ToArray(), Is.EqualTo(lengths));
        DeviceRows.Near(masses, pm.ToArray(), 1e-14);
        Assert.That(ps.ToArray(), Is.EqualTo(sources.Cast<int>()));
        Assert.That(pt.ToArray(), Is.EqualTo(targets.Cast<int>()));
    }

    [Test]
    public void LongRowsAreMergedFromTiles()
    {
        double[,] x = Clouds.Points(1, 5000, 1), y = Clouds.Points(1, 3000, 2), dx = new double[1, 5000];
        double[] value = new double[1];
        Wasserstein1D.Compute(x, y, new() { Values = value, SourceGradient = dx });
        using DeviceBuffer<double> devX = DeviceRows.Upload(x), devY = DeviceRows.Upload(y), v = DeviceRows.Stream.Allocate<double>(1), gx = DeviceRows.Stream.Allocate<double>(5000);
        Wasserstein1D.Compute(DeviceRows.Stream, devX.AsRows(1, 5000), devY.AsRows(1, 3000), new() { Values = v, SourceGradient = gx.AsRows(1, 5000) });
        DeviceRows.Near(value, v.ToArray(), 1e-13);
        DeviceRows.Near(dx, gx.ToArray(), 1e-15);
    }

    [Test]
    public void BadRowsAsOnTheCpu()
    {
        double[,] x = { { 0, 1 }, { double.NaN, 1 }, { 0, 1 }, { 0, 1 }, { 0, 1 }, { 0, 1 } }, y = { { 1, 2 }, { 1, 2 }, { 1, double.NegativeInfinity }, { 1, 2 }, { 1, 2 }, { 1, 2 } }, dx = new double[6, 2];
        double[] a = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, -0.5, 1.5, 0, 0, 0.5, 0.6], values = new double[6];
        TransportStatus[] status = new TransportStatus[6];
        int[] lengths = new int[6];
        Wasserstein1D.Compute(x, y, new() { Values = values, Status = status, SourceGradient = dx, PlanLengths = lengths }, default, new() { SourceWeights = a });
        CudaStream stream = DeviceRows.Stream;
        using DeviceBuffer<double> devX = DeviceRows.Upload(x), devY = DeviceRows.Upload(y), devA = DeviceRows.Upload(a), v = stream.Allocate<double>(6), gx = stream.Allocate<double>(12);
        using DeviceBuffer<TransportStatus> st = stream.Allocate<TransportStatus>(6);
        using DeviceBuffer<int> pl = stream.Allocate<int>(6);
        Wasserstein1D.Compute(stream, devX.AsRows(6, 2), devY.AsRows(6, 2), new() { Values = v, Status = st, SourceGradient = gx.AsRows(6, 2), PlanLengths = pl }, default, new() { SourceWeights = devA });
        Assert.That(st.ToArray(), Is.EqualTo(status));
        Assert.That(pl.ToArray(), Is.EqualTo(lengths));
        DeviceRows.Near(values, v.ToArray(), 0);
        DeviceRows.Near(dx, gx.ToArray(), 0);
    }

    [Test]
    public void SlicesAsOnTheCpu([Values(1, 40)] int n, [Values(3, 33)] int m, [Values(1, 5)] int dimensions, [Values] bool given)
    {
        double[,] x = Clouds.Points(n, dimensions, 1), y = Clouds.Points(m, dimensions, 2), dx = new double[n, dimensions], dy = new double[m, dimensions], used = new double[9, dimensions];
        double[,] directions = Clouds.Points(9, dimensions, 3);
        double[] a = Clouds.Weights(n, 4), slices = new double[9];
        SlicedWassersteinOptions options = new() { Slices = 9, Seed = 77 };
        SlicedWassersteinInputs<double> inputs = new() { SourceWeights = a };
        if (given)
            inputs.Directions = directions;
        double value = SlicedWasserstein.Compute(x, y, new() { SourceGradient = dx, TargetGradient = dy, SliceValues = slices, Directions = used }, options, inputs);
        CudaStream stream = DeviceRows.Stream;
        using DeviceBuffer<double> devX = DeviceRows.Upload(x), devY = DeviceRows.Upload(y), devA = DeviceRows.Upload(a), devD = DeviceRows.Upload(given ? directions : new double[0, 0]);
        using DeviceBuffer<double> v = stream.Allocate<double>(1), s = stream.Allocate<double>(9), gx = stream.Allocate<double>(n * dimensions), gy = stream.Allocate<double>(m * dimensions), u = stream.Allocate<double>(9 * dimensions);
        using DeviceBuffer<TransportStatus> st = stream.Allocate<TransportStatus>(9);
        SlicedWasserstein.Compute(
            stream, devX.AsRows(n, dimensions), devY.AsRows(m, dimensions),
            new() { Value = v, SliceValues = s, SourceGradient = gx.AsRows(n, dimensions), TargetGradient = gy.AsRows(m, dimensions), Directions = u.AsRows(9, dimensions), Status = st }, options,
            new() { SourceWeights = devA, Directions = given ? devD.AsRows(9, dimensions) : default });
        Assert.That(st.ToArray(), Is.All.EqualTo(TransportStatus.Converged));
        DeviceRows.Near(used, u.ToArray(), 1e-15);
        DeviceRows.Near(slices, s.ToArray(), 1e-13);
        DeviceRows.Near(new[] { value }, v.ToArray(), 1e-13);
        DeviceRows.Near(dx, gx.ToArray(), 1e-14);
        DeviceRows.Near(dy, gy.ToArray(), 1e-14);
    }

    [Test]
    public void SlicesOfFloat32()
    {
        double[,] x = Clouds.Points(50, 3, 1), y = Clouds.Points(30, 3, 2), dx = new double[50, 3];
        float[,] narrowX = new float[50, 3], narrowY = new float[30, 3], narrowDx = new float[50, 3];
        Clouds.Narrow(x, narrowX);
        Clouds.Narrow(y, narrowY);
        double value = SlicedWasserstein.Compute(narrowX, narrowY, new() { SourceGradient = narrowDx }, new() { Slices = 20 });
        CudaStream stream = DeviceRows.Stream;
        using DeviceBuffer<float> devX = DeviceRows.UploadSingle(x), devY = DeviceRows.UploadSingle(y), gx = stream.Allocate<float>(150);
        using DeviceBuffer<double> v = stream.Allocate<double>(1);
        SlicedWasserstein.Compute(stream, devX.AsRows(50, 3), devY.AsRows(30, 3), new() { Value = v, SourceGradient = gx.AsRows(50, 3) }, new() { Slices = 20 });
        DeviceRows.Near(new[] { value }, v.ToArray(), 1e-8);
        DeviceRows.Near(narrowDx, DeviceRows.Wide(gx.ToArray()), 1e-8);
    }

    [Test]
    public void ScratchAndArguments()
    {
        CudaStream stream = DeviceRows.Stream;
        using DeviceBuffer<double> x = DeviceRows.Upload(Clouds.Points(2, 50, 1)), values = stream.Allocate<double>(2);
        long bytes = Wasserstein1D.WorkspaceBytes(stream, x.AsRows(2, 50), x.AsRows(2, 50), new DeviceWasserstein1DOutputs<double> { Values = values });
        Assert.That(bytes, Is.GreaterThan(2 * 100 * 8));
        using DeviceBuffer<byte> scratch = stream.Allocate<byte>(bytes);
        Wasserstein1D.Compute(stream, x.AsRows(2, 50), x.AsRows(2, 50), new DeviceWasserstein1DOutputs<double> { Values = values }, default, new() { Workspace = scratch });
        Assert.That(values.ToArray(), Is.All.Zero);
        Clouds.Throws("outputs", "overlaps", () => Wasserstein1D.Compute(stream, x.AsRows(2, 50), x.AsRows(2, 50), new DeviceWasserstein1DOutputs<double> { SourceGradient = x.AsRows(2, 50) }));
        Clouds.Throws("options", "Power", () => Wasserstein1D.Compute(stream, x.AsRows(2, 50), x.AsRows(2, 50), new DeviceWasserstein1DOutputs<double> { Values = values }, new() { Power = 0 }));
        Clouds.Throws("outputs", "Status", () => SlicedWasserstein.WorkspaceBytes(stream, x.AsRows(2, 50), x.AsRows(2, 50), new DeviceSlicedWassersteinOutputs<double> { Status = new(values.AsRows(1, 2).Pointer, 2) }));
    }
}
