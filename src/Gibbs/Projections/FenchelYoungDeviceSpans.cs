namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
public ref struct DeviceFenchelYoungInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>w [V].</summary>
    public DeviceSpan<TReal> ClassWeights { get; set; }

    /// <summary>r [N].</summary>
    public DeviceSpan<TReal> RowWeights { get; set; }

    /// <summary>α [N], in place of <see cref="FenchelYoungOptions.Alpha"/>; out of (1, 8]: <see cref="RowStatus.InvalidParameter"/>.</summary>
    public DeviceSpan<TReal> Alphas { get; set; }

    /// <summary>The divisor of the mean [1], in place of the computed one; read on the device when the work runs, never by the host.</summary>
    public DeviceSpan<TReal> Normaliser { get; set; }

    /// <summary>Scratch of at least <c>FenchelYoung.WorkspaceBytes</c>; empty: allocated on the stream and freed by the call.</summary>
    public DeviceSpan<byte> Workspace { get; set; }

    // For tests and benchmarks: results do not depend on it, to the bit.
    internal int Regime { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The logits' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
public ref struct DeviceFenchelYoungOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Row losses [N], before the reduction.</summary>
    public DeviceSpan<TReal> Losses { get; set; }

    /// <summary>The reduced loss [1].</summary>
    public DeviceSpan<TReal> Loss { get; set; }

    /// <summary>Gradient of the reduced loss with respect to the logits [N, V]; may be the logits' own memory, exactly.</summary>
    public DeviceSpan2D<T> Gradient { get; set; }

    /// <summary>p [N, V].</summary>
    public DeviceSpan2D<T> Probabilities { get; set; }

    /// <summary>Entries of p that are not 0 [N].</summary>
    public DeviceSpan<long> SupportSize { get; set; }

    /// <summary>Row statuses [N].</summary>
    public DeviceSpan<RowStatus> Status { get; set; }

    /// <summary>Count of the rows in the normaliser [1].</summary>
    public DeviceSpan<long> ValidRows { get; set; }

    /// <summary>The divisor that the mean used, or would use [1].</summary>
    public DeviceSpan<TReal> NormaliserUsed { get; set; }
}
