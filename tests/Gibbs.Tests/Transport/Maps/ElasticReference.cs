using System;
using System.Linq;

namespace Gibbs.Tests.Transport;

/// <summary>Elastic costs and their maps from the formulas, one point at a time. A [r, d] is the matrix of the linear costs.</summary>
internal sealed class ElasticReference(ElasticCost cost, double[,]? matrix = null)
{
    /// <summary>h(z) = ½‖z‖² + γτ(z).</summary>
    public double Value(double[] z)
    {
        double gamma = cost.Gamma, half = 0.5 * z.Sum(v => v * v);
        return half + cost.Kind switch
        {
            ElasticCostKind.L1 => gamma * z.Sum(Math.Abs),
            ElasticCostKind.KSupport => gamma / 2 * KSupport(z, cost.K),
            ElasticCostKind.VanishingShrinkage => gamma == 0 ? 0 : gamma * gamma * z.Sum(v => Shrinkage(Math.Asinh(Math.Abs(v) / (2 * gamma)))),
            ElasticCostKind.Linear => gamma / 2 * Seen(z).Sum(v => v * v),
            _ => gamma / 2 * Rest(z).Sum(v => v * v),
        };
    }

    /// <summary>∇h(z) by the same formulas' derivatives, 0 of τ in coordinates that are 0.</summary>
    public double[] Slope(double[] z)
    {
        double gamma = cost.Gamma;
        return cost.Kind switch
        {
            ElasticCostKind.L1 => [.. z.Select(v => v + (gamma * Math.Sign(v)))],
            ElasticCostKind.VanishingShrinkage => [.. z.Select(v => v == 0 ? 0 : v + (Math.Sign(v) * gamma * Math.Exp(-Math.Asinh(Math.Abs(v) / (2 * gamma)))))],
            ElasticCostKind.Linear => [.. Back(Seen(z)).Zip(z, (m, v) => v + (gamma * m))],
            ElasticCostKind.Complement => [.. Rest(z).Zip(z, (m, v) => v + (gamma * m))],
            _ => Differences(z),
        };
    }

    /// <summary>f(x) and ∇f(x).</summary>
    public (double Value, double[] Gradient) Potential(double[] x, double[][] y, double[] g, double[] b, double epsilon)
    {
        double[] terms = [.. y.Select((target, j) => ((g[j] - Value(Minus(x, target))) / epsilon) + Math.Log(b[j]))];
        double largest = terms.Max(), sum = terms.Sum(t => Math.Exp(t - largest));
        double[] gradient = new double[x.Length];
        for (int j = 0; j < y.Length; j++)
        {
            double[] slope = Slope(Minus(x, y[j]));
            for (int k = 0; k < x.Length; k++)
                gradient[k] += Math.Exp(terms[j] - largest) / sum * slope[k];
        }

        return (-epsilon * (largest + Math.Log(sum)), gradient);
    }

    public static double[] Minus(double[] x, double[] y) => [.. x.Zip(y, (u, v) => u - v)];

    // Of a squared norm: central differences in steps that its quadratic pieces leave exact.
    private double[] Differences(double[] z)
    {
        const double H = 1e-6;
        return [.. Enumerable.Range(0, z.Length).Select(k => (Value(Moved(z, k, H)) - Value(Moved(z, k, -H))) / (2 * H))];
    }

    private static double[] Moved(double[] z, int k, double by) => [.. z.Select((v, i) => i == k ? v + by : v)];

    private static double Shrinkage(double sigma) => sigma + 0.5 - (0.5 * Math.Exp(-2 * sigma));

    private double[] Seen(double[] z) => [.. Enumerable.Range(0, matrix!.GetLength(0)).Select(i => z.Select((v, k) => matrix[i, k] * v).Sum())];

    private double[] Back(double[] seen) => [.. Enumerable.Range(0, matrix!.GetLength(1)).Select(k => seen.Select((v, i) => matrix[i, k] * v).Sum())];

    private double[] Rest(double[] z) => Minus(z, Back(Seen(z)));

    // min over 0 ≤ u ≤ 1, Σu ≤ k of Σ z²/u, by bisection on the multiplier.
    private static double KSupport(double[] z, int k)
    {
        double low = 0, high = 1e9;
        for (int step = 0; step < 200; step++)
        {
            double middle = (low + high) / 2;
            if (z.Sum(v => Math.Min(1, Math.Abs(v) * middle)) < k)
                low = middle;
            else
                high = middle;
        }

        return z.Sum(v => v == 0 ? 0 : v * v / Math.Min(1, Math.Abs(v) * low));
    }
}
