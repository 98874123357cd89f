using System.Runtime.InteropServices;

namespace Gibbs;

/// <summary>
/// What a solver found, in the units of the cost. P is the plan of the potentials returned; P_ij = a_i·b_j·exp((f_i + g_j − C_ij)/ε). 64 bytes, laid out as <c>gibbs_transport_result</c>: arrays of it are
/// what batches and devices fill.
/// </summary>
/// <param name="Value">⟨P, C⟩ + ε·KL(P | a⊗b), and where a marginal is relaxed + ρ·KL of it.</param>
/// <param name="LinearCost">⟨P, C⟩.</param>
/// <param name="Kl">KL(P | a⊗b) = Σ P·log(P/(a·b)) − ΣP + Σa·Σb: the value's gradient by ε.</param>
/// <param name="SourceDivergence">KL(P1 | a), the value's gradient by ρ_a; 0 where that marginal is held.</param>
/// <param name="TargetDivergence">KL(Pᵀ1 | b), the value's gradient by ρ_b; 0 where that marginal is held.</param>
/// <param name="Dual">The dual value at the potentials: a lower bound of every plan's value.</param>
/// <param name="MarginalError">Σ|P1 − a| + Σ|Pᵀ1 − b|; of a relaxed marginal against a·exp(−f/ρ), b·exp(−g/ρ).</param>
/// <param name="Iterations">Full iterations: updates of f and of g.</param>
/// <param name="Status">How it ended.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct SinkhornResult(
    double Value, double LinearCost, double Kl, double SourceDivergence, double TargetDivergence, double Dual, double MarginalError, int Iterations, TransportStatus Status);
