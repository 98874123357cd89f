using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Projections;

namespace Gibbs;

/// <summary>
/// Fenchel-Young losses of α-entmax over logits [N, V], in one pass: sparsemax (α = 2), entmax-1.5, any α in (1, 8]. <see cref="FenchelYoungOptions"/> gives the formula; this file the span overloads, which run on the
/// CPU; <c>FenchelYoung.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>
/// <para>Rows, reductions and statuses are those of <see cref="SoftmaxCrossEntropy"/>: what a bad row yields is the same table. The loss of a row whose target leads by 1/(α−1) or more is exactly 0, and so is its gradient.</para>
/// <para>Martins and Astudillo, 2016 (sparsemax loss); Blondel, Martins and Niculae, 2020; Peters, Niculae and Martins, 2019.</para>
/// </remarks>
public static partial class FenchelYoung
{
    /// <summary>Loss, gradient and probabilities of float32 logits in host memory.</summary>
    /// <param name="logits">z [N, V]; rows may be strided.</param>
    /// <param name="targets">y [N], int32 or int64.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <returns>The reduced loss, its normaliser and the count of valid rows.</returns>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<float> logits,
        TargetSpan targets,
        in FenchelYoungOutputs<float, float> outputs,
        in FenchelYoungOptions options = default,
        in FenchelYoungInputs<float> inputs = default) =>
        CpuFenchelYoung.Compute(logits, targets, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64 or better.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, TargetSpan, in FenchelYoungOutputs{float, float}, in FenchelYoungOptions, in FenchelYoungInputs{float})"/>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<double> logits,
        TargetSpan targets,
        in FenchelYoungOutputs<double, double> outputs,
        in FenchelYoungOptions options = default,
        in FenchelYoungInputs<double> inputs = default) =>
        CpuFenchelYoung.Compute(logits, targets, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, TargetSpan, in FenchelYoungOutputs{float, float}, in FenchelYoungOptions, in FenchelYoungInputs{float})"/>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<Half> logits,
        TargetSpan targets,
        in FenchelYoungOutputs<Half, float> outputs,
        in FenchelYoungOptions options = default,
        in FenchelYoungInputs<float> inputs = default) =>
        CpuFenchelYoung.Compute(logits, targets, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, TargetSpan, in FenchelYoungOutputs{float, float}, in FenchelYoungOptions, in FenchelYoungInputs{float})"/>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<BFloat16> logits,
        TargetSpan targets,
        in FenchelYoungOutputs<BFloat16, float> outputs,
        in FenchelYoungOptions options = default,
        in FenchelYoungInputs<float> inputs = default) =>
        CpuFenchelYoung.Compute(logits, targets, outputs, options, inputs);
}
