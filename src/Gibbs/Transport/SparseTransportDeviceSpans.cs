namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent. Problem p of a batch has elements p·N and on of source arrays, p·M and on of target arrays.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 costs.</typeparam>
public ref struct DeviceSparseTransportInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>a [B·N], at least 0. Absent: 1/N each. Σa and Σb may differ by 1e-5·Σa, and b is scaled to Σa.</summary>
    public DeviceSpan<TReal> SourceWeights { get; set; }

    /// <summary>b [B·M], at least 0. Absent: 1/M each.</summary>
    public DeviceSpan<TReal> TargetWeights { get; set; }

    /// <summary>f [B·N] to start from, in the units of the cost. Absent: 0.</summary>
    public DeviceSpan<TReal> InitialSourcePotential { get; set; }

    /// <summary>Scratch of at least <c>SparseTransport.WorkspaceBytes</c>; empty: allocated on the stream and freed by the call.</summary>
    public DeviceSpan<byte> Workspace { get; set; }

    // For tests and benchmarks: results do not depend on it, to the bit.
    internal int Regime { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed. None may overlap an input or another output.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 costs.</typeparam>
public ref struct DeviceSparseTransportOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>[B]; to be given.</summary>
    public DeviceSpan<SparseTransportResult> Results { get; set; }

    /// <summary>f [B·N]: the value's gradient by a, up to a constant. Finite at zero mass too.</summary>
    public DeviceSpan<TReal> SourcePotential { get; set; }

    /// <summary>g [B·M]; Σ b_j·g_j = 0.</summary>
    public DeviceSpan<TReal> TargetPotential { get; set; }

    /// <summary>The rows [B·M, k] of the non-zeros of every column, the largest first, the lower row where values are equal; −1 where there are fewer.</summary>
    public DeviceSpan2D<int> Rows { get; set; }

    /// <summary>Their values [B·M, k]; 0 where there are fewer.</summary>
    public DeviceSpan2D<TReal> Values { get; set; }

    /// <summary>P [B·N, M]: the plans, and the values' gradients by the costs.</summary>
    public DeviceSpan2D<TReal> Plan { get; set; }
}
