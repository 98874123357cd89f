using System;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>What rounding found, in the units of the cost.</summary>
/// <param name="Value">⟨P̄, C⟩ + ε·KL(P̄ | a⊗b), and where a marginal is relaxed + ρ·KL of it: <paramref name="Dual"/> + <paramref name="Gap"/>.</param>
/// <param name="LinearCost">⟨P̄, C⟩.</param>
/// <param name="Dual">The dual value at the potentials: a lower bound of every plan's value.</param>
/// <param name="Gap">Value − Dual ≥ 0: by no more does the rounded plan's value exceed the least.</param>
/// <param name="Residual">‖u‖₁, the mass that the rank-one rest moves.</param>
/// <param name="Status">Converged, Infeasible, NonFinite; on a device also InvalidInput.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct TransportRoundingResult(double Value, double LinearCost, double Dual, double Gap, double Residual, TransportStatus Status);

/// <summary>Outputs of rounding in host memory, owned by the caller; what is empty is not stored.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct TransportRoundingOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>x [N].</summary>
    public Span<TReal> SourceFactors { get; set; }

    /// <summary>y [M].</summary>
    public Span<TReal> TargetFactors { get; set; }

    /// <summary>u [N]: what the rows of diag(x)·P·diag(y) lack; 0 where a marginal is relaxed.</summary>
    public Span<TReal> SourceResidual { get; set; }

    /// <summary>v [M].</summary>
    public Span<TReal> TargetResidual { get; set; }

    /// <summary>P̄ [N, M].</summary>
    public Span2D<TReal> Plan { get; set; }
}
