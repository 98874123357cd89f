using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct Wasserstein1DInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>a, at least 0: [N], the same for every row, or [B·N]. Absent: 1/N each. Σa and Σb may differ by 1e-5·Σa, and b is scaled to Σa.</summary>
    public ReadOnlySpan<TReal> SourceWeights { get; set; }

    /// <summary>b, at least 0: [M] or [B·M]. Absent: 1/M each.</summary>
    public ReadOnlySpan<TReal> TargetWeights { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct Wasserstein1DOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>W_p^p [B]; the distance is its p-th root.</summary>
    public Span<TReal> Values { get; set; }

    /// <summary>∂W_p^p/∂x [B, N].</summary>
    public Span2D<TReal> SourceGradient { get; set; }

    /// <summary>∂W_p^p/∂y [B, M].</summary>
    public Span2D<TReal> TargetGradient { get; set; }

    /// <summary>The plan [B, N + M − 1], segments of mass in the order of the points, equal points by index: the columns of x they come from, −1 behind the last.</summary>
    public Span2D<int> PlanSources { get; set; }

    /// <summary>The columns of y they go to, −1 behind the last.</summary>
    public Span2D<int> PlanTargets { get; set; }

    /// <summary>Their masses, 0 behind the last.</summary>
    public Span2D<TReal> PlanMasses { get; set; }

    /// <summary>Their numbers [B].</summary>
    public Span<int> PlanLengths { get; set; }

    /// <summary>Outcomes [B]: Converged; NonFinite (a point that is not finite) and InvalidInput (weights that are negative, not finite or without mass, or whose sums differ): these rows are NaN and have no plan.</summary>
    public Span<TransportStatus> Status { get; set; }
}
