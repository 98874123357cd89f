using System;
using System.Collections.Generic;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Plans;

/// <summary>Plans on the device against plans on the CPU.</summary>
[Category("Native")]
internal sealed class TransportPlanDeviceTests
{
    private static IEnumerable<(int Rows, int Columns)> Shapes() => [(1, 1), (1, 7), (7, 1), (2, 3), (33, 100), (100, 33), (3, 1100), (600, 5)];

    private static IEnumerable<TransportMetric> Metrics() =>
    [
        TransportMetric.SquaredEuclidean, TransportMetric.Euclidean, TransportMetric.Cosine, TransportMetric.DotProduct,
        TransportMetric.PowerNorm(1.5), TransportMetric.ElasticL1(0.3), TransportMetric.ElasticKSupport(0.7, 2),
    ];

    [TestCaseSource(nameof(Shapes))]
    public void ActsAsOnTheCpu((int Rows, int Columns) shape)
    {
        using DevicePlan<double> device = new();
        PlanCase problem = PlanCase.Unsolved(shape.Rows, shape.Columns, 60);
        DeviceTransportCost cost = DeviceTransportCost.Matrix(device.Matrix(problem.Cost));
        DeviceTransportPotentials<double> potentials = device.Potentials(problem);
        double[] rows = new double[shape.Rows], columns = new double[shape.Columns];
        TransportPlan.Marginals(TransportCost.Matrix(problem.Cost), problem.Potentials, rows, columns, problem.Options);
        DeviceSpan<double> deviceRows = device.Empty<double>(shape.Rows), deviceColumns = device.Empty<double>(shape.Columns);
        TransportPlan.Marginals(device.Stream, cost, potentials, deviceRows, deviceColumns, problem.Options);
        TransportPlanTests.Near(device.Read(deviceRows), rows, 1e-14);
        TransportPlanTests.Near(device.Read(deviceColumns), columns, 1e-14);
        foreach (bool barycentric in new[] { false, true })
        {
            double[,] v = TransportPlanTests.Values(shape.Columns, 5, 61), pv = new double[shape.Rows, 5], w = TransportPlanTests.Values(shape.Rows, 2, 62), pw = new double[shape.Columns, 2];
            TransportPlan.Apply(TransportCost.Matrix(problem.Cost), problem.Potentials, v, pv, problem.Options, barycentric);
            TransportPlan.ApplyTransposed(TransportCost.Matrix(problem.Cost), problem.Potentials, w, pw, problem.Options, barycentric);
            DeviceSpan2D<double> result = device.Matrix(new double[shape.Rows, 5]), transposed = device.Matrix(new double[shape.Columns, 2]);
            DeviceSpan<byte> workspace = device.Empty<byte>(TransportPlan.WorkspaceBytes(device.Stream, cost, potentials, problem.Options));
            TransportPlan.Apply(device.Stream, cost, potentials, device.Matrix(v), result, problem.Options, barycentric, workspace);
            TransportPlan.ApplyTransposed(device.Stream, cost, potentials, device.Matrix(w), transposed, problem.Options, barycentric, workspace);
            TransportPlanTests.Near(device.Read(result), pv, 1e-13);
            TransportPlanTests.Near(device.Read(transposed), pw, 1e-13);
        }
    }

