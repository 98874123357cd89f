using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// Optimal transport with at most k non-zeros in every column of the plan, and quadratic regularisation:
/// <code>
/// min over P ≥ 0 with P1 = a, Pᵀ1 = b, ‖P_·j‖₀ ≤ k of  ⟨P, C⟩ + (γ/2)‖P‖²
/// P_ij = [f_i + g_j − C_ij]₊/γ  on the k largest f_i − C_ij of column j, the lower row where they are equal; 0 elsewhere
/// </code>
/// </summary>
/// <remarks>
/// <para>A limit of k non-zeros makes the problem non-convex; solved is its dual or semi-dual, concave with gradient (a − P1, b − Pᵀ1), by L-BFGS with a line search for weak Wolfe conditions. The plan is optimal
/// where its marginal error is 0. Where more than k rows of a column tie at the maximum, the function has a kink there and no plan of k non-zeros per column may fit the marginals: the ascent ends above the
/// tolerance, as <see cref="TransportStatus.FloorReached"/>, and the marginal error says by how much. Without a limit the problem is convex and such ends are those of rounding.</para>
/// <para>Arithmetic is fp64 for every storage type. Results are the same bits from run to run and for any number of threads. Memory beside the arguments: O((N + M)·32) doubles and k per column at work.</para>
/// <para>Liu, Puigcerver, Blondel, 2023 (sparsity-constrained transport); Blondel, Seguy, Rolet, 2018 (quadratic regularisation); Liu, Nocedal, 1989 (L-BFGS); Lewis, Overton, 2013 (line search).</para>
/// </remarks>
public static partial class SparseTransport
{
    /// <summary>Solves for a matrix of float32 costs.</summary>
    /// <param name="cost">C [N, M]; +∞ forbids a pair.</param>
    /// <param name="outputs">What to store, and where to.</param>
    /// <param name="options">Scalars; <see cref="SparseTransportOptions.Gamma"/> must be given.</param>
    /// <param name="inputs">Weights, and a potential to start from.</param>
    /// <returns>Values, error and outcome. With <see cref="TransportStatus.Infeasible"/> and <see cref="TransportStatus.NonFinite"/> outputs are NaN.</returns>
    /// <exception cref="ArgumentException">A shape, an option or a weight is wrong, or masses differ; the message names it, what was given and what would be right.</exception>
    public static SparseTransportResult Solve(ReadOnlySpan2D<float> cost, in SparseTransportOutputs<float> outputs, in SparseTransportOptions options, in SparseTransportInputs<float> inputs = default) =>
        CpuSparseTransport.Solve(cost, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="Solve(ReadOnlySpan2D{float}, in SparseTransportOutputs{float}, in SparseTransportOptions, in SparseTransportInputs{float})"/>
    public static SparseTransportResult Solve(ReadOnlySpan2D<double> cost, in SparseTransportOutputs<double> outputs, in SparseTransportOptions options, in SparseTransportInputs<double> inputs = default) =>
        CpuSparseTransport.Solve(cost, outputs, options, inputs);

    /// <summary>As the float32 form, for costs stored as float16.</summary>
    /// <inheritdoc cref="Solve(ReadOnlySpan2D{float}, in SparseTransportOutputs{float}, in SparseTransportOptions, in SparseTransportInputs{float})"/>
    public static SparseTransportResult Solve(ReadOnlySpan2D<Half> cost, in SparseTransportOutputs<float> outputs, in SparseTransportOptions options, in SparseTransportInputs<float> inputs = default) =>
        CpuSparseTransport.Solve(cost, outputs, options, inputs);

    /// <summary>As the float32 form, for costs stored as bfloat16.</summary>
    /// <inheritdoc cref="Solve(ReadOnlySpan2D{float}, in SparseTransportOutputs{float}, in SparseTransportOptions, in SparseTransportInputs{float})"/>
    public static SparseTransportResult Solve(ReadOnlySpan2D<BFloat16> cost, in SparseTransportOutputs<float> outputs, in SparseTransportOptions options, in SparseTransportInputs<float> inputs = default) =>
        CpuSparseTransport.Solve(cost, outputs, options, inputs);

    /// <summary>Solves for float32 points, with <see cref="SparseTransportOptions.Metric"/> as the cost; no N×M matrix is stored.</summary>
    /// <param name="x">[N, d]; rows may be strided.</param>
    /// <param name="y">[M, d].</param>
    /// <param name="outputs">What to store, and where to.</param>
    /// <param name="options">Scalars; <see cref="SparseTransportOptions.Gamma"/> must be given.</param>
    /// <param name="inputs">Weights, and a potential to start from.</param>
    /// <returns>Values, error and outcome.</returns>
    /// <exception cref="ArgumentException">A shape, an option or a weight is wrong, or masses differ.</exception>
    public static SparseTransportResult SolvePoints(
        ReadOnlySpan2D<float> x, ReadOnlySpan2D<float> y, in SparseTransportOutputs<float> outputs, in SparseTransportOptions options, in SparseTransportInputs<float> inputs = default) =>
        CpuSparseTransport.SolvePoints(x, y, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="SolvePoints(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in SparseTransportOutputs{float}, in SparseTransportOptions, in SparseTransportInputs{float})"/>
    public static SparseTransportResult SolvePoints(
        ReadOnlySpan2D<double> x, ReadOnlySpan2D<double> y, in SparseTransportOutputs<double> outputs, in SparseTransportOptions options, in SparseTransportInputs<double> inputs = default) =>
        CpuSparseTransport.SolvePoints(x, y, outputs, options, inputs);
}
