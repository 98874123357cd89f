using System;
using System.Linq;

namespace Gibbs.Tests.Transport.Plans;

/// <summary>A random problem with its potentials, and its plan written from the formula in fp64.</summary>
internal sealed class PlanCase
{
    public PlanCase(int rows, int columns, int seed, double epsilon = 0.2, bool weighted = true, double sourceRho = double.PositiveInfinity, double targetRho = double.PositiveInfinity)
    {
        Random random = new(seed);
        Options = new() { Epsilon = epsilon, SourceRho = sourceRho, TargetRho = targetRho, Tolerance = 1e-13, MaxIterations = 100000 };
        X = SinkhornExactTests.Cost(rows, 3, (_, _) => Math.Round(random.NextDouble() * 1024) / 1024);
        Y = SinkhornExactTests.Cost(columns, 3, (_, _) => Math.Round(random.NextDouble() * 1024) / 1024);
        Cost = SinkhornExactTests.Cost(rows, columns, (i, j) => Enumerable.Range(0, 3).Sum(k => Math.Pow(X[i, k] - Y[j, k], 2)));
        A = Weights(rows, random, weighted);
        B = Weights(columns, random, weighted);
        F = new double[rows];
        G = new double[columns];
    }

    public SinkhornOptions Options { get; set; }

    public double[,] X { get; }

    public double[,] Y { get; }

    public double[,] Cost { get; }

    public double[] A { get; }

    public double[] B { get; }

    public double[] F { get; }

    public double[] G { get; }

    public int Rows => A.Length;

    public int Columns => B.Length;

    public TransportPotentials<double> Potentials => new() { SourcePotential = F, TargetPotential = G, SourceWeights = A, TargetWeights = B };

    public static PlanCase Solved(int rows, int columns, int seed, double epsilon = 0.2, bool weighted = true, double sourceRho = double.PositiveInfinity, double targetRho = double.PositiveInfinity)
    {
        PlanCase problem = new(rows, columns, seed, epsilon, weighted, sourceRho, targetRho);
        problem.Solve();
        return problem;
    }

    /// <summary>Potentials that belong to no plan with these marginals.</summary>
    public static PlanCase Unsolved(int rows, int columns, int seed, double epsilon = 0.2, double sourceRho = double.PositiveInfinity, double targetRho = double.PositiveInfinity)
    {
        PlanCase problem = new(rows, columns, seed, epsilon, true, sourceRho, targetRho);
        Random random = new(seed + 1);
        for (int i = 0; i < rows; i++)
            problem.F[i] = random.NextDouble() / 2;
        for (int j = 0; j < columns; j++)
            problem.G[j] = random.NextDouble() / 2;
        return problem;
    }

    public SinkhornResult Solve() =>
        Sinkhorn.Solve(Cost, new() { SourcePotential = F, TargetPotential = G }, Options, new() { SourceWeights = A, TargetWeights = B });

    public double[,] Plan() => SinkhornExactTests.Cost(Rows, Columns, (i, j) => A[i] * B[j] * Math.Exp((F[i] + G[j] - Cost[i, j]) / Options.Epsilon));

    public static double[] RowSums(double[,] plan) => [.. Enumerable.Range(0, plan.GetLength(0)).Select(i => Enumerable.Range(0, plan.GetLength(1)).Sum(j => plan[i, j]))];

    public static double[] ColumnSums(double[,] plan) => [.. Enumerable.Range(0, plan.GetLength(1)).Select(j => Enumerable.Range(0, plan.GetLength(0)).Sum(i => plan[i, j]))];

    public static T[,] To<T>(double[,] matrix, Func<double, T> convert)
    {
        T[,] result = new T[matrix.GetLength(0), matrix.GetLength(1)];
        for (int i = 0; i < matrix.GetLength(0); i++)
        {
            for (int j = 0; j < matrix.GetLength(1); j++)
                result[i, j] = convert(matrix[i, j]);
        }

        return result;
    }

    public static double[,] Wide(float[,] matrix) => SinkhornExactTests.Cost(matrix.GetLength(0), matrix.GetLength(1), (i, j) => matrix[i, j]);

    public static float[] Single(double[] vector) => [.. vector.Select(v => (float)v)];

    private static double[] Weights(int count, Random random, bool weighted)
    {
        double[] weights = [.. Enumerable.Range(0, count).Select(_ => weighted ? 0.1 + random.NextDouble() : 1)];
        double sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }
}
