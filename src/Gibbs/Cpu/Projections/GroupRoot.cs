using System;
using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// The root c &gt; 0 of Σ_g w_g·clip(c·a_g − b_g, 0, 1) = k, where Σ w over a &gt; 0 exceeds k: not decreasing and piecewise linear in c. Newton's method within a bracket; where a step leaves the bracket or the bracket stops
/// shrinking, bisection on the order of the doubles. It ends where a step gives its own start again (the exact root of that support), or where the bracket holds no double: no limit of steps.
/// </summary>
internal readonly unsafe struct GroupRoot(double* a, double* w, double* b, int count)
{
    private readonly double* _a = a;
    private readonly double* _w = w;
    private readonly double* _b = b;
    private readonly int _count = count;

    /// <summary>Σ w over groups with a &gt; 0.</summary>
    public double Reach()
    {
        TwoSum sum = default;
        for (int g = 0; g < _count; g++)
        {
            if (_a[g] > 0)
                sum.Add(_w[g]);
        }

        return sum.Rounded;
    }

    /// <summary>The root, with b scaled by a factor: 0 or 1; the middle of the roots where they are an interval, which keeps groups that do not move off their bounds by more than rounding.</summary>
    public double Solve(double k, double scaleOfB) => Centred(Find(k, scaleOfB), k, scaleOfB);

    private double Find(double k, double scaleOfB)
    {
        // F(c) ≤ c·Σ w·a.
        TwoSum slope = default;
        for (int g = 0; g < _count; g++)
            slope.AddProduct(_w[g], _a[g]);
        double low = 0, high = double.MaxValue;
        double c = Math.Clamp(k / slope.Rounded, double.Epsilon, double.MaxValue);
        long width = long.MaxValue;
        for (int step = 1; ; step++)
        {
            double next = Step(c, k, scaleOfB, out double value);
            if (value == k || next == c)
                return c;
            if (value < k)
                low = c;
            else
                high = c;

            // Ordinals of positive doubles are their bits.
            long lowBits = BitConverter.DoubleToInt64Bits(low), highBits = BitConverter.DoubleToInt64Bits(high);
            bool stalled = step % 4 == 0 && highBits - lowBits > width / 4;
            if (step % 4 == 0)
                width = highBits - lowBits;
            if (stalled || !(next > low && next < high))
            {
                if (highBits - lowBits <= 1)
                    return high;
                next = BitConverter.Int64BitsToDouble(lowBits + ((highBits - lowBits) / 2));
            }

            c = next;
        }
    }

    // Where every group is at a bound, to rounding, and the full ones make k: between the last that became full and the next to move.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Centred(double c, double k, double scaleOfB)
    {
        const double Rounding = 1e-14;
        double stop = 0, start = double.PositiveInfinity;
        TwoSum full = default;
        for (int g = 0; g < _count; g++)
        {
            if (_a[g] == 0)
                continue;
            double b = _b[g] * scaleOfB, u = (c * _a[g]) - b, slack = Rounding * (1 + b);
            if (u >= 1 - slack)
            {
                full.Add(_w[g]);
                stop = Math.Max(stop, (1 + b) / _a[g]);
            }
            else if (u <= slack)
            {
                start = Math.Min(start, b / _a[g]);
            }
            else
            {
                return c;
            }
        }

        bool flat = Math.Abs(full.Rounded - k) <= Rounding * k && stop < start && double.IsFinite(start);
        return flat ? stop + ((start - stop) / 2) : c;
    }

    // F(c), and the root of the linear piece that c lies on; NaN where that is flat.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Step(double c, double k, double scaleOfB, out double value)
    {
        TwoSum full = default, slope = default, offset = default;
        for (int g = 0; g < _count; g++)
        {
            double b = _b[g] * scaleOfB;
            double u = (c * _a[g]) - b;
            if (u >= 1)
            {
                full.Add(_w[g]);
            }
            else if (u > 0)
            {
                slope.AddProduct(_w[g], _a[g]);
                offset.AddProduct(_w[g], b);
            }
        }

        TwoSum needed = offset;
        needed.Add(k);
        needed.Add(new TwoSum { Value = -full.Value, Rest = -full.Rest });
        double free = slope.Rounded;
        TwoSum given = full;
        given.AddProduct(c, free);
        given.Add(new TwoSum { Value = -offset.Value, Rest = -offset.Rest });
        value = given.Rounded;
        return free > 0 ? needed.Rounded / free : double.NaN;
    }
}
