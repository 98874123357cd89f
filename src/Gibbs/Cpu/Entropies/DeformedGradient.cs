using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>dz_j = a·e^x_j + b·u_j of a segment, from its kept terms.</summary>
internal static unsafe class DeformedGradient<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    /// <summary>Writes count entries; reads whole vectors of the terms, which are kept in whole blocks.</summary>
    /// <param name="kept">e^x, lifted.</param>
    /// <param name="keptDeformed">u, lifted.</param>
    /// <param name="destination">Any alignment of whole reals.</param>
    /// <param name="count">Entries.</param>
    /// <param name="a">Of e^x.</param>
    /// <param name="b">Of u.</param>
    /// <param name="streaming">Past the caches.</param>
    /// <param name="next">Fetched into the cache meanwhile.</param>
    public static void Write(TReal* kept, TReal* keptDeformed, TReal* destination, int count, double a, double b, bool streaming, Prefetch next)
    {
        // The lift comes off after the products, which may be as small as an upstream gradient, or before where they would overflow.
        bool large = Math.Max(Math.Abs(a), Math.Abs(b)) > Real.Largest<TReal>() * SegmentDeformed<TVector, TReal>.Lowered / 4;
        double before = large ? SegmentDeformed<TVector, TReal>.Lowered : 1;
        TVector factor = TVector.Create(Real.Coefficient<TReal>(a * before));
        TVector deformedFactor = TVector.Create(Real.Coefficient<TReal>(b * before));
        TVector after = TVector.Constant(large ? 1 : SegmentDeformed<TVector, TReal>.Lowered);
        if (streaming)
            Write<StreamingStore>(kept, keptDeformed, destination, count, factor, deformedFactor, after, next);
        else
            Write<CachedStore>(kept, keptDeformed, destination, count, factor, deformedFactor, after, next);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Write<TStore>(TReal* kept, TReal* keptDeformed, TReal* destination, int count, TVector a, TVector b, TVector after, Prefetch next)
        where TStore : struct, IGradientStore
    {
        if (count < TVector.Count)
        {
            TReal* whole = stackalloc TReal[TVector.Count];
            TVector.Store(whole, Entry(kept, keptDeformed, a, b, after));
            Unsafe.CopyBlockUnaligned(destination, whole, (uint)(count * sizeof(TReal)));
            return;
        }

        // The first vectors wherever they are, then whole blocks from a cache line on; the rest, the last vector wherever it is.
        int lanes = Lanes.Count<TReal>(), j = 0;
        if (TStore.IsStreaming && ((nint)destination & 63) != 0)
        {
            int head = Math.Min((int)(64 - ((nint)destination & 63)) / sizeof(TReal), count);
            for (; j < head; j += TVector.Count)
                Store(kept, keptDeformed, destination, Math.Min(j, count - TVector.Count), a, b, after);
            j = head;
        }

        for (int block = 0; j <= count - lanes; j += lanes, block++)
        {
            next.Far(block);
            for (int lane = 0; lane < lanes; lane += TVector.Count)
            {
                TVector value = Entry(kept + j + lane, keptDeformed + j + lane, a, b, after);
                if (TStore.IsStreaming)
                    TVector.StoreStreaming(destination + j + lane, value);
                else
                    TVector.Store(destination + j + lane, value);
            }
        }

        for (; j < count; j += TVector.Count)
            Store(kept, keptDeformed, destination, Math.Min(j, count - TVector.Count), a, b, after);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TReal* kept, TReal* keptDeformed, TReal* destination, int at, TVector a, TVector b, TVector after) =>
        TVector.Store(destination + at, Entry(kept + at, keptDeformed + at, a, b, after));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Entry(TReal* kept, TReal* keptDeformed, TVector a, TVector b, TVector after) =>
        TVector.FusedMultiplyAdd(TVector.Load(keptDeformed), b, TVector.Load(kept) * a) * after;
}
