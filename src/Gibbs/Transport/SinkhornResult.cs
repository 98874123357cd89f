namespace Gibbs;

/// <summary>What a solver found, in the units of the cost. P is the plan of the potentials returned; P_ij = a_i·b_j·exp((f_i + g_j − C_ij)/ε).</summary>
/// <param name="Value">⟨P, C⟩ + ε·KL(P | a⊗b), and where a marginal is relaxed + ρ·KL of it.</param>
/// <param name="LinearCost">⟨P, C⟩.</param>
/// <param name="Kl">KL(P | a⊗b) = Σ P·log(P/(a·b)) − ΣP + Σa·Σb.</param>
/// <param name="Dual">The dual value at the potentials: a lower bound of every plan's value.</param>
/// <param name="MarginalError">Σ|P1 − a| + Σ|Pᵀ1 − b|; of a relaxed marginal against a·exp(−f/ρ), b·exp(−g/ρ).</param>
/// <param name="Iterations">Full iterations: updates of f and of g.</param>
/// <param name="Status">How it ended.</param>
public readonly record struct SinkhornResult(double Value, double LinearCost, double Kl, double Dual, double MarginalError, int Iterations, TransportStatus Status);
