using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport.Tiny;

namespace Gibbs;

/// <summary>
/// Doubly-stochastic normalisation of many small matrices, n × m with n and m from 1 to 64, by a fixed number of Sinkhorn's iterations, and its exact gradient: routing of tokens to experts with capacities,
/// relaxed permutations, mixing matrices of hyper-connections. <see cref="DoublyStochasticOptions"/> gives the formulas; this file the span overloads, which run on the CPU;
/// <c>DoublyStochastic.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>
/// <para>A row of the view is a matrix, row after row; the view's own rows may be strided, as where matrices are columns of a wider projection. The gradient is that of the iterations as they were done, not of their limit; the
/// iterations are computed again for it, so nothing is kept between the calls. Vector lanes hold a matrix each; a matrix whose scalings leave the range of the type is computed again in fp64 in the log domain. Memory
/// beside the arguments: a few matrices per thread, and for the gradient Iterations·(n + m) reals for each of these.</para>
/// <para>Sinkhorn and Knopp, 1967; Mena, Belanger, Linderman, Snoek, 2018 (Gumbel-Sinkhorn); Clark et al., 2022 (S-BASE routing); Xie et al., 2025 (manifold-constrained hyper-connections). For sides beyond 64, and iterations
/// to a tolerance: <see cref="Sinkhorn"/>.</para>
/// </remarks>
public static partial class DoublyStochastic
{
    /// <summary>Normalises float32 matrices in host memory.</summary>
    /// <param name="values">Logits, or the matrices themselves [B, n·m].</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Targets.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static void Normalise(ReadOnlySpan2D<float> values, in DoublyStochasticOutputs<float, float> outputs, in DoublyStochasticOptions options = default, in DoublyStochasticInputs<float> inputs = default) =>
        CpuDoublyStochastic.Normalise(values, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Normalise(ReadOnlySpan2D{float}, in DoublyStochasticOutputs{float, float}, in DoublyStochasticOptions, in DoublyStochasticInputs{float})"/>
    public static void Normalise(ReadOnlySpan2D<double> values, in DoublyStochasticOutputs<double, double> outputs, in DoublyStochasticOptions options = default, in DoublyStochasticInputs<double> inputs = default) =>
        CpuDoublyStochastic.Normalise(values, outputs, options, inputs);

    /// <summary>As the float32 form, stored as float16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Normalise(ReadOnlySpan2D{float}, in DoublyStochasticOutputs{float, float}, in DoublyStochasticOptions, in DoublyStochasticInputs{float})"/>
    public static void Normalise(ReadOnlySpan2D<Half> values, in DoublyStochasticOutputs<Half, float> outputs, in DoublyStochasticOptions options = default, in DoublyStochasticInputs<float> inputs = default) =>
        CpuDoublyStochastic.Normalise(values, outputs, options, inputs);

    /// <summary>As the float32 form, stored as bfloat16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Normalise(ReadOnlySpan2D{float}, in DoublyStochasticOutputs{float, float}, in DoublyStochasticOptions, in DoublyStochasticInputs{float})"/>
    public static void Normalise(ReadOnlySpan2D<BFloat16> values, in DoublyStochasticOutputs<BFloat16, float> outputs, in DoublyStochasticOptions options = default, in DoublyStochasticInputs<float> inputs = default) =>
        CpuDoublyStochastic.Normalise(values, outputs, options, inputs);

    /// <summary>The gradient by float32 values, of whatever the matrices went into.</summary>
    /// <param name="values">As given to the normalisation [B, n·m].</param>
    /// <param name="upstream">The gradient by P [B, n·m].</param>
    /// <param name="gradient">The gradient by the values [B, n·m]; may be the upstream gradient's or the values' own memory, exactly. Targets are constants. NaN where the normalisation is.</param>
    /// <param name="options">As given to the normalisation.</param>
    /// <param name="inputs">As given to the normalisation.</param>
    /// <param name="status">Statuses [B], as the normalisation's; may be empty.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static void Backward(
        ReadOnlySpan2D<float> values, ReadOnlySpan2D<float> upstream, Span2D<float> gradient, in DoublyStochasticOptions options = default, in DoublyStochasticInputs<float> inputs = default, Span<TransportStatus> status = default) =>
        CpuDoublyStochastic.Backward(values, upstream, gradient, options, inputs, status);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Backward(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, Span2D{float}, in DoublyStochasticOptions, in DoublyStochasticInputs{float}, Span{TransportStatus})"/>
    public static void Backward(
        ReadOnlySpan2D<double> values, ReadOnlySpan2D<double> upstream, Span2D<double> gradient, in DoublyStochasticOptions options = default, in DoublyStochasticInputs<double> inputs = default, Span<TransportStatus> status = default) =>
        CpuDoublyStochastic.Backward(values, upstream, gradient, options, inputs, status);

    /// <summary>As the float32 form, stored as float16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Backward(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, Span2D{float}, in DoublyStochasticOptions, in DoublyStochasticInputs{float}, Span{TransportStatus})"/>
    public static void Backward(
        ReadOnlySpan2D<Half> values, ReadOnlySpan2D<Half> upstream, Span2D<Half> gradient, in DoublyStochasticOptions options = default, in DoublyStochasticInputs<float> inputs = default, Span<TransportStatus> status = default) =>
        CpuDoublyStochastic.Backward(values, upstream, gradient, options, inputs, status);

    /// <summary>As the float32 form, stored as bfloat16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Backward(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, Span2D{float}, in DoublyStochasticOptions, in DoublyStochasticInputs{float}, Span{TransportStatus})"/>
    public static void Backward(
        ReadOnlySpan2D<BFloat16> values, ReadOnlySpan2D<BFloat16> upstream, Span2D<BFloat16> gradient, in DoublyStochasticOptions options = default, in DoublyStochasticInputs<float> inputs = default, Span<TransportStatus> status = default) =>
        CpuDoublyStochastic.Backward(values, upstream, gradient, options, inputs, status);
}
