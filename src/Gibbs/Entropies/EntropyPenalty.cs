using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Entropies;

namespace Gibbs;

/// <summary>
/// Penalties on the entropies H [B, T] of tokens, such as <c>RowEntropy</c> gives them, and their gradients by H: the entropy bonus, EPO, SIREN, entropy-guided attention. <see cref="EntropyPenaltyOptions"/> gives the
/// formulas; this file the span overloads, which run on the CPU; <c>EntropyPenalty.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>
/// <para>The gradient by the logits follows in one more pass: it is the gradient of Σ r·H with r the gradient by H.</para>
/// <para>Statuses of sequences, upper ones win: InvalidParameter (anchor or threshold not finite, index out of range), NotANumber, PlusInfinity (an entropy that is infinite), all with value NaN and gradient NaN on the
/// sequence's valid tokens; AllMasked (no valid token) and EmptySet (Siren: no token above the quantile), which do not count; Ok.</para>
/// </remarks>
public static partial class EntropyPenalty
{
    /// <summary>A penalty of float32 entropies in host memory. Allocates nothing in steady state.</summary>
    /// <param name="entropies">H [B, T] in nats, a sequence per row; rows may be strided.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <returns>The penalty, the mean entropy and counts.</returns>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static EntropyPenaltyResult Compute(
        ReadOnlySpan2D<float> entropies,
        in EntropyPenaltyOutputs<float> outputs,
        in EntropyPenaltyOptions options = default,
        in EntropyPenaltyInputs<float> inputs = default) =>
        CpuEntropyPenalty.Compute(entropies, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in EntropyPenaltyOutputs{float}, in EntropyPenaltyOptions, in EntropyPenaltyInputs{float})"/>
    public static EntropyPenaltyResult Compute(
        ReadOnlySpan2D<double> entropies,
        in EntropyPenaltyOutputs<double> outputs,
        in EntropyPenaltyOptions options = default,
        in EntropyPenaltyInputs<double> inputs = default) =>
        CpuEntropyPenalty.Compute(entropies, outputs, options, inputs);

    /// <summary>EPO's schedule: 1 − 0.2·(1 − e^(−2x)) in the first half of training and 0.8·e^(−3x) in the second, x the progress within the half.</summary>
    /// <param name="progress">Epoch / epochs, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">Progress is outside [0, 1].</exception>
    public static double EpoPhaseWeight(double progress)
    {
        ArgumentChecks.Range(progress is >= 0 and <= 1, nameof(progress), nameof(progress), progress, "in [0, 1]");
        return progress < 0.5 ? 1 - (0.2 * (1 - Math.Exp(-4 * progress))) : 0.8 * Math.Exp(-3 * ((2 * progress) - 1));
    }
}
