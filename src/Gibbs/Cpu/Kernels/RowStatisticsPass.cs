using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Kernels;

/// <summary>The statistics of a row: one read, segment by segment, each sum computed only where an output needs it.</summary>
internal static unsafe class RowStatisticsPass<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>The summary of a row of valid temperature; rank of column target where that is at least 0. The beginning of the next row is fetched where it is read next. What is pending of the row before is written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static RowSummary Run(in CrossEntropyJob<T, TReal> job, long row, T* logits, long target, bool hasNext, in RowScale scale, in RowScratch<TReal> scratch, ref PendingGradient<TReal> pending)
    {
        Softcap softcap = new(job.Options.Softcap, scale.Prescale);
        bool capped = job.Options.Softcap != 0;
        bool withMoment = job.NeedsMoment;
        bool withColumns = job.HasColumnTerms && (job.NeedsLoss || job.Gradient != null || job.Statistics != null);
        bool withUnmasked = job.NeedsUnmasked;
        bool withArgmax = job.NeedsArgmax;
        bool withRank = job.Rank != null && target >= 0;
        TReal targetLogit = withRank ? Real.From<TReal>(Real.ToDouble(logits[target])) : default;

        // Sums without a moment write the row before along.
        if (withMoment)
            pending.Write<TVector>(Prefetch.None);
        bool writesPending = pending.Destination != null;

        RowSummary summary = RowSummary.Empty;
        RowMerge merge = default;
        double largest = double.NegativeInfinity;
        int largestStart = 0;
        long rank = 0;
        int columns = job.Columns;
        for (int start = 0; start < columns; start += Lanes.SegmentLength<TReal>())
        {
            int count = Math.Min(Lanes.SegmentLength<TReal>(), columns - start);
            Segment<TReal> given = RowSource<T, TReal, TVector>.Given(logits, start, count, scratch);
            Segment<TReal> effective = RowSource<T, TReal, TVector>.Effective(given, softcap, scratch);
            TReal maximum = SegmentStatistics<TVector, TReal>.Maximum(effective);
            if (withArgmax)
            {
                double segmentLargest = Real.ToDouble(softcap.IsIdentity ? maximum : SegmentStatistics<TVector, TReal>.Maximum(given));
                if (segmentLargest > largest)
                {
                    largest = segmentLargest;
                    largestStart = start;
                }
            }

            if (withRank)
                rank += SegmentStatistics<TVector, TReal>.Rank(given, targetLogit, target - start);

            SegmentSummary segment = default;
            segment.Maximum = Real.ToDouble(maximum);

            // Where all is masked the differences are taken to 0, and stay −∞.
            TReal origin = double.IsNegativeInfinity(segment.Maximum) ? default : maximum;
            int end = start + count;
            Prefetch next = new(end < columns ? (byte*)(logits + end) : hasNext ? (byte*)logits + job.LogitsStride : null, Lanes.Count<TReal>() * sizeof(T));
            TReal* kept = scratch.Kept == null ? null : scratch.Kept + start;
            if (kept != null)
                scratch.KeptMaxima[start / Lanes.SegmentLength<TReal>()] = segment.Maximum;
            KeptBlocks<TReal> blocks = writesPending ? pending.Begin<TVector>(start, count) : default;
            SegmentExponentials<TVector, TReal>.Sum(
                effective, origin, scale, withMoment, segment.Maximum >= summary.Maximum, kept, blocks, pending.Streaming, next, out segment.Sum, out segment.Moment, out segment.Ties);
            if (withColumns)
            {
                Segment<TReal> terms = RowSource<T, TReal, TVector>.Columns(job, row, start, count, scratch);
                SegmentStatistics<TVector, TReal>.Columns(effective, terms, origin, out segment.ColumnMass, out segment.ColumnProduct);
            }

            if (withUnmasked)
            {
                SegmentStatistics<TVector, TReal>.Unmasked(
                    effective, origin, scale.InverseTemperature, job.Options.LogitPenaltyCenter, out segment.Unmasked, out segment.UnmaskedSum, out segment.UnmaskedSquares);
            }

            merge.Add(ref summary, segment, scale.InverseTemperature);
        }

        pending.Finish();
        if (merge.IsNaN)
            return Irregular(logits, columns, summary);
        if (double.IsNegativeInfinity(summary.Maximum))
        {
            summary.Status = RowStatus.AllMasked;
            return summary;
        }

        merge.Finish(ref summary);
        if (withRank)
            summary.Rank = rank;
        if (withArgmax)
        {
            int count = Math.Min(Lanes.SegmentLength<TReal>(), columns - largestStart);
            Segment<TReal> given = RowSource<T, TReal, TVector>.Given(logits, largestStart, count, scratch);
            summary.Argmax = largestStart + SegmentStatistics<TVector, TReal>.IndexOf(given, Real.From<TReal>(largest));
        }

        return summary;
    }

    // A row whose sum is NaN: a NaN, else a +∞.
    private static RowSummary Irregular(T* logits, int columns, in RowSummary partial)
    {
        int firstInfinity = -1;
        for (int j = 0; j < columns; j++)
        {
            double z = Real.ToDouble(logits[j]);
            if (double.IsNaN(z))
            {
                RowSummary invalid = RowSummary.Invalid(RowStatus.NotANumber);
                invalid.ColumnMass = partial.ColumnMass;
                invalid.Unmasked = partial.Unmasked;
                return invalid;
            }

            if (firstInfinity < 0 && double.IsPositiveInfinity(z))
                firstInfinity = j;
        }

        RowSummary infinite = RowSummary.Invalid(RowStatus.PlusInfinity);
        infinite.Maximum = double.PositiveInfinity;
        infinite.LogSum = 0;
        infinite.ColumnMass = partial.ColumnMass;
        infinite.Unmasked = partial.Unmasked;
        infinite.Argmax = firstInfinity;
        return infinite;
    }
}
