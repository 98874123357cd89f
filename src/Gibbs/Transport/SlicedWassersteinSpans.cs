using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct SlicedWassersteinInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>a [N], at least 0. Absent: 1/N each. Σa and Σb may differ by 1e-5·Σa, and b is scaled to Σa.</summary>
    public ReadOnlySpan<TReal> SourceWeights { get; set; }

    /// <summary>b [M], at least 0. Absent: 1/M each.</summary>
    public ReadOnlySpan<TReal> TargetWeights { get; set; }

    /// <summary>Directions [L, d], taken as they are. Absent: <see cref="SlicedWassersteinOptions.Slices"/> uniform ones are drawn.</summary>
    public ReadOnlySpan2D<TReal> Directions { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct SlicedWassersteinOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>∂SW_p^p/∂x [N, d].</summary>
    public Span2D<TReal> SourceGradient { get; set; }

    /// <summary>∂SW_p^p/∂y [M, d].</summary>
    public Span2D<TReal> TargetGradient { get; set; }

    /// <summary>W_p^p of every slice [L].</summary>
    public Span<TReal> SliceValues { get; set; }

    /// <summary>The directions used [L, d].</summary>
    public Span2D<TReal> Directions { get; set; }
}
