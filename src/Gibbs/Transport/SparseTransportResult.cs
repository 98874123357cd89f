using System.Runtime.InteropServices;

namespace Gibbs;

/// <summary>What a sparsity-constrained solve found, in the units of the cost. P is the plan returned. 48 bytes, as device calls write it.</summary>
/// <param name="Value">⟨P, C⟩ + (γ/2)‖P‖².</param>
/// <param name="LinearCost">⟨P, C⟩.</param>
/// <param name="HalfSquares">½‖P‖²: the value's gradient by γ.</param>
/// <param name="Dual">The dual value at the potentials: a lower bound of every such plan's value, also of those with more non-zeros where γ/2·‖P‖² is replaced by its relaxation.</param>
/// <param name="MarginalError">Σ|P1 − a| + Σ|Pᵀ1 − b|.</param>
/// <param name="Iterations">L-BFGS steps.</param>
/// <param name="Status">How it ended.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct SparseTransportResult(double Value, double LinearCost, double HalfSquares, double Dual, double MarginalError, int Iterations, TransportStatus Status);
