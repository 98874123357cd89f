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
            RowOutcome outcome = Solve(job, row, ref support);
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
            RowOutcome outcome = Solve(job, row, ref support);
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

    private static RowOutcome Solve(in ProjectionJob<T, TReal> job, long row, ref Candidates support)
    {
        TReal* x = RowReals<T, TReal, TVector>.Of(job.InputRow(row), job.Columns, ProjectionSlots.Input);
        return ThresholdRow<TReal, TVector, TMap>.Solve(job.Map, job.Parameter(row), x, job.Columns, ref support);
    }
}

/// <summary>What became of a row.</summary>
internal struct RowOutcome
{
    public RowStatus Status;

    /// <summary>The result is NaN throughout.</summary>
    public bool IsNotANumber;

    /// <summary>The result is the input: a point inside a ball.</summary>
    public bool IsUnchanged;
    public double Maximum;
    public double Threshold;

    public static RowOutcome Bad(RowStatus status) => new() { Status = status, IsNotANumber = true, Maximum = double.NaN, Threshold = double.NaN };
}

/// <summary>One row of a threshold map.</summary>
internal static unsafe class ThresholdRow<TReal, TVector, TMap>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TMap : struct, IThresholdMap
{
    /// <summary>The support with its values, in order of index.</summary>
    public static RowOutcome Solve(in RowMap map, double parameter, TReal* x, int columns, ref Candidates support)
    {
        support.Count = 0;
        if (!TMap.IsValid(parameter))
            return RowOutcome.Bad(RowStatus.InvalidParameter);
        double sum = 0;
        double maximum = TMap.IsBall ? RowScan<TVector, TReal>.Magnitude(x, columns, out sum) : RowScan<TVector, TReal>.Maximum(x, columns);
        if (double.IsNaN(maximum))
            return RowOutcome.Bad(RowStatus.NotANumber);
        RowOutcome outcome = new() { Maximum = maximum };
        if (double.IsInfinity(maximum))
        {
            if (TMap.IsBall)
                return RowOutcome.Bad(RowStatus.PlusInfinity);
            outcome.Threshold = maximum;
            outcome.Status = maximum > 0 ? RowStatus.PlusInfinity : RowStatus.AllMasked;
            if (maximum < 0)
                return outcome;
        }

        // A norm that rounds to the radius is inside.
        if (TMap.IsBall && Real.ToDouble(Real.From<TReal>(sum)) <= Real.ToDouble(Real.From<TReal>(parameter)))
        {
            outcome.IsUnchanged = true;
            return outcome;
        }

        double reach = TMap.Reach(parameter);
        TwoReal tau = default;
        if (reach > 0)
        {
            if (double.IsInfinity(maximum))
                CandidateScan<TVector, TReal>.Equal(x, columns, maximum, ref support);
            else
                CandidateScan<TVector, TReal>.Near(x, columns, maximum, reach, TMap.IsBall, ref support);
            tau = TMap.Solve<TReal, TVector>(map, parameter, ref support);
        }

        outcome.Threshold = TMap.Threshold(parameter, maximum, tau);
        if (TMap.IsBall)
        {
            for (int i = 0; i < support.Count; i++)
                support.Values[i] = Math.CopySign(support.Values[i], Real.ToDouble(x[support.Indices[i]]));
        }

        return outcome;
    }
}
