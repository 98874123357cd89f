using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// Minimum-entropy coupling with a bottleneck: X → T → Y with H(T) ≤ R. The encoder T = g(X) is <see cref="EntropyBoundedMerging"/> of p, the decoder a <see cref="MinimumEntropyCoupling"/> of T's distribution with q. Runs on
/// the CPU.
/// </summary>
/// <remarks>Ebrahimi, Chen, Khisti, 2024. Scratch without <see cref="EntropyMergingOutputs{TReal}.Probabilities"/>: B·n reals of unmanaged memory.</remarks>
public static class BottleneckCoupling
{
    /// <summary>Encodes and couples float32 distributions in host memory.</summary>
    /// <param name="source">p [B, n], at least 0; rows may be strided.</param>
    /// <param name="target">q [B, m].</param>
    /// <param name="encoder">What to store of g and T, and where to.</param>
    /// <param name="decoder">What to store of the coupling of T (n symbols, of which those behind the last label have no mass) with q, and where to.</param>
    /// <param name="options">Scalars: the budget.</param>
    /// <param name="budgets">R [B], in place of <see cref="EntropyBudgetOptions.Budget"/>; or empty.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right. A distribution that is none only sets its status.</exception>
    public static void Compute(
        ReadOnlySpan2D<float> source,
        ReadOnlySpan2D<float> target,
        in EntropyMergingOutputs<float> encoder,
        in EntropyCouplingOutputs<float> decoder,
        in EntropyBudgetOptions options,
        ReadOnlySpan<float> budgets = default) =>
        CpuMerging.Couple(source, target, encoder, decoder, options, budgets);

    /// <summary>As the float32 form.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in EntropyMergingOutputs{float}, in EntropyCouplingOutputs{float}, in EntropyBudgetOptions, ReadOnlySpan{float})"/>
    public static void Compute(
        ReadOnlySpan2D<double> source,
        ReadOnlySpan2D<double> target,
        in EntropyMergingOutputs<double> encoder,
        in EntropyCouplingOutputs<double> decoder,
        in EntropyBudgetOptions options,
        ReadOnlySpan<double> budgets = default) =>
        CpuMerging.Couple(source, target, encoder, decoder, options, budgets);
}
