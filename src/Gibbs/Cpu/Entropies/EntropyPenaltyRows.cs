using System.Runtime.CompilerServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>What a worker does with its sequences: sums in double in order of index, then, once the value is known, the gradient.</summary>
internal static unsafe class EntropyPenaltyRows<TReal>
    where TReal : unmanaged
{
    /// <summary>Sums, token penalties and selections of rows [begin, end) of the job at context.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(void* context, long begin, long end)
    {
        ref readonly EntropyPenaltyJob<TReal> job = ref *(EntropyPenaltyJob<TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            SequenceSums sums = default;
            sums.Reference = job.Reference(row);
            Content(job, row, ref sums);
            double mean = sums.Tokens == 0 ? 0 : sums.Entropy / sums.Tokens;
            sums.Mean = mean;
            double quantile = double.NaN;
            if (job.Options.Kind == EntropyPenaltyKind.Siren && sums.Status == RowStatus.Ok)
            {
                TReal* scratch = RowArrays.Take<TReal>(1, job.Columns, out _);
                int count = Quantile.Compact(job.EntropiesRow(row), job.MaskRow(row), job.Columns, scratch);
                quantile = sums.Reference = Quantile.Of(scratch, count, job.Options.Quantile);
            }

            Tokens(job, row, ref sums);
            if (job.Options.Kind == EntropyPenaltyKind.Siren && sums.Status == RowStatus.Ok && sums.Selected == 0)
                sums.Status = RowStatus.EmptySet;
            job.Sums[row] = sums;
            if (job.SequenceMeans != null)
                job.SequenceMeans[row] = Real.From<TReal>(mean);
            if (job.Quantiles != null)
                job.Quantiles[row] = Real.From<TReal>(quantile);
            if (job.Status != null)
                job.Status[row] = sums.Status;
        }
    }

    /// <summary>The gradient of rows [begin, end).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient(void* context, long begin, long end)
    {
        ref readonly EntropyPenaltyJob<TReal> job = ref *(EntropyPenaltyJob<TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            ref readonly SequenceSums sums = ref job.Sums[row];
            bool siren = job.Options.Kind == EntropyPenaltyKind.Siren;
            long divisor = !job.DividesBySequence ? 1 : siren ? sums.Selected : sums.Tokens;
            double scale = sums.IsBad ? double.NaN : divisor == 0 ? 0 : job.GradientScale / divisor;
            TReal* entropies = job.EntropiesRow(row), gradient = job.GradientRow(row);
            byte* mask = job.MaskRow(row);
            double bonus = Bonus(job.Options), shared = 0;
            if (job.Options.PerSequence && IsBand(job.Options.Kind) && !sums.IsBad)
                _ = job.Term(sums.Mean, sums.Reference, out shared, out _);
            for (int t = 0; t < job.Columns; t++)
            {
                double value = 0;
                if (mask == null || mask[t] != 0)
                {
                    double entropy = Real.ToDouble(entropies[t]), slope = shared;
                    bool selected = siren && entropy > sums.Reference;
                    if (job.Options.Kind == EntropyPenaltyKind.Attention || (IsBand(job.Options.Kind) && !job.Options.PerSequence))
                        _ = job.Term(entropy, sums.Reference, out slope, out selected);
                    value = siren ? (selected || sums.IsBad ? scale : 0) : scale * (slope - bonus);
                }

                gradient[t] = Real.From<TReal>(value);
            }
        }
    }

    private static bool IsBand(EntropyPenaltyKind kind) => kind is EntropyPenaltyKind.EpoPublished or EntropyPenaltyKind.EpoHinge or EntropyPenaltyKind.EpoQuadratic;

    private static double Bonus(in EntropyPenaltyOptions options) => options.Kind == EntropyPenaltyKind.Bonus ? 1 : IsBand(options.Kind) ? options.EntropyBonus : 0;

    // Valid tokens, their entropies, and from these the status.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Content(in EntropyPenaltyJob<TReal> job, long row, ref SequenceSums sums)
    {
        TReal* entropies = job.EntropiesRow(row);
        byte* mask = job.MaskRow(row);
        double sum = 0;
        long tokens = 0, nans = 0, infinite = 0;
        for (int t = 0; t < job.Columns; t++)
        {
            if (mask != null && mask[t] == 0)
                continue;
            double entropy = Real.ToDouble(entropies[t]);
            sum += entropy;
            tokens++;
            nans += double.IsNaN(entropy) ? 1 : 0;
            infinite += double.IsInfinity(entropy) ? 1 : 0;
        }

        sums.Entropy = sum;
        sums.Tokens = tokens;
        sums.Status = !double.IsFinite(sums.Reference) ? RowStatus.InvalidParameter
            : nans > 0 ? RowStatus.NotANumber
            : infinite > 0 ? RowStatus.PlusInfinity
            : tokens == 0 ? RowStatus.AllMasked
            : RowStatus.Ok;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tokens(in EntropyPenaltyJob<TReal> job, long row, ref SequenceSums sums)
    {
        TReal* entropies = job.EntropiesRow(row), penalties = job.PenaltiesRow(row);
        byte* mask = job.MaskRow(row), kept = job.SelectedRow(row);
        EntropyPenaltyKind kind = job.Options.Kind;
        double bonus = Bonus(job.Options), shared = 0;
        bool perSequence = job.Options.PerSequence && IsBand(kind), allSelected = false;
        if (perSequence)
            shared = job.Term(sums.Mean, sums.Reference, out _, out allSelected);
        for (int t = 0; t < job.Columns; t++)
        {
            double penalty = 0;
            bool selected = false;
            if (mask == null || mask[t] != 0)
            {
                double entropy = Real.ToDouble(entropies[t]);
                double term = shared, slope = 0;
                selected = allSelected;
                if (kind == EntropyPenaltyKind.Siren)
                    selected = entropy > sums.Reference;
                else if (kind != EntropyPenaltyKind.Bonus && !perSequence)
                    term = job.Term(entropy, sums.Reference, out slope, out selected);
                selected &= !sums.IsBad;
                penalty = sums.IsBad ? double.NaN : bonus == 0 ? term : term - (bonus * entropy);
                sums.Penalty += penalty;
                sums.ThresholdGradient -= slope * job.LogContext;
                sums.Selected += selected ? 1 : 0;
                sums.SelectedEntropy += selected ? entropy : 0;
            }

            if (penalties != null)
                penalties[t] = Real.From<TReal>(penalty);
            if (kept != null)
                kept[t] = selected ? (byte)1 : (byte)0;
        }
    }
}
