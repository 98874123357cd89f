using System;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>x_g·(1 − t·w_g/‖x_g‖)₊.</summary>
internal static class GroupLassoReference
{
    public static MapResult Prox(MapRow row)
    {
        MapResult result = new(row.Columns);
        for (int g = 0; g < row.Groups; g++)
        {
            double norm = NormReference.Norm(row.X.AsSpan(row.Begin(g)..row.End(g))), t = row.Parameter * row.GroupWeight(g);
            for (int j = row.Begin(g); j < row.End(g); j++)
            {
                result.Y[j] = norm <= t ? 0 : row.X[j] * ((norm - t) / norm);
                result.Scale[j] = t == 0 ? 0 : norm <= t * (1 - 1e-6) || norm == 0 ? 0 : Math.Abs(row.X[j]) * (1 + (t / norm));
            }
        }
        return result;
    }
}
