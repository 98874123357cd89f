using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>What rows of logits and rows of probabilities have in common: the action's status, what is stored per row, gradients that are filled, the sum of values.</summary>
internal static unsafe class EntropyRowOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>The status of a row whose entries say so, with its action.</summary>
    public static RowStatus Status(in RowEntropyJob<T, TReal> job, long action, int columns, RowStatus content) =>
        job.HasActions && (ulong)action >= (ulong)columns && columns > 0 ? RowStatus.TargetOutOfRange : content;

    /// <summary>Stores the row's numbers; returns its value.</summary>
    public static double Store(in RowEntropyJob<T, TReal> job, long row, RowStatus status, in EntropyRow result)
    {
        if (job.Entropies != null)
            job.Entropies[row] = Real.From<TReal>(result.Entropy);
        if (job.LogSumExp != null)
            job.LogSumExp[row] = Real.From<TReal>(result.LogSumExp);
        if (job.LogProbability != null)
            job.LogProbability[row] = Real.From<TReal>(status == RowStatus.TargetOutOfRange ? double.NaN : result.LogProbability);
        if (job.Status != null)
            job.Status[row] = status;
        return result.Value(status, job.RowWeight(row), job.ActionWeight(row));
    }

    /// <summary>Writes a gradient that is all 0 or all NaN; returns false where it is neither.</summary>
    public static bool Fill(in RowEntropyJob<T, TReal> job, long row, int columns, RowStatus status)
    {
        Span<T> gradient = new(job.GradientRow(row), columns);
        if (job.GradientScale == 0 || status is RowStatus.TargetOutOfRange or RowStatus.AllMasked || (status == RowStatus.Ok && job.RowWeight(row) == 0 && job.ActionWeight(row) == 0))
            gradient.Clear();
        else if (status != RowStatus.Ok)
            gradient.Fill(Real.From<T>(double.NaN));
        else
            return false;
        return true;
    }

    /// <summary>Adds the row's value to its partial sum.</summary>
    public static void Sum(in RowEntropyJob<T, TReal> job, long row, double value)
    {
        if (job.Partials == null)
            return;
        double* partial = job.Partials + (row / job.RowsPerPartial);
        *partial = row % job.RowsPerPartial == 0 ? value : *partial + value;
    }
}
