namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceSinkhornDivergenceInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>a [N], at least 0. Absent: 1/N each. Where marginals are held, Σa and Σb may differ by 1e-5·Σa, and b is scaled to Σa.</summary>
    public DeviceSpan<TReal> SourceWeights { get; set; }

    /// <summary>b [M], at least 0. Absent: 1/M each.</summary>
    public DeviceSpan<TReal> TargetWeights { get; set; }

    /// <summary>Scratch of <c>WorkspaceBytes</c> bytes, 256-byte aligned; absent, the call allocates some on the stream and frees it there.</summary>
    public DeviceSpan<byte> Workspace { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceSinkhornDivergenceOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>The value and the terms [1]; must be given.</summary>
    public DeviceSpan<SinkhornDivergenceResult> Result { get; set; }

    /// <summary>∂S/∂x [N, d].</summary>
    public DeviceSpan2D<TReal> SourceGradient { get; set; }

    /// <summary>∂S/∂y [M, d].</summary>
    public DeviceSpan2D<TReal> TargetGradient { get; set; }

    /// <summary>∂S/∂a [N]. Where marginals are held it is given up to a constant, and the constant is that of Σ a·∂S/∂a = Σ b·∂S/∂b.</summary>
    public DeviceSpan<TReal> SourceWeightGradient { get; set; }

    /// <summary>∂S/∂b [M].</summary>
    public DeviceSpan<TReal> TargetWeightGradient { get; set; }
}
