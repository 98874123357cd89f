using System;

namespace Gibbs.Cpu.Backups;

/// <summary>
/// A bracket that holds the root of a monotone function while Newton's method looks for it. Where a step leaves the bracket, and at every eighth, the bracket is halved on the ordinals of doubles: that can happen at most
/// 64 times, so that the search ends by itself, with no limit to hit.
/// </summary>
internal struct RootBracket(double low, double high)
{
    private double _low = low;
    private double _high = high;
    private int _steps;

    /// <summary>Takes what is known at t, and moves t to where to look next.</summary>
    /// <param name="t">In the bracket.</param>
    /// <param name="rootIsAbove">The root is above t, else below.</param>
    /// <param name="next">Newton's step, NaN where there is none.</param>
    /// <returns>False where the bracket has closed: t is the root.</returns>
    public bool Narrow(ref double t, bool rootIsAbove, double next)
    {
        if (rootIsAbove)
            _low = t;
        else
            _high = t;
        if (next > _low && next < _high && ++_steps % 8 != 0)
        {
            t = next;
            return true;
        }

        t = FromOrdinal(Middle(Ordinal(_low), Ordinal(_high)));
        return t > _low && t < _high;
    }

    // Integers in the order of the doubles they stand for.
    private static long Ordinal(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        return bits >= 0 ? bits : long.MinValue - bits;
    }

    private static double FromOrdinal(long ordinal) => BitConverter.Int64BitsToDouble(ordinal >= 0 ? ordinal : long.MinValue - ordinal);

    private static long Middle(long a, long b) => (a >> 1) + (b >> 1) + (a & b & 1);
}
