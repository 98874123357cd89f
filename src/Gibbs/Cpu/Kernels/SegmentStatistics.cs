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

    /// <summary>
    /// Σ exp(d_j/T) and, where asked for, Σ exp(d_j/T)·d_j/T. Of a segment that may hold the row's maximum, where the sum is small, terms at the maximum are counted apart, in
    /// ties, and left out of the sum: so Σ exp − 1 of a confident row keeps its digits. Elsewhere ties is 0. Meanwhile as many bytes from next on, if any, are fetched
    /// into the cache.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Exponentials(Segment<TReal> segment, TReal maximum, in RowScale scale, bool withMoment, bool mayHoldMaximum, byte* next, out double sum, out double moment, out long ties)
    {
        moment = 0;
        if (withMoment)
            SumAndMoment<Together>(segment, maximum, scale, next, out sum, out moment, out ties);
        else
            Sum<Together>(segment, maximum, scale, next, out sum, out ties);

        if (!mayHoldMaximum || !(sum < SmallSum))
            return;
        if (withMoment)
            SumAndMoment<Apart>(segment, maximum, scale, null, out sum, out moment, out ties);
        else
            Sum<Apart>(segment, maximum, scale, null, out sum, out ties);
    }

    // Above it a rounding of the sum is one of Σ exp − 1.
    private const double SmallSum = 8;

    private interface ITies
    {
        static abstract bool Apart { get; }
    }

    private readonly struct Together : ITies
    {
        static bool ITies.Apart => false;
    }

    private readonly struct Apart : ITies
    {
        static bool ITies.Apart => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum<TTies>(Segment<TReal> segment, TReal maximum, in RowScale scale, byte* next, out double sum, out long ties)
        where TTies : struct, ITies
    {
        TReal* lanes = stackalloc TReal[2 * Lanes.Count<TReal>()];
        TVector m = TVector.Create(maximum);
        TVector k = TVector.Constant(scale.K);
        TVector kLow = TVector.Constant(scale.KLow);
        TVector lowest = TVector.Constant(scale.LowestLifted);
        TVector one = TVector.Constant(1);
        for (int turn = 0; turn < Lanes.Count<TReal>(); turn += 4 * TVector.Count)
        {
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            TVector c0 = default, c1 = default;
            for (int block = 0; block < segment.Blocks; block++)
            {
                TReal* p = segment.Block(block) + turn;
                Prefetch.Block(next, block);
                Add<TTies>(p, m, k, kLow, lowest, ref s0, one, ref c0);
                Add<TTies>(p + TVector.Count, m, k, kLow, lowest, ref s1, one, ref c1);
                Add<TTies>(p + (2 * TVector.Count), m, k, kLow, lowest, ref s2, one, ref c0);
                Add<TTies>(p + (3 * TVector.Count), m, k, kLow, lowest, ref s3, one, ref c1);
            }

            Spread(lanes + turn, s0, s1, s2, s3);
            Spread(lanes + Lanes.Count<TReal>() + turn, c0, c1, default, default);
        }

        sum = Lanes.Sum(lanes) * Lowered;
        ties = TTies.Apart ? (long)Lanes.Sum(lanes + Lanes.Count<TReal>()) : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumAndMoment<TTies>(Segment<TReal> segment, TReal maximum, in RowScale scale, byte* next, out double sum, out double moment, out long ties)
        where TTies : struct, ITies
    {
        TReal* lanes = stackalloc TReal[3 * Lanes.Count<TReal>()];
        TVector m = TVector.Create(maximum);
        TVector k = TVector.Constant(scale.K);
        TVector kLow = TVector.Constant(scale.KLow);
        TVector lowest = TVector.Constant(scale.LowestLifted);
        TVector one = TVector.Constant(1);
        for (int turn = 0; turn < Lanes.Count<TReal>(); turn += 4 * TVector.Count)
        {
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            TVector t0 = default, t1 = default, t2 = default, t3 = default;
            TVector c0 = default, c1 = default;
            for (int block = 0; block < segment.Blocks; block++)
            {
                TReal* p = segment.Block(block) + turn;
                Prefetch.Block(next, block);
                Add<TTies>(p, m, k, kLow, lowest, ref s0, ref t0, one, ref c0);
                Add<TTies>(p + TVector.Count, m, k, kLow, lowest, ref s1, ref t1, one, ref c1);
                Add<TTies>(p + (2 * TVector.Count), m, k, kLow, lowest, ref s2, ref t2, one, ref c0);
                Add<TTies>(p + (3 * TVector.Count), m, k, kLow, lowest, ref s3, ref t3, one, ref c1);
            }

            Spread(lanes + turn, s0, s1, s2, s3);
            Spread(lanes + Lanes.Count<TReal>() + turn, c0, c1, default, default);
            Spread(lanes + (2 * Lanes.Count<TReal>()) + turn, t0, t1, t2, t3);
        }

        sum = Lanes.Sum(lanes) * Lowered;
        ties = TTies.Apart ? (long)Lanes.Sum(lanes + Lanes.Count<TReal>()) : 0;
        moment = Lanes.Sum(lanes + (2 * Lanes.Count<TReal>())) * scale.InverseTemperature * Lowered;
    }

    // u = m and d = 0 are the same; one mask for each use keeps both in mask registers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TTies>(TReal* p, TVector m, TVector k, TVector kLow, TVector lowest, ref TVector sum, TVector one, ref TVector ties)
        where TTies : struct, ITies
    {
        TVector u = TVector.Load(p);
        TVector d = u - m;
        TVector fraction = Exponential.PartsOfProduct<TVector, TReal>(TVector.Max(lowest, d), k, kLow, Exponential.Lift<TReal>(), out TVector scale);
        TVector added = TVector.FusedMultiplyAdd(fraction, scale, sum);
        sum = TTies.Apart ? TVector.Select(TVector.Equal(d, default), sum, added) : added;
        if (TTies.Apart)
            ties = TVector.Select(TVector.Equal(u, m), ties + one, ties);
    }

    // The moment's terms at the maximum are 0 of themselves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TTies>(TReal* p, TVector m, TVector k, TVector kLow, TVector lowest, ref TVector sum, ref TVector moment, TVector one, ref TVector ties)
        where TTies : struct, ITies
    {
        TVector u = TVector.Load(p);
        TVector d = u - m;
        TVector clamped = TVector.Max(lowest, d);
        TVector fraction = Exponential.PartsOfProduct<TVector, TReal>(clamped, k, kLow, Exponential.Lift<TReal>(), out TVector scale);
        TVector e = fraction * scale;
        TVector added = sum + e;
        sum = TTies.Apart ? TVector.Select(TVector.Equal(d, default), sum, added) : added;
        moment = TVector.FusedMultiplyAdd(e, clamped, moment);
        if (TTies.Apart)
            ties = TVector.Select(TVector.Equal(u, m), ties + one, ties);
    }

    /// <summary>Over u_j &gt; −∞: their count, Σ d_j, and Σ (u_j/T − center)².</summary>
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
