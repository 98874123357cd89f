using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// The sliced Wasserstein distance: the mean over directions of transport between projections, each of which is solved by sorting (<see cref="Wasserstein1D"/>).
/// <code>
/// SW_p^p = 1/L·Σ_l W_p^p(⟨θ_l, x⟩, ⟨θ_l, y⟩)        ∂/∂x_i = 1/L·Σ_l θ_l·∂W_p^p/∂⟨θ_l, x_i⟩
/// θ_l = g/‖g‖, g_k = Φ⁻¹((w + ½)/2³²), w word k mod 4 of Philox(counter = (k/4, l low, l high, 0), key = seed)
/// </code>
/// This file holds the span overloads, which run on the CPU; <c>SlicedWasserstein.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>Slices are shared out to the worker team; their sums are in the order of slices. Memory beside the arguments: O((N + M)·(d + 32)). Rabin, Peyré, Delon, Bernot, 2011; Bonneel, Rabin, Peyré, Pfister, 2015; Φ⁻¹: Wichura, 1988.</remarks>
public static partial class SlicedWasserstein
{
    /// <summary>The distance of float32 clouds in host memory, to the power of p.</summary>
    /// <param name="x">[N, d]; rows may be strided.</param>
    /// <param name="y">[M, d].</param>
    /// <param name="outputs">What else to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Weights and directions.</param>
    /// <returns>SW_p^p; NaN where a point or a direction is not finite.</returns>
    /// <exception cref="ArgumentException">A shape, an option or a weight is wrong, or masses differ; the message names it, what was given and what would be right.</exception>
    public static double Compute(
        ReadOnlySpan2D<float> x, ReadOnlySpan2D<float> y, in SlicedWassersteinOutputs<float> outputs = default, in SlicedWassersteinOptions options = default, in SlicedWassersteinInputs<float> inputs = default) =>
        CpuSlicedWasserstein.Compute(x, y, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in SlicedWassersteinOutputs{float}, in SlicedWassersteinOptions, in SlicedWassersteinInputs{float})"/>
    public static double Compute(
        ReadOnlySpan2D<double> x, ReadOnlySpan2D<double> y, in SlicedWassersteinOutputs<double> outputs = default, in SlicedWassersteinOptions options = default, in SlicedWassersteinInputs<double> inputs = default) =>
        CpuSlicedWasserstein.Compute(x, y, outputs, options, inputs);
}
