using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// Entropy-regularised optimal transport by Sinkhorn's iterations in the log domain. <see cref="SinkhornOptions"/> gives the problem; this file the span overloads for a matrix of costs, which run on the
/// CPU.
/// </summary>
/// <remarks>
/// <para>Alternating updates with adaptive, safeguarded over-relaxation: every full iteration reads each cost once and takes one exponential of it. +∞ costs forbid a pair; atoms of no mass have potentials
/// too, and no part in the rest. Results are the same bits from run to run and for any number of threads. Memory beside the arguments: O((N + M)·32) reals.</para>
/// <para>Cuturi, 2013; Schmitzer, 2019 (log domain); Thibault, Chizat, Dossal, Papadakis, 2021 (over-relaxation); Chizat, Peyré, Schmitzer, Vialard, 2018 (relaxed marginals).</para>
/// </remarks>
public static partial class Sinkhorn
{
    /// <summary>Solves for a matrix of float32 costs.</summary>
    /// <param name="cost">C [N, M]; +∞ forbids a pair.</param>
    /// <param name="outputs">What to store, and where to.</param>
    /// <param name="options">Scalars; <see cref="SinkhornOptions.Epsilon"/> must be given.</param>
    /// <param name="inputs">Weights, and potentials to start from.</param>
    /// <returns>Values, error and outcome.</returns>
    /// <exception cref="ArgumentException">A shape, an option or a weight is wrong, or masses differ; the message names it, what was given and what would be right.</exception>
    public static SinkhornResult Solve(ReadOnlySpan2D<float> cost, in SinkhornOutputs<float> outputs, in SinkhornOptions options, in SinkhornInputs<float> inputs = default) =>
        CpuSinkhorn.Solve(cost, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Solve(ReadOnlySpan2D{float}, in SinkhornOutputs{float}, in SinkhornOptions, in SinkhornInputs{float})"/>
    public static SinkhornResult Solve(ReadOnlySpan2D<double> cost, in SinkhornOutputs<double> outputs, in SinkhornOptions options, in SinkhornInputs<double> inputs = default) =>
        CpuSinkhorn.Solve(cost, outputs, options, inputs);

    /// <summary>As the float32 form, for costs stored as float16: half the bytes; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Solve(ReadOnlySpan2D{float}, in SinkhornOutputs{float}, in SinkhornOptions, in SinkhornInputs{float})"/>
    public static SinkhornResult Solve(ReadOnlySpan2D<Half> cost, in SinkhornOutputs<float> outputs, in SinkhornOptions options, in SinkhornInputs<float> inputs = default) =>
        CpuSinkhorn.Solve(cost, outputs, options, inputs);

    /// <summary>As the float32 form, for costs stored as bfloat16: half the bytes; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Solve(ReadOnlySpan2D{float}, in SinkhornOutputs{float}, in SinkhornOptions, in SinkhornInputs{float})"/>
    public static SinkhornResult Solve(ReadOnlySpan2D<BFloat16> cost, in SinkhornOutputs<float> outputs, in SinkhornOptions options, in SinkhornInputs<float> inputs = default) =>
        CpuSinkhorn.Solve(cost, outputs, options, inputs);
}
