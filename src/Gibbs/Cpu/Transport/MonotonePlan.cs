using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Points of a side on a line, with their weights; null weights are uniform.</summary>
internal unsafe struct LinePoints<TReal>
    where TReal : unmanaged
{
    public TReal* Values;
    public TReal* Weights;
    public int Count;

    /// <summary>[Count], or null.</summary>
    public TReal* Gradient;

    /// <summary>Σ of weights, as their cumulative sum in the order of the points comes to.</summary>
    public double Mass;

    /// <summary>Scratch [Count]: values in rising order, and the points they are of, equal ones by index.</summary>
    public TReal* Sorted;
    public int* Order;
}

/// <summary>Where segments of a plan go; null is not wanted.</summary>
internal unsafe struct LineSegments<TReal>
    where TReal : unmanaged
{
    public int* Sources;
    public int* Targets;
    public TReal* Masses;
    public int* Length;

    /// <summary>Places for segments.</summary>
    public int Capacity;
}

/// <summary>
/// The monotone plan of two weighted point sets on a line: both are sorted, and mass goes in order, a segment ending where either side's cumulative weight does.
/// <code>W_p^p = Σ over segments m·|x − y|^p</code>
/// Uniform weights are compared as whole numbers, (i + 1)·M with (j + 1)·N: no segment is a rounding's.
/// </summary>
internal static unsafe class MonotonePlan<TReal>
    where TReal : unmanaged
{
    /// <summary>W_p^p, with gradients and segments where wanted; all in double.</summary>
    public static double Run(ref LinePoints<TReal> x, ref LinePoints<TReal> y, double power, in LineSegments<TReal> segments, out TransportStatus status)
    {
        status = TransportStatus.NonFinite;
        bool finite = Sort(ref x) & Sort(ref y);
        if (finite)
        {
            bool valid = Masses(ref x) & Masses(ref y) && Math.Abs(x.Mass - y.Mass) <= SinkhornValidation.MassTolerance * x.Mass;
            status = valid ? TransportStatus.Converged : TransportStatus.InvalidInput;
        }

        if (status == TransportStatus.Converged)
            return Merge(x, y, new LinePower(power), segments);
        Fill(x);
        Fill(y);
        End(segments, 0);
        return double.NaN;
    }

    /// <summary>Sorts a side; false where a point is not finite.</summary>
    public static bool Sort(ref LinePoints<TReal> side)
    {
        bool finite = true;
        for (int i = 0; i < side.Count; i++)
        {
            side.Sorted[i] = side.Values[i];
            side.Order[i] = i;
            finite &= double.IsFinite(Real.ToDouble(side.Values[i]));
        }

        if (!finite)
            return false;
        Span<int> order = new(side.Order, side.Count);
        if (typeof(TReal) == typeof(float))
            new Span<float>(side.Sorted, side.Count).Sort(order);
        else
            new Span<double>(side.Sorted, side.Count).Sort(order);
        for (int first = 0, next; first < side.Count; first = next)
        {
            double value = Real.ToDouble(side.Sorted[first]);
            for (next = first + 1; next < side.Count && Real.ToDouble(side.Sorted[next]) == value; next++)
            {
            }

            if (next - first > 1)
                order[first..next].Sort();
        }

        return true;
    }

    private static bool Masses(ref LinePoints<TReal> side)
    {
        if (side.Weights == null)
        {
            side.Mass = 1;
            return true;
        }

        bool valid = true;
        side.Mass = 0;
        for (int i = 0; i < side.Count; i++)
        {
            double weight = Real.ToDouble(side.Weights[side.Order[i]]);
            valid &= weight >= 0 && double.IsFinite(weight);
            side.Mass += weight;
        }

        return valid && side.Mass > 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Merge(in LinePoints<TReal> x, in LinePoints<TReal> y, LinePower cost, in LineSegments<TReal> segments)
    {
        bool uniform = x.Weights == null && y.Weights == null;
        double mass = x.Mass, value = 0, slope = 0, sourceSlope = 0, targetSlope = 0, reached = 0;
        int i = 0, j = 0, length = 0;
        double sourceSum = Cumulative(x, 0, 0), targetSum = Cumulative(y, 0, 0);
        while (i < x.Count && j < y.Count)
        {
            // Of the whole, 1 at the end of both sides.
            double sourceEnd = sourceSum / x.Mass, targetEnd = targetSum / y.Mass, end;
            bool source, target;
            if (uniform)
            {
                long left = (i + 1L) * y.Count, right = (j + 1L) * x.Count;
                (source, target) = (left <= right, right <= left);
                end = Math.Min(left, right) / ((double)x.Count * y.Count);
            }
            else
            {
                (source, target) = (sourceEnd <= targetEnd, targetEnd <= sourceEnd);
                end = Math.Min(sourceEnd, targetEnd);
            }

            double moved = (end - reached) * mass;
            if (moved > 0)
            {
                double distance = Real.ToDouble(x.Sorted[i]) - Real.ToDouble(y.Sorted[j]);
                value += moved * cost.Of(distance, out slope);
                sourceSlope += moved * slope;
                targetSlope -= moved * slope;
                Add(segments, length++, x.Order[i], y.Order[j], moved);
                reached = end;
            }

            if (source)
            {
                Store(x, i, ref sourceSlope);
                sourceSum = Cumulative(x, ++i, sourceSum);
            }

            if (target)
            {
                Store(y, j, ref targetSlope);
                targetSum = Cumulative(y, ++j, targetSum);
            }
        }

        // Atoms of no mass behind the end.
        for (; i < x.Count; i++)
            Store(x, i, ref sourceSlope);
        for (; j < y.Count; j++)
            Store(y, j, ref targetSlope);
        End(segments, length);
        return value;
    }

    private static double Cumulative(in LinePoints<TReal> side, int i, double before) =>
        i >= side.Count ? before : side.Weights == null ? (i + 1.0) / side.Count : before + Real.ToDouble(side.Weights[side.Order[i]]);

    private static void Store(in LinePoints<TReal> side, int i, ref double slope)
    {
        if (side.Gradient != null)
            side.Gradient[side.Order[i]] = Real.From<TReal>(slope);
        slope = 0;
    }

    private static void Add(in LineSegments<TReal> segments, int at, int source, int target, double mass)
    {
        if (segments.Sources != null)
            segments.Sources[at] = source;
        if (segments.Targets != null)
            segments.Targets[at] = target;
        if (segments.Masses != null)
            segments.Masses[at] = Real.From<TReal>(mass);
    }

    private static void End(in LineSegments<TReal> segments, int length)
    {
        for (int at = length; at < segments.Capacity; at++)
            Add(segments, at, -1, -1, 0);
        if (segments.Length != null)
            *segments.Length = length;
    }

    private static void Fill(in LinePoints<TReal> side)
    {
        if (side.Gradient != null)
            new Span<TReal>(side.Gradient, side.Count).Fill(Real.From<TReal>(double.NaN));
    }
}

/// <summary>|z|^p and its derivative p·|z|^(p − 1)·sign z, 0 at 0.</summary>
internal readonly struct LinePower(double power)
{
    public double Of(double z, out double slope)
    {
        double magnitude = Math.Abs(z);
        if (power == 2)
        {
            slope = 2 * z;
            return z * z;
        }

        if (magnitude == 0)
        {
            slope = 0;
            return 0;
        }

        double lower = power == 1 ? 1 : Math.Pow(magnitude, power - 1);
        slope = power * (z < 0 ? -lower : lower);
        return lower * magnitude;
    }
}
