using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Divergences;

namespace Gibbs;

/// <content>
/// Teachers that list k classes of a row with their log-probabilities. With L the listed classes and <see cref="DivergenceOptions.Tail"/>:
/// <code>
/// None           Σ_L q·(log q − log p)                                                gradient (Σ_L q)·p − q         KullbackLeibler
/// Renormalised   D of q/Σ_L q, 0 outside L, from p                                    of D                           any kind
/// Bucket         D over the k listed classes and one more, max(0, 1 − Σ_L q)          of D                           any kind
///                against the mass of p outside L
/// </code>
/// The student is read once. Statuses beyond those of dense rows, before AllMasked: an index of V or more: TargetOutOfRange, divergence NaN, gradient 0; a class listed twice: InvalidParameter, both NaN; a log-probability
/// above 0, or with Bucket a Σ_L q above 1.001: InvalidProbability. A row that lists nothing, or no mass, is AllMasked, but with Bucket, whose one class then has all of it.
/// </content>
public static partial class RowDivergence
{
    /// <summary>Divergences of float32 rows from sparse teachers in host memory.</summary>
    /// <param name="student">Logits of p [N, V]; rows may be strided.</param>
    /// <param name="ids">Listed classes [N, k], int32 or int64, in any order, no class twice; negative: padding. Rows may be strided.</param>
    /// <param name="teacherLogProbabilities">log q of those [N, k], at most 0; rows may be strided.</param>
    /// <param name="outputs">What to compute, and where to; no teacher gradient.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <returns>The reduced divergence, its normaliser and the count of rows.</returns>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static CrossEntropyResult ComputeSparse(
        ReadOnlySpan2D<float> student,
        ClassIds ids,
        ReadOnlySpan2D<float> teacherLogProbabilities,
        in DivergenceOutputs<float, float> outputs,
        in DivergenceOptions options = default,
        in DivergenceInputs<float> inputs = default) =>
        CpuSparseDivergence.Compute(student, ids, teacherLogProbabilities, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="ComputeSparse(ReadOnlySpan2D{float}, ClassIds, ReadOnlySpan2D{float}, in DivergenceOutputs{float, float}, in DivergenceOptions, in DivergenceInputs{float})"/>
    public static CrossEntropyResult ComputeSparse(
        ReadOnlySpan2D<double> student,
        ClassIds ids,
        ReadOnlySpan2D<double> teacherLogProbabilities,
        in DivergenceOutputs<double, double> outputs,
        in DivergenceOptions options = default,
        in DivergenceInputs<double> inputs = default) =>
        CpuSparseDivergence.Compute(student, ids, teacherLogProbabilities, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 students; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="ComputeSparse(ReadOnlySpan2D{float}, ClassIds, ReadOnlySpan2D{float}, in DivergenceOutputs{float, float}, in DivergenceOptions, in DivergenceInputs{float})"/>
    public static CrossEntropyResult ComputeSparse(
        ReadOnlySpan2D<Half> student,
        ClassIds ids,
        ReadOnlySpan2D<float> teacherLogProbabilities,
        in DivergenceOutputs<Half, float> outputs,
        in DivergenceOptions options = default,
        in DivergenceInputs<float> inputs = default) =>
        CpuSparseDivergence.Compute(student, ids, teacherLogProbabilities, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 students; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="ComputeSparse(ReadOnlySpan2D{float}, ClassIds, ReadOnlySpan2D{float}, in DivergenceOutputs{float, float}, in DivergenceOptions, in DivergenceInputs{float})"/>
    public static CrossEntropyResult ComputeSparse(
        ReadOnlySpan2D<BFloat16> student,
        ClassIds ids,
        ReadOnlySpan2D<float> teacherLogProbabilities,
        in DivergenceOutputs<BFloat16, float> outputs,
        in DivergenceOptions options = default,
        in DivergenceInputs<float> inputs = default) =>
        CpuSparseDivergence.Compute(student, ids, teacherLogProbabilities, outputs, options, inputs);
}
