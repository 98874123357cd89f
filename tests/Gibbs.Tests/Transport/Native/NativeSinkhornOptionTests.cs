using System;
using System.Linq;

using Gibbs.Interop;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Native;

/// <summary>Scalars, starts, storage types and outcomes of the Sinkhorn kernels against the CPU.</summary>
[Category("Native")]
internal sealed class NativeSinkhornOptionTests
{
    private const gibbs_sinkhorn_regime Blocks = gibbs_sinkhorn_regime.GIBBS_SINKHORN_BLOCKS, Grid = gibbs_sinkhorn_regime.GIBBS_SINKHORN_GRID;

    private static SinkhornOptions[] Options() =>
    [
        new() { Epsilon = 0.02 },
        new() { Epsilon = 0.02, Plain = true, MaxIterations = 37 },
        new() { Epsilon = 0.01, EpsilonStart = 0.5 },
        new() { Epsilon = 0.05, SourceRho = 0.3, TargetRho = 0.7 },
        new() { Epsilon = 0.05, SourceRho = 0.3 },
        new() { Epsilon = 0.05, TargetRho = 2, EpsilonStart = 0.2 },
        new() { Epsilon = 0.1, Tolerance = 1e-30 },
    ];

    [TestCaseSource(nameof(Options))]
    public void EveryScalar(SinkhornOptions options)
    {
        const int N = 37, M = 90;
        double[] cost = [.. NativeProblems.Uniform(N * M, 3).Select(c => c + 5)], a = NativeProblems.Weights(N, 1), b = NativeProblems.Weights(M, 2), initial = NativeProblems.Uniform(M, 7, -0.1, 0.1);

        // An atom of no mass, forbidden pairs, and masses that differ where they may.
        a[5] = 0;
        b[7] = 0;
        cost[11] = cost[300] = double.PositiveInfinity;
        double scale = double.IsPositiveInfinity(options.SourceRho) && double.IsPositiveInfinity(options.TargetRho) ? b.Sum() / a.Sum() : 1.3;
        a = [.. a.Select(w => w * scale)];
        double[] f = new double[N], g = new double[M];
        SinkhornResult expected = Sinkhorn.Solve(
            NativeProblems.Matrix(cost, N, M), new() { SourcePotential = f, TargetPotential = g }, options, new() { SourceWeights = a, TargetWeights = b, InitialTargetPotential = initial });
        foreach (gibbs_sinkhorn_regime regime in (gibbs_sinkhorn_regime[])[Blocks, Grid])
        {
            NativeSinkhorn<double, double> native = new() { Costs = cost, SourceWeights = a, TargetWeights = b, InitialTargetPotential = initial };
            native.Arguments = Scalars(options) with { rows = N, columns = M, regime = regime };
            native.Run();
            if (expected.Status == TransportStatus.FloorReached)
                Assert.That(native.Results[0].Status, Is.EqualTo(expected.Status));
            else
                NativeSinkhornTests.Agree(native.Results[0], expected, 1e-8);
            Assert.That(native.Results[0].Value, Is.EqualTo(expected.Value).Within(1e-9));
            Assert.That(NativeSinkhornTests.Largest(native.F, f), Is.LessThan(1e-7));
            Assert.That(NativeSinkhornTests.Largest(native.G, g), Is.LessThan(1e-7));
        }
    }