    [Test]
    public void StorageTypesOfCosts([Values(0, 1, 2)] int type)
    {
        using DevicePlan<float> device = new();
        PlanCase problem = PlanCase.Solved(30, 41, 63);
        float[,] single = PlanCase.To(problem.Cost, c => (float)c);
        Half[,] half = PlanCase.To(problem.Cost, c => (Half)c);
        BFloat16[,] brain = PlanCase.To(problem.Cost, c => (BFloat16)(float)c);
        TransportCost cost = type == 0 ? TransportCost.Matrix(single) : type == 1 ? TransportCost.Matrix(half) : TransportCost.Matrix(brain);
        DeviceTransportCost deviceCost = type == 0 ? DeviceTransportCost.Matrix(device.Matrix(single)) : type == 1 ? DeviceTransportCost.Matrix(device.Matrix(half)) : DeviceTransportCost.Matrix(device.Matrix(brain));
        float[] rows = new float[30], columns = new float[41];
        TransportPlan.Marginals(cost, Single(problem), rows, columns, problem.Options);
        DeviceSpan<float> deviceRows = device.Empty<float>(30), deviceColumns = device.Empty<float>(41);
        TransportPlan.Marginals(device.Stream, deviceCost, device.Potentials(problem), deviceRows, deviceColumns, problem.Options);
        Assert.That(device.Read(deviceRows), Is.EqualTo(rows).Within(1e-6).Percent.Or.EqualTo(rows).Within(2e-8));
        Assert.That(device.Read(deviceColumns), Is.EqualTo(columns).Within(2e-8));
    }

    [TestCaseSource(nameof(Metrics))]
    public void Points(TransportMetric metric)
    {
        using DevicePlan<double> device = new();
        PlanCase problem = PlanCase.Unsolved(17, 40, 64);
        SinkhornOptions options = problem.Options with { Metric = metric };
        double[,] map = new double[17, 3];
        TransportPlan.Apply(TransportCost.Points(problem.X, problem.Y), problem.Potentials, problem.Y, map, options, true);
        DeviceSpan2D<double> result = device.Matrix(new double[17, 3]), y = device.Matrix(problem.Y);
        TransportPlan.Apply(device.Stream, DeviceTransportCost.Points(device.Matrix(problem.X), y), device.Potentials(problem), y, result, options, true);
        TransportPlanTests.Near(device.Read(result), map, 1e-13);
    }

    [TestCaseSource(nameof(Shapes))]
    public void LargestEntriesAndThoseAboveABound((int Rows, int Columns) shape)
    {
        using DevicePlan<double> device = new();
        PlanCase problem = PlanCase.Unsolved(shape.Rows, shape.Columns, 65);
        int k = Math.Min(40, shape.Columns);
        int[,] ids = new int[shape.Rows, k];
        double[,] values = new double[shape.Rows, k];
        TransportCost cost = TransportCost.Matrix(problem.Cost);
        DeviceTransportCost deviceCost = DeviceTransportCost.Matrix(device.Matrix(problem.Cost));
        DeviceTransportPotentials<double> potentials = device.Potentials(problem);
        TransportPlan.TopK(cost, problem.Potentials, ids, values, problem.Options);
        DeviceSpan2D<int> deviceIds = device.Matrix(new int[shape.Rows, k]);
        DeviceSpan2D<double> deviceValues = device.Matrix(new double[shape.Rows, k]);
        TransportPlan.TopK(device.Stream, deviceCost, potentials, deviceIds, deviceValues, problem.Options);
        Assert.That(device.Read(deviceIds), Is.EqualTo(ids));
        TransportPlanTests.Near(device.Read(deviceValues), values, 1e-15);

        double threshold = problem.Plan().Cast<double>().OrderBy(p => p).ElementAt(ids.Length / 2 % (shape.Rows * shape.Columns)) * 1.0000001;
        long[] offsets = new long[shape.Rows + 1];
        long count = TransportPlan.CountAbove(cost, problem.Potentials, threshold, offsets, problem.Options);
        int[] columns = new int[count];
        double[] entries = new double[count];
        TransportPlan.Threshold(cost, problem.Potentials, threshold, offsets, columns, entries, problem.Options);
        DeviceSpan<long> deviceOffsets = device.Empty<long>(shape.Rows + 1);
        TransportPlan.CountAbove(device.Stream, deviceCost, potentials, threshold, deviceOffsets, problem.Options);
        Assert.That(device.Read(deviceOffsets), Is.EqualTo(offsets));
        DeviceSpan<int> deviceColumns = device.Empty<int>(count);
        DeviceSpan<double> deviceEntries = device.Empty<double>(count);
        TransportPlan.Threshold(device.Stream, deviceCost, potentials, threshold, deviceOffsets, deviceColumns, deviceEntries, problem.Options);
        Assert.That(device.Read(deviceColumns), Is.EqualTo(columns));
        TransportPlanTests.Near(device.Read(deviceEntries), entries, 1e-15);
    }

