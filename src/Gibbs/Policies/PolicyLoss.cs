using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Policies;

namespace Gibbs;

/// <summary>
/// Policy losses over tokens [B, T] from the log-probability of each: REINFORCE, PPO with a dual clip, GRPO, importance ratios, DPOK, Lp-Reg, Clip-Cov, KL-Cov, exponential smoothing; KL to a reference, entropy bonus,
/// and the means by token, by sequence and by group. <see cref="PolicyLossKind"/> gives the formulas, <see cref="PolicyLossOptions"/> the sum; this file the span overloads, which run on the CPU.
/// </summary>
/// <remarks>
/// <para>Arithmetic is fp64 whatever the type; results are rounded once. Everything about the batch (means, shares, what is selected) is detached: no gradient passes through it.</para>
/// <para>The gradient to the logits is one further pass: <c>RowEntropy</c> with the sampled tokens as actions, the log-probability gradient as action weights and the entropy gradient as row weights.</para>
/// </remarks>
public static partial class PolicyLoss
{
    /// <summary>Loss, gradients and flags of float32 arrays in host memory.</summary>
    /// <param name="logProbabilities">ℓ [B, T]; rows may be strided.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">The other arrays.</param>
    /// <returns>The reduced loss and what is worth watching.</returns>
    /// <exception cref="ArgumentException">A shape or an option is wrong, or an input is missing; the message names it, what was given and what would be right.</exception>
    public static PolicyMetrics Compute(ReadOnlySpan2D<float> logProbabilities, in PolicyLossOutputs<float> outputs, in PolicyLossOptions options, in PolicyLossInputs<float> inputs) =>
        CpuPolicyLoss.Compute(logProbabilities, outputs, options, inputs);

    /// <summary>As the float32 form.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in PolicyLossOutputs{float}, in PolicyLossOptions, in PolicyLossInputs{float})"/>
    public static PolicyMetrics Compute(ReadOnlySpan2D<double> logProbabilities, in PolicyLossOutputs<double> outputs, in PolicyLossOptions options, in PolicyLossInputs<double> inputs) =>
        CpuPolicyLoss.Compute(logProbabilities, outputs, options, inputs);
}
