using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Cpu;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Plans;

/// <summary>What a plan does, and its largest entries, against the plan as a matrix.</summary>
internal sealed class TransportPlanTests
{
    private static IEnumerable<(int Rows, int Columns)> Shapes() => [(1, 1), (1, 7), (7, 1), (2, 3), (33, 100), (100, 33), (3, 1030), (600, 5), (40, 2100)];

    [TestCaseSource(nameof(Shapes))]
    public void ActsAsTheMatrix((int Rows, int Columns) shape)
    {
        PlanCase problem = PlanCase.Unsolved(shape.Rows, shape.Columns, 1);
        double[,] plan = problem.Plan(), v = Values(shape.Columns, 3, 2), w = Values(shape.Rows, 2, 3), pv = new double[shape.Rows, 3], pw = new double[shape.Columns, 2];
        double[] rows = new double[shape.Rows], columns = new double[shape.Columns], rowSums = PlanCase.RowSums(plan), columnSums = PlanCase.ColumnSums(plan);
        TransportCost cost = TransportCost.Matrix(problem.Cost);
        TransportPlan.Marginals(cost, problem.Potentials, rows, columns, problem.Options);
        Near(rows, rowSums, 1e-14);
        Near(columns, columnSums, 1e-14);
        foreach (bool barycentric in new[] { false, true })
        {
            TransportPlan.Apply(cost, problem.Potentials, v, pv, problem.Options, barycentric);
            Near(pv, SinkhornExactTests.Cost(shape.Rows, 3, (i, k) => Enumerable.Range(0, shape.Columns).Sum(j => plan[i, j] * v[j, k]) / (barycentric ? rowSums[i] : 1)), 1e-13);
            TransportPlan.ApplyTransposed(cost, problem.Potentials, w, pw, problem.Options, barycentric);
            Near(pw, SinkhornExactTests.Cost(shape.Columns, 2, (j, k) => Enumerable.Range(0, shape.Rows).Sum(i => plan[i, j] * w[i, k]) / (barycentric ? columnSums[j] : 1)), 1e-13);
        }
    }

    [Test]
    public void ManyColumnsOfValues()
    {
        PlanCase problem = PlanCase.Solved(20, 30, 4);
        double[,] plan = problem.Plan(), v = Values(30, 70, 5), w = Values(20, 70, 6), pv = new double[20, 70], pw = new double[30, 70];
        double[] columnSums = PlanCase.ColumnSums(plan);
        TransportPlan.Apply(TransportCost.Matrix(problem.Cost), problem.Potentials, v, pv, problem.Options);
        TransportPlan.ApplyTransposed(TransportCost.Matrix(problem.Cost), problem.Potentials, w, pw, problem.Options, true);
        Near(pv, SinkhornExactTests.Cost(20, 70, (i, k) => Enumerable.Range(0, 30).Sum(j => plan[i, j] * v[j, k])), 1e-13);
        Near(pw, SinkhornExactTests.Cost(30, 70, (j, k) => Enumerable.Range(0, 20).Sum(i => plan[i, j] * w[i, k]) / columnSums[j]), 1e-13);
    }

    [Test]
    public void BarycentricMapOfASolve()
    {
        // Of a large ε every point goes to the mean of the targets; the map of an atom of no mass is as any other.
        PlanCase problem = PlanCase.Solved(6, 9, 7, 1e4);
        problem.A[2] = 0;
        problem.A[3] += 1 - problem.A.Sum();
        problem.Solve();
        double[,] map = new double[6, 3];
        TransportPlan.Apply(TransportCost.Points(problem.X, problem.Y), problem.Potentials, problem.Y, map, problem.Options, true);
        for (int k = 0; k < 3; k++)
        {
            double mean = Enumerable.Range(0, 9).Sum(j => problem.B[j] * problem.Y[j, k]);
            for (int i = 0; i < 6; i++)
                Assert.That(map[i, k], Is.EqualTo(mean).Within(1e-3));
        }
    }

