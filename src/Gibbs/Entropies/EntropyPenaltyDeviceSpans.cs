namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>, as the entropies.</typeparam>
public ref struct DeviceEntropyPenaltyInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>Valid tokens [B, T]: those whose byte is not 0. Empty: all.</summary>
    public DeviceSpan2D<byte> Mask { get; set; }

    /// <summary>H̄ of the bands [B], or with <see cref="AnchorIndices"/> a table of any length; of Siren [1]. Read on the device when the work runs: an anchor of a step before needs no synchronisation.</summary>
    public DeviceSpan<TReal> Anchors { get; set; }

    /// <summary>The entry of <see cref="Anchors"/> that belongs to a sequence [B].</summary>
    public DeviceSpan<int> AnchorIndices { get; set; }

    /// <summary>θ of Attention [heads]; row b belongs to head b mod heads. Required by Attention.</summary>
    public DeviceSpan<TReal> HeadThresholds { get; set; }

    /// <summary>Scratch of at least <c>EntropyPenalty.WorkspaceBytes</c>; empty: allocated on the stream and freed by the call.</summary>
    public DeviceSpan<byte> Workspace { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>, as the entropies.</typeparam>
public ref struct DeviceEntropyPenaltyOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>The penalty [1].</summary>
    public DeviceSpan<TReal> Value { get; set; }

    /// <summary>The mean entropy of valid tokens [1], aggregated as the penalty; of Siren Ĥ.</summary>
    public DeviceSpan<TReal> MeanEntropy { get; set; }

    /// <summary>Count of valid tokens [1].</summary>
    public DeviceSpan<long> Tokens { get; set; }

    /// <summary>Count of selected tokens [1].</summary>
    public DeviceSpan<long> SelectedCount { get; set; }

    /// <summary>d value / dH [B, T]; may be the entropies' own memory, exactly.</summary>
    public DeviceSpan2D<TReal> Gradient { get; set; }

    /// <summary>v [B, T], before weight and aggregation. Not of Siren.</summary>
    public DeviceSpan2D<TReal> Penalties { get; set; }

    /// <summary>1 on valid tokens outside the band, above the quantile or beyond the margin, else 0 [B, T].</summary>
    public DeviceSpan2D<byte> Selected { get; set; }

    /// <summary>The mean entropy of each sequence's valid tokens [B].</summary>
    public DeviceSpan<TReal> SequenceMeans { get; set; }

    /// <summary>Siren's quantile of each sequence's valid tokens [B].</summary>
    public DeviceSpan<TReal> Quantiles { get; set; }

    /// <summary>d value / dθ [heads], of Attention.</summary>
    public DeviceSpan<TReal> HeadThresholdGradient { get; set; }

    /// <summary>Statuses of the sequences [B].</summary>
    public DeviceSpan<RowStatus> Status { get; set; }
}
