using System;
using System.Linq;

using Gibbs.Interop;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Solves on device views against those on spans: the same ends, and values, potentials and plans within what the tolerance leaves open.</summary>
[Category("Native")]
internal sealed class SinkhornDeviceTests
{
    [TestCase(1, 1, 1)]
    [TestCase(1, 7, 33)]
    [TestCase(1, 150, 100)]
    [TestCase(9, 2, 3)]
    [TestCase(5, 33, 65)]
    [TestCase(3, 100, 1)]
    public void MatricesOfOneSize(int problems, int rows, int columns)
    {
        BatchProblems<double> all = new(problems, _ => (rows, columns), 21);
        SinkhornOptions options = new() { Epsilon = 0.1, Tolerance = 1e-11 };
        BatchAnswers<double> expected = new(all);
        double[,] plans = new double[problems * rows, columns];
        Sinkhorn.SolveBatch(
            all.Uniform(), problems, new() { Results = expected.Results, SourcePotentials = expected.F, TargetPotentials = expected.G, Plans = plans }, options,
            new() { SourceWeights = all.A, TargetWeights = all.B });
        Buffer.BlockCopy(plans, 0, expected.P, 0, 8 * expected.P.Length);
        using DeviceBatch<double> device = new(all);
        DeviceSinkhornOutputs<double> outputs = device.Outputs() with { PackedPlans = default, Plans = device.P.AsRows(problems * rows, columns) };
        if (problems == 1)
            Sinkhorn.Solve(device.Stream, device.Costs.AsRows(rows, columns), outputs, options, device.Inputs());
        else
            Sinkhorn.SolveBatch(device.Stream, device.Costs.AsRows(problems * rows, columns), problems, outputs, options, device.Inputs());
        device.AssertClose(expected, 1e-9);
    }

    [Test]
    public void MatricesOfDifferingSizesWithTheirOwnScalars([Values] bool workspace)
    {
        (int, int)[] sizes = [(1, 1), (2, 3), (33, 7), (1, 100), (100, 1), (64, 64), (7, 2), (40, 51)];
        BatchProblems<double> all = new(sizes.Length, p => sizes[p], 22);
        double[] epsilons = [.. Enumerable.Range(0, sizes.Length).Select(p => 0.05 * (p + 1))], tolerances = [.. Enumerable.Range(0, sizes.Length).Select(p => p == 1 ? 0 : Math.Pow(10, -5 - p))];
        int[] limits = [.. Enumerable.Range(0, sizes.Length).Select(p => p == 2 ? 1 : 300)];
        SinkhornOptions options = new() { EpsilonStart = 0.2 };
        BatchAnswers<double> expected = new(all);
        Sinkhorn.SolveBatch(all.Costs, all.Batch(), expected.Outputs(), options, new() { SourceWeights = all.A, TargetWeights = all.B, Epsilons = epsilons, Tolerances = tolerances, IterationLimits = limits });
        using DeviceBatch<double> device = new(all);
        using DeviceBuffer<double> e = device.Stream.Upload<double>(epsilons), t = device.Stream.Upload<double>(tolerances);
        using DeviceBuffer<int> l = device.Stream.Upload<int>(limits);
        DeviceSinkhornInputs<double> inputs = device.Inputs() with { Epsilons = e, Tolerances = t, IterationLimits = l };
        using DeviceBuffer<byte> scratch = device.Stream.Allocate<byte>(workspace ? Sinkhorn.WorkspaceBytes(device.Stream, (DeviceSpan<double>)device.Costs, device.Batch(), device.Outputs(), options, inputs) : 1);
        if (workspace)
            inputs.Workspace = scratch;
        Sinkhorn.SolveBatch(device.Stream, (DeviceSpan<double>)device.Costs, device.Batch(), device.Outputs(), options, inputs);
        device.AssertClose(expected, 1e-3);
        Assert.That(device.Results()[2].Status, Is.EqualTo(TransportStatus.MaxIterations));
    }

