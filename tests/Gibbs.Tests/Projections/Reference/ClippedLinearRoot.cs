using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>The τ with Σ w·clip(a − τ·w, l, u) = k, by sorting the breakpoints (a − l)/w and (a − u)/w, bisecting over them, and solving the linear piece.</summary>
internal sealed class ClippedLinearRoot
{
    private readonly double[] _a;
    private readonly double[] _w;
    private readonly double[] _l;
    private readonly double[] _u;

    private ClippedLinearRoot(double[] a, double[] w, double[] l, double[] u) => (_a, _w, _l, _u) = (a, w, l, u);

    public double Tau { get; private set; }

    /// <summary>What the one word of τ here is known to, in roundings of fp64: (Σ|terms| + |k|)/Σw².</summary>
    public double Scale { get; private set; }

    /// <summary>Whether no entry is strictly between its bounds, so that τ is one of many.</summary>
    public bool Flat { get; private set; }

    public static ClippedLinearRoot Solve(double[] a, double[] w, double[] l, double[] u, double k)
    {
        ClippedLinearRoot root = new(a, w, l, u);
        List<double> points = [.. a.Select((x, j) => (x - l[j]) / w[j]), .. a.Select((x, j) => (x - u[j]) / w[j]).Where(double.IsFinite)];
        points.Sort();
        // The last breakpoint with F ≥ k.
        int low = -1, high = points.Count;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (root.Sum(points[middle]) >= k)
                low = middle;
            else
                high = middle;
        }
        double left = low < 0 ? points[0] - 1 - Math.Abs(points[0]) : points[low], right = high == points.Count ? left : points[high];
        root.Finish(left + ((right - left) / 2), k);
        if (root.Flat)
            root.Tau = left;
        return root;
    }

    private double Sum(double tau)
    {
        CompensatedSum sum = default;
        for (int j = 0; j < _a.Length; j++)
            AddProduct(ref sum, _w[j], Math.Clamp(_a[j] - (tau * _w[j]), _l[j], _u[j]));
        return sum.Value;
    }

    private static void AddProduct(ref CompensatedSum sum, double a, double b)
    {
        double product = a * b;
        sum.Add(product);
        sum.Add(Math.FusedMultiplyAdd(a, b, -product));
    }

    private void Finish(double inside, double k)
    {
        CompensatedSum numerator = default, squares = default, magnitude = default;
        numerator.Add(-k);
        for (int j = 0; j < _a.Length; j++)
        {
            bool upper = inside <= (_a[j] - _u[j]) / _w[j], lower = inside >= (_a[j] - _l[j]) / _w[j];
            magnitude.Add(Math.Abs(_w[j] * (upper ? _u[j] : lower ? _l[j] : 0)));
            AddProduct(ref numerator, _w[j], upper ? _u[j] : lower ? _l[j] : _a[j]);
            if (!upper && !lower)
                AddProduct(ref squares, _w[j], _w[j]);
        }
        Flat = squares.Value == 0;
        Tau = numerator.Value / squares.Value;
        Scale = (magnitude.Value + Math.Abs(k)) / squares.Value;
    }
}
