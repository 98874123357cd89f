using System;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>How implicit differentiation ended.</summary>
/// <param name="EpsilonGradient">dε.</param>
/// <param name="Residual">Of the equation on the columns, in the norm of the preconditioner and relative to its right side; 0 where it was solved directly.</param>
/// <param name="Iterations">Of conjugate gradients; 0 where it was solved directly.</param>
/// <param name="Status">Converged; FloorReached: rounding allows no further step; MaxIterations; NonFinite; on a device also InvalidInput.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct TransportGradientResult(double EpsilonGradient, double Residual, int Iterations, TransportStatus Status);

/// <summary>When conjugate gradients end; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
public readonly record struct ConjugateGradientOptions
{
    private const int DefaultMaxIterations = 1000;

    private readonly int _iterationsOffset;

    /// <summary>Bound of the relative residual, in the norm of the preconditioner. Default 0: 1e-6 in float32, 1e-12 in float64.</summary>
    public double Tolerance { get; init; }

    /// <summary>Limit of iterations, at least 1. Default 1000.</summary>
    public int MaxIterations
    {
        get => _iterationsOffset + DefaultMaxIterations;
        init => _iterationsOffset = value - DefaultMaxIterations;
    }
}

/// <summary>Derivatives of a function by plan and potentials, in host memory; what is empty is 0.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct TransportUpstream<TReal>
    where TReal : unmanaged
{
    /// <summary>dP [N, M]; at forbidden pairs it has no part, whatever it is there.</summary>
    public ReadOnlySpan2D<TReal> Plan { get; set; }

    /// <summary>df [N].</summary>
    public ReadOnlySpan<TReal> SourcePotential { get; set; }

    /// <summary>dg [M].</summary>
    public ReadOnlySpan<TReal> TargetPotential { get; set; }
}

/// <summary>Gradients in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct TransportGradientOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>dC [N, M]; 0 where C is +∞. It may be the memory of dP.</summary>
    public Span2D<TReal> Cost { get; set; }

    /// <summary>da [N].</summary>
    public Span<TReal> SourceWeights { get; set; }

    /// <summary>db [M].</summary>
    public Span<TReal> TargetWeights { get; set; }

    /// <summary>dx [N, d], for costs of points: Σ_j dC_ij·∂c(x_i, y_j)/∂x; dC is not stored for it.</summary>
    public Span2D<TReal> SourcePoints { get; set; }

    /// <summary>dy [M, d].</summary>
    public Span2D<TReal> TargetPoints { get; set; }
}
