using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// A plan that has its marginals exactly, from the potentials of any solve, however far it came, and by how much its value exceeds what is possible at most: a certificate of the solve. This file holds the
/// forms for host memory, which run on the CPU.
/// </summary>
/// <remarks>
/// <code>
/// P̄_ij = x_i·P_ij·y_j + u_i·v_j/‖u‖₁        x = min(1, a/P1)    y = min(1, b/(diag(x)·P)ᵀ1)    u, v: what the rows and columns then lack
/// gap  = value(P̄) − dual(f, g) = ε·KL(P̄ | P) + ρ_a·KL(P̄1 | a·e^(−f/ρ_a)) + ρ_b·KL(P̄ᵀ1 | b·e^(−g/ρ_b)) ≥ 0        a held marginal has no such term
/// </code>
/// <para>A relaxed marginal needs no rounding: where one is held only its side is scaled, x = a/P1, without a bound; where none is, P̄ = P. Every term of the gap is at least 0, and so is the gap: it is not a
/// difference of values. ‖P̄ − P‖₁ ≤ 2·(‖P1 − a‖₁ + ‖Pᵀ1 − b‖₁).</para>
/// <para>The plan is given as factors and a rank-one rest, O(N + M), and dense on request; four passes over the costs. Options are those of the solve. Marginals of P̄ agree with a and b to the rounding of the
/// potentials' type. Altschuler, Weed, Rigollet, 2017 (algorithm 2).</para>
/// </remarks>
public static partial class TransportRounding
{
    /// <summary>Rounds the plan of float32 potentials.</summary>
    /// <param name="cost">C, or the points it is made of.</param>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="outputs">What to store, and where to.</param>
    /// <param name="options">Those of the solve.</param>
    /// <returns>Value, linear cost and gap of the rounded plan. Infeasible: it would need a forbidden pair, and its value and the gap are +∞; NonFinite: potentials or costs hold a NaN, and so does all.</returns>
    /// <exception cref="System.ArgumentException">A shape, a type, an option or a weight is wrong, or masses differ; the message names it, what was given and what would be right.</exception>
    public static TransportRoundingResult Round(in TransportCost cost, in TransportPotentials<float> potentials, in TransportRoundingOutputs<float> outputs, in SinkhornOptions options) =>
        CpuTransportRounding.Round(cost, potentials, outputs, options);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Round(in TransportCost, in TransportPotentials{float}, in TransportRoundingOutputs{float}, in SinkhornOptions)"/>
    public static TransportRoundingResult Round(in TransportCost cost, in TransportPotentials<double> potentials, in TransportRoundingOutputs<double> outputs, in SinkhornOptions options) =>
        CpuTransportRounding.Round(cost, potentials, outputs, options);
}
