using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Interop;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Native;

/// <summary>Batches, uniform and ragged: every problem has the bits that it has alone, with its own scalars and its own end.</summary>
[Category("Native")]
internal sealed class NativeSinkhornBatchTests
{
    private static readonly (int Rows, int Columns)[] Sizes = [(5, 3), (40, 70), (1, 1), (70, 40), (3, 600), (33, 33), (130, 9)];

    [Test]
    public void AUniformBatchHasTheBitsOfItsProblems()
    {
        const int Problems = 6, N = 20, M = 35;
        float[] costs = NativeProblems.Single(NativeProblems.Uniform(Problems * N * M, 1));
        float[] a = NativeProblems.Single([.. Enumerable.Range(0, Problems).SelectMany(p => NativeProblems.Weights(N, 10 + p))]);
        double[] epsilons = [0.3, 0.05, 0.1, -1, 0.02, 0.5], tolerances = [0, 1e-3, 0, 0, 1e-4, 0];
        int[] limits = [1000, 1000, 3, 5, 1000, 0];
        NativeSinkhorn<float, float> batch = new() { Costs = costs, SourceWeights = a, Epsilons = epsilons, Tolerances = tolerances, IterationLimits = limits };
        batch.Arguments = batch.Arguments with { problems = Problems, rows = N, columns = M };
        batch.Run();
        Assert.That(batch.Results[2].Status, Is.EqualTo(TransportStatus.MaxIterations));
        Assert.That(batch.Results[3].Status, Is.EqualTo(TransportStatus.InvalidInput));
        Assert.That(batch.Results[5].Status, Is.EqualTo(TransportStatus.InvalidInput));
        for (int p = 0; p < Problems; p++)
        {
            if (batch.Results[p].Status == TransportStatus.InvalidInput)
                continue;
            NativeSinkhorn<float, float> alone = new() { Costs = costs[(p * N * M)..((p + 1) * N * M)], SourceWeights = a[(p * N)..((p + 1) * N)] };
            alone.Arguments = alone.Arguments with { rows = N, columns = M, epsilon = epsilons[p], tolerance = tolerances[p], max_iterations = limits[p] };
            alone.Run(workspace: true);
            Assert.That(batch.Results[p], Is.EqualTo(alone.Results[0]));
            Assert.That(batch.F[(p * N)..((p + 1) * N)], Is.EqualTo(alone.F));
            Assert.That(batch.Plan[(p * N * M)..((p + 1) * N * M)], Is.EqualTo(alone.Plan));
        }
    }

    [Test]
    public void OneCostForAllProblems()
    {
        const int Problems = 3, N = 12, M = 17;
        double[] cost = NativeProblems.Uniform(N * M, 2), b = [.. Enumerable.Range(0, Problems).SelectMany(p => NativeProblems.Weights(M, 20 + p))];
        NativeSinkhorn<double, double> shared = new() { Costs = cost, TargetWeights = b }, repeated = new() { Costs = [.. cost, .. cost, .. cost], TargetWeights = b };
        repeated.Arguments = repeated.Arguments with { problems = Problems, rows = N, columns = M, epsilon = 0.1 };
        shared.Arguments = repeated.Arguments with { flags = gibbs_sinkhorn_flags.GIBBS_SINKHORN_SHARED_COSTS };
        Assert.That(shared.Run().Results, Is.EqualTo(repeated.Run().Results));
        Assert.That(shared.Plan, Is.EqualTo(repeated.Plan));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void ARaggedBatchHasTheBitsOfItsProblems(bool grid)
    {
        long[] sources = Offsets(s => s.Rows), targets = Offsets(s => s.Columns), entries = Offsets(s => s.Rows * s.Columns);
        float[] costs = NativeProblems.Single(NativeProblems.Uniform((int)entries[^1], 3));
        gibbs_sinkhorn_regime regime = grid ? gibbs_sinkhorn_regime.GIBBS_SINKHORN_GRID : gibbs_sinkhorn_regime.GIBBS_SINKHORN_BLOCKS;
        NativeSinkhorn<float, float> batch = new() { Costs = costs, SourceOffsets = sources, TargetOffsets = targets, CostOffsets = entries };
        batch.Arguments = batch.Arguments with { problems = Sizes.Length, rows = 130, columns = 600, epsilon = 0.05, regime = regime };
        batch.Run();
        for (int p = 0; p < Sizes.Length; p++)
        {
            NativeSinkhorn<float, float> alone = new() { Costs = costs[(int)entries[p]..(int)entries[p + 1]] };
            alone.Arguments = alone.Arguments with { rows = Sizes[p].Rows, columns = Sizes[p].Columns, epsilon = 0.05, regime = gibbs_sinkhorn_regime.GIBBS_SINKHORN_BLOCKS };
            alone.Run();
            Assert.That(batch.Results[p], Is.EqualTo(alone.Results[0]));
            Assert.That(batch.G[(int)targets[p]..(int)targets[p + 1]], Is.EqualTo(alone.G));
            Assert.That(batch.Plan[(int)entries[p]..(int)entries[p + 1]], Is.EqualTo(alone.Plan));
        }
    }

    [Test]
    public void OffsetsThatDoNotFit()
    {
        NativeSinkhorn<double, double> batch = new() { Costs = NativeProblems.Uniform(30, 4), SourceOffsets = [0, 2, 1, 4, 5], TargetOffsets = [0, 3, 6, 9, 12], CostOffsets = [0, 6, 6, 15, 30] };
        batch.Arguments = batch.Arguments with { problems = 4, rows = 3, columns = 3, epsilon = 0.1 };
        batch.Run();

        // A problem of fewer rows than none, and one whose costs are more than its own.
        Assert.That(batch.Results.Select(r => r.Status), Is.EqualTo(new[] { TransportStatus.Converged, TransportStatus.InvalidInput, TransportStatus.Converged, TransportStatus.InvalidInput }));
    }

    private static long[] Offsets(Func<(int Rows, int Columns), int> count)
    {
        List<long> offsets = [0];
        foreach ((int Rows, int Columns) size in Sizes)
            offsets.Add(offsets[^1] + count(size));
        return [.. offsets];
    }
}
