using System;
using System.Linq;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>The gradient of one row from what a forward call leaves: the result y as it is stored, the threshold, the upstream v, and the input where the map needs it.</summary>
internal static class ReferenceGradient
{
    public static MapGradient Of(MapRow row, double[] y, double threshold, double[] v)
    {
        MapGradient gradient = new(row.Columns);
        RowMapKind kind = row.Map.Kind;
        if (y.Any(double.IsNaN) && kind != RowMapKind.Tangent && !ReferenceRowMap.IsElementwise(kind) && !ReferenceRowMap.IsMask(kind))
        {
            Array.Fill(gradient.Input, double.NaN);
            (gradient.Parameter, gradient.Second) = (double.NaN, double.NaN);
            return gradient;
        }
        switch (kind)
        {
            case RowMapKind.Simplex or RowMapKind.SparseSimplex or RowMapKind.CappedSimplex or RowMapKind.BoxSection or RowMapKind.L1Ball:
                SupportGradient.Compute(row, y, threshold, v, gradient);
                break;
            case RowMapKind.Entmax:
                TsallisGradient.Entmax(row.Parameter, y, v, gradient);
                break;
            case RowMapKind.Normmax:
                TsallisGradient.Normmax(row.Parameter, y, v, gradient);
                break;
            case RowMapKind.L2Ball or RowMapKind.Sphere or RowMapKind.Tangent:
                NormGradient.Compute(row, y, threshold, v, gradient);
                break;
            case RowMapKind.GroupLasso or RowMapKind.GroupEnvelope:
                GroupGradient.Compute(row, y, threshold, v, gradient);
                break;
            case RowMapKind.L1InfBall or RowMapKind.LInf1Prox:
                L1InfGradient.Compute(row, y, threshold, v, gradient);
                break;
            case RowMapKind.Isotonic or RowMapKind.SoftSort or RowMapKind.SoftRank or RowMapKind.Permutahedron:
                OrderGradient.Compute(row, y, v, gradient);
                break;
            default:
                ElementwiseGradient.Compute(row, y, v, gradient);
                break;
        }
        return gradient;
    }
}
