using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Projections;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>Entropy penalties on spans: checks, pins, sums of the sequences on the worker team, the value, then the gradient.</summary>
internal static unsafe class CpuEntropyPenalty
{
    public static EntropyPenaltyResult Compute<TReal>(ReadOnlySpan2D<TReal> entropies, in EntropyPenaltyOutputs<TReal> outputs, in EntropyPenaltyOptions options, in EntropyPenaltyInputs<TReal> inputs)
        where TReal : unmanaged
    {
        EntropyPenaltyValidation.CheckOptions(options);
        EntropyPenaltyValidation.CheckShapes(Shapes(entropies, outputs, inputs), options);
        fixed (TReal* h = entropies, gradient = outputs.Gradient, penalties = outputs.Penalties)
        fixed (byte* mask = inputs.Mask, selected = outputs.Selected)
        fixed (TReal* anchors = inputs.Anchors, thresholds = inputs.HeadThresholds, means = outputs.SequenceMeans, quantiles = outputs.Quantiles, thresholdGradient = outputs.HeadThresholdGradient)
        fixed (int* indices = inputs.AnchorIndices)
        fixed (RowStatus* status = outputs.Status)
        {
            EntropyPenaltyJob<TReal> job = default;
            job.Options = options;
            job.Rows = entropies.Height;
            job.Columns = entropies.Width;
            job.LogContext = Math.Log(options.Context == 0 ? entropies.Width : options.Context);
            job.Entropies = h;
            job.EntropiesStride = RowSplit.StrideBytes(entropies);
            job.Mask = mask;
            job.MaskStride = RowSplit.StrideBytes(inputs.Mask);
            job.Anchors = anchors;
            job.AnchorCount = inputs.Anchors.Length;
            job.AnchorIndices = indices;
            job.HeadThresholds = thresholds;
            job.Heads = Math.Max(1, inputs.HeadThresholds.Length);
            job.Gradient = gradient;
            job.GradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.Gradient);
            job.Penalties = penalties;
            job.PenaltiesStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.Penalties);
            job.Selected = selected;
            job.SelectedStride = RowSplit.StrideBytes((ReadOnlySpan2D<byte>)outputs.Selected);
            job.SequenceMeans = means;
            job.Quantiles = quantiles;
            job.Status = status;
            CheckMemory(job);
            job.Sums = ProjectionScratch.Take<SequenceSums>(ProjectionSlots.Input, Math.Max(1, job.Rows));

