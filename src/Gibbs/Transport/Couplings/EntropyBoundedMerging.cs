using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// Merges the symbols of a distribution until its entropy is within a budget R, and keeps as much of it as a greedy rule can: a deterministic T = g(X) with H(T) ≤ R, so that I(X; T) = H(T). Runs on the CPU.
/// </summary>
/// <remarks>
/// <para>While H exceeds R: if merging the two least probable symbols brings it within, that is the answer; else, if merging the two most probable does, that is; else the latter is kept, and the rule goes on. What is lost
/// against the budget is at most the binary entropy of the second largest probability. O(n·log n).</para>
/// <para>Arithmetic is fp64 whatever the type. Of equal masses the lower index is the more probable one; a symbol without mass gets the label of the least probable one. A distribution's mass need not be 1.</para>
/// <para>Ebrahimi, Chen, Khisti, 2024: minimum entropy coupling with bottleneck.</para>
/// </remarks>
public static class EntropyBoundedMerging
{
    /// <summary>Merges float32 distributions in host memory.</summary>
    /// <param name="source">p [B, n], at least 0; rows may be strided.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars: the budget.</param>
    /// <param name="budgets">R [B], at least 0, in place of <see cref="EntropyBudgetOptions.Budget"/>; or empty.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right. A distribution that is none only sets its status.</exception>
    public static void Compute(ReadOnlySpan2D<float> source, in EntropyMergingOutputs<float> outputs, in EntropyBudgetOptions options, ReadOnlySpan<float> budgets = default) =>
        CpuMerging.Compute(source, outputs, options, budgets);

    /// <summary>As the float32 form.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in EntropyMergingOutputs{float}, in EntropyBudgetOptions, ReadOnlySpan{float})"/>
    public static void Compute(ReadOnlySpan2D<double> source, in EntropyMergingOutputs<double> outputs, in EntropyBudgetOptions options, ReadOnlySpan<double> budgets = default) =>
        CpuMerging.Compute(source, outputs, options, budgets);
}
