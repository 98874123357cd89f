using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>Sections of boxes: clip(x − τ·w, l, u) with ⟨w, y⟩ = k. Entries of −∞ stay at their lower bound.</summary>
internal static class BoxReference
{
    public static MapResult CappedSimplex(MapRow row)
    {
        double maximum = row.X.Max(), cap = row.Map.Second;
        int[] free = [.. Enumerable.Range(0, row.Columns).Where(j => !double.IsNegativeInfinity(row.X[j]))];
        MapResult result = new(row.Columns);
        if (row.Parameter > cap * free.Length)
        {
            result.Status = RowStatus.Infeasible;
            return result.Fill(double.NaN);
        }
        double[] d = [.. free.Select(j => row.X[j] - maximum)];
        ClippedLinearRoot root = ClippedLinearRoot.Solve(d, Constant(free.Length, 1), Constant(free.Length, 0), Constant(free.Length, cap), row.Parameter);
        for (int i = 0; i < free.Length; i++)
        {
            result.Y[free[i]] = Math.Clamp(d[i] - root.Tau, 0, cap);
            result.Scale[free[i]] = Math.Abs(d[i]) + Math.Abs(root.Tau) + cap;
            result.WideScale[free[i]] = Known(root, 1);
        }
        result.SetThreshold(maximum + root.Tau, root.Flat ? double.NaN : Math.Abs(maximum) + Math.Abs(root.Tau) + cap);
        return result;
    }

    public static MapResult BoxSection(MapRow row)
    {
        double[] lower = row.Lower ?? Constant(row.Columns, 0), upper = row.Upper ?? Constant(row.Columns, double.PositiveInfinity);
        int[] free = [.. Enumerable.Range(0, row.Columns).Where(j => !double.IsNegativeInfinity(row.X[j]))];
        MapResult result = new(row.Columns);
        CompensatedSum least = default, most = default, rest = default;
        for (int j = 0; j < row.Columns; j++)
        {
            bool masked = double.IsNegativeInfinity(row.X[j]);
            result.Y[j] = masked ? lower[j] : 0;
            least.Add(row.Weight(j) * lower[j]);
            most.Add(row.Weight(j) * (masked ? lower[j] : upper[j]));
            rest.Add(masked ? row.Weight(j) * lower[j] : 0);
        }
        if (row.Parameter < least.Value || row.Parameter > most.Value)
        {
            result.Status = RowStatus.Infeasible;
            return result.Fill(double.NaN);
        }
        double[] w = [.. free.Select(row.Weight)];
        double maximum = free.Max(j => row.X[j]);
        ClippedLinearRoot root = ClippedLinearRoot.Solve(
            [.. free.Select(j => row.X[j])], w, [.. free.Select(j => lower[j])], [.. free.Select(j => upper[j])], row.Parameter - rest.Value);
        for (int i = 0; i < free.Length; i++)
        {
            int j = free[i];
            result.Y[j] = Math.Clamp(row.X[j] - (root.Tau * w[i]), lower[j], upper[j]);
            // Without weights the largest entry may be subtracted first, as everywhere.
            result.Scale[j] = Math.Abs(row.X[j]) + Math.Abs(root.Tau * w[i]) + Math.Abs(result.Y[j]) + (row.Weights is null ? maximum - row.X[j] : 0);
            result.WideScale[j] = Known(root, w[i]);
        }
        result.SetThreshold(root.Tau, root.Flat ? double.NaN : free.Max(j => (Math.Abs(row.X[j]) + Math.Abs(result.Y[j])) / row.Weight(j)) + Math.Abs(root.Tau) + Math.Abs(maximum));
        return result;
    }

    public static MapResult L1Ball(MapRow row)
    {
        MapResult result = new(row.Columns);
        CompensatedSum norm = default;
        for (int j = 0; j < row.Columns; j++)
            norm.Add(row.Weight(j) * Math.Abs(row.X[j]));
        if (row.Real.Round(norm.Value) <= row.Parameter)
        {
            row.X.CopyTo(result.Y, 0);
            result.SetThreshold(0, 0);
            result.Identical = true;
            return result;
        }
        if (row.Weights is null)
            return Unweighted(row);
        double[] w = row.Weights;
        ClippedLinearRoot root = ClippedLinearRoot.Solve([.. row.X.Select(Math.Abs)], w, Constant(row.Columns, 0), Constant(row.Columns, double.PositiveInfinity), row.Parameter);
        for (int j = 0; j < row.Columns; j++)
        {
            double excess = Math.Abs(row.X[j]) - (root.Tau * w[j]);
            result.Y[j] = row.Parameter == 0 ? 0 : Math.Sign(row.X[j]) * Math.Max(excess, 0);
            result.Scale[j] = row.Parameter == 0 || row.X[j] == 0 ? 0 : Math.Abs(row.X[j]) + (root.Tau * w[j]);
            result.WideScale[j] = result.Scale[j] == 0 ? 0 : Known(root, w[j]);
        }
        result.SetThreshold(root.Tau, row.Parameter == 0 ? double.NaN : root.Tau + Enumerable.Range(0, row.Columns).Max(j => Math.Abs(row.X[j]) / w[j]));
        return result;
    }

    // A few fp64 roundings of what τ·w is made of.
    private static double Known(ClippedLinearRoot root, double w) => root.Flat ? 0 : w * root.Scale / 32;

    // |y| is the projection of |x| onto the simplex, so that the largest magnitude is subtracted first.
    private static MapResult Unweighted(MapRow row)
    {
        MapResult result = SimplexReference.Project([.. row.X.Select(Math.Abs)], row.Parameter);
        for (int j = 0; j < row.Columns; j++)
        {
            result.Y[j] = row.Parameter == 0 || result.Y[j] == 0 ? 0 : Math.CopySign(result.Y[j], row.X[j]);
            result.Scale[j] = row.Parameter == 0 ? 0 : result.Scale[j];
        }
        if (row.Parameter == 0)
            result.ThresholdScale = double.NaN;
        return result;
    }

    private static double[] Constant(int length, double value)
    {
        double[] values = new double[length];
        Array.Fill(values, value);
        return values;
    }
}
