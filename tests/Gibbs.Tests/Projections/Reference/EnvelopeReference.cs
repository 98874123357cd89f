using System;
using System.Linq;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>
/// y_g = x_g·u_g/(u_g + step·d_g), u_g = clip(c·n_g·√(d_g/w_g) − step·d_g, 0, 1), Σ w·u = k: by sorting the values of c at which a group begins and ends to move, which is quadratic in the number of groups.
/// With step 0 the same u give S(x) = ½Σ d·n²/u.
/// </summary>
internal static class EnvelopeReference
{
    public static MapResult Prox(MapRow row)
    {
        MapResult result = new(row.Columns);
        double[] n = [.. Enumerable.Range(0, row.Groups).Select(g => NormReference.Norm(row.X.AsSpan(row.Begin(g)..row.End(g))))];
        double step = row.Parameter, k = row.Map.Second;
        double c = Root(row, n, step, k, out bool flat);
        for (int g = 0; g < row.Groups; g++)
        {
            double d = row.GroupScale(g), ramp = n[g] == 0 ? 0 : c * n[g] * Math.Sqrt(d / row.GroupWeight(g)), u = Math.Clamp(ramp - (step * d), 0, 1);
            for (int j = row.Begin(g); j < row.End(g); j++)
            {
                double x = row.X[j];
                result.Y[j] = step == 0 ? x : n[g] == 0 ? 0 : x * (u / (u + (step * d)));
                bool moves = flat || ramp - (step * d) is > -1e-5 and < 1.00001;
                double slope = step * d / ((u + (step * d)) * (u + (step * d)));
                result.Scale[j] = step == 0 ? 0 : Math.Abs(result.Y[j]) + (moves && n[g] > 0 ? Math.Abs(x) * slope * (ramp + (step * d)) : 0);
            }
        }
        result.SetThreshold(double.IsInfinity(c) ? 0 : 1 / c, double.IsInfinity(c) || step == 0 || flat ? double.NaN : 1 / c);
        result.Value = Envelope(row, n, k);
        return result;
    }

    /// <summary>S(x).</summary>
    public static double Envelope(MapRow row, double[] n, double k)
    {
        double c = Root(row, n, 0, k, out _);
        CompensatedSum sum = default;
        for (int g = 0; g < n.Length; g++)
        {
            double d = row.GroupScale(g), u = n[g] == 0 ? 0 : Math.Clamp(c * n[g] * Math.Sqrt(d / row.GroupWeight(g)), 0, 1);
            sum.Add(n[g] == 0 ? 0 : 0.5 * d * n[g] * (n[g] / u));
        }
        return sum.Value;
    }

    // +∞ where every group that is not 0 gets u = 1. Flat: no group is on its way, so that c is one of many.
    private static double Root(MapRow row, double[] n, double step, double k, out bool flat)
    {
        flat = false;
        int[] groups = [.. Enumerable.Range(0, n.Length).Where(g => n[g] > 0)];
        CompensatedSum weights = default;
        foreach (int g in groups)
            weights.Add(row.GroupWeight(g));
        if (weights.Value <= k)
            return double.PositiveInfinity;
        double Slope(int g) => n[g] * Math.Sqrt(row.GroupScale(g) / row.GroupWeight(g));
        double Start(int g) => step * row.GroupScale(g) / Slope(g);
        double Stop(int g) => (1 + (step * row.GroupScale(g))) / Slope(g);
        double[] points = [.. groups.Select(Start).Concat(groups.Select(Stop)).Order()];
        int low = -1, high = points.Length - 1;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            CompensatedSum sum = default;
            foreach (int g in groups)
                sum.Add(row.GroupWeight(g) * Math.Clamp((points[middle] * Slope(g)) - (step * row.GroupScale(g)), 0, 1));
            if (sum.Value <= k)
                low = middle;
            else
                high = middle;
        }
        double inside = low < 0 ? points[0] / 2 : points[low] + ((points[high] - points[low]) / 2);
        CompensatedSum numerator = default, denominator = default;
        numerator.Add(k);
        foreach (int g in groups)
        {
            double w = row.GroupWeight(g), d = row.GroupScale(g);
            if (inside >= Stop(g))
                numerator.Add(-w);
            else if (inside > Start(g))
            {
                numerator.Add(step * w * d);
                denominator.Add(n[g] * Math.Sqrt(d * w));
            }
        }
        double c = denominator.Value == 0 ? inside : numerator.Value / denominator.Value;
        flat = groups.All(g => (c * Slope(g)) - (step * row.GroupScale(g)) is <= 1e-11 or >= 1 - 1e-11);
        return c;
    }
}
