using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Decoding;

/// <summary>What a worker does with its rows: offsets and exponentials from one read, the cut of the ranking, then what is asked of the set.</summary>
internal static unsafe class TokenSetRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>Rows [begin, end) of the job at context; begin is a multiple of the job's rows per partial.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly TokenSetJob<T, TReal> job = ref *(TokenSetJob<T, TReal>*)context;
        TReal* x = RowArrays.Take<TReal>(2, job.Columns, out int stride);
        for (long row = begin; row < end; row++)
        {
            double value = Row(job, row, x, x + stride);
            if (job.Partials != null)
            {
                double* partial = job.Partials + (row / job.RowsPerPartial);
                *partial = row % job.RowsPerPartial == 0 ? value : *partial + value;
            }
        }

        if (job.Streaming && Sse.IsSupported)
            Sse.StoreFence();
    }

    // Returns r·H_S.
    private static double Row(in TokenSetJob<T, TReal> job, long row, TReal* x, TReal* e)
    {
        T* z = job.LogitsRow(row);
        double temperature = job.Temperature(row);
        SoftmaxSums sums = default;
        sums.Status = RowStatus.InvalidTemperature;
        if (RowScale.IsValid(temperature))
            sums = SoftmaxRow<T, TReal, TVector>.Read(z, job.Columns, temperature, x, e);

        TokenCut cut = TokenCut.Empty;
        RowStatus status = sums.Status;
        if (status == RowStatus.Ok)
        {
            cut = Cut(job.Options, z, x, e, job.Columns, sums);
            status = cut.Sums.Count == 0 ? RowStatus.EmptySet : status;
        }

        long action = job.Action(row);
        bool outOfRange = (ulong)action >= (ulong)job.Columns;
        bool isNumber = status is RowStatus.Ok or RowStatus.AllMasked or RowStatus.EmptySet;
        double nothing = isNumber ? double.NegativeInfinity : double.NaN;
        double entropy = isNumber ? cut.Sums.Entropy : double.NaN;
        if (job.Status != null)
            job.Status[row] = outOfRange ? RowStatus.TargetOutOfRange : status;
        if (job.Entropies != null)
            job.Entropies[row] = Real.From<TReal>(entropy);
        if (job.FullEntropies != null)
            job.FullEntropies[row] = Real.From<TReal>(sums.Status == RowStatus.Ok ? sums.Entropy : entropy);
        if (job.Counts != null)
            job.Counts[row] = (int)cut.Sums.Count;
        if (job.Thresholds != null)
            job.Thresholds[row] = Real.From<TReal>(isNumber ? cut.Logit : double.NaN);
        if (job.ActionLogProbability != null)
        {
            double logProbability = outOfRange ? double.NaN : nothing;
            if (!outOfRange && cut.Keeps(Real.ToDouble(z[action]), (int)action))
                logProbability = Real.ToDouble(x[action]) - cut.Sums.LogSum;
            job.ActionLogProbability[row] = Real.From<TReal>(logProbability);
        }

        double weight = job.RowWeight(row);
        if (job.NeedsTokens && status == RowStatus.Ok)
        {
            TokenSetWriter<T, TReal, TVector>.Restrict(z, x, e, job.Columns, cut);
            if (job.Draws)
                Draw(job, row, z, x, sums, temperature);
            TokenSetWriter<T, TReal, TVector>.Write(job, row, x, e, cut, weight * job.GradientScale / temperature);
        }
        else if (job.NeedsTokens)
        {
            if (job.Samples != null)
                job.Samples[row] = -1;
            if (job.SampleLogProbability != null)
                job.SampleLogProbability[row] = Real.From<TReal>(nothing);
            TokenSetWriter<T, TReal, TVector>.Fill(job, row, nothing);
        }

        return isNumber && weight == 0 ? 0 : weight * entropy;
    }

    // S is the shortest prefix that a criterion keeps. The released forms of Top-H first need the entropy of the tokens that they look at.
    private static TokenCut Cut(in TokenSetOptions options, T* z, TReal* x, TReal* e, int columns, in SoftmaxSums sums)
    {
        TokenRule rule = TokenRule.Of<TReal>(options, sums, columns);
        if (rule.Floor == -Real.Largest<TReal>())
            TokenSetWriter<T, TReal, TVector>.Lift(z, x, columns);
        if (options.TopHVariant == TopHVariant.Paper)
        {
            if (options.TopH < 1)
                rule.BoundEntropy(options.TopH * sums.Entropy);
            return TokenSearch<T, TReal, TVector>.Find(z, x, e, columns, sums, rule);
        }

        if (options.TopH < 1)
        {
            TokenRule capped = TokenRule.Of<TReal>(new() { TopK = options.TopHCap }, sums, columns);
            PrefixSums cap = TokenSearch<T, TReal, TVector>.Find(z, x, e, columns, sums, capped).Sums;
            bool own = options.TopHVariant == TopHVariant.Transformers;
            double logSum = own ? cap.LogSum : sums.LogSum, inverseSum = 1 / (own ? cap.Sum : sums.Sum);
            rule.BoundPartialEntropy(options.TopH * TokenRule.PartialEntropy(cap, logSum, inverseSum), logSum, inverseSum);
        }

        rule.BoundCount(options.TopHCap);
        return TokenSearch<T, TReal, TVector>.Find(z, x, e, columns, sums, rule);
    }

    private static void Draw(in TokenSetJob<T, TReal> job, long row, T* z, TReal* x, in SoftmaxSums sums, double temperature)
    {
        ulong counter = (ulong)job.Options.RowOffset + (ulong)row;
        int token = GumbelDraw<T, TReal, TVector>.Token(z, x, job.Columns, sums.Maximum, temperature, job.Options.Seed, counter, job.Options.Step);
        if (job.Samples != null)
            job.Samples[row] = token;
        if (job.SampleLogProbability != null)
            job.SampleLogProbability[row] = Real.From<TReal>(Real.ToDouble(x[token]) - sums.LogSum);
    }
}
