using System;
using System.Linq;

using NUnit.Framework;

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

    /// <summary>That potentials, plan, sparse plan and result are one another's by the formulas, whatever the outcome.</summary>
    public static void Check(
        double[,] cost, double[] a, double[] b, double[] f, double[] g, double[,] plan, int[,] ids, double[,] values, SparseTransportOptions options, SparseTransportResult result)
    {
        (int rows, int columns, double gamma, int k) = (a.Length, b.Length, options.Gamma, options.K);
        int most = k == 0 ? rows : Math.Min(k, rows);
        (double dual, double[,] expected) = options.Form == SparseTransportForm.Dual ? Dual(cost, a, b, f, g, gamma, most) : SemiDual(cost, a, b, f, gamma, most);
        for (int j = 0; j < columns; j++)
        {
            // Where the limit falls between equals, rounding decides.
            double[] s = [.. Enumerable.Range(0, rows).Select(i => f[i] - cost[i, j]).OrderDescending()];
            for (int i = 0; i < rows && (most == rows || s[most - 1] - s[most] > 1e-9); i++)
                Assert.That(plan[i, j], Is.EqualTo(expected[i, j]).Within(1e-13));
        }

        Assert.That(result.Dual, Is.EqualTo(dual).Within(1e-13));
        Assert.That(result.Value, Is.EqualTo(Value(cost, plan, gamma)).Within(1e-13));
        Assert.That(result.HalfSquares, Is.EqualTo(plan.Cast<double>().Sum(p => 0.5 * p * p)).Within(1e-14));
        Assert.That(result.LinearCost, Is.EqualTo(result.Value - (gamma * result.HalfSquares)).Within(1e-13));
        Assert.That(result.MarginalError, Is.EqualTo(Error(plan, a, b)).Within(1e-12));
        Assert.That(Enumerable.Range(0, columns).Sum(j => b[j] * g[j]), Is.EqualTo(0).Within(1e-12));
        Assert.That(result.Status == TransportStatus.Converged, Is.EqualTo(result.MarginalError <= 1e-9));
        for (int j = 0; j < columns; j++)
        {
            Assert.That(Enumerable.Range(0, rows).Count(i => plan[i, j] != 0), Is.LessThanOrEqualTo(most));
            for (int e = 0; e < k; e++)
            {
                Assert.That(values[j, e], Is.EqualTo(ids[j, e] < 0 ? 0 : plan[ids[j, e], j]));
                Assert.That(e == 0 || values[j, e] < values[j, e - 1] || (values[j, e] == values[j, e - 1] && (ids[j, e] < 0 || ids[j, e] > ids[j, e - 1])));
            }

            Assert.That(k == 0 || Enumerable.Range(0, k).Count(e => ids[j, e] >= 0) == Enumerable.Range(0, rows).Count(i => plan[i, j] != 0));
        }
    }
}
