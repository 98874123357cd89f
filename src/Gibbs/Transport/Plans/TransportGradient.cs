using System;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// Gradients of what a solve returned: of its value by the envelope theorem, and of functions of plan and potentials by implicit differentiation. This file holds the forms for host memory, which run on the CPU.
/// </summary>
/// <remarks>
/// <code>
/// value      ∂/∂C = P   ∂/∂ε = Kl   ∂/∂ρ_a = SourceDivergence   ∂/∂ρ_b = TargetDivergence   ∂/∂a, ∂/∂b: Weights   points: gradients of SolvePoints
/// Backward   [D_r  P; Pᵀ  D_c]·(λ, μ) = (df + (dP∘P)1/ε, dg + (dP∘P)ᵀ1/ε)        D_r = diag(P1)·(1 + ε/ρ_a)    D_c = diag(Pᵀ1)·(1 + ε/ρ_b)
///            dC_ij = P_ij·(λ_i + μ_j − dP_ij/ε)    da_i = Σ_j P_ij·(dP_ij − ε·μ_j)/a_i    db_j = Σ_i P_ij·(dP_ij − ε·λ_i)/b_j    dε = Σ dC_ij·(f_i + g_j − C_ij)/ε
/// </code>
/// <para>The value's derivatives come with every solve, in <see cref="SinkhornResult"/> and its outputs. <c>Backward</c> differentiates the optimality conditions: rows are eliminated, and the equation on the
/// columns is solved by conjugate gradients with its diagonal as preconditioner, every step two passes that make P where they need it; directly, by Cholesky's factorisation, for at most 64 columns and 1024
/// rows. Where both marginals are held the equation's null space, a constant that moves between the potentials, is projected out. No N × M matrix is stored but those given; scratch O(N + M), times 33 in
/// columns.</para>
/// <para>The derivatives are those at the potentials given: they should be of a converged solve. Gradients by weights are those of the solve as a function of a and b as given. Where both marginals are held it
/// scales b to Σa and its potentials have Σ b_j·g_j = 0: then Σ b_j·db_j = 0. Atoms of no mass have finite gradients too. Griewank and Faure, 2002; Luise et al., 2018; Cuturi, Teboul, Niles-Weed, Vert,
/// 2020 (implicit differentiation); Danskin, 1967; Feydy et al., 2019 (envelope).</para>
/// </remarks>
public static partial class TransportGradient
{
    /// <summary>
    /// The value's gradient by the weights, from potentials: f and g up to constants that are 0 for masses of 1, of a relaxed marginal ρ·(1 − e^(−f/ρ)) + ε·(Σb − e^(−f/ρ)); O(N + M), needs no costs.
    /// </summary>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="source">∂value/∂a [N]: f_i + ε·(Σb − 1), where a alone is held; f_i + 2ε·(Σa − 1) where both are; or empty.</param>
    /// <param name="target">∂value/∂b [M]: alike; g_j where both marginals are held; or empty.</param>
    /// <param name="options">Those of the solve.</param>
    /// <exception cref="ArgumentException">A length, an option or a weight is wrong, or masses differ; the message names it, what was given and what would be right.</exception>
    public static void Weights(in TransportPotentials<float> potentials, Span<float> source, Span<float> target, in SinkhornOptions options) =>
        CpuTransportGradient.Weights(potentials, source, target, options);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="Weights(in TransportPotentials{float}, Span{float}, Span{float}, in SinkhornOptions)"/>
    public static void Weights(in TransportPotentials<double> potentials, Span<double> source, Span<double> target, in SinkhornOptions options) =>
        CpuTransportGradient.Weights(potentials, source, target, options);

    /// <summary>From the derivatives of a function by the plan and the potentials to those by costs, points, weights and ε.</summary>
    /// <param name="cost">C, or the points it is made of.</param>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="upstream">dP, df, dg; what is absent is 0.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Those of the solve.</param>
    /// <param name="solver">When conjugate gradients end.</param>
    /// <returns>The derivative by ε, and how the equation was solved. NonFinite: potentials, costs or upstream hold a NaN, and so do the outputs.</returns>
    /// <exception cref="ArgumentException">A shape, a type, an option or a weight is wrong, or masses differ; the message names it, what was given and what would be right.</exception>
    public static TransportGradientResult Backward(
        in TransportCost cost,
        in TransportPotentials<float> potentials,
        in TransportUpstream<float> upstream,
        in TransportGradientOutputs<float> outputs,
        in SinkhornOptions options,
        in ConjugateGradientOptions solver = default) =>
        CpuTransportGradient.Backward(cost, potentials, upstream, outputs, options, solver);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Backward(in TransportCost, in TransportPotentials{float}, in TransportUpstream{float}, in TransportGradientOutputs{float}, in SinkhornOptions, in ConjugateGradientOptions)"/>
    public static TransportGradientResult Backward(
        in TransportCost cost,
        in TransportPotentials<double> potentials,
        in TransportUpstream<double> upstream,
        in TransportGradientOutputs<double> outputs,
        in SinkhornOptions options,
        in ConjugateGradientOptions solver = default) =>
        CpuTransportGradient.Backward(cost, potentials, upstream, outputs, options, solver);
}
