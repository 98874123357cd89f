using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Projections;

namespace Gibbs;

/// <summary>
/// Applies a <see cref="RowMap"/>, a projection or proximal map, to every row of a matrix [N, V], and gives its vector-Jacobian products. This file holds the span overloads, which run on the
/// CPU; <c>Projection.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>
/// <para>A row's result is bit-identical alone or in a batch, at any alignment, for any thread count and vector width. N = 0 is valid, V = 0 an error. Argument errors throw
/// <see cref="ArgumentException"/> with the argument's name and shape; row errors only set <see cref="RowStatus"/>. A call in steady state allocates nothing.</para>
/// <para>Results are exact to rounding: the maximum is subtracted first, the threshold recomputed from the support in twice the precision, and no iteration limit can be hit.</para>
/// </remarks>
public static partial class Projection
{
    /// <summary>y = map(x) of float32 rows in host memory.</summary>
    /// <param name="map">Which map, with its scalars.</param>
    /// <param name="input">x [N, V]; rows may be strided.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static void Apply(
        RowMap map,
        ReadOnlySpan2D<float> input,
        in ProjectionOutputs<float, float> outputs,
        in ProjectionInputs<float, float> inputs = default) =>
        CpuProjection.Apply(map, input, outputs, inputs);

    /// <summary>As the float32 form, in fp64 or better.</summary>
    /// <inheritdoc cref="Apply(RowMap, ReadOnlySpan2D{float}, in ProjectionOutputs{float, float}, in ProjectionInputs{float, float})"/>
    public static void Apply(
        RowMap map,
        ReadOnlySpan2D<double> input,
        in ProjectionOutputs<double, double> outputs,
        in ProjectionInputs<double, double> inputs = default) =>
        CpuProjection.Apply(map, input, outputs, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Apply(RowMap, ReadOnlySpan2D{float}, in ProjectionOutputs{float, float}, in ProjectionInputs{float, float})"/>
    public static void Apply(
        RowMap map,
        ReadOnlySpan2D<Half> input,
        in ProjectionOutputs<Half, float> outputs,
        in ProjectionInputs<Half, float> inputs = default) =>
        CpuProjection.Apply(map, input, outputs, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Apply(RowMap, ReadOnlySpan2D{float}, in ProjectionOutputs{float, float}, in ProjectionInputs{float, float})"/>
    public static void Apply(
        RowMap map,
        ReadOnlySpan2D<BFloat16> input,
        in ProjectionOutputs<BFloat16, float> outputs,
        in ProjectionInputs<BFloat16, float> inputs = default) =>
        CpuProjection.Apply(map, input, outputs, inputs);

    /// <summary>
    /// y = map(x) of float32 rows with the zeros left out (CSR): <see cref="RowMap.Simplex"/>, <see cref="RowMap.Entmax"/>, <see cref="RowMap.SparseSimplex"/>. The row offsets are always written whole; entries
    /// beyond the room given are left out, so that a call without room counts.
    /// </summary>
    /// <param name="map">Which map, with its scalars.</param>
    /// <param name="input">x [N, V]; rows may be strided.</param>
    /// <param name="sparse">Where to.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <param name="status">Row statuses [N], or empty.</param>
    /// <returns>The number of entries that are not 0: the room that is needed.</returns>
    /// <exception cref="ArgumentException">A shape or an option is wrong, or the map has no sparse form.</exception>
    public static long ApplySparse(
        RowMap map,
        ReadOnlySpan2D<float> input,
        in SparseRows<float> sparse,
        in ProjectionInputs<float, float> inputs = default,
        Span<RowStatus> status = default) =>
        CpuProjection.ApplySparse(map, input, sparse, inputs, status);

    /// <summary>As the float32 form, in fp64 or better.</summary>
    /// <inheritdoc cref="ApplySparse(RowMap, ReadOnlySpan2D{float}, in SparseRows{float}, in ProjectionInputs{float, float}, Span{RowStatus})"/>
    public static long ApplySparse(
        RowMap map,
        ReadOnlySpan2D<double> input,
        in SparseRows<double> sparse,
        in ProjectionInputs<double, double> inputs = default,
        Span<RowStatus> status = default) =>
        CpuProjection.ApplySparse(map, input, sparse, inputs, status);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="ApplySparse(RowMap, ReadOnlySpan2D{float}, in SparseRows{float}, in ProjectionInputs{float, float}, Span{RowStatus})"/>
    public static long ApplySparse(
        RowMap map,
        ReadOnlySpan2D<Half> input,
        in SparseRows<Half> sparse,
        in ProjectionInputs<Half, float> inputs = default,
        Span<RowStatus> status = default) =>
        CpuProjection.ApplySparse(map, input, sparse, inputs, status);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="ApplySparse(RowMap, ReadOnlySpan2D{float}, in SparseRows{float}, in ProjectionInputs{float, float}, Span{RowStatus})"/>
    public static long ApplySparse(
        RowMap map,
        ReadOnlySpan2D<BFloat16> input,
        in SparseRows<BFloat16> sparse,
        in ProjectionInputs<BFloat16, float> inputs = default,
        Span<RowStatus> status = default) =>
        CpuProjection.ApplySparse(map, input, sparse, inputs, status);

    /// <summary>The vector-Jacobian products of a map: from the result and the upstream gradient, and what else <see cref="RowMap"/> names. One read of each, one write.</summary>
    /// <param name="map">The map that was applied.</param>
    /// <param name="upstream">v [N, V].</param>
    /// <param name="saved">What the forward call left.</param>
    /// <param name="gradients">What to compute, and where to.</param>
    /// <param name="inputs">The arrays of the forward call.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong, or something saved is missing.</exception>
    public static void Gradient(
        RowMap map,
        ReadOnlySpan2D<float> upstream,
        in ProjectionSaved<float, float> saved,
        in ProjectionGradients<float, float> gradients,
        in ProjectionInputs<float, float> inputs = default) =>
        CpuProjection.Gradient(map, upstream, saved, gradients, inputs);

    /// <summary>As the float32 form, in fp64 or better.</summary>
    /// <inheritdoc cref="Gradient(RowMap, ReadOnlySpan2D{float}, in ProjectionSaved{float, float}, in ProjectionGradients{float, float}, in ProjectionInputs{float, float})"/>
    public static void Gradient(
        RowMap map,
        ReadOnlySpan2D<double> upstream,
        in ProjectionSaved<double, double> saved,
        in ProjectionGradients<double, double> gradients,
        in ProjectionInputs<double, double> inputs = default) =>
        CpuProjection.Gradient(map, upstream, saved, gradients, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Gradient(RowMap, ReadOnlySpan2D{float}, in ProjectionSaved{float, float}, in ProjectionGradients{float, float}, in ProjectionInputs{float, float})"/>
    public static void Gradient(
        RowMap map,
        ReadOnlySpan2D<Half> upstream,
        in ProjectionSaved<Half, float> saved,
        in ProjectionGradients<Half, float> gradients,
        in ProjectionInputs<Half, float> inputs = default) =>
        CpuProjection.Gradient(map, upstream, saved, gradients, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Gradient(RowMap, ReadOnlySpan2D{float}, in ProjectionSaved{float, float}, in ProjectionGradients{float, float}, in ProjectionInputs{float, float})"/>
    public static void Gradient(
        RowMap map,
        ReadOnlySpan2D<BFloat16> upstream,
        in ProjectionSaved<BFloat16, float> saved,
        in ProjectionGradients<BFloat16, float> gradients,
        in ProjectionInputs<BFloat16, float> inputs = default) =>
        CpuProjection.Gradient(map, upstream, saved, gradients, inputs);
}
