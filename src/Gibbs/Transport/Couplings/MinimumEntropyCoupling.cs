using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// Couplings of two distributions whose joint entropy is small, by the greedy rule: the largest mass left of p meets the largest left of q, the smaller of the two becomes an atom, and is taken from both. This file holds the
/// span overloads, which run on the CPU.
/// </summary>
/// <remarks>
/// <para>A coupling has at most n + m − 1 atoms, and an entropy within one bit of the least there is. From below that is bounded by H(p ∧ q), the entropy of the majorisation meet: cumulative sums of the sorted masses, the
/// lesser of the two everywhere. O((n + m)·log(n + m)) per problem.</para>
/// <para>Arithmetic is fp64 whatever the type. The masses of p and q may differ by 1e-5 of p's, and q is scaled to p; they need not be 1, entropies are those of the normalised masses. What is left of a mass after an atom,
/// and is below 2⁻²² of the whole (float64: 2⁻⁴⁸), is rounding, and no atom of its own. Of equal masses the lower index comes first. There is no gradient: the atoms are discrete.</para>
/// <para>Cicalese, Gargano, Vaccaro, 2017 (the bound); Kocaoglu, Dimakis, Vishwanath, Hassibi, 2017 (the greedy rule); Rossi, 2019 (within one bit).</para>
/// </remarks>
public static partial class MinimumEntropyCoupling
{
    /// <summary>Couples pairs of float32 distributions in host memory.</summary>
    /// <param name="source">p [B, n], at least 0; rows may be strided.</param>
    /// <param name="target">q [B, m].</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <exception cref="ArgumentException">A shape is wrong; the message names it, what was given and what would be right. A distribution that is none only sets its status.</exception>
    public static void Compute(ReadOnlySpan2D<float> source, ReadOnlySpan2D<float> target, in EntropyCouplingOutputs<float> outputs, in EntropyCouplingOptions options = default) =>
        CpuCoupling.Compute(source, target, outputs, options);

    /// <summary>As the float32 form.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in EntropyCouplingOutputs{float}, in EntropyCouplingOptions)"/>
    public static void Compute(ReadOnlySpan2D<double> source, ReadOnlySpan2D<double> target, in EntropyCouplingOutputs<double> outputs, in EntropyCouplingOptions options = default) =>
        CpuCoupling.Compute(source, target, outputs, options);
}
