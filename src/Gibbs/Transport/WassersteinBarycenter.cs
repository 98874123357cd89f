using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// The entropic Wasserstein barycentre of K histograms on a common support, by iterated Bregman projections in the log domain:
/// <code>
/// min over q of Σ_k λ_k·W(b_k, q)        W(b, q): min over P ≥ 0, P1 = b, Pᵀ1 = q of ⟨P, C⟩ + ε·KL(P | b⊗υ), υ uniform, Συ = 1
/// P_k = b_ki·υ_j·exp((f_ki + g_kj − C_ij)/ε)        Σ_k λ_k·g_k = 0
/// ∂/∂b_k = λ_k·f_k (up to a constant)        ∂/∂λ_k = W(b_k, q)
/// </code>
/// This file holds the span overloads, which run on the CPU; <c>WassersteinBarycenter.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>
/// <para>An iteration is a sweep of Sinkhorn for every histogram towards the same moving marginal, log q = log υ − Σ_k λ_k·G_k with G_k their potentials relative to it: each cost is read once and makes one exponential per
/// histogram. Histogram and barycentre may lie on different points: C [N, M]. Memory beside the arguments: O(K·(N + M)).</para>
/// <para>Benamou, Carlier, Cuturi, Nenna, Peyré, 2015; Agueh, Carlier, 2011; Cuturi, Doucet, 2014.</para>
/// </remarks>
public static partial class WassersteinBarycenter
{
    /// <summary>The barycentre of float32 histograms in host memory.</summary>
    /// <param name="histograms">b [K, N], of one mass; rows may be strided.</param>
    /// <param name="cost">C [N, M], between the points of the histograms and those of the barycentre; +∞ forbids a pair.</param>
    /// <param name="outputs">What to store, and where to.</param>
    /// <param name="options">Scalars; <see cref="WassersteinBarycenterOptions.Epsilon"/> must be given.</param>
    /// <param name="inputs">Weights.</param>
    /// <returns>Values, error and outcome: sums over k with weights λ_k; KL relative to b_k⊗υ, MarginalError Σ_k λ_k·Σ|P_k1 − b_k|.</returns>
    /// <exception cref="ArgumentException">A shape, an option, a weight or a histogram is wrong; the message names it, what was given and what would be right.</exception>
    public static SinkhornResult Compute(
        ReadOnlySpan2D<float> histograms, ReadOnlySpan2D<float> cost, in WassersteinBarycenterOutputs<float> outputs, in WassersteinBarycenterOptions options, in WassersteinBarycenterInputs<float> inputs = default) =>
        CpuWassersteinBarycenter.Compute(histograms, cost, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in WassersteinBarycenterOutputs{float}, in WassersteinBarycenterOptions, in WassersteinBarycenterInputs{float})"/>
    public static SinkhornResult Compute(
        ReadOnlySpan2D<double> histograms, ReadOnlySpan2D<double> cost, in WassersteinBarycenterOutputs<double> outputs, in WassersteinBarycenterOptions options, in WassersteinBarycenterInputs<double> inputs = default) =>
        CpuWassersteinBarycenter.Compute(histograms, cost, outputs, options, inputs);
}
