using System;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>What becomes of a plan when its problem is changed in a way that has a known effect.</summary>
internal sealed class SinkhornRelationTests
{
    private const int Rows = 9;
    private const int Columns = 13;
    private static readonly SinkhornOptions s_options = new() { Epsilon = 0.05, Tolerance = 1e-12 };

    [Test]
    public void AnAtomInTwoPartsTakesItsRowByWeights([Values(0.5, 0.3)] double part)
    {
        (double[,] cost, double[] a, double[] b) = Problem(1);
        double[,] split = SinkhornExactTests.Cost(Rows + 1, Columns, (i, j) => cost[i == Rows ? 4 : i, j]);
        double[] weights = [.. a, (1 - part) * a[4]];
        weights[4] = part * a[4];
        double[,] plan = Plan(cost, a, b), parts = Plan(split, weights, b);
        for (int j = 0; j < Columns; j++)
        {
            Assert.That(parts[4, j], Is.EqualTo(part * plan[4, j]).Within(1e-13));
            Assert.That(parts[Rows, j], Is.EqualTo((1 - part) * plan[4, j]).Within(1e-13));
            Assert.That(parts[7, j], Is.EqualTo(plan[7, j]).Within(1e-13));
        }
    }

    [Test]
    public void GreatEpsilonGivesTheProduct()
    {
        (double[,] cost, double[] a, double[] b) = Problem(2);
        double Distance(double epsilon)
        {
            double[,] plan = Plan(cost, a, b, s_options with { Epsilon = epsilon, Tolerance = 1e-15 });
            return Enumerable.Range(0, Rows * Columns).Max(k => Math.Abs(plan[k / Columns, k % Columns] - (a[k / Columns] * b[k % Columns])));
        }

        Assert.That(Distance(1e2), Is.LessThan(1e-3));
        Assert.That(Distance(1e4), Is.EqualTo(Distance(1e2) / 100).Within(1).Percent);
    }

