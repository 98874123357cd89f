using System;
using System.Linq;

namespace Gibbs.Tests.Transport;

/// <summary>A problem of an elastic map: clouds, a potential, weights, and a matrix where the cost takes one.</summary>
internal sealed record ElasticCase(double[,] X, double[,] Y, double[] G, double[] B, double[,] Matrix, ElasticMapOptions Options)
{
    public static ElasticCase Draw(ElasticCost cost, int rows, int targets, int dimensions)
    {
        Random random = new(rows + (31 * targets) + (977 * dimensions));
        double[] g = [.. Enumerable.Range(0, targets).Select(_ => random.NextDouble())], b = [.. Enumerable.Range(0, targets).Select(_ => 0.1 + random.NextDouble())];
        double sum = b.Sum();
        return new(Points(rows, dimensions, 1), Points(targets, dimensions, 2), g, [.. b.Select(v => v / sum)], Map(cost, dimensions), new() { Epsilon = 0.3, Cost = cost });
    }

    public static double[,] Points(int count, int dimensions, int seed)
    {
        Random random = new(seed);
        double[,] points = new double[count, dimensions];
        for (int i = 0; i < count; i++)
        {
            for (int k = 0; k < dimensions; k++)
                points[i, k] = (2 * random.NextDouble()) - 1;
        }

        return points;
    }

    public static double[] Row(double[,] matrix, int i) => [.. Enumerable.Range(0, matrix.GetLength(1)).Select(k => matrix[i, k])];

    public static float[,] Single(double[,] matrix)
    {
        float[,] single = new float[matrix.GetLength(0), matrix.GetLength(1)];
        for (int i = 0; i < single.GetLength(0); i++)
        {
            for (int k = 0; k < single.GetLength(1); k++)
                single[i, k] = (float)matrix[i, k];
        }

        return single;
    }

    // One row less than there are coordinates, at most two; of the complement orthonormal.
    private static double[,] Map(ElasticCost cost, int dimensions)
    {
        if (!cost.TakesMatrix)
            return new double[0, 0];
        double[,] matrix = Points(Math.Clamp(dimensions - 1, 1, 2), dimensions, 3);
        if (cost.Kind != ElasticCostKind.Complement)
            return matrix;
        for (int i = 0; i < matrix.GetLength(0); i++)
        {
            for (int j = 0; j < i; j++)
            {
                double product = Enumerable.Range(0, dimensions).Sum(k => matrix[i, k] * matrix[j, k]);
                for (int k = 0; k < dimensions; k++)
                    matrix[i, k] -= product * matrix[j, k];
            }

            double norm = Math.Sqrt(Enumerable.Range(0, dimensions).Sum(k => matrix[i, k] * matrix[i, k]));
            for (int k = 0; k < dimensions; k++)
                matrix[i, k] /= norm;
        }

        return matrix;
    }
}
