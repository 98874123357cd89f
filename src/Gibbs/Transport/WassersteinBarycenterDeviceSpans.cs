namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceWassersteinBarycenterInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>λ [K], at least 0; divided by their sum. Absent: 1/K each.</summary>
    public DeviceSpan<TReal> Weights { get; set; }

    /// <summary>Scratch of <c>WorkspaceBytes</c> bytes, 256-byte aligned; absent, the call allocates some on the stream and frees it there.</summary>
    public DeviceSpan<byte> Workspace { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceWassersteinBarycenterOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>Values, error and outcome [1]; must be given. InvalidInput: histograms or weights that a call on spans would throw for.</summary>
    public DeviceSpan<SinkhornResult> Result { get; set; }

    /// <summary>q [M], of the histograms' mass.</summary>
    public DeviceSpan<TReal> Barycenter { get; set; }

    /// <summary>f [K, N], in the units of the cost, with Σ_i b_ki·f_ki the same for all k.</summary>
    public DeviceSpan2D<TReal> SourcePotentials { get; set; }

    /// <summary>g [K, M], with Σ_k λ_k·g_k = 0; −∞ where no mass can come.</summary>
    public DeviceSpan2D<TReal> TargetPotentials { get; set; }

    /// <summary>W(b_k, q) [K]: the gradient by λ.</summary>
    public DeviceSpan<TReal> Values { get; set; }
}
