using System;
using System.Linq;

using Gibbs.Cpu;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Newton steps on the CPU: the published case, what Sinkhorn's iterations give, and how problems end.</summary>
[TestFixture]
[Category("Cpu")]
internal sealed class SinkhornNewtonTests
{
    /// <summary>n = 500, η = 1/ε = 1200, random costs: tens of steps where Sinkhorn's iterations are thousands. Tang et al., 2024.</summary>
    [Test]
    public void SinkhornNewtonSparseOfTangEtAl()
    {
        double[,] cost = RandomCost(500, 500, 7);
        double[] f = new double[500], g = new double[500];
        SinkhornResult newton = SinkhornNewton.Solve(cost, new() { SourcePotential = f, TargetPotential = g }, new() { Epsilon = 1.0 / 1200, Tolerance = 1e-10 });
        SinkhornResult plain = Sinkhorn.Solve(cost, default, new() { Epsilon = 1.0 / 1200, Tolerance = 1e-10, Plain = true, MaxIterations = 20000 });
        Assert.That(newton.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(newton.Iterations, Is.LessThan(50));
        Assert.That(plain.Iterations, Is.GreaterThan(2000));
        Assert.That(newton.Value, Is.EqualTo(plain.Value).Within(1e-11));

        // The error that is told is the error of the potentials that are returned.
        double rows = 0, columns = 0;
        for (int i = 0; i < 500; i++)
        {
            rows += Math.Abs(Enumerable.Range(0, 500).Sum(j => Math.Exp((f[i] + g[j] - cost[i, j]) * 1200)) / 250000 - 0.002);
            columns += Math.Abs(Enumerable.Range(0, 500).Sum(k => Math.Exp((f[k] + g[i] - cost[k, i]) * 1200)) / 250000 - 0.002);
        }

        Assert.That(rows + columns, Is.LessThan(1.1e-10));
        Assert.That(newton.MarginalError, Is.EqualTo(rows + columns).Within(1e-11));
    }

    [Test]
    public void AgreesWithSinkhorn([Values(1, 2, 3, 7, 33, 100)] int rows, [Values(1, 5, 64)] int columns, [Values(0.5, 0.02, 0.002)] double epsilon)
    {
        double[,] cost = RandomCost(rows, columns, rows + columns);
        double[] a = Weights(rows, 1), b = Weights(columns, 2);
        double[] f = new double[rows], g = new double[columns], otherF = new double[rows], otherG = new double[columns];
        double[,] plan = new double[rows, columns], other = new double[rows, columns];
        SinkhornResult newton = SinkhornNewton.Solve(cost, new() { SourcePotential = f, TargetPotential = g, Plan = plan }, new() { Epsilon = epsilon, Tolerance = 1e-12 }, new() { SourceWeights = a, TargetWeights = b });
        SinkhornResult sinkhorn = Sinkhorn.Solve(
            cost, new() { SourcePotential = otherF, TargetPotential = otherG, Plan = other }, new() { Epsilon = epsilon, Tolerance = 1e-12, MaxIterations = 100000 }, new() { SourceWeights = a, TargetWeights = b });
        Assert.That(newton.Status, Is.AnyOf(TransportStatus.Converged, TransportStatus.FloorReached));
        Assert.That(newton.Value, Is.EqualTo(sinkhorn.Value).Within(1e-11));
        Assert.That(newton.Dual, Is.EqualTo(sinkhorn.Dual).Within(1e-11));
        Assert.That(newton.Kl, Is.EqualTo(sinkhorn.Kl).Within(1e-8));
        Assert.That(plan.Cast<double>().Zip(other.Cast<double>(), (p, q) => Math.Abs(p - q)).Max(), Is.LessThan(1e-9));
        Assert.That(Enumerable.Range(0, columns).Sum(j => b[j] * g[j]), Is.EqualTo(0).Within(1e-10));
        if (epsilon > 0.01)
            Assert.That(f.Zip(otherF, (p, q) => Math.Abs(p - q)).Max(), Is.LessThan(1e-9));
    }

    [Test]
    public void NeverFarFromSinkhornWhereThePlanIsDense([Values(0.02, 0.1, 1)] double epsilon)
    {
        Random random = new(5);
        double[,] x = SinkhornExactTests.Cost(150, 2, (_, _) => random.NextDouble()), y = SinkhornExactTests.Cost(130, 2, (_, _) => random.NextDouble());
        SinkhornResult newton = SinkhornNewton.SolvePoints(x, y, default, new() { Epsilon = epsilon });
        SinkhornResult sinkhorn = Sinkhorn.SolvePoints(x, y, default, new() { Epsilon = epsilon });
        Assert.That(newton.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(newton.Iterations, Is.LessThanOrEqualTo((2 * sinkhorn.Iterations) + 20));
        Assert.That(newton.Value, Is.EqualTo(sinkhorn.Value).Within(1e-8));
    }

    [Test]
    public void PointsWithSmallEpsilon()
    {
        Random random = new(11);
        double[,] x = SinkhornExactTests.Cost(200, 2, (_, _) => random.NextDouble()), y = SinkhornExactTests.Cost(200, 2, (_, _) => random.NextDouble());
        double[,] gradient = new double[200, 2], other = new double[200, 2];
        SinkhornResult newton = SinkhornNewton.SolvePoints(x, y, new() { SourceGradient = gradient }, new() { Epsilon = 5e-4 });
        SinkhornResult sinkhorn = Sinkhorn.SolvePoints(x, y, new() { SourceGradient = other }, new() { Epsilon = 5e-4, MaxIterations = 100000 });
        Assert.That(newton.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(newton.Iterations, Is.LessThan(sinkhorn.Iterations / 3));
        Assert.That(newton.Value, Is.EqualTo(sinkhorn.Value).Within(1e-10));
        Assert.That(gradient.Cast<double>().Zip(other.Cast<double>(), (p, q) => Math.Abs(p - q)).Max(), Is.LessThan(1e-8));
    }

    [Test]
    public void Float32FindsItsFloorAndHalfCostsSolve()
    {
        Random random = new(3);
        float[,] cost = new float[120, 110];
        Half[,] half = new Half[120, 110];
        BFloat16[,] brain = new BFloat16[120, 110];
        float[,] halfWide = new float[120, 110];
        for (int k = 0; k < cost.Length; k++)
        {
            (int i, int j) = (k / 110, k % 110);
            cost[i, j] = (float)random.NextDouble();
            half[i, j] = (Half)cost[i, j];
            halfWide[i, j] = (float)half[i, j];
            brain[i, j] = (BFloat16)cost[i, j];
        }

        SinkhornResult single = SinkhornNewton.Solve(cost, default, new() { Epsilon = 0.005 });
        Assert.That(single.Status, Is.EqualTo(TransportStatus.Converged));
        SinkhornResult floor = SinkhornNewton.Solve(cost, default, new() { Epsilon = 0.005, Tolerance = 1e-12 });
        Assert.That(floor.Status, Is.EqualTo(TransportStatus.FloorReached));
        Assert.That(floor.MarginalError, Is.LessThan(1e-5));
        Assert.That(SinkhornNewton.Solve(half, default, new() { Epsilon = 0.005 }), Is.EqualTo(SinkhornNewton.Solve(halfWide, default, new() { Epsilon = 0.005 })));
        Assert.That(SinkhornNewton.Solve(brain, default, new() { Epsilon = 0.005 }).Status, Is.EqualTo(TransportStatus.Converged));
    }

    [Test]
    public void ForbiddenPairsAndAtomsWithoutMass()
    {
        double infinity = double.PositiveInfinity;
        Random random = new(2);
        double[,] cost = SinkhornExactTests.Cost(40, 40, (i, j) => i != j && random.Next(3) == 0 ? infinity : random.NextDouble());
        double[] a = Weights(40, 4), b = Weights(40, 4);
        (a[3], b[3]) = (0, 0);
        double mass = a.Sum();
        double[] f = new double[40], g = new double[40];
        double[,] plan = new double[40, 40];
        SinkhornResult result = SinkhornNewton.Solve(cost, new() { SourcePotential = f, TargetPotential = g, Plan = plan }, new() { Epsilon = 0.004, Tolerance = 1e-11 * mass }, new() { SourceWeights = a, TargetWeights = b });
        SinkhornResult sinkhorn = Sinkhorn.Solve(cost, default, new() { Epsilon = 0.004, Tolerance = 1e-11 * mass, MaxIterations = 200000 }, new() { SourceWeights = a, TargetWeights = b });
        Assert.That(result.Status, Is.AnyOf(TransportStatus.Converged, TransportStatus.FloorReached));
        Assert.That(result.Value, Is.EqualTo(sinkhorn.Value).Within(1e-10));
        Assert.That(f.Concat(g), Is.All.Matches<double>(double.IsFinite));
        Assert.That(Enumerable.Range(0, 40).Select(j => plan[3, j]), Is.All.Zero);
        for (int k = 0; k < 1600; k++)
        {
            if (double.IsInfinity(cost[k / 40, k % 40]))
                Assert.That(plan[k / 40, k % 40], Is.Zero);
        }
    }

    [Test]
    public void TypedOutcomes()
    {
        double infinity = double.PositiveInfinity;
        SinkhornNewtonOptions options = new() { Epsilon = 0.1 };
        Assert.That(SinkhornNewton.Solve(new[,] { { 0, infinity }, { 0, infinity } }, default, options).Status, Is.EqualTo(TransportStatus.Infeasible));
        Assert.That(SinkhornNewton.Solve(new[,] { { 0, infinity }, { infinity, 0 } }, default, options, new() { SourceWeights = [0.5, 0.5], TargetWeights = [0.3, 0.7] }).Status, Is.EqualTo(TransportStatus.Infeasible));
        Assert.That(SinkhornNewton.Solve(new[,] { { 0, double.NaN }, { 1, 0 } }, default, options).Status, Is.EqualTo(TransportStatus.NonFinite));
        SinkhornResult stopped = SinkhornNewton.Solve(RandomCost(60, 60, 1), default, new() { Epsilon = 1e-3, MaxIterations = 23 });
        Assert.That(stopped.Status, Is.EqualTo(TransportStatus.MaxIterations));
        Assert.That(stopped.Iterations, Is.EqualTo(23));
        Assert.That(double.IsFinite(stopped.MarginalError) && double.IsFinite(stopped.Value), Is.True);
        SinkhornResult single = SinkhornNewton.Solve(RandomCost(60, 60, 1), default, new() { Epsilon = 1e-3, MaxIterations = 1 });
        Assert.That(single.Iterations, Is.EqualTo(1));
    }

    [Test]
    public void SameBitsForAnyWidthAndThreads()
    {
        double[,] cost = RandomCost(700, 600, 9);
        SinkhornNewtonOptions options = new() { Epsilon = 2e-3 };
        int threads = CpuThreads.Count;
        try
        {
            SinkhornResult expected = SinkhornNewton.Solve(cost, default, options);
            foreach (int bits in new[] { 128, 256, 512 })
            {
                foreach (int count in new[] { 1, 3 })
                {
                    (CpuSettings.ForcedVectorBits, CpuThreads.Count) = (bits, count);
                    Assert.That(SinkhornNewton.Solve(cost, default, options), Is.EqualTo(expected), $"{bits} bits, {count} threads");
                }
            }
        }
        finally
        {
            (CpuSettings.ForcedVectorBits, CpuThreads.Count) = (0, threads);
        }
    }

    [Test]
    public void NothingIsAllocated()
    {
        double[,] cost = RandomCost(50, 40, 6);
        SinkhornNewtonOptions options = new() { Epsilon = 5e-3 };
        SinkhornNewton.Solve(cost, default, options);
        long before = GC.GetAllocatedBytesForCurrentThread();
        SinkhornNewton.Solve(cost, default, options);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void OptionsAndArguments()
    {
        SinkhornNewtonOptions documented = new() { MaxIterations = 10000, WarmupIterations = 20, KeptPerRow = 4 };
        Assert.That(default(SinkhornNewtonOptions), Is.EqualTo(documented));
        Assert.That((default(SinkhornNewtonOptions).MaxIterations, default(SinkhornNewtonOptions).WarmupIterations, default(SinkhornNewtonOptions).KeptPerRow), Is.EqualTo((10000, 20, 4)));
        double[,] cost = RandomCost(2, 3, 1);
        Assert.That(() => SinkhornNewton.Solve(cost, default, default), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Epsilon"));
        Assert.That(() => SinkhornNewton.Solve(cost, default, new() { Epsilon = 1, KeptPerRow = 0 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("KeptPerRow"));
        Assert.That(() => SinkhornNewton.Solve(cost, default, new() { Epsilon = 1, KeptPerRow = 65 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("[1, 64]"));
        Assert.That(() => SinkhornNewton.Solve(cost, default, new() { Epsilon = 1, WarmupIterations = 0 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("WarmupIterations"));
        Assert.That(() => SinkhornNewton.Solve(cost, default, new() { Epsilon = 1 }, new() { SourceWeights = [1, 2, 3] }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("SourceWeights"));
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