    [Test]
    public void TiesForbiddenPairsAndNan()
    {
        using DevicePlan<float> device = new();
        float inf = float.PositiveInfinity;
        DeviceTransportCost cost = DeviceTransportCost.Matrix(device.Matrix(new[,] { { 1, 0, 1, 0 }, { inf, 2, inf, 1 }, { 0, float.NaN, 0, 0 }, { 0, 0, -inf, 0 } }));
        DeviceTransportPotentials<float> potentials = new() { SourcePotential = device.Empty<float>(4), TargetPotential = device.Empty<float>(4) };
        DeviceSpan2D<int> ids = device.Matrix(new int[4, 4]);
        DeviceSpan2D<float> values = device.Matrix(new float[4, 4]);
        TransportPlan.TopK(device.Stream, cost, potentials, ids, values, new() { Epsilon = 1 });
        Assert.That(device.Read(ids).Cast<int>(), Is.EqualTo(new[] { 1, 3, 0, 2, 3, 1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1 }));
        float[,] read = device.Read(values);
        Assert.That(read[1, 2], Is.Zero);
        Assert.That(read[2, 0], Is.NaN);
        Assert.That(read[3, 3], Is.NaN);
    }

    [Test]
    public void InvalidWeightsGiveNan()
    {
        using DevicePlan<double> device = new();
        PlanCase problem = PlanCase.Solved(5, 6, 66);
        problem.B[2] = -0.1;
        DeviceSpan<double> sums = device.Empty<double>(5);
        TransportPlan.Marginals(device.Stream, DeviceTransportCost.Matrix(device.Matrix(problem.Cost)), device.Potentials(problem), sums, default, problem.Options);
        Assert.That(device.Read(sums), Is.All.NaN);
    }

    [Test]
    public void ArgumentsThatAreWrong()
    {
        using DevicePlan<double> device = new();
        PlanCase problem = PlanCase.Solved(3, 4, 67);
        DeviceSpan2D<double> matrix = device.Matrix(problem.Cost), values = device.Matrix(new double[4, 2]), result = device.Matrix(new double[3, 2]);
        DeviceSpan<double> f = device.Vector(problem.F), g = device.Vector(problem.G);
        DeviceSpan<byte> little = device.Empty<byte>(256);
        void Fails(string member, Action call) => Assert.That(Assert.Catch(() => call())!.Message, Does.Contain(member));
        CudaStream stream = device.Stream;
        SinkhornOptions options = problem.Options;
        Fails("potentials.TargetPotential has 0", () => TransportPlan.Apply(stream, DeviceTransportCost.Matrix(matrix), new DeviceTransportPotentials<double> { SourcePotential = f }, values, result, options));
        Fails("values are [3, 2]", () => TransportPlan.Apply(stream, DeviceTransportCost.Matrix(matrix), new DeviceTransportPotentials<double> { SourcePotential = f, TargetPotential = g }, result, result, options));
        Fails("result overlaps values", () => TransportPlan.Apply(
            stream, DeviceTransportCost.Matrix(matrix), new DeviceTransportPotentials<double> { SourcePotential = f, TargetPotential = g }, values, values.Slice(0, 3), options));
        Fails("workspace_bytes", () => TransportPlan.Apply(
            stream, DeviceTransportCost.Matrix(matrix), new DeviceTransportPotentials<double> { SourcePotential = f, TargetPotential = g }, values, result, options, false, little));
    }

    private static TransportPotentials<float> Single(PlanCase problem) => new()
    {
        SourcePotential = PlanCase.Single(problem.F),
        TargetPotential = PlanCase.Single(problem.G),
        SourceWeights = PlanCase.Single(problem.A),
        TargetWeights = PlanCase.Single(problem.B),
    };
}