    [Test]
    public void EveryStorageType()
    {
        BatchProblems<float> all = new(3, p => (9 + p, 40), 23);
        all.Costs = [.. all.Costs.Select(c => MathF.Round(c * 16) / 16)];
        SinkhornOptions options = new() { Epsilon = 0.1 };
        BatchAnswers<float> expected = new(all);
        Sinkhorn.SolveBatch(all.Costs, all.Batch(), expected.Outputs(), options, new() { SourceWeights = all.A, TargetWeights = all.B });
        using DeviceBatch<float> device = new(all);
        Sinkhorn.SolveBatch(device.Stream, (DeviceSpan<float>)device.Costs, device.Batch(), device.Outputs(), options, device.Inputs());
        device.AssertClose(expected, 1e-4);
        SinkhornResult[] full = device.Results();
        using DeviceBuffer<Half> half = device.Stream.Upload<Half>([.. all.Costs.Select(c => (Half)c)]);
        Sinkhorn.SolveBatch(device.Stream, (DeviceSpan<Half>)half, device.Batch(), device.Outputs(), options, device.Inputs());
        Assert.That(device.Results(), Is.EqualTo(full));
        using DeviceBuffer<BFloat16> brain = device.Stream.Upload<BFloat16>([.. all.Costs.Select(c => (BFloat16)c)]);
        Sinkhorn.SolveBatch(device.Stream, (DeviceSpan<BFloat16>)brain, device.Batch(), device.Outputs(), options, device.Inputs());
        Assert.That(device.Results(), Is.EqualTo(full));
    }

    [TestCase(0.4, 0.9)]
    [TestCase(0.4, double.PositiveInfinity)]
    [TestCase(double.PositiveInfinity, 0.9)]
    public void RelaxedMarginals(double sourceRho, double targetRho)
    {
        BatchProblems<double> all = new(3, p => (20 + p, 31), 24);
        for (int i = 0; i < all.A.Length; i++)
            all.A[i] *= 1.4;
        SinkhornOptions options = new() { Epsilon = 0.1, SourceRho = sourceRho, TargetRho = targetRho, Tolerance = 1e-11 };
        BatchAnswers<double> expected = new(all);
        Sinkhorn.SolveBatch(all.Costs, all.Batch(), expected.Outputs(), options, new() { SourceWeights = all.A, TargetWeights = all.B });
        using DeviceBatch<double> device = new(all);
        Sinkhorn.SolveBatch(device.Stream, (DeviceSpan<double>)device.Costs, device.Batch(), device.Outputs(), options, device.Inputs());
        device.AssertClose(expected, 1e-8);
        Assert.That(device.Results()[1].SourceDivergence, Is.EqualTo(expected.Results[1].SourceDivergence).Within(1e-9));
        Assert.That(device.Results()[1].TargetDivergence, Is.EqualTo(expected.Results[1].TargetDivergence).Within(1e-9));
    }

    [Test]
    public void OutcomesOfProblemsThatAreWrong()
    {
        BatchProblems<double> all = new(13, _ => (5, 6), 25);
        double[] epsilons = [.. Enumerable.Repeat(0.05, 13)], tolerances = new double[13];
        int[] limits = [.. Enumerable.Repeat(1000, 13)];
        all.A[(1 * 5) + 2] = -0.1;
        all.A[(2 * 5) + 2] = double.NaN;
        Array.Clear(all.B, 3 * 6, 6);
        all.B[4 * 6] *= 1.001;
        epsilons[5] = 0;
        tolerances[6] = -1;
        limits[7] = 0;
        all.Costs[8 * 30] = double.NaN;
        all.Costs.AsSpan(9 * 30, 6).Fill(double.PositiveInfinity);
        all.B[(10 * 6) + 1] = double.PositiveInfinity;
        all.Costs[(11 * 30) + 7] = double.NegativeInfinity;
        BatchAnswers<double> expected = new(all);
        SinkhornOptions options = new() { Epsilon = 0.05 };
        Sinkhorn.SolveBatch(all.Costs, all.Batch(), expected.Outputs(), options, new() { SourceWeights = all.A, TargetWeights = all.B, Epsilons = epsilons, Tolerances = tolerances, IterationLimits = limits });
        using DeviceBatch<double> device = new(all);
        using DeviceBuffer<double> e = device.Stream.Upload<double>(epsilons), t = device.Stream.Upload<double>(tolerances);
        using DeviceBuffer<int> l = device.Stream.Upload<int>(limits);
        Sinkhorn.SolveBatch(
            device.Stream, (DeviceSpan<double>)device.Costs, device.Batch(), device.Outputs(), options, device.Inputs() with { Epsilons = e, Tolerances = t, IterationLimits = l });
        Assert.That(expected.Results[11].Status, Is.EqualTo(TransportStatus.NonFinite));
        device.AssertClose(expected, 1e-7);
    }

