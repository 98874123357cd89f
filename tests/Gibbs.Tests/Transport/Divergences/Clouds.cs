using System;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Divergences;

/// <summary>Points, weights and differences for the tests of divergences.</summary>
internal static class Clouds
{
    public static double[,] Points(int count, int dimensions, int seed)
    {
        Random random = new(seed);
        return SinkhornExactTests.Cost(count, dimensions, (_, _) => random.NextDouble() - 0.3);
    }

    /// <summary>Positive, of the sum given.</summary>
    public static double[] Weights(int count, int seed, double sum = 1)
    {
        Random random = new(seed);
        double[] weights = [.. Enumerable.Range(0, count).Select(_ => 0.2 + random.NextDouble())];
        double total = weights.Sum();
        return [.. weights.Select(w => w / total * sum)];
    }

    /// <summary>‖x − y‖².</summary>
    public static double[,] Cost(double[,] x, double[,] y) =>
        SinkhornExactTests.Cost(x.GetLength(0), y.GetLength(0), (i, j) => Enumerable.Range(0, x.GetLength(1)).Sum(k => Math.Pow(x[i, k] - y[j, k], 2)));

    public static double[,] Moved(double[,] points, int i, int k, double by)
    {
        double[,] moved = (double[,])points.Clone();
        moved[i, k] += by;
        return moved;
    }

    public static double[] Moved(double[] values, int to, double by, int from = -1)
    {
        double[] moved = [.. values];
        moved[to] += by;
        if (from >= 0)
            moved[from] -= by;
        return moved;
    }

    /// <summary>The slope of a function at 0 by central differences, to 1e-6 of its size or of 1.</summary>
    public static void Difference(Func<double, double> function, double expected)
    {
        const double H = 1e-5;
        double slope = (function(H) - function(-H)) / (2 * H);
        Assert.That(expected, Is.EqualTo(slope).Within(1e-6 * Math.Max(1, Math.Abs(slope))));
    }

    public static void Narrow(double[,] wide, float[,] narrow)
    {
        for (int i = 0; i < wide.GetLength(0); i++)
        {
            for (int k = 0; k < wide.GetLength(1); k++)
            {
                narrow[i, k] = (float)wide[i, k];
                wide[i, k] = narrow[i, k];
            }
        }
    }

    public static void Throws(string parameter, string text, Action call)
    {
        ArgumentException? failure = Assert.Catch<ArgumentException>(call);
        Assert.That(failure!.ParamName, Is.EqualTo(parameter));
        Assert.That(failure.Message, Does.Contain(text));
    }
}
