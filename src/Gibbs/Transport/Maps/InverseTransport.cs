using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// Inverse optimal transport: which cost makes an observed coupling P̂ the entropic plan of its marginals. A convex loss of the cost, its gradient, and a driver that finds a sparse affinity.
/// </summary>
/// <remarks>
/// <code>
/// F(C) = ⟨C, P̂⟩ − OT_ε(C)                            OT_ε = min ⟨P, C⟩ + ε·KL(P | a⊗b), a and b the marginals of P̂
/// ∂F/∂C = P̂ − P_ε(C)                                 F + ε·KL(P̂ | a⊗b) = ε·KL(P̂ | P_ε(C)) ≥ 0: the gap
/// C_A = −X·A·Yᵀ:  ∂F/∂A = −Xᵀ·(P̂ − P_ε)·Y            A ← soft_λs(A − s·∂F/∂A) for F + λ·‖A‖₁
/// </code>
/// <para>Costs are found up to u(x) + v(y), which no coupling shows: affinities of features that are centred are not confounded by it. OT_ε is the dual value at the potentials found: F is an upper bound, off by the square of the
/// marginal error.</para>
/// <para>Both marginals are held. Dupuy, Galichon, Sun, 2019 (low-rank affinities); Andrade, Peyré, Poon, 2023 (sparse ones); Blondel, Martins, Niculae, 2020 (Fenchel-Young losses).</para>
/// </remarks>
public static partial class InverseTransport
{
    /// <summary>The loss of float32 costs, in host memory.</summary>
    /// <param name="cost">C [N, M].</param>
    /// <param name="observed">P̂ [N, M], at least 0.</param>
    /// <param name="outputs">What to compute beside the value, and where to.</param>
    /// <param name="options">Scalars of the solve.</param>
    /// <param name="initialTargetPotential">g [M] to start from, or empty.</param>
    /// <returns>The loss, and how the solve ended.</returns>
    /// <exception cref="ArgumentException">A shape, an option or an entry of P̂ is wrong; the message names it, what was given and what would be right.</exception>
    public static InverseTransportResult Loss(
        ReadOnlySpan2D<float> cost, ReadOnlySpan2D<float> observed, in InverseTransportOutputs<float> outputs, in SinkhornOptions options, ReadOnlySpan<float> initialTargetPotential = default) =>
        CpuInverseTransport.Loss(cost, observed, outputs, options, initialTargetPotential);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Loss(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in InverseTransportOutputs{float}, in SinkhornOptions, ReadOnlySpan{float})"/>
    public static InverseTransportResult Loss(
        ReadOnlySpan2D<double> cost, ReadOnlySpan2D<double> observed, in InverseTransportOutputs<double> outputs, in SinkhornOptions options, ReadOnlySpan<double> initialTargetPotential = default) =>
        CpuInverseTransport.Loss(cost, observed, outputs, options, initialTargetPotential);

    /// <summary>The loss of a float32 affinity, in host memory: C = −X·A·Yᵀ, of which nothing of size N·M is stored.</summary>
    /// <param name="x">X [N, p]; rows may be strided.</param>
    /// <param name="y">Y [M, q].</param>
    /// <param name="affinity">A [p, q].</param>
    /// <param name="observed">P̂ [N, M], at least 0; empty where M = N and x_i was seen with y_i, 1/N each.</param>
    /// <param name="outputs">What to compute beside the value, and where to.</param>
    /// <param name="options">Scalars of the solve; its metric is not used.</param>
    /// <param name="initialTargetPotential">g [M] to start from, or empty.</param>
    /// <returns>The loss, and how the solve ended.</returns>
    /// <exception cref="ArgumentException">A shape, an option or an entry of P̂ is wrong; the message names it, what was given and what would be right.</exception>
    public static InverseTransportResult AffinityLoss(
        ReadOnlySpan2D<float> x,
        ReadOnlySpan2D<float> y,
        ReadOnlySpan2D<float> affinity,
        ReadOnlySpan2D<float> observed,
        in AffinityLossOutputs<float> outputs,
        in SinkhornOptions options,
        ReadOnlySpan<float> initialTargetPotential = default) =>
        CpuAffinity.Loss(x, y, affinity, observed, outputs, options, initialTargetPotential);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="AffinityLoss(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in AffinityLossOutputs{float}, in SinkhornOptions, ReadOnlySpan{float})"/>
    public static InverseTransportResult AffinityLoss(
        ReadOnlySpan2D<double> x,
        ReadOnlySpan2D<double> y,
        ReadOnlySpan2D<double> affinity,
        ReadOnlySpan2D<double> observed,
        in AffinityLossOutputs<double> outputs,
        in SinkhornOptions options,
        ReadOnlySpan<double> initialTargetPotential = default) =>
        CpuAffinity.Loss(x, y, affinity, observed, outputs, options, initialTargetPotential);

    /// <summary>Minimises F(A) + λ·‖A‖₁ for float32 features: accelerated proximal steps with backtracking, restarted where they lead uphill. Potentials go from step to step.</summary>
    /// <param name="x">X [N, p]; rows may be strided.</param>
    /// <param name="y">Y [M, q].</param>
    /// <param name="affinity">A [p, q]: where to start, and what was found.</param>
    /// <param name="observed">P̂ [N, M], at least 0; empty where M = N and x_i was seen with y_i, 1/N each.</param>
    /// <param name="options">λ, limits, and the scalars of each solve.</param>
    /// <returns>What was reached, and how.</returns>
    /// <exception cref="ArgumentException">A shape, an option or an entry is wrong; the message names it, what was given and what would be right.</exception>
    public static AffinityFitResult FitAffinity(ReadOnlySpan2D<float> x, ReadOnlySpan2D<float> y, Span2D<float> affinity, ReadOnlySpan2D<float> observed, in AffinityFitOptions options) =>
        CpuAffinityFit.Run(x, y, affinity, observed, options);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="FitAffinity(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, Span2D{float}, ReadOnlySpan2D{float}, in AffinityFitOptions)"/>
    public static AffinityFitResult FitAffinity(ReadOnlySpan2D<double> x, ReadOnlySpan2D<double> y, Span2D<double> affinity, ReadOnlySpan2D<double> observed, in AffinityFitOptions options) =>
        CpuAffinityFit.Run(x, y, affinity, observed, options);
}