    [Test]
    public void PointsAreTheMatrixOfTheirCosts([Values(0, 1)] int side)
    {
        PlanCase problem = PlanCase.Solved(37, 1100, 8);
        double[,] v = Values(side == 0 ? 1100 : 37, 2, 9), expected = new double[side == 0 ? 37 : 1100, 2], result = new double[side == 0 ? 37 : 1100, 2];
        foreach ((TransportMetric metric, Func<int, int, double> cost) in new (TransportMetric, Func<int, int, double>)[]
        {
            (TransportMetric.SquaredEuclidean, (i, j) => problem.Cost[i, j]),
            (TransportMetric.PowerNorm(3), (i, j) => Enumerable.Range(0, 3).Sum(k => Math.Pow(Math.Abs(problem.X[i, k] - problem.Y[j, k]), 3))),
        })
        {
            SinkhornOptions options = problem.Options with { Metric = metric };
            TransportCost matrix = TransportCost.Matrix(SinkhornExactTests.Cost(37, 1100, cost)), points = TransportCost.Points(problem.X, problem.Y);
            if (side == 0)
            {
                TransportPlan.Apply(matrix, problem.Potentials, v, expected, options);
                TransportPlan.Apply(points, problem.Potentials, v, result, options);
            }
            else
            {
                TransportPlan.ApplyTransposed(matrix, problem.Potentials, v, expected, options);
                TransportPlan.ApplyTransposed(points, problem.Potentials, v, result, options);
            }

            Near(result, expected, 1e-13);
        }
    }

    [Test]
    public void StorageTypesOfCosts()
    {
        PlanCase problem = PlanCase.Solved(30, 41, 10);
        float[] f = PlanCase.Single(problem.F), g = PlanCase.Single(problem.G), a = PlanCase.Single(problem.A), b = PlanCase.Single(problem.B);
        TransportPotentials<float> potentials = new() { SourcePotential = f, TargetPotential = g, SourceWeights = a, TargetWeights = b };
        for (int type = 0; type < 3; type++)
        {
            Half[,] half = PlanCase.To(problem.Cost, c => (Half)c);
            BFloat16[,] brain = PlanCase.To(problem.Cost, c => (BFloat16)(float)c);
            float[,] single = PlanCase.To(problem.Cost, c => (float)c);
            TransportCost cost = type == 0 ? TransportCost.Matrix(single) : type == 1 ? TransportCost.Matrix(half) : TransportCost.Matrix(brain);
            float[] sums = new float[30];
            TransportPlan.Marginals(cost, potentials, sums, default, problem.Options);
            for (int i = 0; i < 30; i++)
            {
                int row = i;
                double expected = Enumerable.Range(0, 41).Sum(j =>
                    a[row] * (double)b[j] * Math.Exp((f[row] + (double)g[j] - (type == 0 ? single[row, j] : type == 1 ? (double)half[row, j] : (float)brain[row, j])) / 0.2));
                Assert.That(sums[i], Is.EqualTo(expected).Within(1e-6 * expected));
            }
        }
    }

    [TestCaseSource(nameof(Shapes))]
    public void LargestEntriesOfRows((int Rows, int Columns) shape)
    {
        PlanCase problem = PlanCase.Unsolved(shape.Rows, shape.Columns, 11);
        int k = Math.Min(5, shape.Columns);
        int[,] ids = new int[shape.Rows, k];
        double[,] plan = problem.Plan(), values = new double[shape.Rows, k];
        TransportPlan.TopK(TransportCost.Matrix(problem.Cost), problem.Potentials, ids, values, problem.Options);
        for (int i = 0; i < shape.Rows; i++)
        {
            int row = i;
            int[] order = [.. Enumerable.Range(0, shape.Columns).OrderByDescending(j => plan[row, j]).ThenBy(j => j).Take(k)];
            for (int n = 0; n < k; n++)
            {
                Assert.That(ids[i, n], Is.EqualTo(order[n]));
                Assert.That(values[i, n], Is.EqualTo(plan[i, order[n]]).Within(1e-13 * plan[i, order[n]]));
            }
        }
    }

