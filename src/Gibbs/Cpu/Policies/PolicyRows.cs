using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Policies;

/// <summary>The passes over the tokens of a policy loss: counts, losses. In double, token after token, so that a sequence's sums depend on nothing but the sequence.</summary>
internal static unsafe class PolicyRows<TReal>
    where TReal : unmanaged
{
    private const double LargestLogRatio = 20;

    /// <summary>Counts of sequences, and the sums that the covariance takes its means from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Count(void* context, long begin, long end)
    {
        ref PolicyJob<TReal> job = ref *(PolicyJob<TReal>*)context;
        bool covariance = job.Options.Kind is PolicyLossKind.ClipCov or PolicyLossKind.KlCov;
        for (long row = begin; row < end; row++)
        {
            SequenceSums sums = default;
            byte* mask = job.Mask.Row(row);
            TReal* advantages = job.Advantages.Row(row), logProbabilities = job.LogProbabilities.Row(row);
            double advantage = Sequence(job, row);
            for (int t = 0; t < job.Columns; t++)
            {
                if (mask != null && mask[t] == 0)
                    continue;
                sums.Tokens++;
                if (!covariance)
                    continue;
                sums.Advantage += advantages == null ? advantage : Real.ToDouble(advantages[t]);
                sums.LogProbabilityBefore += Real.ToDouble(logProbabilities[t]);
            }

            job.Sums[row] = sums;
        }
    }

    /// <summary>A of a sequence, where there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sequence(in PolicyJob<TReal> job, long row) => job.SequenceAdvantages == null ? 0 : Real.ToDouble(job.SequenceAdvantages[row]);

    /// <summary>The token's ratio and its derivative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool SetRatio(ref Token token, out double logRatio)
    {
        logRatio = KlTerm.Difference(token.LogProbability, token.Old);
        bool limited = Math.Abs(logRatio) > LargestLogRatio;
        token.Ratio = logRatio == 0 ? 1 : Math.Exp(Math.Clamp(logRatio, -LargestLogRatio, LargestLogRatio));
        token.RatioSlope = limited ? 0 : token.Ratio;
        return limited;
    }

    /// <summary>Losses, gradients and flags.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLoss>(void* context, long begin, long end)
        where TLoss : struct, ITokenLoss
    {
        ref PolicyJob<TReal> job = ref *(PolicyJob<TReal>*)context;
        for (long row = begin; row < end; row++)
            Row<TLoss>(ref job, row);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row<TLoss>(ref PolicyJob<TReal> job, long row)
        where TLoss : struct, ITokenLoss
    {
        TReal* logProbabilities = job.LogProbabilities.Row(row), old = job.Old.Row(row), proxy = job.Proxy.Row(row), reference = job.Reference.Row(row);
        TReal* advantages = job.Advantages.Row(row), entropies = job.Entropies.Row(row);
        TReal* losses = job.TokenLosses.Row(row), gradient = job.LogProbabilityGradient.Row(row), entropyGradient = job.EntropyGradient.Row(row);
        byte* mask = job.Mask.Row(row);
        byte* selected = job.Selected == null ? null : job.Selected + (row * job.Columns);
        PolicyFlags* allFlags = job.Flags.Row(row);
        PolicyTerms terms = job.Terms;
        double klWeight = job.Options.KlWeight, entropyWeight = job.Options.EntropyWeight;
        SequenceSums sums = job.Sums[row];
        double weight = sums.Weight, advantage = Sequence(job, row);
        bool ratios = job.Options.Kind is not (PolicyLossKind.Reinforce or PolicyLossKind.ExponentialSmoothing);
        for (int t = 0; t < job.Columns; t++)
        {
            double loss = 0, slope = 0, bonus = 0;
            PolicyFlags flags = PolicyFlags.None;
            if (mask == null || mask[t] != 0)
            {
                Token token = default;
                token.LogProbability = Real.ToDouble(logProbabilities[t]);
                token.Old = old == null ? token.LogProbability : Real.ToDouble(old[t]);
                token.Advantage = advantages == null ? advantage : Real.ToDouble(advantages[t]);
                token.Proxy = proxy == null ? 0 : Real.ToDouble(proxy[t]);
                token.Selected = selected != null && selected[t] != 0;
                bool limited = SetRatio(ref token, out double logRatio);
                TokenValue policy = TLoss.Of(token, terms);
                loss = policy.Loss;
                slope = policy.Slope;
                flags = policy.Flags | (limited && ratios ? PolicyFlags.RatioLimited : 0);
                sums.Policy += loss;
                sums.Ratio += token.Ratio;
                sums.OldKl -= logRatio;
                sums.LogProbability += token.LogProbability;
                if (reference != null)
                {
                    TokenValue kl = KlTerm.Of(job.Options.KlEstimator, token.LogProbability, Real.ToDouble(reference[t]));
                    sums.Kl += kl.Loss;
                    flags |= kl.Flags;
                    if (klWeight != 0)
                    {
                        loss += klWeight * kl.Loss;
                        slope += klWeight * kl.Slope;
                    }
                }

                if (entropies != null)
                {
                    double entropy = Real.ToDouble(entropies[t]);
                    sums.Entropy += entropy;
                    loss -= entropyWeight == 0 ? 0 : entropyWeight * entropy;
                }

                bonus = entropyWeight;
                if (!double.IsFinite(loss))
                    flags |= PolicyFlags.NotFinite;
                sums.Clipped += (int)(flags & PolicyFlags.Clipped);
                sums.DualClipped += (flags & PolicyFlags.DualClipped) != 0 ? 1 : 0;
                sums.Selected += (flags & (PolicyFlags.Penalised | PolicyFlags.Detached)) != 0 ? 1 : 0;
                sums.NotFinite += (flags & PolicyFlags.NotFinite) != 0 ? 1 : 0;
            }

            if (losses != null)
                losses[t] = Real.From<TReal>(loss);
            if (gradient != null)
                gradient[t] = Real.From<TReal>(Weighted(weight, slope));
            if (entropyGradient != null)
                entropyGradient[t] = Real.From<TReal>(Weighted(-weight, bonus));
            if (allFlags != null)
                allFlags[t] = flags;
        }

        job.Sums[row] = sums;
    }

    // A weight of 0, that of a normaliser 0, gives 0 whatever the token holds; and no -0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Weighted(double weight, double value) => weight == 0 || value == 0 ? 0 : weight * value;
}
