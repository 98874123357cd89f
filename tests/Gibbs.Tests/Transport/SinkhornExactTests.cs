using System;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Problems whose plans are known in closed form.</summary>
internal sealed class SinkhornExactTests
{
    [Test]
    public void TwoByTwoOfTheDocumentationOfOthers()
    {
        double[,] plan = new double[2, 2];
        SinkhornResult result = Sinkhorn.Solve(new double[,] { { 0, 1 }, { 1, 0 } }, new() { Plan = plan }, new() { Epsilon = 1 });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(plan[0, 0], Is.EqualTo(0.36552928931500239).Within(1e-12));
        Assert.That(result.LinearCost, Is.EqualTo(0.26894142136999516).Within(1e-12));
    }

    [Test]
    public void TwoByTwoWithoutSymmetry()
    {
        double[,] plan = new double[2, 2];
        Sinkhorn.Solve(new double[,] { { 0, 1 }, { 2, 0.5 } }, new() { Plan = plan }, new() { Epsilon = 0.5, Tolerance = 1e-14 }, new() { SourceWeights = [0.3, 0.7], TargetWeights = [0.6, 0.4] });
        Assert.That(plan[0, 0], Is.EqualTo(0.297369100524752).Within(1e-13));
        Assert.That(plan[0, 1], Is.EqualTo(0.00263089947524786).Within(1e-13));
        Assert.That(plan[1, 0], Is.EqualTo(0.302630899475248).Within(1e-13));
        Assert.That(plan[1, 1], Is.EqualTo(0.397369100524752).Within(1e-13));
    }

