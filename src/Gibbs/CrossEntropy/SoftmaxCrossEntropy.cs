using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu;

namespace Gibbs;

/// <summary>
/// Softmax cross-entropy over logits [N, V]: loss, gradient and by-products in one pass. <see cref="CrossEntropyOptions"/> gives the formula; this file the span
/// overloads, which run on the CPU (managed SIMD, rows over a resident worker team); <c>SoftmaxCrossEntropy.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>
/// <para>Targets, weights and outputs are optional: what is empty is not read, or not computed. With no targets only statistics (log-sum-exp, entropy, argmax) can be
/// asked for. A row's result is bit-identical alone or in a batch, at any alignment, for any thread count and vector width.</para>
/// <para>Argument errors throw <see cref="ArgumentException"/> with the argument's name and shape; row errors only set <see cref="RowStatus"/>. N = 0 is valid, V = 0 an error.
/// A call in steady state allocates nothing.</para>
/// </remarks>
public static partial class SoftmaxCrossEntropy
{
    /// <summary>Loss, gradient and statistics of float32 logits in host memory.</summary>
    /// <param name="logits">z [N, V]; rows may be strided.</param>
    /// <param name="targets">y [N], int32 or int64; <c>default</c> for soft targets or none.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <returns>The reduced loss, its normaliser and the count of valid rows.</returns>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<float> logits,
        TargetSpan targets,
        in CrossEntropyOutputs<float, float> outputs,
        in CrossEntropyOptions options = default,
        in CrossEntropyInputs<float, float> inputs = default) =>
        CpuCrossEntropy.Compute(logits, targets, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, TargetSpan, in CrossEntropyOutputs{float, float}, in CrossEntropyOptions, in CrossEntropyInputs{float, float})"/>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<double> logits,
        TargetSpan targets,
        in CrossEntropyOutputs<double, double> outputs,
        in CrossEntropyOptions options = default,
        in CrossEntropyInputs<double, double> inputs = default) =>
        CpuCrossEntropy.Compute(logits, targets, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 logits and gradient; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, TargetSpan, in CrossEntropyOutputs{float, float}, in CrossEntropyOptions, in CrossEntropyInputs{float, float})"/>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<Half> logits,
        TargetSpan targets,
        in CrossEntropyOutputs<Half, float> outputs,
        in CrossEntropyOptions options = default,
        in CrossEntropyInputs<Half, float> inputs = default) =>
        CpuCrossEntropy.Compute(logits, targets, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 logits and gradient; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, TargetSpan, in CrossEntropyOutputs{float, float}, in CrossEntropyOptions, in CrossEntropyInputs{float, float})"/>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<BFloat16> logits,
        TargetSpan targets,
        in CrossEntropyOutputs<BFloat16, float> outputs,
        in CrossEntropyOptions options = default,
        in CrossEntropyInputs<BFloat16, float> inputs = default) =>
        CpuCrossEntropy.Compute(logits, targets, outputs, options, inputs);

    /// <summary>
    /// The gradient from saved statistics: upstream_i · ∂loss_i/∂logits, divided by the normaliser with <see cref="Reduction.Mean"/>. One read, one write.
    /// </summary>
    /// <param name="logits">The logits that the statistics are of.</param>
    /// <param name="targets">As in <c>Compute</c>.</param>
    /// <param name="statistics">What <c>Compute</c> saved, with the same options.</param>
    /// <param name="upstream">[N], or one value for all rows.</param>
    /// <param name="gradient">[N, V]; may be the logits' own memory, exactly.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong.</exception>
    public static void Gradient(
        ReadOnlySpan2D<float> logits,
        TargetSpan targets,
        ReadOnlySpan<RowStatistics<float>> statistics,
        ReadOnlySpan<float> upstream,
        Span2D<float> gradient,
        in CrossEntropyOptions options = default,
        in CrossEntropyInputs<float, float> inputs = default) =>
        CpuCrossEntropy.Gradient(logits, targets, statistics, upstream, gradient, options, inputs);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Gradient(ReadOnlySpan2D{float}, TargetSpan, ReadOnlySpan{RowStatistics{float}}, ReadOnlySpan{float}, Span2D{float}, in CrossEntropyOptions, in CrossEntropyInputs{float, float})"/>
    public static void Gradient(
        ReadOnlySpan2D<double> logits,
        TargetSpan targets,
        ReadOnlySpan<RowStatistics<double>> statistics,
        ReadOnlySpan<double> upstream,
        Span2D<double> gradient,
        in CrossEntropyOptions options = default,
        in CrossEntropyInputs<double, double> inputs = default) =>
        CpuCrossEntropy.Gradient(logits, targets, statistics, upstream, gradient, options, inputs);

    /// <summary>As the float32 form, for float16 logits and gradient; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Gradient(ReadOnlySpan2D{float}, TargetSpan, ReadOnlySpan{RowStatistics{float}}, ReadOnlySpan{float}, Span2D{float}, in CrossEntropyOptions, in CrossEntropyInputs{float, float})"/>
    public static void Gradient(
        ReadOnlySpan2D<Half> logits,
        TargetSpan targets,
        ReadOnlySpan<RowStatistics<float>> statistics,
        ReadOnlySpan<float> upstream,
        Span2D<Half> gradient,
        in CrossEntropyOptions options = default,
        in CrossEntropyInputs<Half, float> inputs = default) =>
        CpuCrossEntropy.Gradient(logits, targets, statistics, upstream, gradient, options, inputs);

    /// <summary>As the float32 form, for bfloat16 logits and gradient; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Gradient(ReadOnlySpan2D{float}, TargetSpan, ReadOnlySpan{RowStatistics{float}}, ReadOnlySpan{float}, Span2D{float}, in CrossEntropyOptions, in CrossEntropyInputs{float, float})"/>
    public static void Gradient(
        ReadOnlySpan2D<BFloat16> logits,
        TargetSpan targets,
        ReadOnlySpan<RowStatistics<float>> statistics,
        ReadOnlySpan<float> upstream,
        Span2D<BFloat16> gradient,
        in CrossEntropyOptions options = default,
        in CrossEntropyInputs<BFloat16, float> inputs = default) =>
        CpuCrossEntropy.Gradient(logits, targets, statistics, upstream, gradient, options, inputs);
}
