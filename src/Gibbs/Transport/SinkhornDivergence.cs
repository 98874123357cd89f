using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// The Sinkhorn divergence of two weighted clouds: entropic transport without its bias, 0 between equal clouds and positive between others for the squared Euclidean, Euclidean and any other cost whose exp(−C/ε) is a
/// positive kernel.
/// <code>
/// S(a, b) = W(a, b) − ½·W(a, a) − ½·W(b, b) + ½·ε·(Σa − Σb)²        W: min over P ≥ 0 of ⟨P, C⟩ + ε·KL(P | a⊗b) + ρ·KL(P1 | a) + ρ·KL(Pᵀ1 | b)
/// ∂S/∂x_i = Σ_j P_ij·∂c(x_i, y_j)/∂x − Σ_k Q_ik·∂c(x_i, x_k)/∂x     P, Q: the plans of W(a, b) and W(a, a)
/// ∂S/∂a_i = f_i − h_i, f and h the potentials of W(a, b) and W(a, a); relaxed (ρ + ε)·(exp(−h_i/ρ) − exp(−f_i/ρ))
/// </code>
/// This file holds the span overloads, which run on the CPU; <c>SinkhornDivergence.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>
/// <para>W(a, a) has one potential, found by averaged updates, which need some twenty sweeps where alternation needs hundreds. The value is made of dual values, whose error is of second order in the marginal error. Clouds
/// and weights that are equal to the bit are one problem, and give exactly 0, as do their gradients. Memory beside the arguments: O((N + M)·(d + 32)).</para>
/// <para>Genevay, Peyré, Cuturi, 2018; Feydy, Séjourné, Vialard, Amari, Trouvé, Peyré, 2019; Séjourné, Feydy, Vialard, Trouvé, Peyré, 2019 (relaxed marginals).</para>
/// </remarks>
public static partial class SinkhornDivergence
{
    /// <summary>The divergence of float32 clouds in host memory.</summary>
    /// <param name="x">[N, d]; rows may be strided.</param>
    /// <param name="y">[M, d].</param>
    /// <param name="outputs">Gradients to store, and where to.</param>
    /// <param name="options">Scalars; <see cref="SinkhornOptions.Epsilon"/> must be given, and <see cref="SinkhornOptions.SourceRho"/> and <see cref="SinkhornOptions.TargetRho"/> be equal. They hold for each of the three problems.</param>
    /// <param name="inputs">Weights.</param>
    /// <returns>The value, and the results of its terms.</returns>
    /// <exception cref="ArgumentException">A shape, an option or a weight is wrong, or held masses differ; the message names it, what was given and what would be right.</exception>
    public static SinkhornDivergenceResult Compute(
        ReadOnlySpan2D<float> x, ReadOnlySpan2D<float> y, in SinkhornDivergenceOutputs<float> outputs, in SinkhornOptions options, in SinkhornDivergenceInputs<float> inputs = default) =>
        CpuSinkhornDivergence.Compute(x, y, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in SinkhornDivergenceOutputs{float}, in SinkhornOptions, in SinkhornDivergenceInputs{float})"/>
    public static SinkhornDivergenceResult Compute(
        ReadOnlySpan2D<double> x, ReadOnlySpan2D<double> y, in SinkhornDivergenceOutputs<double> outputs, in SinkhornOptions options, in SinkhornDivergenceInputs<double> inputs = default) =>
        CpuSinkhornDivergence.Compute(x, y, outputs, options, inputs);
}
