namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceElasticMapInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>b [M], at least 0. Absent: 1/M each. Not checked here: a negative or NaN weight makes every output NaN.</summary>
    public DeviceSpan<TReal> TargetWeights { get; set; }

    /// <summary>A [r, d] of the linear costs, which need it. That the rows of the complement's are orthonormal is not checked here.</summary>
    public DeviceSpan2D<TReal> Matrix { get; set; }

    /// <summary>Scratch of at least <c>ElasticMap.WorkspaceBytes</c>, 256-byte aligned; empty: allocated on the stream and freed by the call.</summary>
    public DeviceSpan<byte> Workspace { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller, apart from each other and from the inputs; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceElasticMapOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>T(x) [N, d].</summary>
    public DeviceSpan2D<TReal> Mapped { get; set; }

    /// <summary>f(x) [N]: the source's potential anywhere.</summary>
    public DeviceSpan<TReal> Potential { get; set; }

    /// <summary>∇f(x) [N, d].</summary>
    public DeviceSpan2D<TReal> Gradient { get; set; }
}