    [Test]
    public void TiesForbiddenPairsAndNan()
    {
        double inf = double.PositiveInfinity;
        double[,] cost = { { 1, 0, 1, 0 }, { inf, 2, inf, 1 }, { 0, double.NaN, 0, 0 } };
        double[] f = [0, 0, 0], g = [0, 0, 0, 0];
        int[,] ids = new int[3, 4];
        double[,] values = new double[3, 4];
        TransportPlan.TopK(TransportCost.Matrix(cost), new TransportPotentials<double> { SourcePotential = f, TargetPotential = g }, ids, values, new() { Epsilon = 1 });
        Assert.That(ids.Cast<int>(), Is.EqualTo(new[] { 1, 3, 0, 2, 3, 1, -1, -1, -1, -1, -1, -1 }));
        Assert.That(values[1, 2], Is.Zero);
        Assert.That(values[2, 0], Is.NaN);
    }

    [TestCaseSource(nameof(Shapes))]
    public void EntriesAboveABound((int Rows, int Columns) shape)
    {
        PlanCase problem = PlanCase.Unsolved(shape.Rows, shape.Columns, 12);
        double[,] plan = problem.Plan();
        double threshold = plan.Cast<double>().OrderBy(p => p).ElementAt(plan.Length / 2) * 1.0000001;
        long[] offsets = new long[shape.Rows + 1];
        long count = TransportPlan.CountAbove(TransportCost.Matrix(problem.Cost), problem.Potentials, threshold, offsets, problem.Options);
        int[] columns = new int[count];
        double[] values = new double[count];
        TransportPlan.Threshold(TransportCost.Matrix(problem.Cost), problem.Potentials, threshold, offsets, columns, values, problem.Options);
        long position = 0;
        for (int i = 0; i < shape.Rows; i++)
        {
            Assert.That(offsets[i], Is.EqualTo(position));
            for (int j = 0; j < shape.Columns; j++)
            {
                if (plan[i, j] <= threshold)
                    continue;
                Assert.That(columns[position], Is.EqualTo(j));
                Assert.That(values[position], Is.EqualTo(plan[i, j]).Within(1e-13 * plan[i, j]));
                position++;
            }
        }

        Assert.That(count, Is.EqualTo(position));
    }

    [Test]
    public void TheSameBitsForAnyWidthAndThreads()
    {
        PlanCase problem = PlanCase.Solved(700, 300, 13, 0.05);
        float[] f = PlanCase.Single(problem.F), g = PlanCase.Single(problem.G);
        float[,] cost = PlanCase.To(problem.Cost, c => (float)c), v = PlanCase.To(Values(300, 2, 14), c => (float)c), w = PlanCase.To(Values(700, 2, 15), c => (float)c);
        float[][] Run()
        {
            float[,] pv = new float[700, 2], pw = new float[300, 2];
            TransportPotentials<float> potentials = new() { SourcePotential = f, TargetPotential = g };
            TransportPlan.Apply(TransportCost.Matrix(cost), potentials, v, pv, problem.Options);
            TransportPlan.ApplyTransposed(TransportCost.Matrix(cost), potentials, w, pw, problem.Options);
            return [[.. pv.Cast<float>()], [.. pw.Cast<float>()]];
        }

        float[][] expected = Run();
        int threads = CpuThreads.Count;
        try
        {
            foreach (int bits in new[] { 128, 256, 512 })
            {
                CpuSettings.ForcedVectorBits = bits;
                CpuThreads.Count = bits / 128;
                Assert.That(Run(), Is.EqualTo(expected));
            }
        }
        finally
        {
            CpuSettings.ForcedVectorBits = 0;
            CpuThreads.Count = threads;
        }
    }

    [Test]
    public void ABoundBetweenTwoFloats([Values(-1, 0, 1)] int side)
    {
        // One pair of mass 1 and cost 0 has the entry 1: bounds next to it in fp64 are the same in fp32.
        long[] offsets = new long[2];
        TransportPotentials<float> potentials = new() { SourcePotential = new float[1], TargetPotential = new float[1] };
        double bound = side < 0 ? double.BitDecrement(1) : side > 0 ? double.BitIncrement(1) : 1;
        Assert.That(TransportPlan.CountAbove(TransportCost.Matrix(new float[1, 1]), potentials, bound, offsets, new() { Epsilon = 1 }), Is.EqualTo(side < 0 ? 1 : 0));
    }

