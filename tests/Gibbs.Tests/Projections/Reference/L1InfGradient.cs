using System;
using System.Linq;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>
/// On the clipped entries S_g of an active group: s(b_g − β)/|S_g|, b_g = Σ_S s·v, β = Σ(b_g/|S_g|)/Σ(1/|S_g|) = dr; v on its other entries; 0 in groups with m_g = 0. The dual prox has v minus that, and −β.
/// </summary>
internal static class L1InfGradient
{
    public static void Compute(MapRow row, double[] y, double theta, double[] v, MapGradient gradient)
    {
        bool dual = row.Map.Kind == RowMapKind.LInf1Prox;
        if (row.Parameter == 0 || theta == 0)
        {
            // A ball of radius 0 passes nothing on; the dual with threshold 0, and a point inside a ball, everything; one inside its dual nothing.
            for (int j = 0; j < v.Length && dual == (row.Parameter == 0); j++)
                gradient.Set(j, v[j], 0);
            gradient.ParameterScale = row.Parameter == 0 ? double.PositiveInfinity : 0;
            return;
        }
        CompensatedSum means = default, shares = default, magnitude = default;
        double[] b = new double[row.Groups], sizes = new double[row.Groups];
        bool[][] clipped = new bool[row.Groups][];
        for (int g = 0; g < row.Groups; g++)
        {
            clipped[g] = Clipped(row, g, y, dual);
            double count = clipped[g].Count(c => c);
            if (count == 0)
                continue;
            for (int j = row.Begin(g); j < row.End(g); j++)
            {
                if (clipped[g][j - row.Begin(g)])
                {
                    b[g] += Math.Sign(y[j]) * v[j];
                    sizes[g] += Math.Abs(v[j]);
                }
            }
            means.Add(b[g] / count);
            magnitude.Add(sizes[g] / count);
            shares.Add(1 / count);
        }
        double beta = shares.Value == 0 ? 0 : means.Value / shares.Value, betaScale = shares.Value == 0 ? 0 : magnitude.Value / shares.Value;
        for (int g = 0; g < row.Groups; g++)
        {
            int count = clipped[g].Count(c => c);
            for (int j = row.Begin(g); j < row.End(g); j++)
            {
                bool isClipped = clipped[g][j - row.Begin(g)];
                double value = count == 0 ? 0 : isClipped ? Math.Sign(y[j]) * (b[g] - beta) / count : v[j];
                double scale = count == 0 || !isClipped ? 0 : (sizes[g] + betaScale) / count;
                if (dual)
                    gradient.Set(j, count == 0 ? v[j] : isClipped ? v[j] - value : 0, isClipped ? Math.Abs(v[j]) + scale : 0);
                else
                    gradient.Set(j, value, scale);
            }
        }
        (gradient.Parameter, gradient.ParameterScale) = dual ? (-beta, betaScale) : (beta, betaScale);
    }

    // Of the ball, the entries at the group's largest magnitude. Of the dual, the entries that are not 0, unless the whole group passed.
    private static bool[] Clipped(MapRow row, int g, double[] y, bool dual)
    {
        double[] group = [.. y[row.Begin(g)..row.End(g)].Select(Math.Abs)];
        if (group.Length == 0)
            return group.Select(_ => false).ToArray();
        if (!dual)
            return [.. group.Select(m => m > 0 && m == group.Max())];
        bool passed = group.Select((m, i) => m == Math.Abs(row.X[row.Begin(g) + i])).All(same => same);
        return [.. group.Select(m => m > 0 && !passed)];
    }
}
