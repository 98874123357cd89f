using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>Rows of a threshold map: one read from memory for the maximum, one from the cache for the candidates, the root on those alone, and a row of zeros with the support in it.</summary>
internal static unsafe class ThresholdRows<T, TReal, TVector, TMap>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TMap : struct, IThresholdMap
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(void* context, long begin, long end)
    {
        ref readonly ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            Candidates support = Candidates.Take(job.Columns);
            ThresholdOutcome outcome = Solve(job, row, ref support);
            T* y = job.OutputRow(row);
            if (outcome.IsUnchanged)
                RowCopy.Unchanged(job, row);
            else if (y != null && outcome.IsNotANumber)
                new Span<T>(y, job.Columns).Fill(Real.From<T>(double.NaN));
            else if (y != null)
                SparseRow<T>.Write(y, job.Columns, support, job.Streaming, row + 1 < end ? (byte*)job.InputRow(row + 1) : null);

            if (job.Thresholds != null)
                job.Thresholds[row] = Real.From<TReal>(outcome.Threshold);
            if (job.SupportSize != null)
                job.SupportSize[row] = outcome.IsUnchanged ? RowCopy.CountNonzero(job.InputRow(row), job.Columns) : outcome.IsNotANumber ? job.Columns : SparseRow<T>.CountStored(support);
            if (job.Status != null)
                job.Status[row] = outcome.Status;
        }

        if (job.Streaming && Sse.IsSupported)
            Sse.StoreFence();
    }

    /// <summary>Counts where there are no indices to write to; entries otherwise.</summary>
    public static void Sparse(void* context, long begin, long end)
    {
        ref readonly ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            Candidates support = Candidates.Take(job.Columns);
            ThresholdOutcome outcome = Solve(job, row, ref support);
            if (job.Status != null)
                job.Status[row] = outcome.Status;
            if (job.Indices == null)
            {
                job.RowOffsets[row + 1] = outcome.IsNotANumber ? job.Columns : SparseRow<T>.CountStored(support);
                continue;
            }

            long at = job.RowOffsets[row];
            int entries = outcome.IsNotANumber ? job.Columns : support.Count;
            for (int i = 0; i < entries && at < job.Capacity; i++)
            {
                T value = Real.From<T>(outcome.IsNotANumber ? double.NaN : support.Values[i]);
                if (Real.ToDouble(value) == 0)
                    continue;
                job.Indices[at] = outcome.IsNotANumber ? i : support.Indices[i];
                job.SparseValues[at++] = value;
            }
        }
    }

    private static ThresholdOutcome Solve(in ProjectionJob<T, TReal> job, long row, ref Candidates support)
    {
        TReal* x = RowReals<T, TReal, TVector>.Of(job.InputRow(row), job.Columns, ProjectionSlots.Input);
        return ThresholdRow<TReal, TVector, TMap>.Solve(job.Map, job.Parameter(row), x, job.Columns, ref support);
    }
}
