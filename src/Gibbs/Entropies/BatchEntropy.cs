using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Entropies;

namespace Gibbs;

/// <summary>
/// Entropies of the mean distribution of a batch of softmax rows, or of each of its segments (images, domains), with their gradients by the logits [N, K]: mutual information, class-ratio priors, grouped entropies.
/// <see cref="BatchEntropyOptions"/> gives the formula and the named methods; this file the span overloads, which run on the CPU; <c>BatchEntropy.Device.cs</c> those on device memory. Two reads of the logits
/// and one write.
/// </summary>
/// <remarks>
/// <para>−∞ logits are a mask. Row statuses: InvalidParameter (a weight that is negative or not finite), NotANumber, PlusInfinity, AllMasked, Ok. A row that is AllMasked or of weight 0 does not count, and its gradient is 0.</para>
/// <para>Statuses of segments, upper ones win: InvalidParameter, NotANumber, PlusInfinity (of a row that counts, or of the prior), InvalidProbability (a prior below 0 or above 1), all with F and p̄ NaN; AllMasked (no row counts:
/// F = 0, p̄ = 0, not in the mean); DisjointSupport (mass where the prior has none: F infinite); Ok. A segment is one function of all its rows: where F is not finite, the gradient of its rows that count is NaN.</para>
/// </remarks>
public static partial class BatchEntropy
{
    /// <summary>Batch entropies of float32 logits in host memory. Allocates nothing in steady state.</summary>
    /// <param name="logits">z [N, K]; rows may be strided.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <returns>The reduced value and the count of segments.</returns>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static BatchEntropyResult Compute(
        ReadOnlySpan2D<float> logits,
        in BatchEntropyOutputs<float, float> outputs,
        in BatchEntropyOptions options = default,
        in BatchEntropyInputs<float> inputs = default) =>
        CpuBatchEntropy.Compute(logits, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in BatchEntropyOutputs{float, float}, in BatchEntropyOptions, in BatchEntropyInputs{float})"/>
    public static BatchEntropyResult Compute(
        ReadOnlySpan2D<double> logits,
        in BatchEntropyOutputs<double, double> outputs,
        in BatchEntropyOptions options = default,
        in BatchEntropyInputs<double> inputs = default) =>
        CpuBatchEntropy.Compute(logits, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in BatchEntropyOutputs{float, float}, in BatchEntropyOptions, in BatchEntropyInputs{float})"/>
    public static BatchEntropyResult Compute(
        ReadOnlySpan2D<Half> logits,
        in BatchEntropyOutputs<Half, float> outputs,
        in BatchEntropyOptions options = default,
        in BatchEntropyInputs<float> inputs = default) =>
        CpuBatchEntropy.Compute(logits, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in BatchEntropyOutputs{float, float}, in BatchEntropyOptions, in BatchEntropyInputs{float})"/>
    public static BatchEntropyResult Compute(
        ReadOnlySpan2D<BFloat16> logits,
        in BatchEntropyOutputs<BFloat16, float> outputs,
        in BatchEntropyOptions options = default,
        in BatchEntropyInputs<float> inputs = default) =>
        CpuBatchEntropy.Compute(logits, outputs, options, inputs);
}
