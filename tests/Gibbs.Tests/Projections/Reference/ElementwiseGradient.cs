using System;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>dy/dx, dy/dt and dy/d(second) of the maps of single numbers, in the regions that y alone tells apart; masks pass v where y is not 0.</summary>
internal static class ElementwiseGradient
{
    public static void Compute(MapRow row, double[] y, double[] v, MapGradient gradient)
    {
        CompensatedSum parameter = default, parameterScale = default, second = default, secondScale = default;
        for (int j = 0; j < y.Length; j++)
        {
            (double byX, double byT, double bySecond) = double.IsNaN(y[j]) ? (1, double.NaN, double.NaN) : Slopes(row.Map, y[j], row.Map.Kind == RowMapKind.LInfBall ? row.Type.Round(row.Parameter) : row.ColumnParameter(j));
            if (double.IsNaN(y[j]))
                gradient.Set(j, double.NaN, 0);
            else if (byX != 0)
                gradient.Set(j, byX * v[j], byX == 1 ? 0 : Math.Abs(byX * v[j]));
            // A product with 0 is no term: a NaN upstream stays where it is.
            double t = byT == 0 ? 0 : byT * v[j], s = bySecond == 0 ? 0 : bySecond * v[j];
            gradient.Column[j] = t;
            parameter.Add(t);
            parameterScale.Add(Math.Abs(t));
            second.Add(s);
            secondScale.Add(Math.Abs(s) + (s == 0 ? 0 : Cancelled(row.Map, y[j], row.ColumnParameter(j)) * Math.Abs(v[j])));
        }
        (gradient.Parameter, gradient.ParameterScale, gradient.Second, gradient.SecondScale) = (parameter.Value, parameterScale.Value, second.Value, secondScale.Value);
    }

    // In the middle of SCAD the derivative by a is a difference of terms that may be much larger.
    private static double Cancelled(RowMap map, double y, double t) =>
        map.Kind != RowMapKind.Scad ? 0 : ((2 * t) + (((Math.Abs(y) * (map.Second - 2)) + (map.Second * t)) / (map.Second - 1))) / ((map.Second - 2) * (map.Second - 2));

    private static (double ByX, double ByT, double BySecond) Slopes(RowMap map, double y, double t)
    {
        double size = Math.Abs(y), sign = Math.Sign(y), second = map.Second;
        switch (map.Kind)
        {
            case RowMapKind.LInfBall:
                return size < t ? (1, 0, 0) : (0, sign, 0);
            case RowMapKind.SoftThreshold when size > 0:
                return (1, -sign, 0);
            case RowMapKind.ElasticNet when size > 0:
                return (1 / (1 + second), -sign / (1 + second), -y / (1 + second));
            case RowMapKind.Mcp when size > 0 && size < second * t:
                return (second / (second - 1), -sign * second / (second - 1), -y / (second * (second - 1)));
            case RowMapKind.Scad when size > 0 && size <= t:
                return (1, -sign, 0);
            case RowMapKind.Scad when size > t && size < second * t:
                double x = ((y * (second - 2)) + (sign * second * t)) / (second - 1);
                return ((second - 1) / (second - 2), -sign * second / (second - 2), ((2 * sign * t) - x) / ((second - 2) * (second - 2)));
            case RowMapKind.Huber:
                return size <= second ? (1 / (1 + t), -y / (1 + t), 0) : (1, -second * sign, -t * sign);
            default:
                return (size > 0 ? 1 : 0, 0, 0);
        }
    }
}
