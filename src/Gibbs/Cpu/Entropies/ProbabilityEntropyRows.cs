using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>
/// What a worker does with its rows of probabilities, in double whatever the storage: with l_j = log p_j, β = |α − 1| and h = expm1(β·l), the sums Σp, Σu and Σp^α, u = p·l, or p·h for α &gt; 1, or p^α·h for α &lt; 1; then the gradient,
/// a linear function of l, h or p^(α−1).
/// </summary>
internal static unsafe class ProbabilityEntropyRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, double>
{
    /// <summary>Rows [begin, end) of the job at context; begin is a multiple of the job's rows per partial.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly RowEntropyJob<T, TReal> job = ref *(RowEntropyJob<T, TReal>*)context;
        double alpha = job.Options.EffectiveKind is EntropyKind.Shannon or EntropyKind.Min ? 1 : job.Options.Alpha;
        ProbabilityTerms<TVector> terms = new(alpha);
        for (long row = begin; row < end; row++)
            EntropyRowOutputs<T, TReal>.Sum(job, row, Row(job, row, terms));
        if (job.Streaming && Sse.IsSupported)
            Sse.StoreFence();
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Row(in RowEntropyJob<T, TReal> job, long row, in ProbabilityTerms<TVector> terms)
    {
        T* values = job.ValuesRow(row);
        int columns = job.Length(row);
        long action = job.Action(row);
        double* piece = stackalloc double[Lanes.SegmentLength<double>()];
        ProbabilitySums sums = default;
        for (int start = 0; start < columns; start += Lanes.SegmentLength<double>())
        {
            int count = Math.Min(Lanes.SegmentLength<double>(), columns - start);
            terms.Add(piece, Widen(values + start, piece, count), ref sums);
        }

        EntropyKind kind = job.Options.EffectiveKind;
        RowStatus content = sums.IsInvalid || !double.IsFinite(sums.Mass) ? Invalid(values, columns) : sums.Maximum == 0 ? RowStatus.AllMasked : RowStatus.Ok;
        EntropyRow result = EntropyRow.Irregular(content);
        if (content == RowStatus.Ok)
            result.Entropy = sums.Entropy(kind, terms.Alpha);
        RowStatus status = EntropyRowOutputs<T, TReal>.Status(job, action, columns, content);
        double chosen = status == RowStatus.Ok && job.HasActions ? Real.ToDouble(values[action]) : double.NaN;
        if (status == RowStatus.Ok)
            result.LogProbability = Math.Log(chosen);
        double value = EntropyRowOutputs<T, TReal>.Store(job, row, status, result);
        if (job.Gradient == null || EntropyRowOutputs<T, TReal>.Fill(job, row, columns, status))
            return value;

        double weight = job.RowWeight(row) * job.GradientScale, actionWeight = job.ActionWeight(row) * job.GradientScale;
        T* gradient = job.GradientRow(row);
        int largest = kind == EntropyKind.Min ? FirstLargest(values, sums.Maximum) : -1;
        for (int start = 0; start < columns; start += Lanes.SegmentLength<double>())
        {
            int count = Math.Min(Lanes.SegmentLength<double>(), columns - start);
            terms.Gradient(kind, piece, Widen(values + start, piece, count), weight, sums);
            if (weight != 0 && largest >= start && largest < start + count)
                piece[largest - start] = -weight / sums.Maximum;
            if (actionWeight != 0 && action >= start && action < start + count)
                piece[action - start] += actionWeight / chosen;
            for (int j = 0; j < count; j++)
                gradient[start + j] = Real.From<T>(piece[j]);
        }

        return value;
    }

    // In whole blocks, padded with 0; how many.
    private static int Widen(T* source, double* destination, int count)
    {
        for (int j = 0; j < count; j++)
            destination[j] = Real.ToDouble(source[j]);
        int blocks = (count + Lanes.Count<double>() - 1) / Lanes.Count<double>();
        new Span<double>(destination + count, (blocks * Lanes.Count<double>()) - count).Clear();
        return blocks;
    }

    private static int FirstLargest(T* values, double maximum)
    {
        int j = 0;
        while (Real.ToDouble(values[j]) != maximum)
            j++;
        return j;
    }

    // NaN, +∞, and what else is no probability, in this order.
    private static RowStatus Invalid(T* values, int columns)
    {
        RowStatus status = RowStatus.InvalidProbability;
        for (int j = 0; j < columns; j++)
        {
            double p = Real.ToDouble(values[j]);
            if (double.IsNaN(p))
                return RowStatus.NotANumber;
            if (double.IsPositiveInfinity(p))
                status = RowStatus.PlusInfinity;
        }

        return status;
    }
}
