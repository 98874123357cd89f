using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Epilogues;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Kernels;

/// <summary>What a worker does with its rows: statistics, by-products, loss, and the gradient while the row is still in cache.</summary>
internal static unsafe class CrossEntropyRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>Rows [begin, end) of the job at context; begin is a multiple of the job's rows per partial.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly CrossEntropyJob<T, TReal> job = ref *(CrossEntropyJob<T, TReal>*)context;
        byte* memory = stackalloc byte[RowScratch<TReal>.Bytes];
        RowScratch<TReal> scratch = RowScratch<TReal>.At(memory);
        if (job.KeepsExponentials && job.Columns <= RowScratch<TReal>.LongestKept)
            KeptExponentials.Take(job.Columns, ref scratch);
        PendingGradient<TReal> pending = default;
        double temperature = job.Options.Temperature;
        RowScale scale = RowScale.Of<TReal>(temperature);
        for (long row = begin; row < end; row++)
        {
            bool valid = true;
            if (job.RowTemperatures != null)
            {
                double rowTemperature = Real.ToDouble(job.RowTemperatures[row]);
                valid = RowScale.IsValid(rowTemperature);
                if (valid && rowTemperature != temperature)
                {
                    temperature = rowTemperature;
                    scale = RowScale.Of<TReal>(temperature);
                }
            }

            double loss = Row(job, row, valid, row + 1 < end, scale, ref scratch, ref pending);
            if (job.Partials != null)
            {
                double* partial = job.Partials + (row / job.RowsPerPartial);
                *partial = row % job.RowsPerPartial == 0 ? loss : *partial + loss;
            }
        }

        pending.Write<TVector>(Prefetch.None);

        // Streaming stores of this thread are seen before the job is.
        if (job.Streaming && System.Runtime.Intrinsics.X86.Sse.IsSupported)
            System.Runtime.Intrinsics.X86.Sse.StoreFence();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Row(in CrossEntropyJob<T, TReal> job, long row, bool validTemperature, bool hasNext, in RowScale scale, ref RowScratch<TReal> scratch, ref PendingGradient<TReal> pending)
    {
        T* logits = (T*)((byte*)job.Logits + ((nint)row * job.LogitsStride));
        long target = -1;
        RowStatus targetStatus = RowStatus.Ok;
        if (job.HasHardTargets)
        {
            target = job.Target(row);
            if (target == job.Options.IgnoreIndex)
                targetStatus = RowStatus.Ignored;
            else if ((ulong)target >= (ulong)job.Columns)
                targetStatus = RowStatus.TargetOutOfRange;
            if (targetStatus != RowStatus.Ok)
                target = -1;
        }

        RowSummary summary;
        if (job.SavedStatistics != null)
            summary = validTemperature ? RowSummary.Of(job.SavedStatistics[row], scale) : RowSummary.Invalid(RowStatus.InvalidTemperature);
        else if (!validTemperature)
            summary = RowSummary.Invalid(RowStatus.InvalidTemperature);
        else if (targetStatus != RowStatus.Ok && !job.HasByProducts)
            summary = RowSummary.Empty;
        else
            summary = RowStatisticsPass<T, TReal, TVector>.Run(job, row, logits, target, hasNext && (job.Gradient == null || scratch.Kept != null), scale, scratch, ref pending);

        RowStatus status = targetStatus != RowStatus.Ok ? targetStatus : summary.Status;
        double logSumExp = (summary.Maximum * scale.InverseTemperature) + summary.LogSum;
        double targetOffset = 0;
        if (target >= 0 && status == RowStatus.Ok)
            targetOffset = (RowSource<T, TReal, TVector>.Effective(Real.ToDouble(logits[target]), new Softcap(job.Options.Softcap, scale.Prescale)) - summary.Maximum) * scale.InverseTemperature;
        StoreByProducts(job, row, scale, summary, status, logSumExp, targetOffset);

        double weight = job.RowWeights == null ? 1 : Real.ToDouble(job.RowWeights[row]);
        double loss = 0;
        RowCoefficients terms = default;
        if (status == RowStatus.Ok && job.HasTargets && weight != 0)
        {
            RowContext context = new(in job.Options, in summary)
            {
                Columns = job.Columns,
                LogSumExp = logSumExp,
                HasColumnTerms = job.HasColumnTerms,
                HasTarget = job.HasHardTargets,
                TargetWeight = job.HasHardTargets && job.ClassWeights != null ? Real.ToDouble(job.ClassWeights[target]) : 1,
                TargetOffset = targetOffset,
                LargestReal = Real.Largest<TReal>(),
            };
            terms = RowEpilogue.Evaluate(context);
            loss = weight * terms.Loss;
        }
        else if (status == RowStatus.AllMasked && job.HasTargets)
        {
            loss = weight == 0 || ProbabilityWeight(job, target, summary) == 0 ? 0 : weight * double.PositiveInfinity;
        }
        else if (status is not (RowStatus.Ok or RowStatus.Ignored))
        {
            loss = double.NaN;
        }

        if (job.Losses != null)
            job.Losses[row] = Real.From<TReal>(loss);
        if (job.Gradient != null)
            StoreGradient(job, row, logits, target, status, weight, hasNext, scale, summary, terms, ref scratch, ref pending);
        return loss;
    }

    // The weight with which −log p of any class, or lse², enters the loss: terms of weight 0 are 0, also where every p is 0.
    private static double ProbabilityWeight(in CrossEntropyJob<T, TReal> job, long target, in RowSummary summary)
    {
        double smoothing = job.Options.LabelSmoothing;
        if (job.HasSoftTargets)
            return job.Options.ZLoss + summary.ColumnMass;
        double targetWeight = job.ClassWeights == null ? 1 : Real.ToDouble(job.ClassWeights[target]);
        double uniform = job.HasColumnTerms ? smoothing / job.Columns * summary.ColumnMass : smoothing;
        return job.Options.ZLoss + ((1 - smoothing) * targetWeight) + uniform;
    }

    private static void StoreByProducts(in CrossEntropyJob<T, TReal> job, long row, in RowScale scale, in RowSummary summary, RowStatus status, double logSumExp, double targetOffset)
    {
        if (job.LogSumExp != null)
            job.LogSumExp[row] = Real.From<TReal>(logSumExp);
        if (job.Entropy != null)
            job.Entropy[row] = Real.From<TReal>(summary.LogSum - summary.MeanOffset);
        if (job.Argmax != null)
            job.Argmax[row] = summary.Argmax;
        if (job.Status != null)
            job.Status[row] = status;
        if (job.Statistics != null)
            job.Statistics[row] = summary.Save<TReal>(scale, job.Options.MaxSuppression != 0);
        if (job.Rank != null)
            job.Rank[row] = status == RowStatus.Ok ? summary.Rank : -1;
        if (job.LogProbability != null)
        {
            double logProbability = status switch
            {
                RowStatus.Ok => targetOffset - summary.LogSum,
                RowStatus.Ignored => 0,
                RowStatus.AllMasked => double.NegativeInfinity,
                _ => double.NaN,
            };
            job.LogProbability[row] = Real.From<TReal>(logProbability);
        }
    }

    private static void StoreGradient(
        in CrossEntropyJob<T, TReal> job, long row, T* logits, long target, RowStatus status, double weight, bool hasNext, in RowScale scale, in RowSummary summary, in RowCoefficients terms, ref RowScratch<TReal> scratch, ref PendingGradient<TReal> pending)
    {
        T* gradient = (T*)((byte*)job.Gradient + ((nint)row * job.GradientStride));
        double factor = weight * job.GradientScale;
        if (job.Upstream != null)
            factor *= Real.ToDouble(job.Upstream[job.UpstreamPerRow ? row : 0]);
        bool zero = job.GradientScale == 0 || status is RowStatus.Ignored or RowStatus.TargetOutOfRange or RowStatus.AllMasked;
        if (zero || (status == RowStatus.Ok && factor == 0))
            new Span<T>(gradient, job.Columns).Clear();
        else if (status != RowStatus.Ok)
            new Span<T>(gradient, job.Columns).Fill(Real.From<T>(double.NaN));
        else
            RowGradientPass<T, TReal, TVector>.Run(job, row, logits, gradient, target, scale, summary, terms, factor, hasNext, ref scratch, ref pending);
    }
}
