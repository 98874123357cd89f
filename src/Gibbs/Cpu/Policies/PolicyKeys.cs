using System.Runtime.CompilerServices;

using Gibbs.Cpu.Decoding;
using Gibbs.Cpu.Projections;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Policies;

/// <summary>
/// What tokens compete by to be selected, as keys of <see cref="TokenSelection"/>: the covariance (KL-Cov), the least ℓ among A &lt; 0 (Lp-Reg), the least Philox word among the unclipped tokens between the bounds
/// (Clip-Cov). A token whose number is NaN does not compete.
/// </summary>
internal static unsafe class PolicyKeys<TReal>
    where TReal : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref PolicyJob<TReal> job = ref *(PolicyJob<TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            byte* mask = job.Mask.Row(row);
            TReal* advantages = job.Advantages.Row(row), logProbabilities = job.LogProbabilities.Row(row), old = job.Old.Row(row);
            double advantage = PolicyRows<TReal>.Sequence(job, row);
            long first = row * job.Columns, eligible = 0;
            for (int t = 0; t < job.Columns; t++)
            {
                ulong key = 0;
                if (mask == null || mask[t] != 0)
                {
                    Token token = default;
                    token.LogProbability = Real.ToDouble(logProbabilities[t]);
                    token.Old = old == null ? token.LogProbability : Real.ToDouble(old[t]);
                    token.Advantage = advantages == null ? advantage : Real.ToDouble(advantages[t]);
                    key = Key(job, ref token, first + t);
                }

                eligible += key != 0 ? 1 : 0;
                job.Keys[first + t] = key;
            }

            job.Sums[row].Eligible = eligible;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Key(in PolicyJob<TReal> job, ref Token token, long index)
    {
        if (job.Options.Kind == PolicyLossKind.LpReg)
            return token.Advantage < 0 ? MaskKeys.Of(-token.LogProbability) : 0;
        double covariance = (token.Advantage - job.MeanAdvantage) * (token.LogProbability - job.MeanLogProbability);
        if (job.Options.Kind == PolicyLossKind.KlCov)
            return MaskKeys.Of(covariance);
        if (!(covariance > job.Options.CovarianceLow && covariance < job.Options.CovarianceHigh))
            return 0;
        PolicyRows<TReal>.SetRatio(ref token, out _);
        bool clipped = (TokenTerms.Clip(token, job.Terms, 0).Flags & PolicyFlags.Clipped) != 0;
        return clipped ? 0 : MaskKeys.Of(-(double)Draw(index, job.Options.Seed));
    }

    // The first word of the token's index under the seed.
    private static uint Draw(long index, ulong seed) => Philox.Words((uint)index, (uint)(index >> 32), 0, 0, seed).A;
}
