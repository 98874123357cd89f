using System;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>y = x·f, ‖y‖ = r: dx = f·(v − y⟨y, v⟩/r²), dr = ⟨y, v⟩/r; inside a ball (f = 1) dx = v. The tangent map is its own adjoint.</summary>
internal static class NormGradient
{
    public static void Compute(MapRow row, double[] y, double threshold, double[] v, MapGradient gradient)
    {
        if (row.Map.Kind == RowMapKind.Tangent)
        {
            MapResult same = NormReference.Tangent(row with { X = v });
            for (int j = 0; j < v.Length; j++)
                gradient.Set(j, same.Y[j], same.Scale[j]);
            return;
        }
        bool inside = row.Map.Kind == RowMapKind.L2Ball && threshold == 1;
        double r = row.Parameter;
        // A zero row has no direction.
        gradient.Ambiguous = double.IsNaN(threshold);
        CompensatedSum product = default, magnitude = default;
        for (int j = 0; j < v.Length; j++)
        {
            product.Add(y[j] * v[j]);
            magnitude.Add(Math.Abs(y[j] * v[j]));
        }
        for (int j = 0; j < v.Length; j++)
        {
            if (inside)
                gradient.Set(j, v[j], 0);
            else if (r > 0)
                gradient.Set(j, threshold * (v[j] - (y[j] / r * (product.Value / r))), Math.Abs(threshold) * (Math.Abs(v[j]) + Math.Abs(y[j] / r * (magnitude.Value / r))));
        }
        if (!inside && r > 0)
            (gradient.Parameter, gradient.ParameterScale) = (product.Value / r, magnitude.Value / r);
    }
}
