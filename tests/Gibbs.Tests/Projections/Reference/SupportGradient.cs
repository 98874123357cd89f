using System;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>
/// y_j = x_j − τ·w_j on the free set S: dx_j = v_j − w_j·β, β = Σ_S w·v/Σ_S w², which is also the gradient in the total; an l1 ball with s·w in place of w, s = sign(y). Fixed entries pass nothing on, and
/// the cap of a capped simplex gets Σ_U v − |U|·β.
/// </summary>
internal static class SupportGradient
{
    public static void Compute(MapRow row, double[] y, double threshold, double[] v, MapGradient gradient)
    {
        RowMapKind kind = row.Map.Kind;
        bool ball = kind == RowMapKind.L1Ball;
        if (row.Parameter == 0 && (kind is RowMapKind.Simplex or RowMapKind.SparseSimplex or RowMapKind.L1Ball))
            return;
        if (ball && threshold == 0)
        {
            for (int j = 0; j < y.Length; j++)
                gradient.Set(j, v[j], 0);
            return;
        }
        double cap = row.Map.Second;
        CompensatedSum products = default, magnitude = default, squares = default, capped = default, cappedMagnitude = default;
        int cappedCount = 0;
        for (int j = 0; j < y.Length; j++)
        {
            double w = ball ? Math.Sign(y[j]) * row.Weight(j) : row.Weight(j);
            if (IsFree(row, y[j], j))
            {
                products.Add(w * v[j]);
                magnitude.Add(Math.Abs(w * v[j]));
                squares.Add(w * w);
            }
            else if (kind == RowMapKind.CappedSimplex && y[j] != 0)
            {
                cappedCount++;
                capped.Add(v[j]);
                cappedMagnitude.Add(Math.Abs(v[j]));
            }
        }
        double beta = squares.Value == 0 ? 0 : products.Value / squares.Value, betaScale = squares.Value == 0 ? 0 : magnitude.Value / squares.Value;
        for (int j = 0; j < y.Length; j++)
        {
            if (IsFree(row, y[j], j))
            {
                double w = ball ? Math.Sign(y[j]) * row.Weight(j) : row.Weight(j);
                gradient.Set(j, v[j] - (w * beta), Math.Abs(v[j]) + (Math.Abs(w) * betaScale));
            }
        }
        (gradient.Parameter, gradient.ParameterScale) = (beta, betaScale);
        if (kind == RowMapKind.CappedSimplex)
            (gradient.Second, gradient.SecondScale) = (capped.Value - (cappedCount * beta), cappedMagnitude.Value + (cappedCount * betaScale));
    }

    /// <summary>Strictly between the bounds as the type stores them.</summary>
    private static bool IsFree(MapRow row, double y, int j) => row.Map.Kind switch
    {
        RowMapKind.CappedSimplex => y > 0 && y < row.Type.Round(row.Map.Second),
        RowMapKind.BoxSection => y > row.Type.Round(row.Lower is null ? 0 : row.Lower[j]) && y < row.Type.Round(row.Upper is null ? double.PositiveInfinity : row.Upper[j]),
        _ => y != 0,
    };
}
