using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Cpu;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Sparsity-constrained transport on the CPU against the formulas, closed forms and differences.</summary>
[TestFixture]
[Category("Cpu")]
internal sealed class SparseTransportTests
{
    /// <summary>The published problem: at most k non-zeros per column, plan, values and error as the formulas say. Liu, Puigcerver, Blondel, 2023.</summary>
    [Test]
    public void SparsityConstrainedTransportOfLiuEtAl([Values] SparseTransportForm form, [Values(0, 1, 2, 5)] int k, [Values(1, 2, 7, 33)] int rows, [Values(1, 3, 40)] int columns)
    {
        double[,] cost = RandomCost(rows, columns, (7 * rows) + columns);
        double[] a = Weights(rows, 1), b = Weights(columns, 2), f = new double[rows], g = new double[columns];
        double[,] plan = new double[rows, columns], values = new double[columns, k];
        int[,] ids = new int[columns, k];
        SparseTransportOptions options = new() { Gamma = 0.7, K = k, Form = form, MaxIterations = 300 };
        SparseTransportResult result = SparseTransport.Solve(
            cost, new() { SourcePotential = f, TargetPotential = g, Plan = plan, Rows = ids, Values = values }, options, new() { SourceWeights = a, TargetWeights = b });
        SparseTransportReference.Check(cost, a, b, f, g, plan, ids, values, options, result);
    }

    /// <summary>Without a limit: quadratically regularised transport, solved to its optimality conditions. Blondel, Seguy, Rolet, 2018.</summary>
    [Test]
    public void QuadraticRegularisationOfBlondelEtAl([Values] SparseTransportForm form, [Values(0.05, 1, 100)] double gamma)
    {
        double[,] cost = RandomCost(60, 45, 3);
        double[] a = Weights(60, 1), b = Weights(45, 2), f = new double[60], g = new double[45];
        double[,] plan = new double[60, 45];
        SparseTransportResult result = SparseTransport.Solve(
            cost, new() { SourcePotential = f, TargetPotential = g, Plan = plan }, new() { Gamma = gamma, Form = form, MaxIterations = 5000 }, new() { SourceWeights = a, TargetWeights = b });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(result.Value, Is.EqualTo(result.Dual).Within(1e-9));
        for (int k = 0; k < plan.Length; k++)
            Assert.That(plan[k / 45, k % 45], Is.EqualTo(Math.Max(0, f[k / 45] + g[k % 45] - cost[k / 45, k % 45]) / gamma).Within(1e-11 / gamma));
    }

    /// <summary>With one non-zero per column and uniform weights the plan is the best assignment: every permutation is tried.</summary>
    [Test]
    public void OneNonZeroIsTheAssignment([Range(1, 6)] int seed)
    {
        double[,] cost = RandomCost(6, 6, seed), plan = new double[6, 6];
        SparseTransportResult result = SparseTransport.Solve(cost, new() { Plan = plan }, new() { Gamma = 0.1, K = 1 });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(result.LinearCost, Is.EqualTo(Permutations(6).Min(p => p.Select((row, j) => cost[row, j]).Sum() / 6)).Within(1e-12));
        Assert.That(plan.Cast<double>().Count(p => p != 0), Is.EqualTo(6));
    }

    [Test]
    public void LimitsAboveTheSupportChangeNothing()
    {
        double[,] cost = RandomCost(50, 50, 8), free = new double[50, 50], limited = new double[50, 50];
        SparseTransport.Solve(cost, new() { Plan = free }, new() { Gamma = 0.2 });
        int most = Enumerable.Range(0, 50).Max(j => Enumerable.Range(0, 50).Count(i => free[i, j] > 0));
        SparseTransportResult result = SparseTransport.Solve(cost, new() { Plan = limited }, new() { Gamma = 0.2, K = most + 2 });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(limited.Cast<double>().Zip(free.Cast<double>(), (p, q) => Math.Abs(p - q)).Max(), Is.LessThan(1e-9));
    }

