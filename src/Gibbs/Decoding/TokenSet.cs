using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Decoding;

namespace Gibbs;

/// <summary>
/// The most probable tokens of rows of logits [N, V], by top-k, top-p, min-p, least probability or bounded entropy (Top-H), together or alone: their restricted entropy with its gradient, their
/// log-probabilities, and samples from them. <see cref="TokenSetOptions"/> gives the formulas; this file the span overloads, which run on the CPU; <c>TokenSet.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>
/// <para>A sample is argmax over S of (z_j − max z)·(1/T) + G_j, lower index on ties, with G_j = −log(−log u_j) and u_j of word j mod 4 of Philox4x32-10 at counter (j/4, row + RowOffset, Step) under
/// the key Seed: every path and device draws the same token, but where two scores differ by less than their rounding. Choosing S needs no sort.</para>
/// <para>Row statuses, upper ones first: <see cref="RowStatus.TargetOutOfRange"/> (an action outside the row: its log-probability NaN, all else as any row), <see cref="RowStatus.InvalidTemperature"/>,
/// <see cref="RowStatus.NotANumber"/>, <see cref="RowStatus.PlusInfinity"/> (reals NaN, no token kept or drawn), <see cref="RowStatus.AllMasked"/> (entropies 0, gradient 0, log-probabilities −∞),
/// <see cref="RowStatus.EmptySet"/> (the same, but for the full entropy). A row of weight 0 adds 0, but for
/// NaN and +∞, which a reduction shows.</para>
/// <para>Fan et al., 2018 (top-k); Holtzman et al., 2020 (top-p); Nguyen et al., 2024 (min-p); Potraghloo et al., 2025 (Top-H); Gumbel, 1954, and Maddison et al., 2014 (the draw); Salmon et al.,
/// 2011 (Philox).</para>
/// </remarks>
public static partial class TokenSet
{
    /// <summary>Token sets of float32 logits in host memory.</summary>
    /// <param name="logits">z [N, V]; rows may be strided.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <returns>The reduced restricted entropy Σ r·H_S, as the loss; its normaliser; N.</returns>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<float> logits,
        in TokenSetOutputs<float, float> outputs,
        in TokenSetOptions options = default,
        in TokenSetInputs<float> inputs = default) =>
        CpuTokenSet.Compute(logits, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in TokenSetOutputs{float, float}, in TokenSetOptions, in TokenSetInputs{float})"/>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<double> logits,
        in TokenSetOutputs<double, double> outputs,
        in TokenSetOptions options = default,
        in TokenSetInputs<double> inputs = default) =>
        CpuTokenSet.Compute(logits, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in TokenSetOutputs{float, float}, in TokenSetOptions, in TokenSetInputs{float})"/>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<Half> logits,
        in TokenSetOutputs<Half, float> outputs,
        in TokenSetOptions options = default,
        in TokenSetInputs<float> inputs = default) =>
        CpuTokenSet.Compute(logits, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in TokenSetOutputs{float, float}, in TokenSetOptions, in TokenSetInputs{float})"/>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<BFloat16> logits,
        in TokenSetOutputs<BFloat16, float> outputs,
        in TokenSetOptions options = default,
        in TokenSetInputs<float> inputs = default) =>
        CpuTokenSet.Compute(logits, outputs, options, inputs);
}
