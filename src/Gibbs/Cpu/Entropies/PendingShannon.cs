using System;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>The gradient of a row's Shannon entropy that is still to be written: the next row's sums write it along, so that stores and arithmetic overlap.</summary>
internal unsafe struct PendingShannon<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    /// <summary>Of each segment, up to 16.</summary>
    public DeformedGradient<TVector, TReal, ShannonForm>* Segments;

    /// <summary>Where it goes; null where nothing is pending.</summary>
    public TReal* Destination;

    public int Columns;

    public bool Streaming;

    /// <summary>Entries of their own: the largest and the action's, or −1.</summary>
    public long Largest;
    public TReal LargestEntry;
    public long Action;
    public TReal ActionEntry;

    /// <summary>Sums of a segment of the next row, which is as long, while the same segment of this one is written.</summary>
    public readonly void WriteAlong(Segment<TReal> segment, int start, TReal maximum, in RowScale scale, bool mayHoldMaximum, TReal* kept, Prefetch next, ref DeformedSums sums)
    {
        if (Destination == null)
        {
            SegmentExponentials<TVector, TReal>.SumAndMoment(segment, maximum, scale, mayHoldMaximum, kept, default(NoBlocks), next, out sums.Sum, out sums.Deformed, out sums.Ties);
            return;
        }

        int length = Lanes.SegmentLength<TReal>(), count = Math.Min(length, Columns - start);
        DeformedGradient<TVector, TReal, ShannonForm> gradient = Segments[start / length];
        if (Streaming)
            SegmentExponentials<TVector, TReal>.SumAndMoment(segment, maximum, scale, mayHoldMaximum, kept, gradient.Begin<StreamingStore>(Destination + start, count), next, out sums.Sum, out sums.Deformed, out sums.Ties);
        else
            SegmentExponentials<TVector, TReal>.SumAndMoment(segment, maximum, scale, mayHoldMaximum, kept, gradient.Begin<CachedStore>(Destination + start, count), next, out sums.Sum, out sums.Deformed, out sums.Ties);
    }

    /// <summary>Writes all of it now.</summary>
    public void Write()
    {
        if (Destination == null)
            return;
        int length = Lanes.SegmentLength<TReal>();
        for (int start = 0; start < Columns; start += length)
            Segments[start / length].Write(Destination + start, Math.Min(length, Columns - start), Streaming, Prefetch.None);
        Finish();
    }

    /// <summary>The single entries, once all segments are written; nothing is pending any more.</summary>
    public void Finish()
    {
        if (Destination == null)
            return;
        if (Largest >= 0)
            Destination[Largest] = LargestEntry;
        if (Action >= 0)
            Destination[Action] = ActionEntry;
        Destination = null;
    }
}
