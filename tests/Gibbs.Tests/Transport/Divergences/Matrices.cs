using System;
using System.Linq;

namespace Gibbs.Tests.Transport.Divergences;

/// <summary>Plain matrices for the tests of Gaussians.</summary>
internal static class Matrices
{
    public static double[,] Product(double[,] left, double[,] right) =>
        SinkhornExactTests.Cost(left.GetLength(0), right.GetLength(1), (i, j) => Enumerable.Range(0, left.GetLength(1)).Sum(k => left[i, k] * right[k, j]));

    public static double[,] Transposed(double[,] matrix) => SinkhornExactTests.Cost(matrix.GetLength(1), matrix.GetLength(0), (i, j) => matrix[j, i]);

    /// <summary>Of full rank.</summary>
    public static double[,] Covariance(int d, int seed)
    {
        double[,] low = LowRank(d, d + 2, seed);
        return SinkhornExactTests.Cost(d, d, (i, j) => low[i, j] + (i == j ? 0.1 : 0));
    }

    public static double[,] LowRank(int d, int rank, int seed)
    {
        double[,] factor = Clouds.Points(d, rank, seed);
        return Product(factor, Transposed(factor));
    }

    public static double[,] Moved(double[,] matrix, int i, int j, double by)
    {
        double[,] moved = Clouds.Moved(matrix, i, j, by);
        if (i != j)
            moved[j, i] += by;
        return moved;
    }

    public static double[,] Stack(params double[][,] matrices)
    {
        int d = matrices[0].GetLength(0);
        return SinkhornExactTests.Cost(d * matrices.Length, d, (i, j) => matrices[i / d][i % d, j]);
    }

    /// <summary>Orthogonal, by Gram and Schmidt.</summary>
    public static double[,] Rotation(int d, int seed)
    {
        double[,] columns = Clouds.Points(d, d, seed);
        for (int j = 0; j < d; j++)
        {
            for (int before = 0; before < j; before++)
            {
                double along = Enumerable.Range(0, d).Sum(i => columns[i, j] * columns[i, before]);
                for (int i = 0; i < d; i++)
                    columns[i, j] -= along * columns[i, before];
            }

            double norm = Math.Sqrt(Enumerable.Range(0, d).Sum(i => columns[i, j] * columns[i, j]));
            for (int i = 0; i < d; i++)
                columns[i, j] /= norm;
        }

        return columns;
    }

    /// <summary>tr S + tr T − 2·tr((S^½·T·S^½)^½).</summary>
    public static double Bures(double[,] s, double[,] t)
    {
        double[,] root = Root(s), inner = Root(Product(Product(root, t), root));
        return Enumerable.Range(0, s.GetLength(0)).Sum(i => s[i, i] + t[i, i] - (2 * inner[i, i]));
    }

    // Denman and Beavers: Y → (Y + Z⁻¹)/2, Z → (Z + Y⁻¹)/2, from Y = the matrix and Z = I.
    private static double[,] Root(double[,] matrix)
    {
        int d = matrix.GetLength(0);
        double[,] y = matrix, z = SinkhornExactTests.Cost(d, d, (i, j) => i == j ? 1 : 0);
        for (int step = 0; step < 40; step++)
        {
            double[,] inverseY = Inverse(y), inverseZ = Inverse(z);
            (y, z) = (SinkhornExactTests.Cost(d, d, (i, j) => 0.5 * (y[i, j] + inverseZ[i, j])), SinkhornExactTests.Cost(d, d, (i, j) => 0.5 * (z[i, j] + inverseY[i, j])));
        }

        return y;
    }

    private static double[,] Inverse(double[,] matrix)
    {
        int d = matrix.GetLength(0);
        double[,] a = (double[,])matrix.Clone(), inverse = SinkhornExactTests.Cost(d, d, (i, j) => i == j ? 1 : 0);
        for (int p = 0; p < d; p++)
        {
            // Positive definite: no pivots are needed.
            double pivot = a[p, p];
            for (int j = 0; j < d; j++)
                (a[p, j], inverse[p, j]) = (a[p, j] / pivot, inverse[p, j] / pivot);
            for (int i = 0; i < d; i++)
            {
                double factor = i == p ? 0 : a[i, p];
                for (int j = 0; j < d; j++)
                    (a[i, j], inverse[i, j]) = (a[i, j] - (factor * a[p, j]), inverse[i, j] - (factor * inverse[p, j]));
            }
        }

        return inverse;
    }
}