    [Test]
    public void CostsOfHalfTheBytes()
    {
        const int N = 50, M = 70, Stride = 75;
        Half[] halves = [.. NativeProblems.Uniform(N * Stride, 4).Select(c => (Half)c)];
        BFloat16[] brains = [.. halves.Select(c => (BFloat16)(float)c)];
        Half[,] half = new Half[N, M];
        BFloat16[,] brain = new BFloat16[N, M];
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j < M; j++)
                (half[i, j], brain[i, j]) = (halves[(i * Stride) + j], brains[(i * Stride) + j]);
        }

        NativeSinkhorn<Half, float> ofHalves = new() { Costs = halves };
        ofHalves.Arguments = ofHalves.Arguments with { rows = N, columns = M, epsilon = 0.05, costs_stride = Stride };
        NativeSinkhorn<BFloat16, float> ofBrains = new() { Costs = brains, Arguments = ofHalves.Arguments };
        NativeSinkhornTests.Agree(ofHalves.Run().Results[0], Sinkhorn.Solve(half, default, new() { Epsilon = 0.05 }), 2e-5);
        NativeSinkhornTests.Agree(ofBrains.Run().Results[0], Sinkhorn.Solve(brain, default, new() { Epsilon = 0.05 }), 2e-5);
    }

    [TestCase(double.NaN, TransportStatus.NonFinite)]
    [TestCase(double.NegativeInfinity, TransportStatus.NonFinite)]
    public void ACostThatIsNone(double cost, TransportStatus status)
    {
        double[] costs = NativeProblems.Uniform(12 * 9, 8);
        costs[40] = cost;
        AllNaN(costs, 12, 9, status, null, null);
    }

    [Test]
    public void NoPlanHasTheseMarginals()
    {
        const double Never = double.PositiveInfinity;
        AllNaN([0, Never, 0, Never], 2, 2, TransportStatus.Infeasible, null, null);
        AllNaN([Never, Never, 0, 1], 2, 2, TransportStatus.Infeasible, null, null);
        AllNaN([Never, 0, 0, Never], 2, 2, TransportStatus.Infeasible, [0.3, 0.7], [0.4, 0.6]);
    }

    [Test]
    public void WeightsThatAreNone()
    {
        double[] costs = [0, 1, 1, 0];
        AllNaN(costs, 2, 2, TransportStatus.InvalidInput, [0.5, -0.5], null);
        AllNaN(costs, 2, 2, TransportStatus.InvalidInput, [0.5, double.NaN], null);
        AllNaN(costs, 2, 2, TransportStatus.InvalidInput, null, [0.5, double.PositiveInfinity]);
        AllNaN(costs, 2, 2, TransportStatus.InvalidInput, [0, 0], [0, 0]);
        AllNaN(costs, 2, 2, TransportStatus.InvalidInput, [0.5, 0.5], [0.5, 0.6]);
    }

    // Case 7 of the reference problems: P12 after k iterations is 1/(4k + 2).
    [Test]
    public void AForbiddenPairOfATriangle()
    {
        NativeSinkhorn<double, double> native = new() { Costs = [0, 0, double.PositiveInfinity, 0] };
        native.Arguments = native.Arguments with { rows = 2, columns = 2, epsilon = 1, max_iterations = 1000, flags = gibbs_sinkhorn_flags.GIBBS_SINKHORN_PLAIN };
        native.Run();
        Assert.That(native.Results[0].Status, Is.EqualTo(TransportStatus.MaxIterations));
        double[,] plan = new double[2, 2];
        Sinkhorn.Solve(NativeProblems.Matrix([0, 0, double.PositiveInfinity, 0], 2, 2), new() { Plan = plan }, new() { Epsilon = 1, MaxIterations = 1000, Plain = true });
        Assert.That(native.Plan[1], Is.EqualTo(plan[0, 1]).Within(1e-12));
        Assert.That(native.Plan[2], Is.Zero);
    }

    // A row of no mass that may go nowhere has no part in the problem; its potential is finite.
    [Test]
    public void AnAtomWithoutMassOrWay()
    {
        const double Never = double.PositiveInfinity;
        NativeSinkhorn<double, double> native = new() { Costs = [0.1, Never, 0.7, Never, Never, Never, 0.4, Never, 0.2], SourceWeights = [0.5, 0, 0.5], TargetWeights = [0.5, 0, 0.5] };
        native.Arguments = native.Arguments with { rows = 3, columns = 3, epsilon = 0.3 };
        native.Run();
        NativeSinkhorn<double, double> without = new() { Costs = [0.1, 0.7, 0.4, 0.2] };
        without.Arguments = native.Arguments with { rows = 2, columns = 2 };
        without.Run();
        Assert.That(native.Results[0].Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(native.Results[0].Value, Is.EqualTo(without.Results[0].Value).Within(1e-9));
        Assert.That(native.F.Concat(native.G), Is.All.Matches<double>(double.IsFinite));
        Assert.That(new[] { native.Plan[0], native.Plan[2], native.Plan[6], native.Plan[8] }, Is.EqualTo(without.Plan).Within(1e-9));

        double[] f = new double[3];
        SinkhornResult onTheCpu = Sinkhorn.Solve(
            NativeProblems.Matrix(native.Costs!, 3, 3), new() { SourcePotential = f }, new() { Epsilon = 0.3 }, new() { SourceWeights = native.SourceWeights, TargetWeights = native.TargetWeights });
        NativeSinkhornTests.Agree(native.Results[0], onTheCpu, 1e-9);
        Assert.That(f, Is.All.Matches<double>(double.IsFinite));
    }

    internal static gibbs_sinkhorn Scalars(SinkhornOptions options) => new()
    {
        problems = 1,
        epsilon = options.Epsilon,
        source_rho = options.SourceRho,
        target_rho = options.TargetRho,
        tolerance = options.Tolerance,
        epsilon_start = options.EpsilonStart,
        max_iterations = options.MaxIterations,
        flags = options.Plain ? gibbs_sinkhorn_flags.GIBBS_SINKHORN_PLAIN : gibbs_sinkhorn_flags.NONE,
    };

    private static void AllNaN(double[] costs, int rows, int columns, TransportStatus status, double[]? a, double[]? b)
    {
        foreach (gibbs_sinkhorn_regime regime in (gibbs_sinkhorn_regime[])[Blocks, Grid])
        {
            NativeSinkhorn<double, double> native = new() { Costs = costs, SourceWeights = a, TargetWeights = b };
            native.Arguments = native.Arguments with { rows = rows, columns = columns, epsilon = 0.2, regime = regime };
            native.Run();
            Assert.That(native.Results[0].Status, Is.EqualTo(status));
            Assert.That(native.Results[0].Value, Is.NaN);
            Assert.That(native.F.Concat(native.G).Concat(native.Plan), Is.All.NaN);
        }
    }
}