    /// <summary>Differences of the value by costs, weights and γ are P, f and ½‖P‖².</summary>
    [Test]
    public void GradientsByDifferences([Values] SparseTransportForm form)
    {
        double[,] cost = RandomCost(6, 5, 4), plan = new double[6, 5];
        double[] a = Weights(6, 3), b = Weights(5, 4), f = new double[6];
        SparseTransportOptions options = new() { Gamma = 0.5, Form = form, Tolerance = 1e-13, MaxIterations = 3000 };
        SparseTransportResult result = SparseTransport.Solve(cost, new() { Plan = plan, SourcePotential = f }, options, new() { SourceWeights = a, TargetWeights = b });
        double Value(double[,] c, double[] mass, double gamma) => SparseTransport.Solve(c, default, options with { Gamma = gamma }, new() { SourceWeights = mass, TargetWeights = b }).Dual;
        double step = 1e-6;
        for (int k = 0; k < 30; k++)
        {
            double[,] up = (double[,])cost.Clone(), down = (double[,])cost.Clone();
            up[k / 5, k % 5] += step;
            down[k / 5, k % 5] -= step;
            Assert.That((Value(up, a, 0.5) - Value(down, a, 0.5)) / (2 * step), Is.EqualTo(plan[k / 5, k % 5]).Within(1e-6));
        }

        // Mass moves from atom 1 to atom 0.
        double[] more = [a[0] + step, a[1] - step, .. a[2..]], less = [a[0] - step, a[1] + step, .. a[2..]];
        Assert.That((Value(cost, more, 0.5) - Value(cost, less, 0.5)) / (2 * step), Is.EqualTo(f[0] - f[1]).Within(1e-6));
        Assert.That((Value(cost, a, 0.5 + step) - Value(cost, a, 0.5 - step)) / (2 * step), Is.EqualTo(result.HalfSquares).Within(1e-6));
    }

    [Test]
    public void ClosedForms()
    {
        // Rank-one costs and large γ: P = (a_i + b_j·…) of the projection of 0, uniform: 1/(N·M).
        double[,] plan = new double[4, 3];
        SparseTransport.Solve(SinkhornExactTests.Cost(4, 3, (i, j) => i + (0.5 * j)), new() { Plan = plan }, new() { Gamma = 2 });
        Assert.That(plan.Cast<double>(), Is.All.EqualTo(1.0 / 12).Within(1e-9));

        // 1×1, one row, one column.
        double[] f = new double[1], g = new double[1];
        SparseTransportResult single = SparseTransport.Solve(new[,] { { 1.3 } }, new() { SourcePotential = f, TargetPotential = g }, new() { Gamma = 0.4, K = 3 });
        Assert.That(single.Value, Is.EqualTo(1.5).Within(1e-12));
        Assert.That(f[0] + g[0], Is.EqualTo(1.3 + 0.4).Within(1e-12));
        double[,] row = new double[1, 3];
        SparseTransport.Solve(new double[,] { { 3, -1, 4 } }, new() { Plan = row }, new() { Gamma = 1, K = 1 }, new() { TargetWeights = [0.2, 0.3, 0.5] });
        Assert.That(row.Cast<double>(), Is.EqualTo(new[] { 0.2, 0.3, 0.5 }).Within(1e-12));

        // Equal rows: the lower ones are taken, and no plan of one non-zero per column has these marginals.
        double[,] values = new double[1, 1];
        int[,] ids = new int[1, 1];
        SparseTransportResult tied = SparseTransport.Solve(new double[,] { { 1 }, { 1 } }, new() { Rows = ids, Values = values }, new() { Gamma = 1, K = 1 });
        Assert.That(tied.Status, Is.EqualTo(TransportStatus.FloorReached));
        Assert.That(tied.MarginalError, Is.EqualTo(1).Within(1e-12));
        Assert.That((ids[0, 0], values[0, 0]), Is.EqualTo((0, 1.0)));
    }

