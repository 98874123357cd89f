namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
/// <typeparam name="T">The logits' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
public ref struct DeviceCrossEntropyInputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Dense soft targets q [N, V], in place of hard targets.</summary>
    public DeviceSpan2D<T> SoftTargets { get; set; }

    /// <summary>w [V].</summary>
    public DeviceSpan<TReal> ClassWeights { get; set; }

    /// <summary>r [N].</summary>
    public DeviceSpan<TReal> RowWeights { get; set; }

    /// <summary>Temperatures [N], in place of <see cref="CrossEntropyOptions.Temperature"/>.</summary>
    public DeviceSpan<TReal> RowTemperatures { get; set; }

    /// <summary>The divisor of the mean [1], in place of the computed one; read on the device when the work runs, never by the host.</summary>
    public DeviceSpan<TReal> Normaliser { get; set; }

    /// <summary>Scratch of at least <c>SoftmaxCrossEntropy.WorkspaceBytes</c>; empty: allocated on the stream and freed by the call.</summary>
    public DeviceSpan<byte> Workspace { get; set; }

    // For tests and benchmarks: results do not depend on it, to the bit.
    internal int Regime { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The logits' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
public ref struct DeviceCrossEntropyOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Row losses [N], before the reduction.</summary>
    public DeviceSpan<TReal> Losses { get; set; }

    /// <summary>The reduced loss [1].</summary>
    public DeviceSpan<TReal> Loss { get; set; }

    /// <summary>Gradient of the reduced loss with respect to the given logits [N, V]; may be the logits' own memory, exactly.</summary>
    public DeviceSpan2D<T> Gradient { get; set; }

    /// <summary>log Σ_j exp(ẑ_j) [N].</summary>
    public DeviceSpan<TReal> LogSumExp { get; set; }

    /// <summary>−Σ_j p_j·log p_j in nats [N].</summary>
    public DeviceSpan<TReal> Entropy { get; set; }

    /// <summary>log p_y [N]; 0 for ignored rows.</summary>
    public DeviceSpan<TReal> LogProbability { get; set; }

    /// <summary>The first largest logit [N], −1 where there is none.</summary>
    public DeviceSpan<long> Argmax { get; set; }

    /// <summary>Rank of the target [N]: classes with a greater logit, or an equal one and a lower index; 0 = correct, −1 where there is none.</summary>
    public DeviceSpan<long> Rank { get; set; }

    /// <summary>Row statuses [N].</summary>
    public DeviceSpan<RowStatus> Status { get; set; }

    /// <summary>Statistics to save for <c>SoftmaxCrossEntropy.Gradient</c> [N].</summary>
    public DeviceSpan<RowStatistics<TReal>> Statistics { get; set; }

    /// <summary>Count of the rows in the normaliser [1].</summary>
    public DeviceSpan<long> ValidRows { get; set; }

    /// <summary>The divisor that the mean used, or would use [1].</summary>
    public DeviceSpan<TReal> NormaliserUsed { get; set; }
}
