using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>x·min(1, r/‖x‖), r·x/‖x‖ and x − w⟨w, x⟩/⟨w, w⟩, with sums of squares of numbers divided by the largest.</summary>
internal static class NormReference
{
    public static MapResult L2Ball(MapRow row)
    {
        MapResult result = new(row.Columns);
        double norm = Norm(row.X);
        bool inside = row.Real.Round(norm) <= row.Parameter;
        result.Identical = inside;
        Scaled(result, row.X, inside ? double.NaN : norm, row.Parameter);
        double factor = inside ? 1 : row.Parameter / norm;
        result.SetThreshold(factor, inside ? 0 : factor);
        return result;
    }

    public static MapResult Sphere(MapRow row)
    {
        MapResult result = new(row.Columns);
        double norm = Norm(row.X);
        if (norm == 0)
        {
            result.Status = RowStatus.ZeroNorm;
            return result;
        }
        Scaled(result, row.X, norm, row.Parameter);
        // A factor beyond the type's range is not a number to compare.
        double factor = row.Parameter / norm;
        result.SetThreshold(factor, double.IsFinite(row.Real.Round(factor)) ? factor : double.NaN);
        return result;
    }

    public static MapResult Tangent(MapRow row)
    {
        MapResult result = new(row.Columns);
        double[] w = row.Point!;
        double largest = w.Max(Math.Abs);
        if (largest == 0)
        {
            row.X.CopyTo(result.Y, 0);
            result.Status = RowStatus.ZeroNorm;
            return result;
        }
        CompensatedSum product = default, square = default, magnitude = default;
        for (int j = 0; j < w.Length; j++)
        {
            product.Add(w[j] / largest * row.X[j]);
            magnitude.Add(Math.Abs(w[j] / largest * row.X[j]));
            square.Add(w[j] / largest * (w[j] / largest));
        }
        for (int j = 0; j < w.Length; j++)
        {
            result.Y[j] = row.X[j] - (w[j] / largest * (product.Value / square.Value));
            result.Scale[j] = Math.Abs(row.X[j]) + (Math.Abs(w[j] / largest) * (magnitude.Value / square.Value));
        }
        return result;
    }

    public static double Norm(ReadOnlySpan<double> x)
    {
        double largest = 0;
        foreach (double each in x)
            largest = Math.Max(largest, Math.Abs(each));
        if (largest == 0 || double.IsInfinity(largest))
            return largest;
        CompensatedSum sum = default;
        foreach (double each in x)
            sum.Add(each / largest * (each / largest));
        return largest * Math.Sqrt(sum.Value);
    }

    private static void Scaled(MapResult result, double[] x, double norm, double radius)
    {
        for (int j = 0; j < x.Length; j++)
        {
            result.Y[j] = double.IsNaN(norm) ? x[j] : x[j] / norm * radius;
            result.Scale[j] = double.IsNaN(norm) ? 0 : Math.Abs(result.Y[j]);
        }
    }
}
