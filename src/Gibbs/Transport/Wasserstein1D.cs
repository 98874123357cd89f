using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// Transport between weighted points on a line, by sorting, one problem per row: exact, without regularisation.
/// <code>
/// W_p^p = ∫ |F⁻¹(u) − G⁻¹(u)|^p du = Σ over segments m·|x_i − y_j|^p        F⁻¹, G⁻¹: quantiles; segments: mass m from x_i to y_j, in the order of the points, at most N + M − 1
/// ∂/∂x_i = Σ over its segments m·p·|x_i − y_j|^(p − 1)·sign(x_i − y_j)      0 where they meet
/// </code>
/// Equal weights and counts pair the sorted points. This file holds the span overloads, which run on the CPU; <c>Wasserstein1D.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>Sums and weights are in fp64 whatever the storage. Rows are shared out to the worker team; a call in steady state allocates nothing. Villani, 2003 (theorem 2.18); Peyré, Cuturi, 2019 (section 2.6).</remarks>
public static partial class Wasserstein1D
{
    /// <summary>Values, gradients and plans of float32 points in host memory.</summary>
    /// <param name="x">[B, N]; rows may be strided, points in any order.</param>
    /// <param name="y">[B, M].</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Weights.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right. Bad points and weights only set the row's status.</exception>
    public static void Compute(ReadOnlySpan2D<float> x, ReadOnlySpan2D<float> y, in Wasserstein1DOutputs<float> outputs, in Wasserstein1DOptions options = default, in Wasserstein1DInputs<float> inputs = default) =>
        CpuWasserstein1D.Compute(x, y, outputs, options, inputs);

    /// <summary>As the float32 form, for float64 points.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in Wasserstein1DOutputs{float}, in Wasserstein1DOptions, in Wasserstein1DInputs{float})"/>
    public static void Compute(ReadOnlySpan2D<double> x, ReadOnlySpan2D<double> y, in Wasserstein1DOutputs<double> outputs, in Wasserstein1DOptions options = default, in Wasserstein1DInputs<double> inputs = default) =>
        CpuWasserstein1D.Compute(x, y, outputs, options, inputs);
}
