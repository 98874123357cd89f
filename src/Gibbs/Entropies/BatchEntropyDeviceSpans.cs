namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
public ref struct DeviceBatchEntropyInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>Where segments begin [S + 1]: from 0 to N, not decreasing, which is not checked. Empty: all rows are one segment.</summary>
    public DeviceSpan<long> Offsets { get; set; }

    /// <summary>r [N], finite and at least 0. A row of weight 0 contributes exactly 0, whatever it holds.</summary>
    public DeviceSpan<TReal> RowWeights { get; set; }

    /// <summary>ν [K], of the class-weighted entropy.</summary>
    public DeviceSpan<TReal> ClassWeights { get; set; }

    /// <summary>τ [S, K], or [1, K] for all segments: probabilities, used as given.</summary>
    public DeviceSpan2D<TReal> Priors { get; set; }

    /// <summary>The group of each class [K], in [0, <see cref="BatchEntropyOptions.Groups"/>); a class of any other number is in none.</summary>
    public DeviceSpan<int> ClassGroups { get; set; }

    /// <summary>Scratch of at least <c>BatchEntropy.WorkspaceBytes</c>; empty: allocated on the stream and freed by the call.</summary>
    public DeviceSpan<byte> Workspace { get; set; }

    // For tests and benchmarks: results do not depend on it, to the bit.
    internal int Regime { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The logits' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
public ref struct DeviceBatchEntropyOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>The reduced value [1]; not with <see cref="Reduction.None"/>.</summary>
    public DeviceSpan<TReal> Value { get; set; }

    /// <summary>Count of the segments that have rows that count [1].</summary>
    public DeviceSpan<long> Segments { get; set; }

    /// <summary>F of each segment [S], before the reduction.</summary>
    public DeviceSpan<TReal> Values { get; set; }

    /// <summary>p̄ of each segment [S, K]; 0 where it has no rows.</summary>
    public DeviceSpan2D<TReal> Marginals { get; set; }

    /// <summary>H(p_i) of each row [N], not weighted; 0 of masked rows.</summary>
    public DeviceSpan<TReal> Entropies { get; set; }

    /// <summary>Gradient of the reduced value with respect to the logits [N, K]; may be the logits' own memory, exactly.</summary>
    public DeviceSpan2D<T> Gradient { get; set; }

    /// <summary>Row statuses [N].</summary>
    public DeviceSpan<RowStatus> Status { get; set; }

    /// <summary>Statuses of the segments [S].</summary>
    public DeviceSpan<RowStatus> SegmentStatus { get; set; }
}
