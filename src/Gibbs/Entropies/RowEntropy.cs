using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Entropies;

namespace Gibbs;

/// <summary>
/// Entropies of rows, of p = softmax(z/T) or of probabilities as given: Shannon's, Tsallis's, Rényi's and the min-entropy, with the log-probability of an action and the gradient of both in one pass.
/// <see cref="RowEntropyOptions"/> gives the formulas; this file the span overloads, which run on the CPU; <c>RowEntropy.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>
/// <para>A masked entry (−∞) has p = 0 and a gradient of exactly 0; a uniform row has entropy log V, a one-hot row exactly 0. Row statuses, upper ones first:
/// <see cref="RowStatus.TargetOutOfRange"/> (an action outside the row: log-probability and value NaN, gradient 0, entropy as any row), <see cref="RowStatus.InvalidTemperature"/>,
/// <see cref="RowStatus.NotANumber"/>, <see cref="RowStatus.PlusInfinity"/>, <see cref="RowStatus.InvalidProbability"/> (all NaN, but a log-sum-exp of +∞ where a logit is),
/// <see cref="RowStatus.AllMasked"/> (no mass, or an empty row: entropy 0, gradient 0, log-sum-exp and log-probability −∞).</para>
/// <para>Williams and Peng, 1991 (entropy regularisation of policies); Grandvalet and Bengio, 2004 (of classifiers); Tsallis, 1988; Rényi, 1961.</para>
/// </remarks>
public static partial class RowEntropy
{
    /// <summary>Entropies, log-probabilities and gradient of float32 rows in host memory.</summary>
    /// <param name="logits">z [N, V], or probabilities by <see cref="RowEntropyOptions.Input"/>; rows may be strided.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <returns>The reduced value Σ (r·H + u·log p_a), as the loss; its normaliser; N.</returns>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<float> logits,
        in RowEntropyOutputs<float, float> outputs,
        in RowEntropyOptions options = default,
        in RowEntropyInputs<float> inputs = default) =>
        CpuRowEntropy.Compute(logits, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in RowEntropyOutputs{float, float}, in RowEntropyOptions, in RowEntropyInputs{float})"/>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<double> logits,
        in RowEntropyOutputs<double, double> outputs,
        in RowEntropyOptions options = default,
        in RowEntropyInputs<double> inputs = default) =>
        CpuRowEntropy.Compute(logits, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in RowEntropyOutputs{float, float}, in RowEntropyOptions, in RowEntropyInputs{float})"/>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<Half> logits,
        in RowEntropyOutputs<Half, float> outputs,
        in RowEntropyOptions options = default,
        in RowEntropyInputs<float> inputs = default) =>
        CpuRowEntropy.Compute(logits, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in RowEntropyOutputs{float, float}, in RowEntropyOptions, in RowEntropyInputs{float})"/>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<BFloat16> logits,
        in RowEntropyOutputs<BFloat16, float> outputs,
        in RowEntropyOptions options = default,
        in RowEntropyInputs<float> inputs = default) =>
        CpuRowEntropy.Compute(logits, outputs, options, inputs);

    /// <summary>The same of float32 rows of any lengths, side by side in one array: row i is values[offsets[i] .. offsets[i + 1]). An empty row is <see cref="RowStatus.AllMasked"/>.</summary>
    /// <param name="values">z, or probabilities [total].</param>
    /// <param name="offsets">[N + 1], ascending, from 0 or more up to total or less.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays; an action counts from its row's beginning.</param>
    /// <returns>As <c>Compute</c>.</returns>
    /// <exception cref="ArgumentException">A shape, an offset or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static CrossEntropyResult ComputeRagged(
        ReadOnlySpan<float> values,
        ReadOnlySpan<long> offsets,
        in RaggedEntropyOutputs<float, float> outputs,
        in RowEntropyOptions options = default,
        in RowEntropyInputs<float> inputs = default) =>
        CpuRowEntropy.ComputeRagged(values, offsets, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="ComputeRagged(ReadOnlySpan{float}, ReadOnlySpan{long}, in RaggedEntropyOutputs{float, float}, in RowEntropyOptions, in RowEntropyInputs{float})"/>
    public static CrossEntropyResult ComputeRagged(
        ReadOnlySpan<double> values,
        ReadOnlySpan<long> offsets,
        in RaggedEntropyOutputs<double, double> outputs,
        in RowEntropyOptions options = default,
        in RowEntropyInputs<double> inputs = default) =>
        CpuRowEntropy.ComputeRagged(values, offsets, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="ComputeRagged(ReadOnlySpan{float}, ReadOnlySpan{long}, in RaggedEntropyOutputs{float, float}, in RowEntropyOptions, in RowEntropyInputs{float})"/>
    public static CrossEntropyResult ComputeRagged(
        ReadOnlySpan<Half> values,
        ReadOnlySpan<long> offsets,
        in RaggedEntropyOutputs<Half, float> outputs,
        in RowEntropyOptions options = default,
        in RowEntropyInputs<float> inputs = default) =>
        CpuRowEntropy.ComputeRagged(values, offsets, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="ComputeRagged(ReadOnlySpan{float}, ReadOnlySpan{long}, in RaggedEntropyOutputs{float, float}, in RowEntropyOptions, in RowEntropyInputs{float})"/>
    public static CrossEntropyResult ComputeRagged(
        ReadOnlySpan<BFloat16> values,
        ReadOnlySpan<long> offsets,
        in RaggedEntropyOutputs<BFloat16, float> outputs,
        in RowEntropyOptions options = default,
        in RowEntropyInputs<float> inputs = default) =>
        CpuRowEntropy.ComputeRagged(values, offsets, outputs, options, inputs);
}
