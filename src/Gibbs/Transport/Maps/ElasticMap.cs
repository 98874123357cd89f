using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// The entropic map of an elastic cost, out of sample: from the potential g of a solve between clouds to where any point goes. This file holds the span overloads, which run on the CPU.
/// </summary>
/// <remarks>
/// <code>
/// h(z) = ½‖z‖² + γ·τ(z)
/// f(x) = −ε·log Σ_j b_j·exp((g_j − h(x − y_j))/ε)              p_j(x) ∝ b_j·exp((g_j − h(x − y_j))/ε), Σp = 1
/// ∇f(x) = Σ_j p_j·∇h(x − y_j)
/// T(x) = x − ∇h*(∇f(x)) = x − prox_γτ(x − Σ_j p_j·(y_j − γ·∇τ(x − y_j)))
/// </code>
/// <para>∇τ is 0 in coordinates that are 0. For the linear costs T(x) is Σ p_j·y_j, with the weights of their cost. A target without mass has no part; a point that is not finite gives NaN, targets are finite. Nothing of size N·M is stored:
/// scratch beside the arguments is O((N + M)·d).</para>
/// <para>Pooladian, Niles-Weed, 2021 (entropic maps); Cuturi, Klein, Ablin, 2023.</para>
/// </remarks>
public static partial class ElasticMap
{
    /// <summary>Maps float32 points in host memory.</summary>
    /// <param name="points">x [N, d]; rows may be strided.</param>
    /// <param name="targets">y [M, d], as they were solved for.</param>
    /// <param name="targetPotential">g [M] of a solve with this cost and ε.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Cost and ε, which must be given.</param>
    /// <param name="inputs">Weights of the targets, and the matrix that some costs need.</param>
    /// <exception cref="ArgumentException">A shape, an option, a weight or the matrix is wrong; the message names it, what was given and what would be right.</exception>
    public static void Apply(
        ReadOnlySpan2D<float> points,
        ReadOnlySpan2D<float> targets,
        ReadOnlySpan<float> targetPotential,
        in ElasticMapOutputs<float> outputs,
        in ElasticMapOptions options,
        in ElasticMapInputs<float> inputs = default) =>
        CpuElasticMap.Apply(points, targets, targetPotential, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Apply(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, ReadOnlySpan{float}, in ElasticMapOutputs{float}, in ElasticMapOptions, in ElasticMapInputs{float})"/>
    public static void Apply(
        ReadOnlySpan2D<double> points,
        ReadOnlySpan2D<double> targets,
        ReadOnlySpan<double> targetPotential,
        in ElasticMapOutputs<double> outputs,
        in ElasticMapOptions options,
        in ElasticMapInputs<double> inputs = default) =>
        CpuElasticMap.Apply(points, targets, targetPotential, outputs, options, inputs);

    /// <summary>C_ij = h(x_i − y_j) of float32 points: costs for <c>Sinkhorn.Solve</c>, where no metric of <c>SolvePoints</c> is the cost.</summary>
    /// <param name="points">x [N, d]; rows may be strided.</param>
    /// <param name="targets">y [M, d].</param>
    /// <param name="costs">C [N, M].</param>
    /// <param name="cost">The cost.</param>
    /// <param name="matrix">A [r, d] of the linear costs, otherwise empty.</param>
    /// <exception cref="ArgumentException">A shape or the matrix is wrong; the message names it, what was given and what would be right.</exception>
    public static void Costs(ReadOnlySpan2D<float> points, ReadOnlySpan2D<float> targets, Span2D<float> costs, ElasticCost cost, ReadOnlySpan2D<float> matrix = default) =>
        CpuElasticMap.Costs(points, targets, costs, cost, matrix);

    /// <summary>As the float32 form.</summary>
    /// <inheritdoc cref="Costs(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, Span2D{float}, ElasticCost, ReadOnlySpan2D{float})"/>
    public static void Costs(ReadOnlySpan2D<double> points, ReadOnlySpan2D<double> targets, Span2D<double> costs, ElasticCost cost, ReadOnlySpan2D<double> matrix = default) =>
        CpuElasticMap.Costs(points, targets, costs, cost, matrix);

    /// <summary>
    /// Points e(x) with ‖e(x) − e(y)‖² = h(x − y) for a linear cost: <c>Sinkhorn.SolvePoints</c> of them, with its default metric, is the problem of this cost, and no cost is stored.
    /// </summary>
    /// <param name="points">x [N, d]; rows may be strided.</param>
    /// <param name="embedded">e(x) [N, d + r].</param>
    /// <param name="cost">A cost that takes a matrix.</param>
    /// <param name="matrix">A [r, d].</param>
    /// <exception cref="ArgumentException">A shape, the cost or the matrix is wrong; the message names it, what was given and what would be right.</exception>
    public static void Embed(ReadOnlySpan2D<float> points, Span2D<float> embedded, ElasticCost cost, ReadOnlySpan2D<float> matrix) => CpuElasticMap.Embed(points, embedded, cost, matrix);

    /// <summary>As the float32 form.</summary>
    /// <inheritdoc cref="Embed(ReadOnlySpan2D{float}, Span2D{float}, ElasticCost, ReadOnlySpan2D{float})"/>
    public static void Embed(ReadOnlySpan2D<double> points, Span2D<double> embedded, ElasticCost cost, ReadOnlySpan2D<double> matrix) => CpuElasticMap.Embed(points, embedded, cost, matrix);

    /// <summary>The Legendre transform h*(w) = max over q of ⟨q, w⟩ − h(q), and the q that attains it, ∇h*(w) = prox_γτ(w), of float32 rows.</summary>
    /// <param name="rows">w [N, d]; rows may be strided.</param>
    /// <param name="values">h*(w) [N], or empty.</param>
    /// <param name="maximisers">q [N, d], or empty; may be the rows' own memory, exactly.</param>
    /// <param name="cost">The cost.</param>
    /// <param name="matrix">A [r, d] of the linear costs, otherwise empty.</param>
    /// <exception cref="ArgumentException">A shape or the matrix is wrong; the message names it, what was given and what would be right.</exception>
    public static void Conjugate(ReadOnlySpan2D<float> rows, Span<float> values, Span2D<float> maximisers, ElasticCost cost, ReadOnlySpan2D<float> matrix = default) =>
        CpuElasticConjugate.Compute(rows, values, maximisers, cost, matrix);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Conjugate(ReadOnlySpan2D{float}, Span{float}, Span2D{float}, ElasticCost, ReadOnlySpan2D{float})"/>
    public static void Conjugate(ReadOnlySpan2D<double> rows, Span<double> values, Span2D<double> maximisers, ElasticCost cost, ReadOnlySpan2D<double> matrix = default) =>
        CpuElasticConjugate.Compute(rows, values, maximisers, cost, matrix);
}