    [Test]
    public void RankOneCostsGiveTheProductAtOnce([Values(1e-3, 1, 1e3)] double epsilon)
    {
        double[] a = [0.2, 0.5, 0.3], b = [0.1, 0.6, 0.2, 0.1];
        double[,] plan = new double[3, 4];
        SinkhornResult result = Sinkhorn.Solve(Cost(3, 4, (i, j) => i + (0.25 * j)), new() { Plan = plan }, new() { Epsilon = epsilon }, new() { SourceWeights = a, TargetWeights = b });
        // A kernel that underflows takes a second, from the c-transform of the columns.
        Assert.That(result.Iterations, Is.LessThanOrEqualTo(epsilon < 1 ? 2 : 1));
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 4; j++)
                Assert.That(plan[i, j], Is.EqualTo(a[i] * b[j]).Within(1e-11));
        }
    }

    [Test]
    public void CirculantCosts([Values(5, 64, 1000)] int n, [Values(0.02, 0.5)] double epsilon)
    {
        double Ring(int k) => Math.Pow(Math.Sin(Math.PI * k / n), 2);
        double[,] plan = new double[n, n];
        SinkhornResult result = Sinkhorn.Solve(Cost(n, n, (i, j) => Ring(i - j)), new() { Plan = plan }, new() { Epsilon = epsilon });
        double sum = Enumerable.Range(0, n).Sum(k => Math.Exp(-Ring(k) / epsilon));
        Assert.That(result.Iterations, Is.LessThanOrEqualTo(1));
        for (int j = 0; j < n; j++)
            Assert.That(plan[3, j], Is.EqualTo(Math.Exp(-Ring(3 - j) / epsilon) / sum / n).Within(1e-13));
    }

    [Test]
    public void ProductOfTwoByTwoPlansOnTheHypercube([Values(2, 5, 8)] int dimensions)
    {
        // Points {0, s_k}^d with product weights: the plan is the product of the plans along every axis.
        double epsilon = 0.3;
        double[] sides = [.. Enumerable.Range(0, dimensions).Select(k => 0.5 + (0.1 * k))];
        double[] source = [.. Enumerable.Range(0, dimensions).Select(k => 0.3 + (0.05 * k))], target = [.. Enumerable.Range(0, dimensions).Select(k => 0.65 - (0.03 * k))];
        int n = 1 << dimensions;
        double Weight(double[] heads, int i) => Enumerable.Range(0, dimensions).Aggregate(1.0, (w, k) => w * ((i >> k & 1) == 0 ? heads[k] : 1 - heads[k]));
        double[,] plan = new double[n, n];
        SinkhornResult result = Sinkhorn.Solve(
            Cost(n, n, (i, j) => Enumerable.Range(0, dimensions).Sum(k => ((i ^ j) >> k & 1) * sides[k] * sides[k])),
            new() { Plan = plan },
            new() { Epsilon = epsilon, Tolerance = 1e-13 },
            new() { SourceWeights = [.. Enumerable.Range(0, n).Select(i => Weight(source, i))], TargetWeights = [.. Enumerable.Range(0, n).Select(j => Weight(target, j))] });
        Assert.That(result.Status, Is.AnyOf(TransportStatus.Converged, TransportStatus.FloorReached));
        for (int trial = 0; trial < 200; trial++)
        {
            int i = trial * 7919 % n, j = trial * 104729 % n;
            double expected = 1;
            for (int k = 0; k < dimensions; k++)
                expected *= TwoByTwo(source[k], target[k], sides[k] * sides[k], epsilon)[i >> k & 1, j >> k & 1];
            Assert.That(plan[i, j], Is.EqualTo(expected).Within(1e-11));
        }
    }

    [Test]
    public void CostsWhoseKernelUnderflows()
    {
        // exp(−C/ε) is 0 everywhere in any arithmetic; the plan is the identity over n.
        int n = 20;
        float[,] plan = new float[n, n], cost = new float[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                cost[i, j] = i == j ? 5 : 6;
        }

        SinkhornResult result = Sinkhorn.Solve(cost, new() { Plan = plan }, new() { Epsilon = 1e-3 });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(plan[4, 4], Is.EqualTo(1f / n).Within(1e-7));
        Assert.That(plan[4, 5], Is.EqualTo(0));
    }

    [Test]
    public void TriangularSupportIsSublinearAndSaysSo()
    {
        // From g = 0, P12 after k full iterations is 1/(4k + 2).
        double[,] plan = new double[2, 2];
        SinkhornResult result = Sinkhorn.Solve(new double[,] { { 0, 0 }, { double.PositiveInfinity, 0 } }, new() { Plan = plan }, new() { Epsilon = 1, Plain = true, MaxIterations = 50 });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.MaxIterations));
        Assert.That(plan[1, 0], Is.EqualTo(0));
        Assert.That(plan[0, 1], Is.EqualTo(1.0 / ((4 * result.Iterations) + 2)).Within(1e-12));
    }

    [Test]
    public void NoPlanAtAll([Values] bool mismatch)
    {
        double infinity = double.PositiveInfinity;
        double[,] cost = mismatch ? new double[,] { { 0, infinity }, { infinity, 0 } } : new double[,] { { 0, infinity }, { 0, infinity } };
        double[] a = [0.5, 0.5], b = [0.3, 0.7];
        double[] f = new double[2];
        SinkhornResult result = Sinkhorn.Solve(cost, new() { SourcePotential = f }, new() { Epsilon = 0.1 }, new() { SourceWeights = a, TargetWeights = b });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Infeasible));
        Assert.That(result.Value, Is.NaN);
        Assert.That(f, Is.All.NaN);
    }

    [Test]
    public void OneByOne()
    {
        double[] f = new double[1], g = new double[1];
        SinkhornResult balanced = Sinkhorn.Solve(new double[,] { { 1.3 } }, new() { SourcePotential = f, TargetPotential = g }, new() { Epsilon = 0.2 });
        Assert.That(balanced.Value, Is.EqualTo(1.3).Within(1e-12));
        Assert.That(f[0] + g[0], Is.EqualTo(1.3).Within(1e-12));

        double[,] plan = new double[1, 1];
        SinkhornResult relaxed = Sinkhorn.Solve(
            new double[,] { { 1.3 } }, new() { Plan = plan }, new() { Epsilon = 0.2, SourceRho = 0.7, TargetRho = 0.7, Tolerance = 1e-14 }, new() { SourceWeights = [1.5], TargetWeights = [0.4] });
        Assert.That(relaxed.Status, Is.AnyOf(TransportStatus.Converged, TransportStatus.FloorReached));
        Assert.That(plan[0, 0], Is.EqualTo(0.332924542636458).Within(1e-13));
    }

    [Test]
    public void OneRowOrColumn()
    {
        double[] b = [0.2, 0.3, 0.5];
        double[,] row = new double[1, 3], column = new double[3, 1];
        Sinkhorn.Solve(new double[,] { { 3, -1, 4 } }, new() { Plan = row }, new() { Epsilon = 0.1 }, new() { TargetWeights = b });
        Sinkhorn.Solve(new double[,] { { 3 }, { -1 }, { 4 } }, new() { Plan = column }, new() { Epsilon = 0.1 }, new() { SourceWeights = b });
        for (int j = 0; j < 3; j++)
        {
            Assert.That(row[0, j], Is.EqualTo(b[j]).Within(1e-13));
            Assert.That(column[j, 0], Is.EqualTo(b[j]).Within(1e-13));
        }
    }

    [Test]
    public void AtomsWithoutMassChangeNothingElse()
    {
        Random random = new(3);
        double[,] cost = Cost(7, 9, (_, _) => random.NextDouble());
        double[] a = [.. Enumerable.Range(0, 7).Select(i => i is 2 or 5 ? 0 : 0.2)], b = [.. Enumerable.Range(0, 9).Select(j => j == 4 ? 0 : 0.125)];
        double[,] plan = new double[7, 9];
        double[] f = new double[7], g = new double[9];
        SinkhornResult result = Sinkhorn.Solve(cost, new() { Plan = plan, SourcePotential = f, TargetPotential = g }, new() { Epsilon = 0.05, Tolerance = 1e-12 }, new() { SourceWeights = a, TargetWeights = b });
        int[] rows = [0, 1, 3, 4, 6], columns = [0, 1, 2, 3, 5, 6, 7, 8];
        double[,] fewer = new double[5, 8];
        Sinkhorn.Solve(Cost(5, 8, (i, j) => cost[rows[i], columns[j]]), new() { Plan = fewer }, new() { Epsilon = 0.05, Tolerance = 1e-12 });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(f.Concat(g), Is.All.Matches<double>(double.IsFinite));
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 8; j++)
                Assert.That(plan[rows[i], columns[j]], Is.EqualTo(fewer[i, j]).Within(1e-12));
        }

        // The potential of an atom of no mass is its c-transform.
        double sum = Enumerable.Range(0, 9).Sum(j => b[j] * Math.Exp((f[2] + g[j] - cost[2, j]) / 0.05));
        Assert.That(sum, Is.EqualTo(1).Within(1e-9));
    }

    [Test]
    public void BalancedOfAnotherFormAgree()
    {
        double[,] cost = { { 0, 1 }, { 1, 0 } };
        double[] a = [0.3, 0.7], b = [0.7, 0.3];
        SinkhornReference reference = new(cost, a, b, 0.01, 100, 100);
        reference.Run(200000);
        double[,] plan = new double[2, 2];
        SinkhornResult result = Sinkhorn.Solve(cost, new() { Plan = plan }, new() { Epsilon = 0.01, SourceRho = 100, TargetRho = 100 }, new() { SourceWeights = a, TargetWeights = b });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(result.Value, Is.EqualTo(reference.Value()).Within(1e-6));
        Assert.That(plan[1, 0], Is.EqualTo(reference.Plan(1, 0)).Within(1e-6));
    }

    [Test]
    public void PrecisionThatFloatsDoNotHaveIsAFloor()
    {
        Random random = new(1);
        float[,] cost = new float[60, 50];
        for (int k = 0; k < cost.Length; k++)
            cost[k / 50, k % 50] = (float)random.NextDouble();
        SinkhornResult result = Sinkhorn.Solve(cost, default, new() { Epsilon = 0.05, Tolerance = 1e-12 });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.FloorReached));
        Assert.That(result.MarginalError, Is.LessThan(1e-5));
    }

    [Test]
    public void ExtremeWeights()
    {
        float[] a = [1e-40f, 1, 1e-30f, 0], b = [0.5f, 0.5f];
        float[] f = new float[4];
        SinkhornResult result = Sinkhorn.Solve(new float[,] { { 0, 1 }, { 1, 0 }, { 2, 3 }, { 1, 1 } }, new() { SourcePotential = f }, new() { Epsilon = 0.1 }, new() { SourceWeights = a, TargetWeights = b });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(f, Is.All.Matches<float>(float.IsFinite));
    }

    private static double[,] TwoByTwo(double a, double b, double cost, double epsilon)
    {
        SinkhornReference reference = new(new[,] { { 0, cost }, { cost, 0 } }, [a, 1 - a], [b, 1 - b], epsilon);
        reference.Run(3000);
        return new[,] { { reference.Plan(0, 0), reference.Plan(0, 1) }, { reference.Plan(1, 0), reference.Plan(1, 1) } };
    }

    internal static double[,] Cost(int rows, int columns, Func<int, int, double> cost)
    {
        double[,] result = new double[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                result[i, j] = cost(i, j);
        }

        return result;
    }
}