    [Test]
    public void OffsetsThatDoNotFit([Values(0, 1, 2)] int place, [Values(-1, 1000, long.MaxValue)] long bad)
    {
        BatchProblems<double> all = new(4, _ => (5, 6), 26);
        BatchAnswers<double> expected = new(all);
        (place == 0 ? all.SourceOffsets : place == 1 ? all.TargetOffsets : all.CostOffsets)[2] = bad;
        SinkhornOptions options = new() { Epsilon = 0.1, Tolerance = 1e-10 };
        Sinkhorn.SolveBatch(all.Costs, all.Batch(), expected.Outputs(), options, new() { SourceWeights = all.A, TargetWeights = all.B });
        using DeviceBatch<double> device = new(all);
        Sinkhorn.SolveBatch(device.Stream, (DeviceSpan<double>)device.Costs, device.Batch(), device.Outputs(), options, device.Inputs());
        device.AssertClose(expected, 1e-8);
        Assert.That(device.Results()[2].Status, Is.EqualTo(TransportStatus.InvalidInput));
    }

    [Test]
    public void TheSameBitsWhicheverRegime()
    {
        BatchProblems<float> all = new(4, p => (50 + p, 70), 27);
        using DeviceBatch<float> device = new(all);
        SinkhornOptions options = new() { Epsilon = 0.05 };
        SinkhornResult[][] results = [.. new[] { gibbs_sinkhorn_regime.GIBBS_SINKHORN_BLOCKS, gibbs_sinkhorn_regime.GIBBS_SINKHORN_GRID }.Select(Solve)];
        Assert.That(results[1], Is.EqualTo(results[0]));

        SinkhornResult[] Solve(gibbs_sinkhorn_regime regime)
        {
            Sinkhorn.SolveBatch(device.Stream, (DeviceSpan<float>)device.Costs, device.Batch(), device.Outputs(), options, device.Inputs() with { Regime = regime });
            return device.Results();
        }
    }

    [Test]
    public void OneCostForAll()
    {
        BatchProblems<double> all = new(4, _ => (12, 17), 28);
        for (int p = 1; p < 4; p++)
            Array.Copy(all.Costs, 0, all.Costs, p * 12 * 17, 12 * 17);
        BatchAnswers<double> expected = new(all);
        SinkhornOptions options = new() { Epsilon = 0.1, Tolerance = 1e-11 };
        Sinkhorn.SolveBatch(all.Costs, all.Batch(), expected.Outputs(), options, new() { SourceWeights = all.A, TargetWeights = all.B });
        using DeviceBatch<double> device = new(all);
        Sinkhorn.SolveBatch(
            device.Stream, device.Costs.AsRows(48, 17).Slice(0, 12), 4, device.Outputs() with { PackedPlans = default, Plans = device.P.AsRows(48, 17) }, options, device.Inputs() with { SharedCost = true });
        device.AssertClose(expected, 1e-9);
    }

    [Test]
    public void WarmStartAndPlainUpdates()
    {
        BatchProblems<double> all = new(1, _ => (30, 40), 29);
        using DeviceBatch<double> device = new(all);
        SinkhornOptions options = new() { Epsilon = 0.02, Tolerance = 1e-9 };
        SinkhornResult Solve(in SinkhornOptions with, DeviceSpan<double> initial)
        {
            Sinkhorn.Solve(device.Stream, device.Costs.AsRows(30, 40), device.Outputs() with { PackedPlans = default }, with, device.Inputs() with { InitialTargetPotentials = initial });
            return device.Results()[0];
        }

        SinkhornResult plain = Solve(options with { Plain = true }, default), accelerated = Solve(options, default);
        using DeviceBuffer<double> g = device.Stream.Upload<double>(device.G.ToArray());
        SinkhornResult again = Solve(options, g);
        Assert.That(accelerated.Iterations, Is.LessThan(plain.Iterations));
        Assert.That(accelerated.Value, Is.EqualTo(plain.Value).Within(1e-9));
        Assert.That(again.Iterations, Is.LessThanOrEqualTo(2));
    }
}
