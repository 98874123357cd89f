using System;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>
/// Isotonic: w_i·Σ_B v/Σ_B w over each run B of equal y. Permutahedron, on a block B in sorted order: ds = v − mean_B v, dw = mean_B v; entropic ds = v − softmax_B(s)·Σ_B v, dw = softmax_B(w)·Σ_B v; then
/// through what s and w are of x and ε.
/// </summary>
internal static class OrderGradient
{
    public static void Compute(MapRow row, double[] y, double[] v, MapGradient gradient)
    {
        if (row.Map.Kind == RowMapKind.Isotonic)
            Isotonic(row, y, v, gradient);
        else
            Permutahedron(row, v, gradient);
    }

    private static void Isotonic(MapRow row, double[] y, double[] v, MapGradient gradient)
    {
        for (int begin = 0, end; begin < y.Length; begin = end)
        {
            CompensatedSum weight = default, plain = default, plainMagnitude = default;
            for (end = begin; end < y.Length && y[end] == y[begin]; end++)
            {
                plain.Add(v[end]);
                plainMagnitude.Add(Math.Abs(v[end]));
                weight.Add(row.Weight(end));
            }
            // ∂y_j/∂x_i = w_i/Σ_B w, for every j of the block.
            for (int j = begin; j < end; j++)
                gradient.Set(j, row.Weight(j) * plain.Value / weight.Value, row.Weight(j) * plainMagnitude.Value / weight.Value);
        }
    }

    private static void Permutahedron(MapRow row, double[] v, MapGradient gradient)
    {
        PermutahedronReference solved = PermutahedronReference.Solve(row);
        double[] exact = PermutahedronReference.Map(row).Y;
        // Whether e^y is that of the input, or what is stored of it, is left open.
        double stored = row.Type == ElementType.Float16 ? 1 << 13 : row.Type == ElementType.BFloat16 ? 1 << 16 : 1;
        gradient.Ambiguous = solved.Ambiguous;
        bool sort = row.Map.Kind == RowMapKind.SoftSort, rank = row.Map.Kind == RowMapKind.SoftRank, entropic = solved.Entropic;
        CompensatedSum byEpsilon = default, byEpsilonScale = default;
        for (int i = 0; i < v.Length; i++)
        {
            int begin = solved.Begin[i], end = solved.End[i];
            CompensatedSum total = default, magnitude = default;
            double Upstream(int k) => rank && entropic ? v[solved.Place(k)] * exact[solved.Place(k)] : v[solved.Place(k)];
            for (int k = begin; k < end; k++)
            {
                total.Add(Upstream(k));
                magnitude.Add(Math.Abs(Upstream(k)));
            }
            // The share of an entry, and how its exponent enlarges a rounding.
            (double Share, double Condition) ShareOf(double[] values)
            {
                double exponent = entropic ? values[i] - PermutahedronReference.LogSum(values, begin, end) : 0;
                return entropic ? (Math.Exp(exponent), 1 + Math.Abs(values[i]) + Math.Abs(exponent)) : (1.0 / (end - begin), 1);
            }
            (double shareS, double conditionS) = ShareOf(solved.S);
            double ds = Upstream(i) - (shareS * total.Value), dsScale = (rank && entropic ? stored : 1) * (Math.Abs(Upstream(i)) + (conditionS * shareS * magnitude.Value));
            (double shareW, double conditionW) = ShareOf(solved.W);
            double dw = shareW * total.Value, dwScale = conditionW * shareW * magnitude.Value;
            if (sort)
                gradient.Set(solved.Order[i], dw, dwScale);
            else if (rank)
                gradient.Set(solved.Order[i], (row.Map.Descending ? -ds : ds) / row.Parameter, dsScale / row.Parameter);
            else
                gradient.Set(solved.Order[i], ds, dsScale);
            byEpsilon.Add(-ds * solved.S[i] / row.Parameter);
            byEpsilonScale.Add(dsScale * Math.Abs(solved.S[i]) / row.Parameter);
        }
        if (sort || rank)
            (gradient.Parameter, gradient.ParameterScale) = (byEpsilon.Value, byEpsilonScale.Value);
    }
}
