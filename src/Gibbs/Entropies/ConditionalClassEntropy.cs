using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Entropies;

namespace Gibbs;

/// <summary>
/// The entropy of the class given the sign of a unit's pre-activation, PSP-entropy, by which units are pruned: this file the span overloads, which run on the CPU; <c>ConditionalClassEntropy.Device.cs</c> those on
/// device memory.
/// <code>
/// H_u = Σ_s p(s)·(−Σ_c p(c | s)·log p(c | s)),   s whether the pre-activation is above 0, p the shares of samples
/// </code>
/// A unit that never changes its sign has H = H(class); one whose sign tells the class of two has 0. Fixed integer counts: exact whatever the order. Has no gradient.
/// </summary>
/// <remarks>
/// <para>Statuses of units, upper ones win: TargetOutOfRange (all units, where a label is out of range), NotANumber (a NaN pre-activation, of a sample that counts), both with entropy NaN; AllMasked (nothing counted,
/// entropy 0); Ok. Samples with a NaN pre-activation are in no count of that unit.</para>
/// <para>Liao et al., 2023.</para>
/// </remarks>
public static partial class ConditionalClassEntropy
{
    /// <summary>Entropies and counts of float32 pre-activations in host memory. Allocates nothing in steady state.</summary>
    /// <param name="preActivations">x [N, U]; rows may be strided.</param>
    /// <param name="labels">y [N], int32 or int64.</param>
    /// <param name="classes">C, at least 1.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <returns>How many samples counted.</returns>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static ConditionalClassEntropyResult Compute(
        ReadOnlySpan2D<float> preActivations,
        TargetSpan labels,
        int classes,
        in ConditionalClassEntropyOutputs<float> outputs,
        in ConditionalClassEntropyOptions options = default) =>
        CpuConditionalClassEntropy.Compute(preActivations, labels, classes, outputs, options);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, TargetSpan, int, in ConditionalClassEntropyOutputs{float}, in ConditionalClassEntropyOptions)"/>
    public static ConditionalClassEntropyResult Compute(
        ReadOnlySpan2D<double> preActivations,
        TargetSpan labels,
        int classes,
        in ConditionalClassEntropyOutputs<double> outputs,
        in ConditionalClassEntropyOptions options = default) =>
        CpuConditionalClassEntropy.Compute(preActivations, labels, classes, outputs, options);

    /// <summary>As the float32 form, for float16.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, TargetSpan, int, in ConditionalClassEntropyOutputs{float}, in ConditionalClassEntropyOptions)"/>
    public static ConditionalClassEntropyResult Compute(
        ReadOnlySpan2D<Half> preActivations,
        TargetSpan labels,
        int classes,
        in ConditionalClassEntropyOutputs<float> outputs,
        in ConditionalClassEntropyOptions options = default) =>
        CpuConditionalClassEntropy.Compute(preActivations, labels, classes, outputs, options);

    /// <summary>As the float32 form, for bfloat16.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, TargetSpan, int, in ConditionalClassEntropyOutputs{float}, in ConditionalClassEntropyOptions)"/>
    public static ConditionalClassEntropyResult Compute(
        ReadOnlySpan2D<BFloat16> preActivations,
        TargetSpan labels,
        int classes,
        in ConditionalClassEntropyOutputs<float> outputs,
        in ConditionalClassEntropyOptions options = default) =>
        CpuConditionalClassEntropy.Compute(preActivations, labels, classes, outputs, options);
}
