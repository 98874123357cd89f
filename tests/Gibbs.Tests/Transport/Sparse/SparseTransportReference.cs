using System;
using System.Linq;

namespace Gibbs.Tests.Transport;

/// <summary>The dual and semi-dual functions and their plans in plain fp64, column by column, with a sort.</summary>
internal static class SparseTransportReference
{
    /// <summary>Σ a·f − Σ_j max over t ≥ 0, Σt = b_j, ‖t‖₀ ≤ k of ⟨t, f − C_·j⟩ − (γ/2)‖t‖², and the plan of the maxima.</summary>
    public static (double Value, double[,] Plan) SemiDual(double[,] cost, double[] a, double[] b, double[] f, double gamma, int k)
    {
        double[,] plan = new double[a.Length, b.Length];
        double value = a.Zip(f, (mass, potential) => mass * potential).Sum();
        for (int j = 0; j < b.Length; j++)
        {
            double[] s = [.. Enumerable.Range(0, a.Length).Select(i => f[i] - cost[i, j])];
            int[] top = [.. Enumerable.Range(0, a.Length).OrderByDescending(i => s[i]).Take(k)];

            // θ by bisection: Σ [s − θ]₊ = γ·b falls in θ.
            double low = s.Max() - (gamma * b[j]), high = s.Max();
            for (int step = 0; step < 200; step++)
            {
                double middle = 0.5 * (low + high);
                if (top.Sum(i => Math.Max(0, s[i] - middle)) > gamma * b[j])
                    low = middle;
                else
                    high = middle;
            }

            foreach (int i in top)
            {
                double t = Math.Max(0, s[i] - high) / gamma;
                plan[i, j] = t;
                value -= (t * s[i]) - (0.5 * gamma * t * t);
            }
        }

        return (value, plan);
    }

    /// <summary>Σ a·f + Σ b·g − Σ_j (1/2γ)·Σ over the k largest of [f + g_j − C_·j]₊², and the plan.</summary>
    public static (double Value, double[,] Plan) Dual(double[,] cost, double[] a, double[] b, double[] f, double[] g, double gamma, int k)
    {
        double[,] plan = new double[a.Length, b.Length];
        double value = a.Zip(f, (mass, potential) => mass * potential).Sum() + b.Zip(g, (mass, potential) => mass * potential).Sum();
        for (int j = 0; j < b.Length; j++)
        {
            foreach (int i in Enumerable.Range(0, a.Length).OrderByDescending(i => f[i] - cost[i, j]).Take(k))
            {
                plan[i, j] = Math.Max(0, f[i] + g[j] - cost[i, j]) / gamma;
                value -= 0.5 * gamma * plan[i, j] * plan[i, j];
            }
        }

        return (value, plan);
    }

    /// <summary>⟨P, C⟩ + (γ/2)‖P‖².</summary>
    public static double Value(double[,] cost, double[,] plan, double gamma) =>
        plan.Cast<double>().Zip(cost.Cast<double>(), (p, c) => p == 0 ? 0 : (p * c) + (0.5 * gamma * p * p)).Sum();

    /// <summary>Σ|P1 − a| + Σ|Pᵀ1 − b|.</summary>
    public static double Error(double[,] plan, double[] a, double[] b)
    {
        double error = 0;
        for (int i = 0; i < a.Length; i++)
            error += Math.Abs(Enumerable.Range(0, b.Length).Sum(j => plan[i, j]) - a[i]);
        for (int j = 0; j < b.Length; j++)
            error += Math.Abs(Enumerable.Range(0, a.Length).Sum(i => plan[i, j]) - b[j]);
        return error;
    }
}
