using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// What a plan does, and its largest entries, from the potentials of a solve: P_ij = a_i·b_j·exp((f_i + g_j − C_ij)/ε). The plan is made where it is needed and never stored: costs may be a matrix, or points of
/// which N·M costs would not fit. This file holds the forms for host memory, which run on the CPU.
/// </summary>
/// <remarks>
/// <para>Options are those of the solve: <see cref="SinkhornOptions.Epsilon"/>, <see cref="SinkhornOptions.Metric"/> of points, and the ρ, which say whether b is scaled to Σa. Arithmetic is that of the
/// potentials' type, sums of tiles in fp64; results are the same bits for any number of threads and width of vectors. Scratch: O((N + M)·K). A NaN or a cost of −∞ gives NaN in what sums it.</para>
/// </remarks>
public static partial class TransportPlan
{
    /// <summary>P·V [N, K]; as a barycentric map Σ_j P_ij·V_j/Σ_j P_ij, the mean of V as row i sees it. A row of no plan, all of whose costs are +∞, gives 0, and NaN as a map.</summary>
    /// <param name="cost">C, or the points it is made of.</param>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="values">V [M, K]; rows may be strided.</param>
    /// <param name="result">[N, K], memory apart from all inputs.</param>
    /// <param name="options">Those of the solve.</param>
    /// <param name="barycentric">Divide by the sums of the rows of P. An atom of no mass is mapped as one of little mass.</param>
    /// <exception cref="ArgumentException">A shape, a type, an option or a weight is wrong, or masses differ; the message names it, what was given and what would be right.</exception>
    /// <remarks>Ferradans, Papadakis, Peyré, Aujol, 2014 (barycentric projection); Seguy et al., 2018; Pooladian and Niles-Weed, 2021 (entropic map).</remarks>
    public static void Apply(in TransportCost cost, in TransportPotentials<float> potentials, ReadOnlySpan2D<float> values, Span2D<float> result, in SinkhornOptions options, bool barycentric = false) =>
        CpuTransportPlan.Apply(cost, potentials, values, result, options, barycentric);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Apply(in TransportCost, in TransportPotentials{float}, ReadOnlySpan2D{float}, Span2D{float}, in SinkhornOptions, bool)"/>
    public static void Apply(in TransportCost cost, in TransportPotentials<double> potentials, ReadOnlySpan2D<double> values, Span2D<double> result, in SinkhornOptions options, bool barycentric = false) =>
        CpuTransportPlan.Apply(cost, potentials, values, result, options, barycentric);

    /// <summary>Pᵀ·V [M, K]; as a barycentric map divided by the sums of the columns of P.</summary>
    /// <param name="cost">C, or the points it is made of.</param>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="values">V [N, K]; rows may be strided.</param>
    /// <param name="result">[M, K], memory apart from all inputs.</param>
    /// <param name="options">Those of the solve.</param>
    /// <param name="barycentric">Divide by the sums of the columns of P.</param>
    /// <exception cref="ArgumentException">As for <c>Apply</c>.</exception>
    public static void ApplyTransposed(in TransportCost cost, in TransportPotentials<float> potentials, ReadOnlySpan2D<float> values, Span2D<float> result, in SinkhornOptions options, bool barycentric = false) =>
        CpuTransportPlan.ApplyTransposed(cost, potentials, values, result, options, barycentric);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="ApplyTransposed(in TransportCost, in TransportPotentials{float}, ReadOnlySpan2D{float}, Span2D{float}, in SinkhornOptions, bool)"/>
    public static void ApplyTransposed(in TransportCost cost, in TransportPotentials<double> potentials, ReadOnlySpan2D<double> values, Span2D<double> result, in SinkhornOptions options, bool barycentric = false) =>
        CpuTransportPlan.ApplyTransposed(cost, potentials, values, result, options, barycentric);

    /// <summary>P1 [N] and Pᵀ1 [M]; what is empty is not computed.</summary>
    /// <param name="cost">C, or the points it is made of.</param>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="rowSums">[N], or empty.</param>
    /// <param name="columnSums">[M], or empty.</param>
    /// <param name="options">Those of the solve.</param>
    /// <exception cref="ArgumentException">As for <c>Apply</c>.</exception>
    public static void Marginals(in TransportCost cost, in TransportPotentials<float> potentials, Span<float> rowSums, Span<float> columnSums, in SinkhornOptions options) =>
        CpuTransportPlan.Marginals(cost, potentials, rowSums, columnSums, options);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Marginals(in TransportCost, in TransportPotentials{float}, Span{float}, Span{float}, in SinkhornOptions)"/>
    public static void Marginals(in TransportCost cost, in TransportPotentials<double> potentials, Span<double> rowSums, Span<double> columnSums, in SinkhornOptions options) =>
        CpuTransportPlan.Marginals(cost, potentials, rowSums, columnSums, options);
}
