using System;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>An inverse-transport loss, in the units of the cost.</summary>
/// <param name="Value">F = ⟨C, P̂⟩ − OT_ε, with the solve's dual value for OT_ε.</param>
/// <param name="ObservedCost">⟨C, P̂⟩; a pair that was never seen counts 0 whatever its cost.</param>
/// <param name="Gap">F + ε·KL(P̂ | a⊗b): 0 where the entropic plan is what was observed, never negative but for rounding.</param>
/// <param name="Transport">The solve.</param>
/// <remarks>Blittable, as the native library writes it.</remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct InverseTransportResult(double Value, double ObservedCost, double Gap, SinkhornResult Transport);

/// <summary>How a fit of an affinity ended.</summary>
/// <param name="Objective">F(A) + λ·‖A‖₁.</param>
/// <param name="Loss">F(A).</param>
/// <param name="Residual">The largest entry of the step that is left, over the step's length: 0 at the minimum.</param>
/// <param name="Iterations">Steps.</param>
/// <param name="Status">
/// <see cref="TransportStatus.Converged"/>, <see cref="TransportStatus.FloorReached"/> where no step improves before the tolerance is met, <see cref="TransportStatus.MaxIterations"/>, or the status of a solve that failed.
/// </param>
public readonly record struct AffinityFitResult(double Objective, double Loss, double Residual, int Iterations, TransportStatus Status);

/// <summary>The scalars of a fit; <c>default</c>, <c>new()</c> and the documented defaults are the same value, but for ε, which has none.</summary>
public readonly record struct AffinityFitOptions
{
    private const int DefaultMaxIterations = 500;

    // Stored as a difference from the default, so that default(AffinityFitOptions) is the documented default.
    private readonly int _iterationsOffset;

    /// <summary>Scalars of each solve; <see cref="SinkhornOptions.Epsilon"/> must be given.</summary>
    public SinkhornOptions Transport { get; init; }

    /// <summary>λ of λ·‖A‖₁, at least 0. Default 0.</summary>
    public double Sparsity { get; init; }

    /// <summary>Bound of <see cref="AffinityFitResult.Residual"/>, relative to the largest entry of XᵀP̂Y. Default 0: 1e-3 in float32, 1e-6 in float64.</summary>
    public double Tolerance { get; init; }

    /// <summary>Limit of steps, at least 1. Default 500.</summary>
    public int MaxIterations
    {
        get => _iterationsOffset + DefaultMaxIterations;
        init => _iterationsOffset = value - DefaultMaxIterations;
    }

    /// <summary>Plain proximal steps (ISTA), without acceleration. Default false.</summary>
    public bool Plain { get; init; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct InverseTransportOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>∂F/∂C = P̂ − P_ε [N, M], apart from C and P̂.</summary>
    public Span2D<TReal> CostGradient { get; set; }

    /// <summary>g [M] of the solve.</summary>
    public Span<TReal> TargetPotential { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct AffinityLossOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>∂F/∂A = −Xᵀ·(P̂ − P_ε)·Y [p, q].</summary>
    public Span2D<TReal> AffinityGradient { get; set; }

    /// <summary>g [M] of the solve.</summary>
    public Span<TReal> TargetPotential { get; set; }
}
