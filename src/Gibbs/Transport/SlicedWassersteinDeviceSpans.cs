namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceSlicedWassersteinInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>a [N], at least 0. Absent: 1/N each. Σa and Σb may differ by 1e-5·Σa, and b is scaled to Σa.</summary>
    public DeviceSpan<TReal> SourceWeights { get; set; }

    /// <summary>b [M], at least 0. Absent: 1/M each.</summary>
    public DeviceSpan<TReal> TargetWeights { get; set; }

    /// <summary>Directions [L, d], taken as they are. Absent: <see cref="SlicedWassersteinOptions.Slices"/> uniform ones are drawn.</summary>
    public DeviceSpan2D<TReal> Directions { get; set; }

    /// <summary>Scratch of <c>WorkspaceBytes</c> bytes, 256-byte aligned; absent, the call allocates some on the stream and frees it there.</summary>
    public DeviceSpan<byte> Workspace { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceSlicedWassersteinOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>SW_p^p [1]; NaN where a slice has no value.</summary>
    public DeviceSpan<double> Value { get; set; }

    /// <summary>∂SW_p^p/∂x [N, d].</summary>
    public DeviceSpan2D<TReal> SourceGradient { get; set; }

    /// <summary>∂SW_p^p/∂y [M, d].</summary>
    public DeviceSpan2D<TReal> TargetGradient { get; set; }

    /// <summary>W_p^p of every slice [L].</summary>
    public DeviceSpan<TReal> SliceValues { get; set; }

    /// <summary>The directions used [L, d].</summary>
    public DeviceSpan2D<TReal> Directions { get; set; }

    /// <summary>Outcomes of slices [L]: Converged; NonFinite; InvalidInput (weights that are negative, not finite or without mass, or whose sums differ).</summary>
    public DeviceSpan<TransportStatus> Status { get; set; }
}