    [Test]
    public void TypedOutcomes()
    {
        double infinity = double.PositiveInfinity;
        double[] f = new double[2];
        double[,] plan = new double[2, 2], values = new double[2, 1];
        int[,] ids = new int[2, 1];
        foreach (SparseTransportForm form in Enum.GetValues<SparseTransportForm>())
        {
            SparseTransportOptions options = new() { Gamma = 0.1, K = 1, Form = form };
            SparseTransportResult nowhere = SparseTransport.Solve(new[,] { { 0, infinity }, { 0, infinity } }, new() { SourcePotential = f, Plan = plan, Rows = ids, Values = values }, options);
            Assert.That(nowhere.Status, Is.EqualTo(TransportStatus.Infeasible));
            Assert.That(nowhere.Value, Is.NaN);
            Assert.That(f.Concat(plan.Cast<double>()).Concat(values.Cast<double>()), Is.All.NaN);
            Assert.That(ids.Cast<int>(), Is.All.EqualTo(-1));
            SparseTransportResult unequal = SparseTransport.Solve(new[,] { { 0, infinity }, { infinity, 0 } }, default, options, new() { SourceWeights = [0.5, 0.5], TargetWeights = [0.3, 0.7] });
            Assert.That(unequal.Status, Is.EqualTo(TransportStatus.Infeasible));
            SparseTransportResult nowhereFrom = SparseTransport.Solve(new[,] { { 0, 0 }, { infinity, infinity } }, default, options);
            Assert.That(nowhereFrom.Status, Is.EqualTo(TransportStatus.Infeasible));
            foreach (double bad in new[] { double.NaN, double.NegativeInfinity })
                Assert.That(SparseTransport.Solve(new[,] { { 0, 1 }, { bad, 0 } }, default, options).Status, Is.EqualTo(TransportStatus.NonFinite));
        }

        SparseTransportResult stopped = SparseTransport.Solve(RandomCost(40, 40, 5), default, new() { Gamma = 0.01, MaxIterations = 2 });
        Assert.That((stopped.Status, stopped.Iterations), Is.EqualTo((TransportStatus.MaxIterations, 2)));
    }

    [Test]
    public void ForbiddenPairsAndAtomsWithoutMass([Values] SparseTransportForm form)
    {
        double infinity = double.PositiveInfinity;
        Random random = new(2);
        double[,] cost = SinkhornExactTests.Cost(30, 30, (i, j) => i != j && random.Next(3) == 0 ? infinity : random.NextDouble());
        double[] a = Weights(30, 4), b = Weights(30, 5);
        (a[3], b[7], b[8]) = (0, 0, 0);
        b = [.. b.Select(w => w * a.Sum() / b.Sum())];
        double[] f = new double[30], g = new double[30];
        double[,] plan = new double[30, 30];
        SparseTransportResult result = SparseTransport.Solve(
            cost, new() { SourcePotential = f, TargetPotential = g, Plan = plan }, new() { Gamma = 0.3, Form = form, MaxIterations = 5000 }, new() { SourceWeights = a, TargetWeights = b });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(f.Concat(g), Is.All.Matches<double>(double.IsFinite));
        for (int k = 0; k < 900; k++)
        {
            (int i, int j) = (k / 30, k % 30);
            if (i == 3 || j is 7 or 8 || double.IsInfinity(cost[i, j]))
                Assert.That(plan[i, j], Is.Zero);
            Assert.That(f[i] + g[j] - cost[i, j], Is.LessThanOrEqualTo((0.3 * plan[i, j]) + 1e-9));
        }
    }

