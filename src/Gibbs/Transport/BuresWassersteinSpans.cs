using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct BuresWassersteinInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>m [B, d]. Absent: 0.</summary>
    public ReadOnlySpan2D<TReal> SourceMeans { get; set; }

    /// <summary>n [B, d]. Absent: 0.</summary>
    public ReadOnlySpan2D<TReal> TargetMeans { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct BuresWassersteinOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>BW² [B].</summary>
    public Span<TReal> Values { get; set; }

    /// <summary>∂BW²/∂S [B·d, d], symmetric.</summary>
    public Span2D<TReal> SourceGradient { get; set; }

    /// <summary>∂BW²/∂T [B·d, d], symmetric.</summary>
    public Span2D<TReal> TargetGradient { get; set; }

    /// <summary>∂BW²/∂m = 2·(m − n) [B, d]; that by n is its opposite.</summary>
    public Span2D<TReal> MeanGradient { get; set; }

    /// <summary>Outcomes [B]: Converged; NonFinite (an entry that is not finite) and InvalidInput (a covariance with a negative eigenvalue): these problems are NaN.</summary>
    public Span<TransportStatus> Status { get; set; }
}
