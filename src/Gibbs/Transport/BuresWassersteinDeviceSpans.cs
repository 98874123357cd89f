namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceBuresWassersteinInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>m [B, d]. Absent: 0.</summary>
    public DeviceSpan2D<TReal> SourceMeans { get; set; }

    /// <summary>n [B, d]. Absent: 0.</summary>
    public DeviceSpan2D<TReal> TargetMeans { get; set; }

    /// <summary>Scratch of <c>WorkspaceBytes</c> bytes, 256-byte aligned; absent, the call allocates some on the stream and frees it there.</summary>
    public DeviceSpan<byte> Workspace { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceBuresWassersteinOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>BW² [B].</summary>
    public DeviceSpan<TReal> Values { get; set; }

    /// <summary>∂BW²/∂S [B·d, d], symmetric.</summary>
    public DeviceSpan2D<TReal> SourceGradient { get; set; }

    /// <summary>∂BW²/∂T [B·d, d], symmetric.</summary>
    public DeviceSpan2D<TReal> TargetGradient { get; set; }

    /// <summary>∂BW²/∂m = 2·(m − n) [B, d]; that by n is its opposite.</summary>
    public DeviceSpan2D<TReal> MeanGradient { get; set; }

    /// <summary>Outcomes [B]: Converged; NonFinite (an entry that is not finite) and InvalidInput (a covariance with a negative eigenvalue): these problems are NaN.</summary>
    public DeviceSpan<TransportStatus> Status { get; set; }
}
