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

    /// <summary>The root, with b scaled by a factor: 0 or 1.</summary>
    public double Solve(double k, double scaleOfB)
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
