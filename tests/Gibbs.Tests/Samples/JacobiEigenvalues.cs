using System;
using System.Linq;

namespace Gibbs.Tests.Samples;

/// <summary>Eigenvalues of a small symmetric matrix by Jacobi rotations.</summary>
internal static class JacobiEigenvalues
{
    public static double[] Of(double[,] matrix)
    {
        double[,] a = (double[,])matrix.Clone();
        int n = a.GetLength(0);
        for (int sweep = 0; sweep < 30; sweep++)
        {
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    if (a[p, q] != 0)
                        Rotate(a, p, q);
                }
            }
        }
        return [.. Enumerable.Range(0, n).Select(i => a[i, i])];
    }

    private static void Rotate(double[,] a, int p, int q)
    {
        double theta = (a[q, q] - a[p, p]) / (2 * a[p, q]), t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        double cosine = 1 / Math.Sqrt((t * t) + 1), sine = t * cosine;
        for (int k = 0; k < a.GetLength(0); k++)
            (a[k, p], a[k, q]) = ((cosine * a[k, p]) - (sine * a[k, q]), (sine * a[k, p]) + (cosine * a[k, q]));
        for (int k = 0; k < a.GetLength(0); k++)
            (a[p, k], a[q, k]) = ((cosine * a[p, k]) - (sine * a[q, k]), (sine * a[p, k]) + (cosine * a[q, k]));
    }
}