            long chunk = RowSplit.Chunk<TReal>(job.Rows, job.Columns, 1);
            bool parallel = RowSplit.Parallel(job.Rows, job.Columns);
            WorkerTeam.Run(&EntropyPenaltyRows<TReal>.Sum, &job, job.Rows, chunk, parallel);
            EntropyPenaltyResult result = Total(ref job);
            if (thresholdGradient != null)
                ThresholdGradient(job, thresholdGradient);
            if (gradient != null)
                WorkerTeam.Run(&EntropyPenaltyRows<TReal>.Gradient, &job, job.Rows, chunk, parallel);
            return result;
        }
    }

    // The value from the sums, and what the gradient is multiplied by.
    private static EntropyPenaltyResult Total<TReal>(ref EntropyPenaltyJob<TReal> job)
        where TReal : unmanaged
    {
        bool siren = job.Options.Kind == EntropyPenaltyKind.Siren, attention = job.Options.Kind == EntropyPenaltyKind.Attention;
        EntropyAggregation aggregation = siren ? EntropyAggregation.SequenceMean : attention ? EntropyAggregation.Sum : job.Options.Aggregation;
        bool bySequence = aggregation == EntropyAggregation.SequenceMean;
        double penalty = 0, entropy = 0;
        long tokens = 0, selected = 0, sequences = 0;
        for (long row = 0; row < job.Rows; row++)
        {
            ref readonly SequenceSums sums = ref job.Sums[row];
            tokens += sums.Tokens;
            selected += sums.Selected;
            if (sums.IsBad)
                penalty = double.NaN;
            long counted = siren && !sums.IsBad ? sums.Selected : sums.Tokens;
            if (counted == 0)
                continue;
            double divisor = bySequence ? counted : 1;
            penalty += sums.Penalty / divisor;
            entropy += (!siren ? sums.Entropy : sums.IsBad ? double.NaN : sums.SelectedEntropy) / divisor;
            sequences++;
        }

        double mean = bySequence ? (sequences == 0 ? 0 : entropy / sequences) : tokens == 0 ? 0 : entropy / tokens;
        double weight = job.Options.Weight, value;
        job.DividesBySequence = bySequence;
        if (siren)
        {
            double anchor = job.Anchors == null ? job.Options.Anchor : Real.ToDouble(job.Anchors[0]);
            double difference = double.IsFinite(anchor) ? mean - anchor : double.NaN;
            value = sequences == 0 ? 0 : weight * difference * difference;
            job.GradientScale = sequences == 0 ? 0 : 2 * weight * difference / sequences;
        }
        else
        {
            double count = attention ? job.Heads : aggregation == EntropyAggregation.TokenMean ? tokens : bySequence ? sequences : 1;
            value = count == 0 ? 0 : weight * (penalty / count);
            job.GradientScale = count == 0 ? 0 : weight / count;
        }

        return new EntropyPenaltyResult(value, mean, tokens, selected);
    }

    private static void ThresholdGradient<TReal>(in EntropyPenaltyJob<TReal> job, TReal* gradient)
        where TReal : unmanaged
    {
        for (int head = 0; head < job.Heads; head++)
        {
            double sum = 0;
            for (long row = head; row < job.Rows; row += job.Heads)
                sum += job.Sums[row].IsBad ? double.NaN : job.Sums[row].ThresholdGradient;
            gradient[head] = Real.From<TReal>(job.Options.Kind == EntropyPenaltyKind.Attention ? job.Options.Weight * (sum / job.Heads) : 0);
        }
    }

    private static EntropyPenaltyShapes Shapes<TReal>(ReadOnlySpan2D<TReal> entropies, in EntropyPenaltyOutputs<TReal> outputs, in EntropyPenaltyInputs<TReal> inputs)
        where TReal : unmanaged => new()
        {
            Rows = entropies.Height,
            Columns = entropies.Width,
            MaskRows = inputs.Mask.Height,
            MaskColumns = inputs.Mask.Width,
            Anchors = inputs.Anchors.Length,
            AnchorIndices = inputs.AnchorIndices.Length,
            HeadThresholds = inputs.HeadThresholds.Length,
            GradientRows = outputs.Gradient.Height,
            GradientColumns = outputs.Gradient.Width,
            PenaltyRows = outputs.Penalties.Height,
            PenaltyColumns = outputs.Penalties.Width,
            SelectedRows = outputs.Selected.Height,
            SelectedColumns = outputs.Selected.Width,
            SequenceMeans = outputs.SequenceMeans.Length,
            Quantiles = outputs.Quantiles.Length,
            HeadThresholdGradient = outputs.HeadThresholdGradient.Length,
            Status = outputs.Status.Length,
        };

    private static void CheckMemory<TReal>(in EntropyPenaltyJob<TReal> job)
        where TReal : unmanaged
    {
        nint width = (nint)job.Columns * sizeof(TReal);
        RowMemory entropies = new((byte*)job.Entropies, job.EntropiesStride, job.Rows, width);
        RowMemory gradient = new((byte*)job.Gradient, job.GradientStride, job.Rows, width);
        RowMemory penalties = new((byte*)job.Penalties, job.PenaltiesStride, job.Rows, width);
        bool inPlace = job.Gradient == job.Entropies && (job.Rows == 1 || job.GradientStride == job.EntropiesStride);
        if (job.Gradient != null && !inPlace && gradient.Overlaps(entropies))
            ArgumentChecks.Fail("outputs.Gradient", $"outputs.Gradient overlaps entropies in part; it must be the entropies' own memory with the same stride, or disjoint.");
        if (job.Penalties != null && penalties.Overlaps(entropies))
            ArgumentChecks.Fail("outputs.Penalties", $"outputs.Penalties overlaps entropies; it must be disjoint from it.");
        if (job.Penalties != null && job.Gradient != null && penalties.Overlaps(gradient))
            ArgumentChecks.Fail("outputs.Penalties", $"outputs.Penalties overlaps outputs.Gradient; it must be disjoint from it.");
    }
}
