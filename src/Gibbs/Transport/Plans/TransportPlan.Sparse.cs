using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <content>A plan's largest entries, by row or by a bound, in one pass that stores no other.</content>
public static partial class TransportPlan
{
    /// <summary>The k largest entries of every row of P, largest first; of equal ones the lower column. A row with fewer positive ones ends with id −1 and value 0; one with a NaN holds −1 and NaN throughout.</summary>
    /// <param name="cost">C, or the points it is made of.</param>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="ids">Columns [N, k], k at most 128.</param>
    /// <param name="values">P_ij of them [N, k], or empty.</param>
    /// <param name="options">Those of the solve.</param>
    /// <exception cref="ArgumentException">As for <c>Apply</c>.</exception>
    public static void TopK(in TransportCost cost, in TransportPotentials<float> potentials, Span2D<int> ids, Span2D<float> values, in SinkhornOptions options) =>
        CpuPlanEntries.TopK(cost, potentials, ids, values, options);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="TopK(in TransportCost, in TransportPotentials{float}, Span2D{int}, Span2D{float}, in SinkhornOptions)"/>
    public static void TopK(in TransportCost cost, in TransportPotentials<double> potentials, Span2D<int> ids, Span2D<double> values, in SinkhornOptions options) =>
        CpuPlanEntries.TopK(cost, potentials, ids, values, options);

    /// <summary>Where rows of the entries P_ij &gt; threshold begin in a sparse matrix: the counting call before <c>Threshold</c>.</summary>
    /// <param name="cost">C, or the points it is made of.</param>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="threshold">At least 0.</param>
    /// <param name="rowOffsets">[N + 1]: row i has the entries from rowOffsets[i] to rowOffsets[i + 1].</param>
    /// <param name="options">Those of the solve.</param>
    /// <returns>The number of entries, which is rowOffsets[N]. NaN is none.</returns>
    /// <exception cref="ArgumentException">As for <c>Apply</c>.</exception>
    public static long CountAbove(in TransportCost cost, in TransportPotentials<float> potentials, double threshold, Span<long> rowOffsets, in SinkhornOptions options) =>
        CpuPlanEntries.Count(cost, potentials, threshold, rowOffsets, options);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="CountAbove(in TransportCost, in TransportPotentials{float}, double, Span{long}, in SinkhornOptions)"/>
    public static long CountAbove(in TransportCost cost, in TransportPotentials<double> potentials, double threshold, Span<long> rowOffsets, in SinkhornOptions options) =>
        CpuPlanEntries.Count(cost, potentials, threshold, rowOffsets, options);

    /// <summary>The entries P_ij &gt; threshold as a sparse matrix in canonical CSR: rows in order, columns of a row in order.</summary>
    /// <param name="cost">C, or the points it is made of.</param>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="threshold">As for <c>CountAbove</c>.</param>
    /// <param name="rowOffsets">What <c>CountAbove</c> gave for the same arguments.</param>
    /// <param name="columns">rowOffsets[N] of them.</param>
    /// <param name="values">As many.</param>
    /// <param name="options">Those of the solve.</param>
    /// <exception cref="ArgumentException">As for <c>Apply</c>, or the offsets are not those of the same plan and threshold.</exception>
    public static void Threshold(
        in TransportCost cost, in TransportPotentials<float> potentials, double threshold, ReadOnlySpan<long> rowOffsets, Span<int> columns, Span<float> values, in SinkhornOptions options) =>
        CpuPlanEntries.Store(cost, potentials, threshold, rowOffsets, columns, values, options);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Threshold(in TransportCost, in TransportPotentials{float}, double, ReadOnlySpan{long}, Span{int}, Span{float}, in SinkhornOptions)"/>
    public static void Threshold(
        in TransportCost cost, in TransportPotentials<double> potentials, double threshold, ReadOnlySpan<long> rowOffsets, Span<int> columns, Span<double> values, in SinkhornOptions options) =>
        CpuPlanEntries.Store(cost, potentials, threshold, rowOffsets, columns, values, options);
}
