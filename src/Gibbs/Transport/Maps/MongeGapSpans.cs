using System;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>A Monge gap, in the units of the cost.</summary>
/// <param name="Value">Σ a_i·c(x_i, y_i) − OT_ε, with the solve's dual value for OT_ε.</param>
/// <param name="MappedCost">Σ a_i·c(x_i, y_i).</param>
/// <param name="Slack">ε·KL(diag a | a⊗a), ε·log N for uniform weights: the value is at least minus this.</param>
/// <param name="Transport">The solve between points and images.</param>
/// <remarks>Blittable, as the native library writes it.</remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct MongeGapResult(double Value, double MappedCost, double Slack, SinkhornResult Transport);

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct MongeGapInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>a [N], at least 0, of points and of their images. Absent: 1/N each.</summary>
    public ReadOnlySpan<TReal> Weights { get; set; }

    /// <summary>g [N] to start from, as returned for similar points.</summary>
    public ReadOnlySpan<TReal> InitialTargetPotential { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller, apart from the points; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct MongeGapOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>The gap's gradient by the images y [N, d].</summary>
    public Span2D<TReal> MappedGradient { get; set; }

    /// <summary>The gap's gradient by the points x [N, d], the images held.</summary>
    public Span2D<TReal> PointGradient { get; set; }

    /// <summary>g [N]; Σ a_j·g_j = 0.</summary>
    public Span<TReal> TargetPotential { get; set; }
}
