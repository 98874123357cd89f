using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Policies;

/// <summary>Group advantages on spans: per group two sums over the differences from its first reward, so that equal rewards have mean and deviation exactly.</summary>
internal static class CpuGroupAdvantage
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute<TReal>(ReadOnlySpan<TReal> rewards, ReadOnlySpan<long> offsets, in GroupAdvantageOutputs<TReal> outputs, in GroupAdvantageOptions options)
        where TReal : unmanaged
    {
        GroupAdvantage.Check(rewards.Length, offsets.Length, outputs.Advantages.Length, outputs.Means.Length, outputs.Deviations.Length, options);
        GroupRanges.Check("groupOffsets", offsets, rewards.Length);
        CheckApart(rewards, outputs);
        for (int g = 0; g + 1 < offsets.Length; g++)
        {
            int begin = (int)offsets[g], end = (int)offsets[g + 1], members = end - begin;
            double origin = members == 0 ? double.NaN : Real.ToDouble(rewards[begin]), mean = 0, squares = 0;
            for (int i = begin; i < end; i++)
                mean += Real.ToDouble(rewards[i]) - origin;
            mean /= Math.Max(1, members);
            for (int i = begin; i < end; i++)
            {
                double apart = Real.ToDouble(rewards[i]) - origin - mean;
                squares += apart * apart;
            }

            double deviation = members < 2 ? 0 : Math.Sqrt(squares / (options.Biased ? members : members - 1));
            double scale = options.Kind switch
            {
                AdvantageKind.Standardised => deviation == 0 ? 0 : 1 / (deviation + options.Epsilon),
                AdvantageKind.LeaveOneOut => members < 2 ? 0 : (double)members / (members - 1),
                _ => 1,
            };
            for (int i = begin; i < end && outputs.Advantages.Length > 0; i++)
                outputs.Advantages[i] = Real.From<TReal>((Real.ToDouble(rewards[i]) - origin - mean) * scale);
            if (outputs.Means.Length > 0)
                outputs.Means[g] = Real.From<TReal>(origin + mean);
            if (outputs.Deviations.Length > 0)
                outputs.Deviations[g] = Real.From<TReal>(deviation);
        }
    }

    private static void CheckApart<TReal>(ReadOnlySpan<TReal> rewards, in GroupAdvantageOutputs<TReal> outputs)
        where TReal : unmanaged
    {
        bool partly = rewards.Overlaps(outputs.Advantages, out int offset) && offset != 0;
        if (partly || outputs.Advantages.Overlaps(outputs.Means) || outputs.Advantages.Overlaps(outputs.Deviations))
            ArgumentChecks.Fail("outputs.Advantages", $"outputs.Advantages overlaps another array; it must be the rewards' own memory, or disjoint.");
        if (outputs.Means.Overlaps(outputs.Deviations) || rewards.Overlaps(outputs.Means) || rewards.Overlaps(outputs.Deviations))
            ArgumentChecks.Fail("outputs.Means", $"outputs.Means and outputs.Deviations must be disjoint, from each other and from rewards.");
    }
}
