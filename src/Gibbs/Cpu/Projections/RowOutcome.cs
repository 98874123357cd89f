using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>What is left to say of a row once its result is known: threshold, support size, status; or NaN everywhere, for a row that has no result.</summary>
internal static unsafe class RowOutcome<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    // Where a caller asks for the support size alone.
    private const int ResultSlot = 15;

    /// <summary>Where the row's result goes: the output, or scratch where only its support size is wanted, or null.</summary>
    public static T* Destination(in ProjectionJob<T, TReal> job, long row)
    {
        T* output = job.OutputRow(row);
        return output == null && job.SupportSize != null ? ProjectionScratch.Take<T>(ResultSlot, job.Columns) : output;
    }

    /// <summary>The row has no result.</summary>
    public static void Bad(in ProjectionJob<T, TReal> job, long row, RowStatus status)
    {
        T* output = job.OutputRow(row);
        if (output != null)
            new Span<T>(output, job.Columns).Fill(Real.From<T>(double.NaN));
        if (job.Thresholds != null)
            job.Thresholds[row] = Real.From<TReal>(double.NaN);
        if (job.Values != null)
            job.Values[row] = Real.From<TReal>(double.NaN);
        if (job.SupportSize != null)
            job.SupportSize[row] = job.Columns;
        if (job.Status != null)
            job.Status[row] = status;
    }

    /// <summary>The row's result is written.</summary>
    public static void Good(in ProjectionJob<T, TReal> job, long row, T* result, double threshold = 0, RowStatus status = RowStatus.Ok)
    {
        if (job.Thresholds != null)
            job.Thresholds[row] = Real.From<TReal>(threshold);
        if (job.SupportSize != null)
            job.SupportSize[row] = NonZeros(result, job.Columns);
        if (job.Status != null)
            job.Status[row] = status;
    }

    /// <summary>The result is the input, bit for bit.</summary>
    public static void Copy(T* input, T* result, int count)
    {
        if (result != null && result != input)
            new ReadOnlySpan<T>(input, count).CopyTo(new Span<T>(result, count));
    }

    /// <summary>The gradient of a row without a result.</summary>
    public static void BadGradient(in ProjectionJob<T, TReal> job, long row)
    {
        T* gradient = job.GradientRow(row);
        if (gradient != null)
            new Span<T>(gradient, job.Columns).Fill(Real.From<T>(double.NaN));
        GoodGradient(job, row, double.NaN, double.NaN);
    }

    /// <summary>The gradients by the row's scalars.</summary>
    public static void GoodGradient(in ProjectionJob<T, TReal> job, long row, double byParameter, double bySecond = 0)
    {
        if (job.ParameterGradient != null)
            job.ParameterGradient[row] = Real.From<TReal>(byParameter);
        if (job.SecondGradient != null)
            job.SecondGradient[row] = Real.From<TReal>(bySecond);
    }

    private static long NonZeros(T* values, int count)
    {
        long zeros = 0;
        for (int j = 0; j < count; j++)
            zeros += Real.ToDouble(values[j]) == 0 ? 1 : 0;
        return count - zeros;
    }
}
