namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceWasserstein1DInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>a, at least 0: [N], the same for every row, or [B·N]. Absent: 1/N each. Σa and Σb may differ by 1e-5·Σa, and b is scaled to Σa.</summary>
    public DeviceSpan<TReal> SourceWeights { get; set; }

    /// <summary>b, at least 0: [M] or [B·M]. Absent: 1/M each.</summary>
    public DeviceSpan<TReal> TargetWeights { get; set; }

    /// <summary>Scratch of <c>WorkspaceBytes</c> bytes, 256-byte aligned; absent, the call allocates some on the stream and frees it there.</summary>
    public DeviceSpan<byte> Workspace { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceWasserstein1DOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>W_p^p [B]; the distance is its p-th root.</summary>
    public DeviceSpan<TReal> Values { get; set; }

    /// <summary>∂W_p^p/∂x [B, N].</summary>
    public DeviceSpan2D<TReal> SourceGradient { get; set; }

    /// <summary>∂W_p^p/∂y [B, M].</summary>
    public DeviceSpan2D<TReal> TargetGradient { get; set; }

    /// <summary>The plan [B, N + M − 1], segments of mass in the order of the points, equal points by index: the columns of x they come from, −1 behind the last.</summary>
    public DeviceSpan2D<int> PlanSources { get; set; }

    /// <summary>The columns of y they go to, −1 behind the last.</summary>
    public DeviceSpan2D<int> PlanTargets { get; set; }

    /// <summary>Their masses, 0 behind the last.</summary>
    public DeviceSpan2D<TReal> PlanMasses { get; set; }

    /// <summary>Their numbers [B].</summary>
    public DeviceSpan<int> PlanLengths { get; set; }

    /// <summary>Outcomes [B]: Converged; NonFinite (a point that is not finite) and InvalidInput (weights that are negative, not finite or without mass, or whose sums differ): these rows are NaN and have no plan.</summary>
    public DeviceSpan<TransportStatus> Status { get; set; }
}