    [Test]
    public void OtherStorageAndPointsAreTheSameProblem()
    {
        Random random = new(3);
        float[,] cost = new float[35, 21];
        Half[,] half = new Half[35, 21];
        BFloat16[,] brain = new BFloat16[35, 21];
        for (int k = 0; k < cost.Length; k++)
        {
            (int i, int j) = (k / 21, k % 21);
            brain[i, j] = (BFloat16)(float)(Half)(float)random.NextDouble();
            cost[i, j] = (float)brain[i, j];
            half[i, j] = (Half)cost[i, j];
        }

        double[,] wide = SinkhornExactTests.Cost(35, 21, (i, j) => cost[i, j]);
        SparseTransportOptions options = new() { Gamma = 0.3, K = 4, Tolerance = 1e-9, MaxIterations = 300 };
        SparseTransportResult expected = SparseTransport.Solve(wide, default, options);
        Assert.That(SparseTransport.Solve(cost, default, options), Is.EqualTo(expected));
        Assert.That(SparseTransport.Solve(half, default, options), Is.EqualTo(expected));
        Assert.That(SparseTransport.Solve(brain, default, options), Is.EqualTo(expected));

        float[,] x = new float[35, 3], y = new float[21, 3];
        for (int k = 0; k < x.Length; k++)
            x[k / 3, k % 3] = (float)random.NextDouble();
        for (int k = 0; k < y.Length; k++)
            y[k / 3, k % 3] = (float)random.NextDouble();
        double[,] distances = SinkhornExactTests.Cost(35, 21, (i, j) => Math.Sqrt(Enumerable.Range(0, 3).Sum(c => Math.Pow((double)x[i, c] - y[j, c], 2))));
        SparseTransportResult matrix = SparseTransport.Solve(distances, default, options with { K = 0 });
        SparseTransportResult points = SparseTransport.SolvePoints(x, y, default, options with { K = 0, Metric = TransportMetric.Euclidean });
        Assert.That(points.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(points.Value, Is.EqualTo(matrix.Value).Within(1e-9));
    }

    [Test]
    public void StridedAndWarmStarted()
    {
        double[,] outer = RandomCost(20, 31, 1), cost = SinkhornExactTests.Cost(20, 25, (i, j) => outer[i, j + 3]);
        double[] f = new double[20];
        SparseTransportOptions options = new() { Gamma = 0.4 };
        SparseTransportResult expected = SparseTransport.Solve(cost, new() { SourcePotential = f }, options);
        Assert.That(SparseTransport.Solve(new CommunityToolkit.HighPerformance.ReadOnlySpan2D<double>(outer, 0, 3, 20, 25), default, options), Is.EqualTo(expected));
        SparseTransportResult again = SparseTransport.Solve(cost, default, options, new() { InitialSourcePotential = f });
        Assert.That((again.Status, again.Iterations), Is.EqualTo((TransportStatus.Converged, 0)));
    }

    [Test]
    public void SameBitsForAnyWidthAndThreads([Values(0, 3)] int k)
    {
        double[,] cost = RandomCost(400, 500, 9);
        SparseTransportOptions options = new() { Gamma = 3, K = k, MaxIterations = 15 };
        int threads = CpuThreads.Count;
        try
        {
            SparseTransportResult expected = SparseTransport.Solve(cost, default, options);
            foreach (int bits in new[] { 128, 256, 512 })
            {
                foreach (int count in new[] { 1, 3 })
                {
                    (CpuSettings.ForcedVectorBits, CpuThreads.Count) = (bits, count);
                    Assert.That(SparseTransport.Solve(cost, default, options), Is.EqualTo(expected), $"{bits} bits, {count} threads");
                }
            }
        }
        finally
        {
            (CpuSettings.ForcedVectorBits, CpuThreads.Count) = (0, threads);
        }
    }

    [Test]
    public unsafe void NothingIsAllocatedAndTheRecordHasItsSize()
    {
        double[,] cost = RandomCost(50, 40, 6);
        SparseTransportOptions options = new() { Gamma = 1, K = 3, MaxIterations = 20 };
        SparseTransport.Solve(cost, default, options);
        long before = GC.GetAllocatedBytesForCurrentThread();
        SparseTransport.Solve(cost, default, options);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(sizeof(SparseTransportResult), Is.EqualTo(48));
    }

    [Test]
    public void OptionsAndArguments()
    {
        Assert.That(default(SparseTransportOptions), Is.EqualTo(new SparseTransportOptions { MaxIterations = 1000 }));
        double[,] cost = RandomCost(2, 3, 1);
        SparseTransportOptions options = new() { Gamma = 1, K = 2 };
        Assert.That(() => SparseTransport.Solve(cost, default, default), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Gamma"));
        Assert.That(() => SparseTransport.Solve(cost, default, options with { K = -1 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("K is -1"));
        Assert.That(() => SparseTransport.Solve(cost, default, options with { Form = (SparseTransportForm)2 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Form"));
        Assert.That(() => SparseTransport.Solve(cost, default, options with { MaxIterations = 0 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("MaxIterations"));
        Assert.That(() => SparseTransport.Solve(cost, default, options with { Tolerance = -1 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Tolerance"));
        Assert.That(() => SparseTransport.Solve(new double[0, 3], default, options), Throws.InstanceOf<ArgumentException>().With.Message.Contains("[0, 3]"));
        Assert.That(() => SparseTransport.Solve(cost, new() { Rows = new int[2, 2] }, options), Throws.InstanceOf<ArgumentException>().With.Message.Contains("[3, 2]"));
        Assert.That(() => SparseTransport.Solve(cost, new() { Values = new double[3, 2] }, options with { K = 0 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("options.K is 0"));
        Assert.That(() => SparseTransport.Solve(cost, default, options, new() { SourceWeights = [1, -1] }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("[1] is -1"));
        Assert.That(() => SparseTransport.Solve(cost, default, options, new() { SourceWeights = [1, 1] }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("agree"));
        Assert.That(() => SparseTransport.Solve(cost, default, options, new() { InitialSourcePotential = [1] }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("InitialSourcePotential"));
    }

    private static IEnumerable<int[]> Permutations(int count)
    {
        if (count == 1)
            return [[0]];
        return Permutations(count - 1).SelectMany(p => Enumerable.Range(0, count).Select(place => p.Take(place).Append(count - 1).Concat(p.Skip(place)).ToArray()));
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