    [Test]
    public void NothingIsAllocated()
    {
        PlanCase problem = PlanCase.Solved(40, 300, 18);
        double[,] v = Values(300, 2, 19), pv = new double[40, 2], dc = new double[40, 300];
        int[,] ids = new int[40, 3];
        long[] offsets = new long[41];
        void Call()
        {
            TransportCost cost = TransportCost.Matrix(problem.Cost);
            TransportPlan.Apply(cost, problem.Potentials, v, pv, problem.Options);
            TransportPlan.TopK(cost, problem.Potentials, ids, default, problem.Options);
            TransportPlan.CountAbove(cost, problem.Potentials, 1e-5, offsets, problem.Options);
            TransportRounding.Round(cost, problem.Potentials, default, problem.Options);
            TransportGradient.Backward(cost, problem.Potentials, new() { Plan = problem.Cost }, new() { Cost = dc }, problem.Options);
        }

        Call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Call();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void ArgumentsThatAreWrong()
    {
        PlanCase problem = PlanCase.Solved(3, 4, 16);
        double[,] v = Values(4, 2, 17), result = new double[3, 2];
        void Fails(string member, Action call) => Assert.That(Assert.Catch<ArgumentException>(() => call())!.Message, Does.Contain(member));
        Fails("potentials.SourcePotential has 0", () => TransportPlan.Apply(TransportCost.Matrix(problem.Cost), new TransportPotentials<double> { TargetPotential = problem.G }, v, result, problem.Options));
        Fails("values are [3, 2]", () => TransportPlan.Apply(TransportCost.Matrix(problem.Cost), problem.Potentials, result, result, problem.Options));
        Fails("result is [4, 2]", () => TransportPlan.Apply(TransportCost.Matrix(problem.Cost), problem.Potentials, v, v, problem.Options));
        Fails("float32", () => TransportPlan.Apply(TransportCost.Matrix(new float[3, 4]), problem.Potentials, v, result, problem.Options));
        Fails("Epsilon", () => TransportPlan.Apply(TransportCost.Matrix(problem.Cost), problem.Potentials, v, result, default));
        Fails("y is [4, 2]", () => TransportPlan.Apply(TransportCost.Points(problem.X, v), problem.Potentials, v, result, problem.Options));
        Fails("sum to", () => TransportPlan.Apply(TransportCost.Matrix(problem.Cost), problem.Potentials with { TargetWeights = new double[] { 1, 1, 1, 1 } }, v, result, problem.Options));
        Fails("ids are [3, 5]", () => TransportPlan.TopK(TransportCost.Matrix(problem.Cost), problem.Potentials, new int[3, 5], default, problem.Options));
        Fails("threshold", () => TransportPlan.CountAbove(TransportCost.Matrix(problem.Cost), problem.Potentials, -1, new long[4], problem.Options));
        Fails("rowOffsets has 3", () => TransportPlan.CountAbove(TransportCost.Matrix(problem.Cost), problem.Potentials, 0, new long[3], problem.Options));
        Fails("rowOffsets are not", () => TransportPlan.Threshold(TransportCost.Matrix(problem.Cost), problem.Potentials, 0, new long[] { 0, 1, 1, 1 }, new int[1], new double[1], problem.Options));
    }

    internal static double[,] Values(int rows, int columns, int seed)
    {
        Random random = new(seed);
        return SinkhornExactTests.Cost(rows, columns, (_, _) => random.NextDouble() - 0.5);
    }

    internal static void Near(IEnumerable<double> actual, IEnumerable<double> expected, double tolerance)
    {
        foreach ((double x, double y) in actual.Zip(expected))
            Assert.That(x, Is.EqualTo(y).Within(tolerance));
    }

    internal static void Near(double[,] actual, double[,] expected, double tolerance) => Near(actual.Cast<double>(), expected.Cast<double>(), tolerance);
}
