using System;
using System.Linq;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>y = (x − τ)₊, Σy = r, by sorting: with s₁ ≥ s₂ ≥ … the support is the largest m with s_m &gt; (s₁ + … + s_m − r)/m.</summary>
internal static class SimplexReference
{
    public static MapResult Project(double[] x, double radius)
    {
        double maximum = x.Max();
        MapResult result = new(x.Length);
        double[] sorted = [.. x.Where(v => !double.IsNegativeInfinity(v)).Select(v => v - maximum)];
        Array.Sort(sorted, (a, b) => b.CompareTo(a));
        double tau = 0;
        CompensatedSum sum = default;
        sum.Add(-radius);
        for (int m = 1; m <= sorted.Length; m++)
        {
            sum.Add(sorted[m - 1]);
            double candidate = sum.Value / m;
            if (sorted[m - 1] > candidate || m == 1)
                tau = candidate;
        }
        // What one word of τ leaves, shared out over the support.
        CompensatedSum excess = default;
        excess.Add(-radius);
        int support = 0;
        foreach (double d in sorted.TakeWhile(d => d > tau))
        {
            excess.Add(d - tau);
            support++;
        }
        double low = support == 0 ? 0 : excess.Value / support;
        for (int j = 0; j < x.Length; j++)
        {
            double d = x[j] - maximum;
            result.Y[j] = Math.Max((d - tau) - low, 0);
            // |d| ≤ |τ| ≤ r on the support; elsewhere the entry is 0 unless it is at the very edge.
            result.Scale[j] = d > tau - (1e-3 * radius) ? radius : 0;
        }
        result.SetThreshold(maximum + tau, Math.Abs(maximum) + radius);
        return result;
    }
}
