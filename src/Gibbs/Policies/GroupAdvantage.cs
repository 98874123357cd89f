using System;

using Gibbs.Cpu.Policies;

namespace Gibbs;

/// <summary>
/// Advantages of sequences relative to their group: group g is the rewards [offsets[g], offsets[g + 1]). A group of one, or of equal rewards, gives exactly 0. <see cref="AdvantageKind"/> gives the formulas; this file
/// the span overloads, which run on the CPU. Arithmetic is fp64 whatever the type; a NaN stays in its group.
/// </summary>
public static partial class GroupAdvantage
{
    /// <summary>Advantages of float32 rewards in host memory.</summary>
    /// <param name="rewards">r [B].</param>
    /// <param name="groupOffsets">[G + 1], ascending from 0 to B.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <exception cref="ArgumentException">A length, an offset or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static void Compute(ReadOnlySpan<float> rewards, ReadOnlySpan<long> groupOffsets, in GroupAdvantageOutputs<float> outputs, in GroupAdvantageOptions options = default) =>
        CpuGroupAdvantage.Compute(rewards, groupOffsets, outputs, options);

    /// <summary>As the float32 form.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan{float}, ReadOnlySpan{long}, in GroupAdvantageOutputs{float}, in GroupAdvantageOptions)"/>
    public static void Compute(ReadOnlySpan<double> rewards, ReadOnlySpan<long> groupOffsets, in GroupAdvantageOutputs<double> outputs, in GroupAdvantageOptions options = default) =>
        CpuGroupAdvantage.Compute(rewards, groupOffsets, outputs, options);

    /// <summary>Throws where lengths or options are wrong, the same for spans and device views.</summary>
    internal static void Check(long rewards, long offsets, long advantages, long means, long deviations, in GroupAdvantageOptions options)
    {
        ArgumentChecks.Range(options.Kind is >= AdvantageKind.Standardised and <= AdvantageKind.LeaveOneOut, "options", nameof(options.Kind), (int)options.Kind, "an AdvantageKind");
        ArgumentChecks.Range(options.Epsilon >= 0 && double.IsFinite(options.Epsilon), "options", nameof(options.Epsilon), options.Epsilon, "finite and at least 0");
        if (offsets == 0)
            ArgumentChecks.Fail("groupOffsets", $"groupOffsets is empty; it needs one more element than there are groups.");
        ArgumentChecks.Length("outputs.Advantages", advantages, rewards, "one per reward");
        ArgumentChecks.Length("outputs.Means", means, offsets - 1, "one per group");
        ArgumentChecks.Length("outputs.Deviations", deviations, offsets - 1, "one per group");
    }
}
