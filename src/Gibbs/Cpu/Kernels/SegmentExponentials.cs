using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Kernels;

/// <summary>
/// Σ exp((u_j − m)/T) of one segment, m its maximum, and what goes along with it: the moment, the exponentials themselves, another row's gradient. Four accumulators at
/// a time: narrow vectors take several turns over the same logical lanes.
/// </summary>
internal static unsafe class SegmentExponentials<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
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
    public static void Sum(
        Segment<TReal> segment, TReal maximum, in RowScale scale, bool withMoment, bool mayHoldMaximum, TReal* kept, in KeptBlocks<TReal> pending, bool streaming, Prefetch next, out double sum, out double moment, out long ties)
    {
        moment = 0;
        if (withMoment)
        {
            SumAndMoment(segment, maximum, scale, mayHoldMaximum, kept, default(NoBlocks), next, out sum, out moment, out ties);
            return;
        }

        if (kept == null)
            Sum<Together, Drop, CachedStore>(segment, maximum, scale, null, default, next, out sum, out ties);
        else if (streaming)
            Sum<Together, Keep, StreamingStore>(segment, maximum, scale, kept, pending, next, out sum, out ties);
        else
            Sum<Together, Keep, CachedStore>(segment, maximum, scale, kept, pending, next, out sum, out ties);

        if (mayHoldMaximum && sum < SmallSum)
            Sum<Apart, Drop, CachedStore>(segment, maximum, scale, null, default, Prefetch.None, out sum, out ties);
    }

    /// <summary>Both sums; blocks of another row's gradient, whatever it is made of, are written meanwhile.</summary>
    public static void SumAndMoment<TPending>(
        Segment<TReal> segment, TReal maximum, in RowScale scale, bool mayHoldMaximum, TReal* kept, TPending pending, Prefetch next, out double sum, out double moment, out long ties)
        where TPending : struct, IPendingBlocks
    {
        SumAndMoment<Together, TPending>(segment, maximum, scale, kept, pending, next, out sum, out moment, out ties);
        if (mayHoldMaximum && sum < SmallSum)
            SumAndMoment<Apart, NoBlocks>(segment, maximum, scale, null, default, Prefetch.None, out sum, out moment, out ties);
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
    private static void SumAndMoment<TTies, TPending>(Segment<TReal> segment, TReal maximum, in RowScale scale, TReal* kept, TPending pending, Prefetch next, out double sum, out double moment, out long ties)
        where TTies : struct, IFlag
        where TPending : struct, IPendingBlocks
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
                if (turn == 0 && block < pending.Count)
                    pending.Write(block);
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
