using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>The largest entry of a row, or the largest magnitude, and whether there is a NaN: the one read of a row from memory.</summary>
internal static unsafe class RowScan<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    /// <summary>max x, NaN where there is one.</summary>
    [SkipLocalsInit]
    public static double Maximum(TReal* x, int count)
    {
        TReal* lanes = stackalloc TReal[Lanes.Count<TReal>()];
        return Maximum(x, count, lanes);
    }

    /// <summary>The same, and the maxima of the logical lanes, j modulo their number: entries of the row at different places, most of its largest among them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Maximum(TReal* x, int count, TReal* lanes)
    {
        int length = Lanes.Count<TReal>();
        TVector masked = TVector.Constant(double.NegativeInfinity);
        TVector numbers = TVector.Equal(masked, masked);
        int whole = count / length * length;

        // Four registers at a time: narrow vectors take several turns.
        for (int turn = 0; turn < length; turn += 4 * TVector.Count)
        {
            TVector a = masked, b = masked, c = masked, d = masked, others = numbers;
            for (int j = turn; j < whole; j += length)
            {
                TVector p = TVector.Load(x + j), q = TVector.Load(x + j + TVector.Count);
                TVector r = TVector.Load(x + j + (2 * TVector.Count)), s = TVector.Load(x + j + (3 * TVector.Count));
                numbers = numbers & TVector.Equal(p, p) & TVector.Equal(q, q);
                others = others & TVector.Equal(r, r) & TVector.Equal(s, s);
                a = TVector.Max(a, p);
                b = TVector.Max(b, q);
                c = TVector.Max(c, r);
                d = TVector.Max(d, s);
            }

            numbers &= others;
            TVector.Store(lanes + turn, a);
            TVector.Store(lanes + turn + TVector.Count, b);
            TVector.Store(lanes + turn + (2 * TVector.Count), c);
            TVector.Store(lanes + turn + (3 * TVector.Count), d);
        }

        bool valid = AllSet(numbers);
        for (int j = whole; j < count; j++)
        {
            double value = Real.ToDouble(x[j]);
            valid &= !double.IsNaN(value);
            if (value > Real.ToDouble(lanes[j - whole]))
                lanes[j - whole] = x[j];
        }

        double maximum = double.NegativeInfinity;
        for (int l = 0; l < length; l++)
            maximum = Math.Max(maximum, Real.ToDouble(lanes[l]));

        // +0: so that −0 and 0 at the head of a row give the same differences.
        return valid ? maximum + 0.0 : double.NaN;
    }

    /// <summary>max |x|, NaN where there is a NaN, and Σ |x| in double with its lanes keyed by index.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Magnitude(TReal* x, int count, out double sum)
    {
        double* lanes = stackalloc double[RowSums.Lanes];
        RowSums.Clear(lanes);
        TVector magnitude = AbsoluteMask;
        TVector largest = default;
        int j = 0;
        for (; j <= count - RowSums.Lanes; j += RowSums.Lanes)
        {
            for (int k = 0; k < RowSums.Lanes; k += TVector.Count)
            {
                TVector value = TVector.Load(x + j + k) & magnitude;
                largest = TVector.Max(value, largest);
                TVector.AddTo(lanes + k, value);
            }
        }

        double maximum = TVector.MaxOfLanes(largest);
        for (int k = 0; j + k < count; k++)
        {
            double value = Math.Abs(Real.ToDouble(x[j + k]));
            maximum = value > maximum ? value : maximum;
            lanes[k] += value;
        }

        sum = RowSums.Total(lanes);

        // A NaN entry makes the sum NaN; nothing else does, there being no opposite infinities.
        return double.IsNaN(sum) ? double.NaN : maximum;
    }

    /// <summary>All bits but the sign.</summary>
    public static TVector AbsoluteMask
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TVector.FromBits(typeof(TReal) == typeof(float) ? 0x7FFFFFFFUL : 0x7FFFFFFFFFFFFFFFUL);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllSet(TVector mask) => TVector.MaskBits(mask) == (1UL << TVector.Count) - 1;
}
