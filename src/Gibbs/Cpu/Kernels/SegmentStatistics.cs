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
        TVector a = TVector.Create(Real.From<TReal>(double.NegativeInfinity));
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

        TReal* lanes = stackalloc TReal[16];
        TVector.Store(lanes, TVector.Max(TVector.Max(a, b), TVector.Max(c, d)));
        double maximum = double.NegativeInfinity;
        for (int lane = 0; lane < TVector.Count; lane++)
        {
            double value = Real.ToDouble(lanes[lane]);
            maximum = maximum > value ? maximum : value;
        }

        return Real.From<TReal>(maximum + 0.0);
    }

    /// <summary>Σ exp(d_j/T) and, where asked for, Σ exp(d_j/T)·d_j/T, both over d_j ≠ 0, and the count of d_j = 0: ties at the maximum stay apart, so that small sums stay exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Exponentials(Segment<TReal> segment, TReal maximum, in RowScale scale, bool withMoment, out double sum, out double moment, out long ties)
    {
        moment = 0;
        if (withMoment)
            SumAndMoment(segment, maximum, scale, out sum, out moment, out ties);
        else
            Sum(segment, maximum, scale, out sum, out ties);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(Segment<TReal> segment, TReal maximum, in RowScale scale, out double sum, out long ties)
    {
        TReal* lanes = stackalloc TReal[Lanes.Count<TReal>()];
        TVector m = TVector.Create(maximum);
        TVector k = TVector.Create(Real.Coefficient<TReal>(scale.K));
        TVector kLow = TVector.Create(Real.From<TReal>(scale.KLow));
        TVector lowest = TVector.Create(Real.Coefficient<TReal>(scale.LowestLifted));
        TVector zero = default;
        long equal = 0;
        for (int turn = 0; turn < Lanes.Count<TReal>(); turn += 4 * TVector.Count)
        {
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            for (int block = 0; block < segment.Blocks; block++)
            {
                TReal* p = segment.Block(block) + turn;
                s0 += Term(p, m, k, kLow, lowest, zero, ref equal);
                s1 += Term(p + TVector.Count, m, k, kLow, lowest, zero, ref equal);
                s2 += Term(p + (2 * TVector.Count), m, k, kLow, lowest, zero, ref equal);
                s3 += Term(p + (3 * TVector.Count), m, k, kLow, lowest, zero, ref equal);
            }

            Spread(lanes + turn, s0, s1, s2, s3);
        }

        sum = Lanes.Sum(lanes) * Lowered;
        ties = equal;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumAndMoment(Segment<TReal> segment, TReal maximum, in RowScale scale, out double sum, out double moment, out long ties)
    {
        TReal* lanes = stackalloc TReal[2 * Lanes.Count<TReal>()];
        TVector m = TVector.Create(maximum);
        TVector k = TVector.Create(Real.Coefficient<TReal>(scale.K));
        TVector kLow = TVector.Create(Real.From<TReal>(scale.KLow));
        TVector lowest = TVector.Create(Real.Coefficient<TReal>(scale.LowestLifted));
        TVector zero = default;
        long equal = 0;
        for (int turn = 0; turn < Lanes.Count<TReal>(); turn += 4 * TVector.Count)
        {
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            TVector t0 = default, t1 = default, t2 = default, t3 = default;
            for (int block = 0; block < segment.Blocks; block++)
            {
                TReal* p = segment.Block(block) + turn;
                s0 += Term(p, m, k, kLow, lowest, zero, ref equal, ref t0);
                s1 += Term(p + TVector.Count, m, k, kLow, lowest, zero, ref equal, ref t1);
                s2 += Term(p + (2 * TVector.Count), m, k, kLow, lowest, zero, ref equal, ref t2);
                s3 += Term(p + (3 * TVector.Count), m, k, kLow, lowest, zero, ref equal, ref t3);
            }

            Spread(lanes + turn, s0, s1, s2, s3);
            Spread(lanes + Lanes.Count<TReal>() + turn, t0, t1, t2, t3);
        }

        sum = Lanes.Sum(lanes) * Lowered;
        moment = Lanes.Sum(lanes + Lanes.Count<TReal>()) * scale.InverseTemperature * Lowered;
        ties = equal;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Term(TReal* p, TVector m, TVector k, TVector kLow, TVector lowest, TVector zero, ref long equal)
    {
        TVector d = TVector.Load(p) - m;
        TVector tie = TVector.Equal(d, zero);
        equal += BitOperations.PopCount(TVector.MaskBits(tie));
        return TVector.Select(tie, zero, Exponential.OfProduct<TVector, TReal>(TVector.Max(lowest, d), k, kLow, Exponential.Lift<TReal>()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Term(TReal* p, TVector m, TVector k, TVector kLow, TVector lowest, TVector zero, ref long equal, ref TVector moment)
    {
        TVector d = TVector.Load(p) - m;
        TVector tie = TVector.Equal(d, zero);
        equal += BitOperations.PopCount(TVector.MaskBits(tie));
        d = TVector.Max(lowest, d);
        TVector e = TVector.Select(tie, zero, Exponential.OfProduct<TVector, TReal>(d, k, kLow, Exponential.Lift<TReal>()));
        moment = TVector.FusedMultiplyAdd(e, d, moment);
        return e;
    }

    /// <summary>Over u_j &gt; −∞: their count, Σ d_j, and Σ (u_j/T − center)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unmasked(Segment<TReal> segment, TReal maximum, double inverseTemperature, double center, out long count, out double sum, out double squares)
    {
        TReal* lanes = stackalloc TReal[2 * Lanes.Count<TReal>()];
        TVector m = TVector.Create(maximum);
        TVector inverse = TVector.Create(Real.Coefficient<TReal>(inverseTemperature));
        TVector minusCenter = TVector.Create(Real.Coefficient<TReal>(-center));
        TVector masked = TVector.Create(Real.From<TReal>(double.NegativeInfinity));
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

    // Takes the lift off a sum.
    private static double Lowered => typeof(TReal) == typeof(float) ? 1.0 / (1 << 24) : 1.0 / (1L << 60);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread(TReal* lanes, TVector a, TVector b, TVector c, TVector d)
    {
        TVector.Store(lanes, a);
        TVector.Store(lanes + TVector.Count, b);
        TVector.Store(lanes + (2 * TVector.Count), c);
        TVector.Store(lanes + (3 * TVector.Count), d);
    }
}
