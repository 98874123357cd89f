using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>
/// y = sign(x)·min(|x|, m_g) with Σ_{j∈g}(|x_j| − m_g)₊ = θ, or m_g = 0 where ‖x_g‖₁ ≤ θ, and Σm_g = r: bisection in θ over thresholds that are found by sorting, then θ from the sets that it found.
/// The dual prox is x − y.
/// </summary>
internal static class L1InfReference
{
    public static MapResult Ball(MapRow row) => Both(row).Ball;

    public static MapResult DualProx(MapRow row) => Both(row).Dual;

    private static (MapResult Ball, MapResult Dual) Both(MapRow row)
    {
        MapResult ball = new(row.Columns), dual = new(row.Columns);
        double[][] sorted = [.. Enumerable.Range(0, row.Groups).Select(g => row.X[row.Begin(g)..row.End(g)].Select(Math.Abs).OrderDescending().ToArray())];
        CompensatedSum norm = default;
        foreach (double[] group in sorted)
            norm.Add(group.Length == 0 ? 0 : group[0]);
        if (row.Real.Round(norm.Value) <= row.Parameter)
        {
            row.X.CopyTo(ball.Y, 0);
            ball.SetThreshold(0, 0);
            ball.Identical = true;
            dual.SetThreshold(0, 0);
            return (ball, dual);
        }
        double low = 0, high = sorted.Max(g => g.Sum());
        for (double middle = high / 2; middle > low && middle < high; middle = low + ((high - low) / 2))
        {
            CompensatedSum sum = default;
            foreach (double[] group in sorted)
                sum.Add(Level(group, middle).Level);
            if (sum.Value > row.Parameter)
                low = middle;
            else
                high = middle;
        }
        (double[] levels, double theta) = Finish(sorted, low, row.Parameter);
        double largest = row.X.Max(Math.Abs);
        for (int g = 0; g < row.Groups; g++)
        {
            (double _, int count) = Level(sorted[g], low);
            double scale = sorted[g].Length == 0 ? 0 : sorted[g][0] + (theta / Math.Max(1, count));
            for (int j = row.Begin(g); j < row.End(g); j++)
            {
                double x = Math.Abs(row.X[j]), y = Math.Min(x, levels[g]);
                bool fixedBits = x < levels[g] - (1e-5 * scale) || row.Parameter == 0;
                y = row.Parameter == 0 ? 0 : y;
                ball.Y[j] = Math.CopySign(y, row.X[j]);
                ball.Scale[j] = fixedBits ? 0 : scale;
                dual.Y[j] = Math.CopySign(x - y, row.X[j]);
                dual.Scale[j] = fixedBits ? 0 : scale + x;
            }
        }
        ball.SetThreshold(theta, row.Parameter == 0 ? double.NaN : theta + (row.Columns * largest));
        dual.SetThreshold(theta, row.Parameter == 0 ? double.NaN : theta + (row.Columns * largest));
        return (ball, dual);
    }

    private static (double[] Levels, double Theta) Finish(double[][] sorted, double near, double radius)
    {
        CompensatedSum means = default, shares = default;
        (double Level, int Count)[] found = [.. sorted.Select(g => Level(g, near))];
        for (int g = 0; g < sorted.Length; g++)
        {
            if (found[g].Count == 0)
                continue;
            means.Add(Sum(sorted[g], found[g].Count) / found[g].Count);
            shares.Add(1.0 / found[g].Count);
        }
        double theta = (means.Value - radius) / shares.Value;
        if (!double.IsFinite(theta))
            return ([.. sorted.Select(_ => 0.0)], near);
        return ([.. sorted.Select((g, i) => found[i].Count == 0 ? 0 : Math.Max(0, (Sum(g, found[i].Count) - theta) / found[i].Count))], theta);
    }

    // The level above which the group's magnitudes add up to θ, and how many are above.
    private static (double Level, int Count) Level(double[] sorted, double theta)
    {
        CompensatedSum sum = default;
        double level = 0;
        int count = 0;
        for (int m = 1; m <= sorted.Length; m++)
        {
            sum.Add(sorted[m - 1]);
            double candidate = (sum.Value - theta) / m;
            if (sorted[m - 1] > candidate || (m == 1 && theta == 0))
                (level, count) = (candidate, m);
        }
        return level > 0 ? (level, count) : (0, 0);
    }

    private static double Sum(double[] sorted, int count)
    {
        CompensatedSum sum = default;
        for (int i = 0; i < count; i++)
            sum.Add(sorted[i]);
        return sum.Value;
    }
}
