using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// The Monge gap of a map: how much more it pays for moving points than the cheapest plan between them and their images. A regulariser that vanishes, up to the entropic term, where the map is optimal for its cost.
/// </summary>
/// <remarks>
/// <code>
/// M = Σ a_i·c(x_i, y_i) − OT_ε(x, y),  y_i = T(x_i)         OT_ε = min ⟨P, C⟩ + ε·KL(P | a⊗a), both marginals a
/// ∂M/∂y_j = a_j·∂₂c(x_j, y_j) − Σ_i P_ij·∂₂c(x_i, y_j)
/// </code>
/// <para>The plan that keeps every point with its image costs ε·KL(diag a | a⊗a) more than ⟨P, C⟩, ε·log N for uniform weights: so much M may be negative. With −εH(P) in place of ε·KL, as in OTT, uniform weights and the
/// same plan give M + 2ε·log N, never below ε·log N, and the same gradient.</para>
/// <para>OT_ε is the dual value at the potentials found: M is an upper bound, off by the square of the marginal error. Uscidda, Cuturi, 2023.</para>
/// </remarks>
public static partial class MongeGap
{
    /// <summary>The gap of float32 points and their images in host memory.</summary>
    /// <param name="points">x [N, d]; rows may be strided.</param>
    /// <param name="mapped">y = T(x) [N, d].</param>
    /// <param name="outputs">What to compute beside the value, and where to.</param>
    /// <param name="options">Scalars of the solve, the cost among them; both marginals are held.</param>
    /// <param name="inputs">Weights, and a potential to start from.</param>
    /// <returns>The gap, and how the solve ended.</returns>
    /// <exception cref="ArgumentException">A shape, an option or a weight is wrong; the message names it, what was given and what would be right.</exception>
    public static MongeGapResult Compute(ReadOnlySpan2D<float> points, ReadOnlySpan2D<float> mapped, in MongeGapOutputs<float> outputs, in SinkhornOptions options, in MongeGapInputs<float> inputs = default) =>
        CpuMongeGap.Compute(points, mapped, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in MongeGapOutputs{float}, in SinkhornOptions, in MongeGapInputs{float})"/>
    public static MongeGapResult Compute(ReadOnlySpan2D<double> points, ReadOnlySpan2D<double> mapped, in MongeGapOutputs<double> outputs, in SinkhornOptions options, in MongeGapInputs<double> inputs = default) =>
        CpuMongeGap.Compute(points, mapped, outputs, options, inputs);
}