    [Test]
    public void SmallEpsilonGivesTheUniqueAssignment([Values(1, 2, 3)] int seed)
    {
        const int N = 5;
        Random random = new(seed);
        double[,] cost = SinkhornExactTests.Cost(N, N, (i, j) => (0.6 * random.NextDouble()) + (j == (2 * i + 1) % N ? 0 : 0.5));
        (int[] Order, double Cost)[] assignments =
            [.. Permutations([], [.. Enumerable.Range(0, N)]).Select(order => (order, order.Select((j, i) => cost[i, j]).Sum())).OrderBy(entry => entry.Item2)];

        // Entries off the assignment lie on cycles of at most N pairs: their product is exp(−gap/ε), or less.
        double gap = (assignments[1].Cost - assignments[0].Cost) / N, epsilon = gap / 8;
        double[] uniform = [.. Enumerable.Repeat(1.0 / N, N)];
        double[,] plan = Plan(cost, uniform, uniform, new() { Epsilon = epsilon, Tolerance = 1e-4, MaxIterations = 100000 });
        Assert.That(N * Math.Exp(-gap / epsilon), Is.LessThan(0.01 / N));
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j < N; j++)
                Assert.That(plan[i, j], Is.EqualTo(assignments[0].Order[i] == j ? 1.0 / N : 0).Within((N * Math.Exp(-gap / epsilon)) + 1e-4));
        }
    }

    [Test]
    public void TransposedCostsTransposeThePlan()
    {
        (double[,] cost, double[] a, double[] b) = Problem(3);
        double[,] plan = Plan(cost, a, b), transposed = Plan(SinkhornExactTests.Cost(Columns, Rows, (j, i) => cost[i, j]), b, a);
        for (int k = 0; k < plan.Length; k++)
            Assert.That(transposed[k % Columns, k / Columns], Is.EqualTo(plan[k / Columns, k % Columns]).Within(1e-11));
    }

    [Test]
    public void PermutedAtomsPermuteThePlan()
    {
        (double[,] cost, double[] a, double[] b) = Problem(4);
        int Row(int i) => ((4 * i) + 1) % Rows;
        int Column(int j) => ((5 * j) + 3) % Columns;
        double[,] plan = Plan(cost, a, b);
        double[,] permuted = Plan(
            SinkhornExactTests.Cost(Rows, Columns, (i, j) => cost[Row(i), Column(j)]), [.. Enumerable.Range(0, Rows).Select(i => a[Row(i)])], [.. Enumerable.Range(0, Columns).Select(j => b[Column(j)])]);
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
                Assert.That(permuted[i, j], Is.EqualTo(plan[Row(i), Column(j)]).Within(1e-13));
        }
    }

    [Test]
    public void AnOffsetOfAllCostsMovesTheValueAlone()
    {
        // Multiples of 1/1024, which 512 leaves exact.
        (double[,] cost, double[] a, double[] b) = Problem(5);
        double[,] moved = SinkhornExactTests.Cost(Rows, Columns, (i, j) => cost[i, j] + 512), plan = new double[Rows, Columns], planOfMoved = new double[Rows, Columns];
        SinkhornResult result = Sinkhorn.Solve(cost, new() { Plan = plan }, s_options, new() { SourceWeights = a, TargetWeights = b });
        SinkhornResult far = Sinkhorn.Solve(moved, new() { Plan = planOfMoved }, s_options, new() { SourceWeights = a, TargetWeights = b });
        Assert.That(planOfMoved, Is.EqualTo(plan));
        Assert.That(far.Value, Is.EqualTo(result.Value + 512).Within(1e-9));
        Assert.That(far.Dual, Is.EqualTo(result.Dual + 512).Within(1e-9));
        Assert.That(far.Iterations, Is.EqualTo(result.Iterations));
    }

    [Test]
    public void CostsAndEpsilonInOtherUnits()
    {
        (double[,] cost, double[] a, double[] b) = Problem(6);
        double[,] scaled = SinkhornExactTests.Cost(Rows, Columns, (i, j) => 4 * cost[i, j]), plan = new double[Rows, Columns], planOfScaled = new double[Rows, Columns];
        double[] f = new double[Rows], fOfScaled = new double[Rows];
        SinkhornResult result = Sinkhorn.Solve(cost, new() { Plan = plan, SourcePotential = f }, s_options, new() { SourceWeights = a, TargetWeights = b });
        SinkhornResult other = Sinkhorn.Solve(
            scaled, new() { Plan = planOfScaled, SourcePotential = fOfScaled }, s_options with { Epsilon = 4 * s_options.Epsilon }, new() { SourceWeights = a, TargetWeights = b });
        Assert.That(planOfScaled, Is.EqualTo(plan));
        Assert.That(fOfScaled, Is.EqualTo(f.Select(potential => 4 * potential)));
        Assert.That(other.Value, Is.EqualTo(4 * result.Value).Within(1e-14));
        Assert.That(other.Kl, Is.EqualTo(result.Kl));
    }

    [Test]
    public void IdenticalCloudsHaveASymmetricPlan()
    {
        Random random = new(7);
        double[,] x = SinkhornExactTests.Cost(40, 2, (_, _) => random.NextDouble()), plan = new double[40, 40];
        double[] f = new double[40], g = new double[40];
        SinkhornResult result = Sinkhorn.SolvePoints(x, x, new() { Plan = plan, SourcePotential = f, TargetPotential = g }, new() { Epsilon = 0.05, Tolerance = 1e-13 });
        Assert.That(result.Status, Is.AnyOf(TransportStatus.Converged, TransportStatus.FloorReached));
        for (int k = 0; k < plan.Length; k++)
            Assert.That(plan[k / 40, k % 40], Is.EqualTo(plan[k % 40, k / 40]).Within(1e-13));
        double[] differences = [.. f.Zip(g, (p, q) => p - q)];
        Assert.That(differences, Is.All.EqualTo(differences[0]).Within(1e-10));
    }

    private static double[,] Plan(double[,] cost, double[] a, double[] b, SinkhornOptions? options = null)
    {
        double[,] plan = new double[a.Length, b.Length];
        SinkhornResult result = Sinkhorn.Solve(cost, new() { Plan = plan }, options ?? s_options, new() { SourceWeights = a, TargetWeights = b });
        Assert.That(result.Status, Is.AnyOf(TransportStatus.Converged, TransportStatus.FloorReached));
        return plan;
    }

    private static (double[,] Cost, double[] A, double[] B) Problem(int seed)
    {
        Random random = new(seed);
        double[] Weights(int count)
        {
            double[] weights = [.. Enumerable.Range(0, count).Select(_ => 0.2 + random.NextDouble())];
            return [.. weights.Select(w => w / weights.Sum())];
        }

        return (SinkhornExactTests.Cost(Rows, Columns, (_, _) => random.Next(1024) / 1024.0), Weights(Rows), Weights(Columns));
    }

    private static System.Collections.Generic.IEnumerable<int[]> Permutations(int[] head, int[] rest) =>
        rest.Length == 0 ? [head] : rest.SelectMany(next => Permutations([.. head, next], [.. rest.Where(other => other != next)]));
}
