using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cpu.Policies;

/// <summary>Policy losses on spans: checks, pins, counts the tokens, selects among them, shares sequences out to the worker team, reduces.</summary>
internal static unsafe class CpuPolicyLoss
{
    [ThreadStatic]
    private static SequenceSums[]? t_sums;

    public static PolicyMetrics Compute<TReal>(ReadOnlySpan2D<TReal> logProbabilities, in PolicyLossOutputs<TReal> outputs, in PolicyLossOptions options, in PolicyLossInputs<TReal> inputs)
        where TReal : unmanaged
    {
        PolicyLossValidation.CheckOptions(options);
        PolicyLossValidation.CheckShapes(Shapes(logProbabilities, outputs, inputs), options);
        GroupRanges.Check("inputs.GroupOffsets", inputs.GroupOffsets, logProbabilities.Height);
        if (logProbabilities.Height == 0)
            return new PolicyMetrics { Normaliser = options.Normaliser ?? (options.Aggregation == TokenAggregation.TokenSumNorm ? 1 : 0) };

        fixed (TReal* l = logProbabilities, old = inputs.OldLogProbabilities, reference = inputs.ReferenceLogProbabilities, proxy = inputs.ProxyLogProbabilities)
        fixed (TReal* advantages = inputs.Advantages, entropies = inputs.Entropies, sequenceAdvantages = inputs.SequenceAdvantages)
        fixed (TReal* losses = outputs.TokenLosses, gradient = outputs.LogProbabilityGradient, entropyGradient = outputs.EntropyGradient)
        fixed (byte* mask = inputs.Mask)
        fixed (PolicyFlags* flags = outputs.Flags)
        fixed (long* groupOffsets = inputs.GroupOffsets)
        {
            PolicyJob<TReal> job = default;
            job.Options = options;
            job.Terms = new() { Low = 1 - options.ClipLow, High = 1 + options.ClipHigh, DualClip = options.DualClip, PenaltyWeight = options.PenaltyWeight, Smoothing = options.Smoothing };
            job.Rows = logProbabilities.Height;
            job.Columns = logProbabilities.Width;
            job.LogProbabilities = Array(l, logProbabilities);
            job.Old = Array(old, inputs.OldLogProbabilities);
            job.Reference = Array(reference, inputs.ReferenceLogProbabilities);
            job.Proxy = Array(proxy, inputs.ProxyLogProbabilities);
            job.Advantages = Array(advantages, inputs.Advantages);
            job.SequenceAdvantages = sequenceAdvantages;
            job.Mask = Array(mask, inputs.Mask);
            job.Entropies = Array(entropies, inputs.Entropies);
            job.GroupOffsets = groupOffsets;
            job.Groups = Math.Max(0, inputs.GroupOffsets.Length - 1);
            job.TokenLosses = Array(losses, outputs.TokenLosses);
            job.LogProbabilityGradient = Array(gradient, outputs.LogProbabilityGradient);
            job.EntropyGradient = Array(entropyGradient, outputs.EntropyGradient);
            job.Flags = Array(flags, outputs.Flags);
            PolicyMemory.Check(job);
            if (t_sums is null || t_sums.Length < job.Rows)
                t_sums = new SequenceSums[(int)Math.Min(System.Array.MaxLength, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)job.Rows))];
            fixed (SequenceSums* sums = t_sums)
            {
                job.Sums = sums;
                Run(ref job, &PolicyRows<TReal>.Count);
                PolicyMetrics metrics = PolicyWeights.Set(job);
                RunTokens(ref job, metrics.Tokens);
                return Sum(job, metrics);
            }
        }
    }

    private static void RunTokens<TReal>(ref PolicyJob<TReal> job, long tokens)
        where TReal : unmanaged
    {
        if (!job.Selects || tokens == 0)
        {
            Run(ref job, Losses<TReal>(job.Options.Kind));
            return;
        }

        long all = job.Rows * job.Columns;
        if (all > System.Array.MaxLength)
            ArgumentChecks.Fail("logProbabilities", $"logProbabilities is [{job.Rows}, {job.Columns}]; PolicyLossKind.{job.Options.Kind} selects among at most {System.Array.MaxLength} tokens.");
        double advantage = 0, logProbability = 0;
        for (long row = 0; row < job.Rows; row++)
        {
            advantage += job.Sums[row].Advantage;
            logProbability += job.Sums[row].LogProbabilityBefore;
        }

        job.MeanAdvantage = advantage / tokens;
        job.MeanLogProbability = logProbability / tokens;
        fixed (ulong* keys = TokenSelection.Keys(all))
        fixed (byte* selected = TokenSelection.Selected(all))
        {
            job.Keys = keys;
            Run(ref job, &PolicyKeys<TReal>.Run);
            long eligible = 0;
            for (long row = 0; row < job.Rows; row++)
                eligible += job.Sums[row].Eligible;
            long count = TokenSelection.Count(job.Options.Share, job.Options.Kind == PolicyLossKind.LpReg ? eligible : tokens, eligible);
            TokenSelection.Mark(keys, (int)all, count, selected);
            job.Selected = selected;
            Run(ref job, Losses<TReal>(job.Options.Kind));
        }
    }

    private static delegate*<void*, long, long, void> Losses<TReal>(PolicyLossKind kind)
        where TReal : unmanaged => kind switch
        {
            PolicyLossKind.Reinforce => &PolicyRows<TReal>.Run<ReinforceLoss>,
            PolicyLossKind.Ratio => &PolicyRows<TReal>.Run<RatioLoss>,
            PolicyLossKind.HardClamp => &PolicyRows<TReal>.Run<HardClampLoss>,
            PolicyLossKind.LpReg => &PolicyRows<TReal>.Run<LpRegLoss>,
            PolicyLossKind.ClipCov => &PolicyRows<TReal>.Run<ClipCovLoss>,
            PolicyLossKind.KlCov => &PolicyRows<TReal>.Run<KlCovLoss>,
            PolicyLossKind.ExponentialSmoothing => &PolicyRows<TReal>.Run<ExponentialSmoothingLoss>,
            _ => &PolicyRows<TReal>.Run<ClippedLoss>,
        };

    private static void Run<TReal>(ref PolicyJob<TReal> job, delegate*<void*, long, long, void> body)
        where TReal : unmanaged
    {
        fixed (PolicyJob<TReal>* context = &job)
            WorkerTeam.Run(body, context, job.Rows, RowSplit.Chunk<TReal>(job.Rows, job.Columns, 1), RowSplit.Parallel(job.Rows, job.Columns));
    }

    // Sequences in order: the sums do not depend on who computed which.
    private static PolicyMetrics Sum<TReal>(in PolicyJob<TReal> job, in PolicyMetrics counts)
        where TReal : unmanaged
    {
        double policy = 0, kl = 0, entropy = 0, ratio = 0, oldKl = 0, logProbability = 0;
        long clipped = 0, dualClipped = 0, selected = 0, notFinite = 0;
        for (long row = 0; row < job.Rows; row++)
        {
            ref readonly SequenceSums sums = ref job.Sums[row];
            if (sums.Tokens == 0)
                continue;
            if (sums.Weight != 0)
            {
                policy += sums.Weight * sums.Policy;
                kl += sums.Weight * sums.Kl;
                entropy += sums.Weight * sums.Entropy;
            }

            ratio += sums.Ratio;
            oldKl += sums.OldKl;
            logProbability += sums.LogProbability;
            clipped += sums.Clipped;
            dualClipped += sums.DualClipped;
            selected += sums.Selected;
            notFinite += sums.NotFinite;
        }

        double perToken = counts.Tokens == 0 ? 0 : 1.0 / counts.Tokens;
        double loss = policy;
        if (job.Options.KlWeight != 0)
            loss += job.Options.KlWeight * kl;
        if (job.Options.EntropyWeight != 0)
            loss -= job.Options.EntropyWeight * entropy;
        return counts with
        {
            Loss = loss,
            Policy = policy,
            ReferenceKl = kl,
            Entropy = entropy,
            Ratio = ratio * perToken,
            OldKl = oldKl * perToken,
            LogProbability = logProbability * perToken,
            Clipped = clipped,
            DualClipped = dualClipped,
            Selected = selected,
            NotFinite = notFinite,
        };
    }

    private static TokenArray<T> Array<T>(T* start, ReadOnlySpan2D<T> rows)
        where T : unmanaged => new() { Start = start, Stride = RowSplit.StrideBytes(rows) };

    private static PolicyLossShapes Shapes<TReal>(ReadOnlySpan2D<TReal> logProbabilities, in PolicyLossOutputs<TReal> outputs, in PolicyLossInputs<TReal> inputs)
        where TReal : unmanaged => new()
        {
            Rows = logProbabilities.Height,
            Columns = logProbabilities.Width,
            Old = (inputs.OldLogProbabilities.Height, inputs.OldLogProbabilities.Width),
            Reference = (inputs.ReferenceLogProbabilities.Height, inputs.ReferenceLogProbabilities.Width),
            Proxy = (inputs.ProxyLogProbabilities.Height, inputs.ProxyLogProbabilities.Width),
            Advantages = (inputs.Advantages.Height, inputs.Advantages.Width),
            SequenceAdvantages = inputs.SequenceAdvantages.Length,
            Mask = (inputs.Mask.Height, inputs.Mask.Width),
            Entropies = (inputs.Entropies.Height, inputs.Entropies.Width),
            GroupOffsets = inputs.GroupOffsets.Length,
            TokenLosses = (outputs.TokenLosses.Height, outputs.TokenLosses.Width),
            LogProbabilityGradient = (outputs.LogProbabilityGradient.Height, outputs.LogProbabilityGradient.Width),
            EntropyGradient = (outputs.EntropyGradient.Height, outputs.EntropyGradient.Width),
            Flags = (outputs.Flags.Height, outputs.Flags.Width),
        };
}
