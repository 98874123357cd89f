using System;
using System.Linq;

using Gibbs.Interop;
using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Newton steps on the native library: as on the CPU, and the same bits however problems are mapped to the device.</summary>
[TestFixture]
[Category("Native")]
internal sealed class SinkhornNewtonDeviceTests
{
    /// <summary>Small ε and high accuracy: tens of steps where Sinkhorn's iterations are thousands. Tang et al., 2024.</summary>
    [Test]
    public void SinkhornNewtonSparseOfTangEtAl([Values(1, 2)] int regime)
    {
        double[,] cost = RandomCost(50, 50, 7);
        SinkhornNewtonOptions options = new() { Epsilon = 1.0 / 250, Tolerance = 1e-10 };
        Run run = Run.Of(cost, 1, null, null, options, regime);
        SinkhornResult sinkhorn = Sinkhorn.Solve(cost, default, new() { Epsilon = options.Epsilon, Tolerance = 1e-10, Plain = true, MaxIterations = 200000 });
        Assert.That(sinkhorn.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(run.Results[0].Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(run.Results[0].Iterations, Is.LessThan(sinkhorn.Iterations / 5));
        Assert.That(run.Results[0].Value, Is.EqualTo(sinkhorn.Value).Within(1e-10));
        double error = 0;
        for (int k = 0; k < 50; k++)
            error += Math.Abs(Enumerable.Range(0, 50).Sum(j => run.Plan[k, j]) - 0.02) + Math.Abs(Enumerable.Range(0, 50).Sum(i => run.Plan[i, k]) - 0.02);
        Assert.That(error, Is.LessThan(1.1e-10));
    }

    [Test]
    public void AgreesWithTheCpu([Values(1, 3, 33)] int rows, [Values(1, 7, 50)] int columns, [Values(0.3, 0.005)] double epsilon)
    {
        double[,] cost = RandomCost(rows, columns, rows + columns);
        double[] a = Weights(rows, 1), b = Weights(columns, 2), f = new double[rows];
        double[,] plan = new double[rows, columns];
        SinkhornNewtonOptions options = new() { Epsilon = epsilon, Tolerance = 1e-11 };
        SinkhornResult cpu = SinkhornNewton.Solve(cost, new() { SourcePotential = f, Plan = plan }, options, new() { SourceWeights = a, TargetWeights = b });
        Run run = Run.Of(cost, 1, a, b, options, 0);
        Assert.That(run.Results[0].Status, Is.AnyOf(TransportStatus.Converged, TransportStatus.FloorReached));
        Assert.That(run.Results[0].Value, Is.EqualTo(cpu.Value).Within(1e-10));
        Assert.That(run.Results[0].Dual, Is.EqualTo(cpu.Dual).Within(1e-10));
        Assert.That(run.Plan.Cast<double>().Zip(plan.Cast<double>(), (p, q) => Math.Abs(p - q)).Max(), Is.LessThan(1e-9));
    }

    [Test]
    public void SameBitsInABatchAndOnAGrid()
    {
        double[,] cost = RandomCost(3 * 20, 17, 8);
        double[] a = [.. Weights(20, 1), .. Weights(20, 2), .. Weights(20, 3)], b = [.. Weights(17, 5), .. Weights(17, 6), .. Weights(17, 7)];
        SinkhornNewtonOptions options = new() { Epsilon = 0.01, MaxIterations = 30 };
        Run batch = Run.Of(cost, 3, a, b, options, 1), grid = Run.Of(cost, 3, a, b, options, 2);
        Assert.That(grid.Results, Is.EqualTo(batch.Results));
        Assert.That(grid.F, Is.EqualTo(batch.F));
        Assert.That(grid.Plan, Is.EqualTo(batch.Plan));
        Run single = Run.Of(SinkhornExactTests.Cost(20, 17, (i, j) => cost[20 + i, j]), 1, a[20..40], b[17..34], options, 0);
        Assert.That(single.Results[0], Is.EqualTo(batch.Results[1]));
        Assert.That(single.F, Is.EqualTo(batch.F[20..40]));
    }

    [Test]
    public void ProblemsEndByThemselves()
    {
        double infinity = double.PositiveInfinity;
        double[,] cost = { { 0, 1 }, { 1, 0 }, { 0, infinity }, { 0, infinity }, { 0, double.NaN }, { 1, 0 }, { 0, 1 }, { 1, 0 } };
        double[] a = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, -0.5], b = [.. Enumerable.Repeat(0.5, 8)];
        Run run = Run.Of(cost, 4, a, b, new() { Epsilon = 0.1 }, 0);
        Assert.That(run.Results.Select(r => r.Status), Is.EqualTo(new[] { TransportStatus.Converged, TransportStatus.Infeasible, TransportStatus.NonFinite, TransportStatus.InvalidInput }));
        Assert.That(run.F[2..], Is.All.NaN);

        double[,] wide = RandomCost(30, 30, 1);
        SinkhornResult stopped = Run.Of(wide, 1, null, null, new() { Epsilon = 1e-3, MaxIterations = 23 }, 0).Results[0];
        Assert.That((stopped.Status, stopped.Iterations), Is.EqualTo((TransportStatus.MaxIterations, 23)));
    }

    [Test]
    public void ForbiddenPairsAndAtomsWithoutMass()
    {
        Random random = new(2);
        double[,] cost = SinkhornExactTests.Cost(40, 40, (i, j) => i != j && random.Next(3) == 0 ? double.PositiveInfinity : random.NextDouble());
        double[] a = Weights(40, 4), b = Weights(40, 4);
        (a[3], b[3]) = (0, 0);
        SinkhornNewtonOptions options = new() { Epsilon = 0.004, Tolerance = 1e-11 };
        SinkhornResult cpu = SinkhornNewton.Solve(cost, default, options, new() { SourceWeights = a, TargetWeights = b });
        Run run = Run.Of(cost, 1, a, b, options, 0);
        Assert.That(run.Results[0].Status, Is.AnyOf(TransportStatus.Converged, TransportStatus.FloorReached));
        Assert.That(run.Results[0].Value, Is.EqualTo(cpu.Value).Within(1e-10));
        Assert.That(run.F.Concat(run.G), Is.All.Matches<double>(double.IsFinite));
        Assert.That(Enumerable.Range(0, 40).Select(j => run.Plan[3, j]), Is.All.Zero);
    }

    [Test]
    public void StorageTypesAndPoints()
    {
        Random random = new(3);
        CudaStream stream = TestDevices.Native().Stream;
        float[] single = [.. Enumerable.Range(0, 24 * 20).Select(_ => (float)(BFloat16)(float)(Half)(float)random.NextDouble())];
        SinkhornNewtonOptions options = new() { Epsilon = 0.01 };
        using DeviceBuffer<float> cost = stream.Upload<float>(single);
        using DeviceBuffer<Half> half = stream.Upload<Half>([.. single.Select(c => (Half)c)]);
        using DeviceBuffer<BFloat16> brain = stream.Upload<BFloat16>([.. single.Select(c => (BFloat16)c)]);
        using DeviceBuffer<SinkhornResult> results = stream.Allocate<SinkhornResult>(1);
        DeviceSinkhornOutputs<float> outputs = new() { Results = results };
        SinkhornNewton.Solve(stream, cost.AsRows(24, 20), outputs, options);
        SinkhornResult expected = results.ToArray()[0];
        Assert.That(expected.Status, Is.EqualTo(TransportStatus.Converged));
        SinkhornNewton.Solve(stream, half.AsRows(24, 20), outputs, options);
        Assert.That(results.ToArray()[0], Is.EqualTo(expected));
        SinkhornNewton.Solve(stream, brain.AsRows(24, 20), outputs, options);
        Assert.That(results.ToArray()[0], Is.EqualTo(expected));
        SinkhornNewton.Solve(stream, cost.AsRows(24, 20), outputs, options with { Tolerance = 1e-12, MaxIterations = 500 });
        Assert.That(results.ToArray()[0].Status, Is.EqualTo(TransportStatus.FloorReached));

        double[,] x = RandomCost(30, 2, 4), y = RandomCost(25, 2, 5);
        using DeviceBuffer<double> deviceX = stream.Upload<double>([.. x.Cast<double>()]), deviceY = stream.Upload<double>([.. y.Cast<double>()]);
        SinkhornNewtonOptions close = new() { Epsilon = 2e-3 };
        SinkhornNewton.SolvePointsBatch(stream, deviceX.AsRows(30, 2), deviceY.AsRows(25, 2), 1, new DevicePointSinkhornOutputs<double> { Results = results }, close);
        SinkhornResult cpu = SinkhornNewton.SolvePoints(x, y, default, close), native = results.ToArray()[0];
        Assert.That(native.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(native.Value, Is.EqualTo(cpu.Value).Within(1e-9));
    }

    [Test]
    public void ScratchAndArguments()
    {
        CudaStream stream = TestDevices.Native().Stream;
        using DeviceBuffer<double> cost = stream.Upload<double>(new double[12]);
        using DeviceBuffer<SinkhornResult> results = stream.Allocate<SinkhornResult>(1);
        DeviceSinkhornOutputs<double> outputs = new() { Results = results };
        long bytes = SinkhornNewton.WorkspaceBytes(stream, cost.AsRows(4, 3), 1, outputs, new() { Epsilon = 1 });
        using DeviceBuffer<byte> scratch = stream.Allocate<byte>(bytes), little = stream.Allocate<byte>(bytes - 256);
        SinkhornNewton.Solve(stream, cost.AsRows(4, 3), outputs, new() { Epsilon = 1 }, new() { Workspace = scratch });
        Assert.That(results.ToArray()[0].Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(
            () => SinkhornNewton.Solve(stream, cost.AsRows(4, 3), new DeviceSinkhornOutputs<double> { Results = results }, new() { Epsilon = 1 }, new() { Workspace = little }),
            Throws.InstanceOf<Exception>().With.Message.Contains("workspace_bytes"));
        Assert.That(
            () => SinkhornNewton.Solve(stream, cost.AsRows(4, 3), new DeviceSinkhornOutputs<double> { Results = results }, new() { Epsilon = 1, KeptPerRow = 99 }),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("KeptPerRow"));
        Assert.That(() => SinkhornNewton.Solve(stream, cost.AsRows(4, 3), default, new() { Epsilon = 1 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Results"));
    }

    /// <summary>All outputs of a solve of float64 costs.</summary>
    private sealed record Run(SinkhornResult[] Results, double[] F, double[] G, double[,] Plan)
    {
        public static Run Of(double[,] cost, int problems, double[]? a, double[]? b, SinkhornNewtonOptions options, int regime)
        {
            CudaStream stream = TestDevices.Native().Stream;
            int rows = cost.GetLength(0), columns = cost.GetLength(1);
            using DeviceBuffer<double> costs = stream.Upload<double>([.. cost.Cast<double>()]), source = stream.Upload<double>(a ?? [0]), target = stream.Upload<double>(b ?? [0]);
            using DeviceBuffer<double> f = stream.Allocate<double>(rows), g = stream.Allocate<double>(problems * columns), plan = stream.Allocate<double>(rows * columns);
            using DeviceBuffer<SinkhornResult> results = stream.Allocate<SinkhornResult>(problems);
            DeviceSinkhornOutputs<double> outputs = new() { Results = results, SourcePotentials = f, TargetPotentials = g, Plans = plan.AsRows(rows, columns) };
            DeviceSinkhornInputs<double> inputs = new() { Regime = (gibbs_sinkhorn_regime)regime };
            if (a is not null)
                inputs.SourceWeights = source;
            if (b is not null)
                inputs.TargetWeights = target;
            SinkhornNewton.SolveBatch(stream, costs.AsRows(rows, columns), problems, outputs, options, inputs);
            double[] values = plan.ToArray();
            return new Run(results.ToArray(), f.ToArray(), g.ToArray(), SinkhornExactTests.Cost(rows, columns, (i, j) => values[(i * columns) + j]));
        }
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
