using System.Numerics;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Kernels;

/// <summary>
/// Statistics of one segment, relative to its own maximum m; with d_j = u_j − m. Each kernel runs over the segment once, in the first-level cache, four accumulators at
/// a time: narrow vectors take several turns over the same logical lanes.
/// </summary>
internal static unsafe class SegmentStatistics<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    /// <summary>max_j u_j, with +0 for ±0. A NaN may be lost: the sums find it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TReal Maximum(Segment<TReal> segment)
    {
        TVector a = TVector.Constant(double.NegativeInfinity);
        TVector b = a, c = a, d = a;
        for (int block = 0; block < segment.Blocks; block++)
        {
            TReal* p = segment.Block(block);
            for (int j = 0; j < Lanes.Count<TReal>(); j += 4 * TVector.Count)
            {
                a = TVector.Max(a, TVector.Load(p + j));
                b = TVector.Max(b, TVector.Load(p + j + TVector.Count));
                c = TVector.Max(c, TVector.Load(p + j + (2 * TVector.Count)));
                d = TVector.Max(d, TVector.Load(p + j + (3 * TVector.Count)));
            }
        }

        return Real.From<TReal>(TVector.MaxOfLanes(TVector.Max(TVector.Max(a, b), TVector.Max(c, d))) + 0.0);
    }

    /// <summary>Over u_j &gt; −∞: their count, Σ d_j, and Σ (u_j/T − center)².</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unmasked(Segment<TReal> segment, TReal maximum, double inverseTemperature, double center, out long count, out double sum, out double squares)
    {
        TReal* lanes = stackalloc TReal[2 * Lanes.Count<TReal>()];
        TVector m = TVector.Create(maximum);
        TVector inverse = TVector.Constant(inverseTemperature);
        TVector minusCenter = TVector.Create(Real.Coefficient<TReal>(-center));
        TVector masked = TVector.Constant(double.NegativeInfinity);
        TVector zero = default;
        count = (long)segment.Blocks * Lanes.Count<TReal>();
        for (int turn = 0; turn < Lanes.Count<TReal>(); turn += TVector.Count)
        {
            TVector s = default, t = default;
            for (int block = 0; block < segment.Blocks; block++)
            {
                TVector u = TVector.Load(segment.Block(block) + turn);
                TVector mask = TVector.Equal(u, masked);
                count -= BitOperations.PopCount(TVector.MaskBits(mask));
                TVector distance = TVector.FusedMultiplyAdd(u, inverse, minusCenter);
                s += TVector.Select(mask, zero, u - m);
                t += TVector.Select(mask, zero, distance * distance);
            }

            TVector.Store(lanes + turn, s);
            TVector.Store(lanes + Lanes.Count<TReal>() + turn, t);
        }

        sum = Lanes.Sum(lanes);
        squares = Lanes.Sum(lanes + Lanes.Count<TReal>());
    }

    /// <summary>Σ c_j and Σ c_j·d_j over column terms c_j; a term of 0 counts 0 also at a masked entry, any other counts ∓∞ there.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns(Segment<TReal> segment, Segment<TReal> columns, TReal maximum, out double mass, out double product)
    {
        TReal* lanes = stackalloc TReal[2 * Lanes.Count<TReal>()];
        TVector m = TVector.Create(maximum);
        TVector zero = default;
        for (int turn = 0; turn < Lanes.Count<TReal>(); turn += TVector.Count)
        {
            TVector s = default, t = default;
            for (int block = 0; block < segment.Blocks; block++)
            {
                TVector c = TVector.Load(columns.Block(block) + turn);
                TVector d = TVector.Load(segment.Block(block) + turn) - m;
                s += c;
                t += TVector.Select(TVector.Equal(c, zero), zero, c * d);
            }

            TVector.Store(lanes + turn, s);
            TVector.Store(lanes + Lanes.Count<TReal>() + turn, t);
        }

        mass = Lanes.Sum(lanes);
        product = Lanes.Sum(lanes + Lanes.Count<TReal>());
    }

    /// <summary>Count of z_j &gt; value, and of z_j = value with j &lt; before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Rank(Segment<TReal> segment, TReal value, long before)
    {
        TVector v = TVector.Create(value);
        long count = 0;
        for (int block = 0; block < segment.Blocks; block++)
        {
            TReal* p = segment.Block(block);
            for (int j = 0; j < Lanes.Count<TReal>(); j += TVector.Count)
            {
                TVector z = TVector.Load(p + j);
                count += BitOperations.PopCount(TVector.MaskBits(TVector.LessThan(v, z)));
                long left = before - (((long)block * Lanes.Count<TReal>()) + j);
                if (left > 0)
                {
                    ulong equal = TVector.MaskBits(TVector.Equal(v, z));
                    count += BitOperations.PopCount(left >= TVector.Count ? equal : equal & ((1UL << (int)left) - 1));
                }
            }
        }

        return count;
    }

    /// <summary>The first j with z_j = value, −1 where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int IndexOf(Segment<TReal> segment, TReal value)
    {
        TVector v = TVector.Create(value);
        for (int block = 0; block < segment.Blocks; block++)
        {
            TReal* p = segment.Block(block);
            for (int j = 0; j < Lanes.Count<TReal>(); j += TVector.Count)
            {
                ulong equal = TVector.MaskBits(TVector.Equal(TVector.Load(p + j), v));
                if (equal != 0)
                    return (block * Lanes.Count<TReal>()) + j + BitOperations.TrailingZeroCount(equal);
            }
        }

        return -1;
    }
}
