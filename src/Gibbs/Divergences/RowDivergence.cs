using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Divergences;

namespace Gibbs;

/// <summary>
/// Divergences between two rows of logits, or of logits and probabilities, each with a temperature of its own; value and gradients to either side from one read of both. <see cref="DivergenceOptions"/> gives the
/// formulas; this file the overloads on spans, which run on the CPU; <c>RowDivergence.Sparse.cs</c> teachers that list few classes; <c>RowDivergence.Device.cs</c> device memory.
/// </summary>
/// <remarks>
/// <para>Exactly 0 at equal rows (<see cref="DivergenceKind.SymmetricCrossEntropy"/> apart), relative accuracy near them. A class that is masked (−∞ logit, probability 0) on both sides adds nothing. Upper statuses take precedence:</para>
/// <code>
/// row                                                                       status                 divergence   gradients
/// a NaN on either side                                                      NotANumber             NaN          NaN
/// a +∞ logit on either side                                                 PlusInfinity           NaN          NaN
/// a given probability that is negative or above 1                           InvalidProbability     NaN          NaN
/// one side without a class that is not masked                               AllMasked              +∞           0
/// mass where the other side is masked, and the kind infinite there          DisjointSupport        +∞           where every entry is finite, else NaN
/// </code>
/// <para>A row of weight 0 has divergence and gradient 0, unless it is NaN. Given probabilities count as they are, also where they do not sum to 1: D is then that of measures, which for KL(q‖p) adds 1 − Σq.</para>
/// </remarks>
public static partial class RowDivergence
{
    /// <summary>Divergences and gradients of float32 rows in host memory.</summary>
    /// <param name="student">Logits of p [N, V]; rows may be strided.</param>
    /// <param name="teacher">Logits of q, or q itself [N, V]; rows may be strided. May be the student's memory.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <returns>The reduced divergence, its normaliser and the count of rows.</returns>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<float> student,
        ReadOnlySpan2D<float> teacher,
        in DivergenceOutputs<float, float> outputs,
        in DivergenceOptions options = default,
        in DivergenceInputs<float> inputs = default) =>
        CpuRowDivergence.Compute(student, teacher, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in DivergenceOutputs{float, float}, in DivergenceOptions, in DivergenceInputs{float})"/>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<double> student,
        ReadOnlySpan2D<double> teacher,
        in DivergenceOutputs<double, double> outputs,
        in DivergenceOptions options = default,
        in DivergenceInputs<double> inputs = default) =>
        CpuRowDivergence.Compute(student, teacher, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in DivergenceOutputs{float, float}, in DivergenceOptions, in DivergenceInputs{float})"/>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<Half> student,
        ReadOnlySpan2D<Half> teacher,
        in DivergenceOutputs<Half, float> outputs,
        in DivergenceOptions options = default,
        in DivergenceInputs<float> inputs = default) =>
        CpuRowDivergence.Compute(student, teacher, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in DivergenceOutputs{float, float}, in DivergenceOptions, in DivergenceInputs{float})"/>
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<BFloat16> student,
        ReadOnlySpan2D<BFloat16> teacher,
        in DivergenceOutputs<BFloat16, float> outputs,
        in DivergenceOptions options = default,
        in DivergenceInputs<float> inputs = default) =>
        CpuRowDivergence.Compute(student, teacher, outputs, options, inputs);
}
