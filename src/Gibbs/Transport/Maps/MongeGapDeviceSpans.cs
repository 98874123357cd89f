namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceMongeGapInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>a [N], of points and of their images. Absent: 1/N each. Not checked here: bad ones give the status <see cref="TransportStatus.InvalidInput"/>, and NaN.</summary>
    public DeviceSpan<TReal> Weights { get; set; }

    /// <summary>g [N] to start from, as returned for similar points.</summary>
    public DeviceSpan<TReal> InitialTargetPotential { get; set; }

    /// <summary>Scratch of at least <c>MongeGap.WorkspaceBytes</c>, 256-byte aligned; empty: allocated on the stream and freed by the call.</summary>
    public DeviceSpan<byte> Workspace { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller, apart from each other and from the inputs; but for the result, what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceMongeGapOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>The gap, and how the solve ended [1]; to be given.</summary>
    public DeviceSpan<MongeGapResult> Result { get; set; }

    /// <summary>The gap's gradient by the images y [N, d].</summary>
    public DeviceSpan2D<TReal> MappedGradient { get; set; }

    /// <summary>The gap's gradient by the points x [N, d], the images held.</summary>
    public DeviceSpan2D<TReal> PointGradient { get; set; }

    /// <summary>g [N]; Σ a_j·g_j = 0.</summary>
    public DeviceSpan<TReal> TargetPotential { get; set; }
}
