using System;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>The maps of single numbers, as their formulas stand: thresholds, penalties and clipping.</summary>
internal static class ElementwiseReference
{
    public static MapResult Map(MapRow row)
    {
        MapResult result = new(row.Columns);
        for (int j = 0; j < row.Columns; j++)
        {
            double x = row.X[j], t = row.ColumnParameter(j);
            double y = double.IsNaN(x) ? x : Math.CopySign(Magnitude(row.Map, Math.Abs(x), t), x);
            // A zeroed entry is +0.
            result.Y[j] = y == 0 && row.Map.Kind is not (RowMapKind.LInfBall or RowMapKind.HardThreshold) ? 0 : y;
            result.Scale[j] = !double.IsFinite(x) ? 0 : Scale(row.Map, Math.Abs(x), Math.Abs(y), t);
        }
        return result;
    }

    private static double Magnitude(RowMap map, double x, double t)
    {
        double second = map.Second;
        return map.Kind switch
        {
            RowMapKind.LInfBall => Math.Min(x, t),
            RowMapKind.SoftThreshold => Math.Max(x - t, 0),
            RowMapKind.HardThreshold => x > t ? x : 0,
            RowMapKind.ElasticNet => Math.Max(x - t, 0) / (1 + second),
            RowMapKind.Mcp => x <= t ? 0 : x <= second * t ? (x - t) * (second / (second - 1)) : x,
            RowMapKind.Scad => x <= 2 * t ? Math.Max(x - t, 0) : x <= second * t ? (((second - 1) * x) - (second * t)) / (second - 2) : x,
            RowMapKind.Huber => x <= second * (1 + t) ? x / (1 + t) : x - (t * second),
            _ => throw new ArgumentOutOfRangeException(nameof(map), map.Kind, "not an elementwise map"),
        };
    }

    private static double Scale(RowMap map, double x, double y, double t) => map.Kind switch
    {
        RowMapKind.LInfBall or RowMapKind.HardThreshold => 0,
        RowMapKind.SoftThreshold when t == 0 => 0,
        RowMapKind.Mcp when x > map.Second * t * (1 + 1e-6) => 0,
        RowMapKind.Scad when x > map.Second * t * (1 + 1e-6) => 0,
        RowMapKind.Mcp => y + (y > 0 && x > map.Second * t * (1 - 1e-6) ? x : 0),
        RowMapKind.Scad when x > 2 * t * (1 - 1e-6) => (((map.Second - 1) * x) + (map.Second * t)) / (map.Second - 2),
        RowMapKind.Huber when x > map.Second * (1 + t) * (1 - 1e-6) => x + (t * map.Second),
        _ => y,
    };
}
