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

    /// <summary>
    /// Σ exp(d_j/T) and, where asked for, Σ exp(d_j/T)·d_j/T. Of a segment that may hold the row's maximum, where the sum is small, terms at the maximum are counted apart, in
    /// ties, and left out of the sum: so Σ exp − 1 of a confident row keeps its digits. Elsewhere ties is 0.
    /// </summary>
    /// <param name="segment">u.</param>
    /// <param name="maximum">m, 0 where all is masked.</param>
    /// <param name="scale">T.</param>
    /// <param name="withMoment">Whether the second sum is wanted.</param>
    /// <param name="mayHoldMaximum">Whether m is the largest so far.</param>
    /// <param name="kept">Null, or memory for the exponentials, 2^lift times each, whole blocks.</param>
    /// <param name="pending">Another row's gradient, written meanwhile where exponentials are kept and no moment is wanted.</param>
    /// <param name="streaming">That past the caches.</param>
    /// <param name="next">Fetched into the cache meanwhile.</param>
    /// <param name="sum">The first sum.</param>
    /// <param name="moment">The second.</param>
    /// <param name="ties">Count of d_j = 0 that the sum leaves out.</param>
    public static void Exponentials(
        Segment<TReal> segment, TReal maximum, in RowScale scale, bool withMoment, bool mayHoldMaximum, TReal* kept, in KeptBlocks<TReal> pending, bool streaming, Prefetch next, out double sum, out double moment, out long ties)
    {
        moment = 0;
        if (withMoment)
            SumAndMoment<Together>(segment, maximum, scale, kept, next, out sum, out moment, out ties);
        else if (kept == null)
            Sum<Together, Drop, CachedStore>(segment, maximum, scale, null, default, next, out sum, out ties);
        else if (streaming)
            Sum<Together, Keep, StreamingStore>(segment, maximum, scale, kept, pending, next, out sum, out ties);
        else
            Sum<Together, Keep, CachedStore>(segment, maximum, scale, kept, pending, next, out sum, out ties);

        if (!mayHoldMaximum || !(sum < SmallSum))
            return;
        if (withMoment)
            SumAndMoment<Apart>(segment, maximum, scale, null, Prefetch.None, out sum, out moment, out ties);
        else
            Sum<Apart, Drop, CachedStore>(segment, maximum, scale, null, default, Prefetch.None, out sum, out ties);
    }

    // Above it a rounding of the sum is one of Σ exp − 1.
    private const double SmallSum = 8;

    private interface IFlag
    {
        static abstract bool Set { get; }
    }

    // Terms at the maximum within the sum, or apart from it.
    private readonly struct Together : IFlag
    {
        static bool IFlag.Set => false;
    }

    private readonly struct Apart : IFlag
    {
        static bool IFlag.Set => true;
    }

    // Exponentials written to memory, or not.
    private readonly struct Drop : IFlag
    {
        static bool IFlag.Set => false;
    }

    private readonly struct Keep : IFlag
    {
        static bool IFlag.Set => true;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum<TTies, TKeep, TStore>(
        Segment<TReal> segment, TReal maximum, in RowScale scale, TReal* kept, in KeptBlocks<TReal> pending, Prefetch next, out double sum, out long ties)
        where TTies : struct, IFlag
        where TKeep : struct, IFlag
        where TStore : struct, IGradientStore
    {
        TReal* lanes = stackalloc TReal[2 * Lanes.Count<TReal>()];
        TVector m = TVector.Create(maximum);
        TVector k = TVector.Constant(scale.K);
        TVector kLow = TVector.Constant(scale.KLow);
        TVector lowest = TVector.Constant(scale.LowestLifted);
        KeptBlocks<TReal> blocks = pending;
        TVector factor = TVector.Create(blocks.Factor);
        TVector constant = TVector.Create(blocks.Constant);
        for (int turn = 0; turn < Lanes.Count<TReal>(); turn += 4 * TVector.Count)
        {
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            TVector c0 = default, c1 = default;
            TReal* q = kept + turn;
            for (int block = 0; block < segment.Blocks; block++)
            {
                TReal* p = segment.Block(block) + turn;
                next.Near(block);
                TVector e0 = Term<TTies>(p, m, k, kLow, lowest, ref s0, ref c0);
                TVector e1 = Term<TTies>(p + TVector.Count, m, k, kLow, lowest, ref s1, ref c1);
                TVector e2 = Term<TTies>(p + (2 * TVector.Count), m, k, kLow, lowest, ref s2, ref c0);
                TVector e3 = Term<TTies>(p + (3 * TVector.Count), m, k, kLow, lowest, ref s3, ref c1);
                if (TKeep.Set)
                {
                    Spread(q, e0, e1, e2, e3);
                    q += Lanes.Count<TReal>();
                    if (turn == 0 && block < blocks.Count)
                        blocks.Write<TVector, TStore>(block, factor, constant);
                }
            }

            if (4 * TVector.Count == Lanes.Count<TReal>())
            {
                sum = Lanes.Sum<TVector, TReal>(s0, s1, s2, s3) * Lowered;
                ties = TTies.Set ? (long)Lanes.Sum<TVector, TReal>(c0, c1, default, default) : 0;
                return;
            }

            Spread(lanes + turn, s0, s1, s2, s3);
            Spread(lanes + Lanes.Count<TReal>() + turn, c0, c1, default, default);
        }

        sum = Lanes.Sum(lanes) * Lowered;
        ties = TTies.Set ? (long)Lanes.Sum(lanes + Lanes.Count<TReal>()) : 0;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumAndMoment<TTies>(Segment<TReal> segment, TReal maximum, in RowScale scale, TReal* kept, Prefetch next, out double sum, out double moment, out long ties)
        where TTies : struct, IFlag
    {
        TReal* lanes = stackalloc TReal[3 * Lanes.Count<TReal>()];
        TVector m = TVector.Create(maximum);
        TVector k = TVector.Constant(scale.K);
        TVector kLow = TVector.Constant(scale.KLow);
        TVector lowest = TVector.Constant(scale.LowestLifted);
        for (int turn = 0; turn < Lanes.Count<TReal>(); turn += 4 * TVector.Count)
        {
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            TVector t0 = default, t1 = default, t2 = default, t3 = default;
            TVector c0 = default, c1 = default;
            TReal* q = kept + turn;
            for (int block = 0; block < segment.Blocks; block++)
            {
                TReal* p = segment.Block(block) + turn;
                next.Near(block);
                TVector e0 = Term<TTies>(p, m, k, kLow, lowest, ref s0, ref c0, ref t0);
                TVector e1 = Term<TTies>(p + TVector.Count, m, k, kLow, lowest, ref s1, ref c1, ref t1);
                TVector e2 = Term<TTies>(p + (2 * TVector.Count), m, k, kLow, lowest, ref s2, ref c0, ref t2);
                TVector e3 = Term<TTies>(p + (3 * TVector.Count), m, k, kLow, lowest, ref s3, ref c1, ref t3);
                if (kept != null)
                {
                    Spread(q, e0, e1, e2, e3);
                    q += Lanes.Count<TReal>();
                }
            }

            if (4 * TVector.Count == Lanes.Count<TReal>())
            {
                sum = Lanes.Sum<TVector, TReal>(s0, s1, s2, s3) * Lowered;
                ties = TTies.Set ? (long)Lanes.Sum<TVector, TReal>(c0, c1, default, default) : 0;
                moment = Lanes.Sum<TVector, TReal>(t0, t1, t2, t3) * scale.InverseTemperature * Lowered;
                return;
            }

            Spread(lanes + turn, s0, s1, s2, s3);
            Spread(lanes + Lanes.Count<TReal>() + turn, c0, c1, default, default);
            Spread(lanes + (2 * Lanes.Count<TReal>()) + turn, t0, t1, t2, t3);
        }

        sum = Lanes.Sum(lanes) * Lowered;
        ties = TTies.Set ? (long)Lanes.Sum(lanes + Lanes.Count<TReal>()) : 0;
        moment = Lanes.Sum(lanes + (2 * Lanes.Count<TReal>())) * scale.InverseTemperature * Lowered;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Term<TTies>(TReal* p, TVector m, TVector k, TVector kLow, TVector lowest, ref TVector sum, ref TVector ties)
        where TTies : struct, IFlag
    {
        TVector u = TVector.Load(p);
        TVector d = u - m;
        TVector e = Exponential.OfProduct<TVector, TReal>(TVector.Max(lowest, d), k, kLow, Exponential.Lift<TReal>());
        Add<TTies>(u, d, m, e, ref sum, ref ties);
        return e;
    }

    // The moment's terms at the maximum are 0 of themselves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Term<TTies>(TReal* p, TVector m, TVector k, TVector kLow, TVector lowest, ref TVector sum, ref TVector ties, ref TVector moment)
        where TTies : struct, IFlag
    {
        TVector u = TVector.Load(p);
        TVector d = u - m;
        TVector clamped = TVector.Max(lowest, d);
        TVector e = Exponential.OfProduct<TVector, TReal>(clamped, k, kLow, Exponential.Lift<TReal>());
        Add<TTies>(u, d, m, e, ref sum, ref ties);
        moment = TVector.FusedMultiplyAdd(e, clamped, moment);
        return e;
    }

    // u = m and d = 0 are the same; a mask for each use keeps both in mask registers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TTies>(TVector u, TVector d, TVector m, TVector e, ref TVector sum, ref TVector ties)
        where TTies : struct, IFlag
    {
        TVector added = sum + e;
        sum = TTies.Set ? TVector.Select(TVector.Equal(d, default), sum, added) : added;
        if (TTies.Set)
            ties = TVector.Select(TVector.Equal(u, m), ties + TVector.Constant(1), ties);
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
