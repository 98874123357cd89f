using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Sparsity-constrained transport on the native library: by the formulas, and as on the CPU.</summary>
[TestFixture]
[Category("Native")]
internal sealed class SparseTransportDeviceTests
{
    [Test]
    public void PotentialsPlanAndResultFitTheFormulas(
        [Values] SparseTransportForm form, [Values(0, 1, 3)] int k, [Values(1, 7, 33)] int rows, [Values(1, 40)] int columns, [Values(1, 2)] int regime)
    {
        double[,] cost = RandomCost(rows, columns, (7 * rows) + columns);
        double[] a = Weights(rows, 1), b = Weights(columns, 2);
        SparseTransportOptions options = new() { Gamma = 0.7, K = k, Form = form, MaxIterations = 15 };
        Run run = Run.Of(cost, 1, a, b, options, regime);
        SparseTransportReference.Check(cost, a, b, run.F, run.G, run.Plan, run.Rows, run.Values, options, run.Results[0]);

        // A unique optimum is the CPU's too.
        double[] f = new double[rows];
        double[,] plan = new double[rows, columns];
        SparseTransportResult cpu = SparseTransport.Solve(cost, new() { SourcePotential = f, Plan = plan }, options, new() { SourceWeights = a, TargetWeights = b });
        if (cpu.Status != TransportStatus.Converged || run.Results[0].Status != TransportStatus.Converged)
            return;
        Assert.That(run.Results[0].Value, Is.EqualTo(cpu.Value).Within(1e-8));
        if (k != 1)
            Assert.That(run.Plan.Cast<double>().Zip(plan.Cast<double>(), (p, q) => Math.Abs(p - q)).Max(), Is.LessThan(1e-7));
    }

