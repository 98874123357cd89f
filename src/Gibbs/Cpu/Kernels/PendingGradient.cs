using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Kernels;

/// <summary>
/// A row's gradient a·p_j + g that is still to be written from its kept exponentials: the next row's sums write it along, so that stores and arithmetic overlap.
/// </summary>
internal unsafe struct PendingGradient<TReal>
    where TReal : unmanaged
{
    /// <summary>Where it goes; null where nothing is pending.</summary>
    public TReal* Destination;

    /// <summary>Lifted exponentials, each relative to its segment's maximum.</summary>
    public TReal* Kept;

    /// <summary>a of each segment, up to 16.</summary>
    public TReal* Factors;

    /// <summary>g.</summary>
    public TReal Constant;

    /// <summary>V.</summary>
    public int Columns;

    /// <summary>The target, or −1.</summary>
    public long Target;

    /// <summary>The target's entry.</summary>
    public TReal TargetEntry;

    /// <summary>Past the caches.</summary>
    public bool Streaming;

    /// <summary>Starts a segment of it: writes what does not lie in whole blocks, and leaves the rest to <see cref="KeptBlocks{TReal}"/>.</summary>
    [SkipLocalsInit]
    public readonly KeptBlocks<TReal> Begin<TVector>(int start, int count)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        KeptBlocks<TReal> blocks = default;
        blocks.Factor = Factors[start / Lanes.SegmentLength<TReal>()];
        blocks.Constant = Constant;
        blocks.Source = Kept + start;
        blocks.Destination = Destination + start;
        TVector factor = TVector.Create(blocks.Factor);
        TVector constant = TVector.Create(Constant);
        if (count < TVector.Count)
        {
            TReal* whole = stackalloc TReal[TVector.Count];
            TVector.Store(whole, KeptBlocks<TReal>.Scaled(blocks.Source, factor, constant));
            Unsafe.CopyBlockUnaligned(blocks.Destination, whole, (uint)(count * sizeof(TReal)));
            return blocks;
        }

        // The first vector wherever it is, then whole blocks from a cache line on; the rest, the last vector wherever it is.
        int head = 0;
        if (Streaming && ((nint)blocks.Destination & 63) != 0)
        {
            for (int j = 0; j < 64 / sizeof(TReal); j += TVector.Count)
            {
                int at = Math.Min(j, count - TVector.Count);
                TVector.Store(blocks.Destination + at, KeptBlocks<TReal>.Scaled(blocks.Source + at, factor, constant));
            }

            head = Math.Min((int)(64 - ((nint)blocks.Destination & 63)) / sizeof(TReal), count);
        }

        blocks.Count = (count - head) / Lanes.Count<TReal>();
        int rest = head + (blocks.Count * Lanes.Count<TReal>());
        for (; rest < count; rest += TVector.Count)
        {
            int at = Math.Min(rest, count - TVector.Count);
            TVector.Store(blocks.Destination + at, KeptBlocks<TReal>.Scaled(blocks.Source + at, factor, constant));
        }

        blocks.Source += head;
        blocks.Destination += head;
        return blocks;
    }

    /// <summary>Writes all of it now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write<TVector>(Prefetch next)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        if (Destination == null)
            return;
        for (int start = 0; start < Columns; start += Lanes.SegmentLength<TReal>())
        {
            KeptBlocks<TReal> blocks = Begin<TVector>(start, Math.Min(Lanes.SegmentLength<TReal>(), Columns - start));
            TVector factor = TVector.Create(blocks.Factor);
            TVector constant = TVector.Create(blocks.Constant);
            int first = start / Lanes.Count<TReal>();
            for (int block = 0; block < blocks.Count; block++)
            {
                next.Far(first + block);
                if (Streaming)
                    blocks.Write<TVector, StreamingStore>(block, factor, constant);
                else
                    blocks.Write<TVector, CachedStore>(block, factor, constant);
            }
        }

        Finish();
    }

    /// <summary>The target's entry, once all segments are written; nothing is pending any more.</summary>
    public void Finish()
    {
        if (Destination != null && Target >= 0)
            Destination[Target] = TargetEntry;
        Destination = null;
    }
}

/// <summary>Whole blocks of a segment of a pending gradient.</summary>
internal unsafe struct KeptBlocks<TReal>
    where TReal : unmanaged
{
    /// <summary>Exponentials.</summary>
    public TReal* Source;

    /// <summary>Gradient.</summary>
    public TReal* Destination;

    /// <summary>Blocks.</summary>
    public int Count;

    /// <summary>a.</summary>
    public TReal Factor;

    /// <summary>g.</summary>
    public TReal Constant;

    /// <summary>One block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Write<TVector, TStore>(int block, TVector factor, TVector constant)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TStore : struct, IGradientStore
    {
        TReal* p = Source + ((nint)block * Lanes.Count<TReal>());
        TReal* q = Destination + ((nint)block * Lanes.Count<TReal>());
        for (int j = 0; j < Lanes.Count<TReal>(); j += TVector.Count)
        {
            if (TStore.IsStreaming)
                TVector.StoreStreaming(q + j, Scaled(p + j, factor, constant));
            else
                TVector.Store(q + j, Scaled(p + j, factor, constant));
        }
    }

    /// <summary>A vector of it. The lift comes off first: a may be as small as an upstream gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Scaled<TVector>(TReal* kept, TVector factor, TVector constant)
        where TVector : unmanaged, ISimdVector<TVector, TReal> =>
        TVector.FusedMultiplyAdd(TVector.Load(kept) * TVector.Constant(typeof(TReal) == typeof(float) ? 1.0 / (1 << 24) : 1.0 / (1L << 60)), factor, constant);
}
