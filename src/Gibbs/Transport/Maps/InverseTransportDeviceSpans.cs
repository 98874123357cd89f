namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceInverseTransportInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>g [M] to start from, as returned for similar costs.</summary>
    public DeviceSpan<TReal> InitialTargetPotential { get; set; }

    /// <summary>Scratch of at least <c>InverseTransport.WorkspaceBytes</c>, 256-byte aligned; empty: allocated on the stream and freed by the call.</summary>
    public DeviceSpan<byte> Workspace { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller, apart from each other and from the inputs; but for the result, what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceInverseTransportOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>The loss, and how the solve ended [1]; to be given. An entry of P̂ that is no mass gives the status <see cref="TransportStatus.InvalidInput"/>, and NaN.</summary>
    public DeviceSpan<InverseTransportResult> Result { get; set; }

    /// <summary>∂F/∂C = P̂ − P_ε [N, M].</summary>
    public DeviceSpan2D<TReal> CostGradient { get; set; }

    /// <summary>g [M] of the solve.</summary>
    public DeviceSpan<TReal> TargetPotential { get; set; }
}