    [Test]
    public void ConvergesAsOnTheCpu([Values] SparseTransportForm form, [Values(0, 8)] int k)
    {
        double[,] cost = RandomCost(70, 50, 3);
        double[] a = Weights(70, 1), b = Weights(50, 2);
        SparseTransportOptions options = new() { Gamma = 0.15, K = k, Form = form };
        SparseTransportResult cpu = SparseTransport.Solve(cost, default, options, new() { SourceWeights = a, TargetWeights = b });
        SparseTransportResult native = Run.Of(cost, 1, a, b, options, 0).Results[0];
        Assert.That(cpu.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(native.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(native.Value, Is.EqualTo(cpu.Value).Within(1e-9));
        Assert.That(native.HalfSquares, Is.EqualTo(cpu.HalfSquares).Within(1e-8));
    }

    [Test]
    public void SameBitsInABatchAndOnAGrid([Values(0, 2)] int k)
    {
        double[,] cost = RandomCost(4 * 9, 13, 8);
        double[] a = [.. Weights(9, 1), .. Weights(9, 2), .. Weights(9, 3), .. Weights(9, 4)], b = [.. Weights(13, 5), .. Weights(13, 6), .. Weights(13, 7), .. Weights(13, 8)];
        SparseTransportOptions options = new() { Gamma = 0.3, K = k, MaxIterations = 10 };
        Run batch = Run.Of(cost, 4, a, b, options, 1), grid = Run.Of(cost, 4, a, b, options, 2);
        Assert.That(grid.Results, Is.EqualTo(batch.Results));
        Assert.That(grid.F, Is.EqualTo(batch.F));
        Assert.That(grid.Plan, Is.EqualTo(batch.Plan));
        Assert.That(grid.Rows, Is.EqualTo(batch.Rows));
        for (int problem = 0; problem < 4; problem++)
        {
            double[,] own = SinkhornExactTests.Cost(9, 13, (i, j) => cost[(9 * problem) + i, j]);
            Run single = Run.Of(own, 1, a[(9 * problem)..(9 * (problem + 1))], b[(13 * problem)..(13 * (problem + 1))], options, 0);
            Assert.That(single.Results[0], Is.EqualTo(batch.Results[problem]));
            Assert.That(single.G, Is.EqualTo(batch.G[(13 * problem)..(13 * (problem + 1))]));
        }
    }

    [Test]
    public void ProblemsEndByThemselves()
    {
        double infinity = double.PositiveInfinity;
        double[,] cost = { { 0, 1 }, { 1, 0 }, { 0, infinity }, { 0, infinity }, { 0, double.NaN }, { 1, 0 }, { 0, 1 }, { 1, 0 }, { 0, 1 }, { 1, 0 } };
        double[] a = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, -0.5, 0.5, 0.6], b = [.. Enumerable.Repeat(0.5, 10)];
        foreach (SparseTransportForm form in Enum.GetValues<SparseTransportForm>())
        {
            Run run = Run.Of(cost, 5, a, b, new() { Gamma = 0.1, K = 1, Form = form }, 0);
            Assert.That(
                run.Results.Select(r => r.Status),
                Is.EqualTo(new[] { TransportStatus.Converged, TransportStatus.Infeasible, TransportStatus.NonFinite, TransportStatus.InvalidInput, TransportStatus.InvalidInput }));
            for (int problem = 1; problem < 5; problem++)
            {
                Assert.That(run.Results[problem].Value, Is.NaN);
                Assert.That(run.F[(2 * problem)..(2 * (problem + 1))], Is.All.NaN);
                Assert.That((run.Rows[2 * problem, 0], run.Values[(2 * problem) + 1, 0], run.Plan[2 * problem, 1]), Is.EqualTo((-1, double.NaN, double.NaN)));
            }

            Assert.That((run.Plan[0, 0], run.Plan[0, 1], run.Rows[1, 0], run.Values[1, 0]), Is.EqualTo((0.5, 0.0, 1, 0.5)));
        }
    }

    [Test]
    public void ForbiddenPairsAndAtomsWithoutMass([Values] SparseTransportForm form)
    {
        Random random = new(2);
        double[,] cost = SinkhornExactTests.Cost(20, 20, (i, j) => i != j && random.Next(3) == 0 ? double.PositiveInfinity : random.NextDouble());
        double[] a = Weights(20, 4), b = Weights(20, 5);
        (a[3], b[7]) = (0, 0);
        b = [.. b.Select(w => w * a.Sum() / b.Sum())];
        Run run = Run.Of(cost, 1, a, b, new() { Gamma = 0.3, Form = form, MaxIterations = 2000 }, 0);
        SparseTransportResult cpu = SparseTransport.Solve(cost, default, new() { Gamma = 0.3, Form = form, MaxIterations = 2000 }, new() { SourceWeights = a, TargetWeights = b });
        Assert.That(run.Results[0].Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(run.Results[0].Value, Is.EqualTo(cpu.Value).Within(1e-9));
        Assert.That(run.F.Concat(run.G), Is.All.Matches<double>(double.IsFinite));
        for (int e = 0; e < 400; e++)
            Assert.That(run.F[e / 20] + run.G[e % 20] - cost[e / 20, e % 20], Is.LessThanOrEqualTo((0.3 * run.Plan[e / 20, e % 20]) + 1e-9));
    }

    [Test]
    public void StorageTypesAndPointsAreFp64Inside()
    {
        Random random = new(3);
        CudaStream stream = TestDevices.Native().Stream;
        BFloat16[] brain = [.. Enumerable.Range(0, 15 * 11).Select(_ => (BFloat16)(float)(Half)(float)random.NextDouble())];
        float[] single = [.. brain.Select(c => (float)c)];
        SparseTransportOptions options = new() { Gamma = 0.3, Tolerance = 1e-9 };
        SparseTransportResult expected = Solve(stream, single, options), half = Solve(stream, [.. single.Select(c => (Half)c)], options), bfloat = Solve(stream, brain, options);
        SparseTransportResult wide = Run.Of(SinkhornExactTests.Cost(15, 11, (i, j) => single[(11 * i) + j]), 1, null, null, options, 0).Results[0];
        Assert.That(new[] { expected, half, bfloat }, Is.All.EqualTo(wide));

        float[] x = [.. Enumerable.Range(0, 15 * 3).Select(_ => (float)random.NextDouble())], y = [.. Enumerable.Range(0, 11 * 3).Select(_ => (float)random.NextDouble())];
        foreach (TransportMetric metric in new[]
                 {
                     default, TransportMetric.Euclidean, TransportMetric.Cosine, TransportMetric.DotProduct, TransportMetric.PowerNorm(1.5), TransportMetric.ElasticL1(0.3),
                     TransportMetric.ElasticKSupport(0.3, 2),
                 })
        {
            SparseTransportResult cpu = SparseTransport.SolvePoints(Matrix(x, 15, 3), Matrix(y, 11, 3), default, options with { Metric = metric });
            using DeviceBuffer<float> deviceX = stream.Upload<float>(x), deviceY = stream.Upload<float>(y);
            using DeviceBuffer<SparseTransportResult> results = stream.Allocate<SparseTransportResult>(1);
            SparseTransport.SolvePoints(stream, deviceX.AsRows(15, 3), deviceY.AsRows(11, 3), new DeviceSparseTransportOutputs<float> { Results = results }, options with { Metric = metric });
            SparseTransportResult native = results.ToArray()[0];
            Assert.That(native.Status, Is.EqualTo(TransportStatus.Converged), $"{metric}");
            Assert.That(native.Value, Is.EqualTo(cpu.Value).Within(1e-9), $"{metric}");
        }
    }

    [Test]
    public void ScratchAndArguments()
    {
        CudaStream stream = TestDevices.Native().Stream;
        using DeviceBuffer<double> cost = stream.Upload<double>(new double[12]), plan = stream.Allocate<double>(12);
        using DeviceBuffer<SparseTransportResult> results = stream.Allocate<SparseTransportResult>(1);
        SparseTransportOptions options = new() { Gamma = 1 };
        long bytes = SparseTransport.WorkspaceBytes(stream, cost.AsRows(4, 3), 1, new DeviceSparseTransportOutputs<double> { Results = results }, options);
        using DeviceBuffer<byte> scratch = stream.Allocate<byte>(bytes), little = stream.Allocate<byte>(bytes - 256);
        SparseTransport.Solve(stream, cost.AsRows(4, 3), new DeviceSparseTransportOutputs<double> { Results = results, Plan = plan.AsRows(4, 3) }, options, new() { Workspace = scratch });
        Assert.That(plan.ToArray(), Is.All.EqualTo(1.0 / 12).Within(1e-12));
        Assert.That(
            () => SparseTransport.Solve(stream, cost.AsRows(4, 3), new DeviceSparseTransportOutputs<double> { Results = results }, options, new() { Workspace = little }),
            Throws.InstanceOf<Exception>().With.Message.Contains("workspace_bytes"));
        Assert.That(() => SparseTransport.Solve(stream, cost.AsRows(4, 3), default, options), Throws.ArgumentException.With.Message.Contains("outputs.Results has 0 elements"));
        Assert.That(
            () => SparseTransport.SolveBatch(stream, cost.AsRows(4, 3), 3, new DeviceSparseTransportOutputs<double> { Results = results }, options), Throws.ArgumentException.With.Message.Contains("multiple of problems"));
        Assert.That(
            () => SparseTransport.Solve(stream, cost.AsRows(4, 3), new DeviceSparseTransportOutputs<double> { Results = results, Plan = cost.AsRows(4, 3) }, options),
            Throws.ArgumentException.With.Message.Contains("memory apart"));
    }

    private static SparseTransportResult Solve<T>(CudaStream stream, T[] cost, SparseTransportOptions options)
        where T : unmanaged
    {
        using DeviceBuffer<T> device = stream.Upload<T>(cost);
        using DeviceBuffer<SparseTransportResult> results = stream.Allocate<SparseTransportResult>(1);
        DeviceSparseTransportOutputs<float> outputs = new() { Results = results };
        if (device is DeviceBuffer<float> single)
            SparseTransport.Solve(stream, single.AsRows(15, 11), outputs, options);
        else if (device is DeviceBuffer<Half> half)
            SparseTransport.Solve(stream, half.AsRows(15, 11), outputs, options);
        else if (device is DeviceBuffer<BFloat16> brain)
            SparseTransport.Solve(stream, brain.AsRows(15, 11), outputs, options);
        return results.ToArray()[0];
    }

    /// <summary>All outputs of a solve of float64 costs.</summary>
    private sealed record Run(SparseTransportResult[] Results, double[] F, double[] G, double[,] Plan, int[,] Rows, double[,] Values)
    {
        public static Run Of(double[,] cost, int problems, double[]? a, double[]? b, SparseTransportOptions options, int regime)
        {
            CudaStream stream = TestDevices.Native().Stream;
            int rows = cost.GetLength(0), columns = cost.GetLength(1), k = options.K;
            using DeviceBuffer<double> costs = stream.Upload<double>([.. cost.Cast<double>()]), source = stream.Upload<double>(a ?? [0]), target = stream.Upload<double>(b ?? [0]);
            using DeviceBuffer<double> f = stream.Allocate<double>(rows), g = stream.Allocate<double>(problems * columns), plan = stream.Allocate<double>(rows * columns);
            using DeviceBuffer<double> values = stream.Allocate<double>(Math.Max(1, problems * columns * k));
            using DeviceBuffer<int> ids = stream.Allocate<int>(Math.Max(1, problems * columns * k));
            using DeviceBuffer<SparseTransportResult> results = stream.Allocate<SparseTransportResult>(problems);
            DeviceSparseTransportOutputs<double> outputs = new() { Results = results, SourcePotential = f, TargetPotential = g, Plan = plan.AsRows(rows, columns) };
            if (k > 0)
                (outputs.Rows, outputs.Values) = (ids.AsRows(problems * columns, k), values.AsRows(problems * columns, k));
            DeviceSparseTransportInputs<double> inputs = new() { Regime = regime };
            if (a is not null)
                inputs.SourceWeights = source;
            if (b is not null)
                inputs.TargetWeights = target;
            SparseTransport.SolveBatch(stream, costs.AsRows(rows, columns), problems, outputs, options, inputs);
            return new Run(
                results.ToArray(), f.ToArray(), g.ToArray(), Matrix(plan.ToArray(), rows, columns),
                Matrix(ids.ToArray(), problems * columns, k), Matrix(values.ToArray(), problems * columns, k));
        }
    }

    private static T[,] Matrix<T>(T[] values, int rows, int columns)
    {
        T[,] matrix = new T[rows, columns];
        for (int e = 0; e < matrix.Length; e++)
            matrix[e / columns, e % columns] = values[e];
        return matrix;
    }

    private static double[,] RandomCost(int rows, int columns, int seed)
    {
        Random random = new(seed);
        return SinkhornExactTests.Cost(rows, columns, (_, _) => random.NextDouble());
    }

    private static double[] Weights(int count, int seed)
    {
        Random random = new(seed);
        double[] weights = [.. Enumerable.Range(0, count).Select(_ => 0.2 + random.NextDouble())];
        double sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }
}
