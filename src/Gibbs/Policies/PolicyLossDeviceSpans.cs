namespace Gibbs;

/// <summary>What a policy loss reads beside the log-probabilities, in device memory; what is empty is absent. Rows may be strided, at any alignment.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DevicePolicyLossInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>ℓ₀ [B, T]; absent: ℓ itself, held fixed, so that every ratio is 1 (on-policy).</summary>
    public DeviceSpan2D<TReal> OldLogProbabilities { get; set; }

    /// <summary>ℓ_ref [B, T] of the KL term.</summary>
    public DeviceSpan2D<TReal> ReferenceLogProbabilities { get; set; }

    /// <summary>ℓ_proxy [B, T] of <see cref="PolicyLossKind.LpReg"/>: the log-probability after the filter, very low or −∞ for a token that it left out.</summary>
    public DeviceSpan2D<TReal> ProxyLogProbabilities { get; set; }

    /// <summary>A [B, T]; this or <see cref="SequenceAdvantages"/>.</summary>
    public DeviceSpan2D<TReal> Advantages { get; set; }

    /// <summary>A [B], one for all tokens of a sequence.</summary>
    public DeviceSpan<TReal> SequenceAdvantages { get; set; }

    /// <summary>[B, T], 0 where there is no token: it contributes exactly 0 whatever the arrays hold there. Absent: all are tokens.</summary>
    public DeviceSpan2D<byte> Mask { get; set; }

    /// <summary>H [B, T], the entropies of the rows that the tokens were drawn from.</summary>
    public DeviceSpan2D<TReal> Entropies { get; set; }

    /// <summary>[G + 1], ascending from 0 to B, which is not checked here: group g is the sequences [offsets[g], offsets[g + 1]), a sequence in none has weight 0. For <see cref="TokenAggregation.GroupMean"/>.</summary>
    public DeviceSpan<long> GroupOffsets { get; set; }

    /// <summary>In place of <see cref="PolicyLossOptions.Normaliser"/> [1]; read on the device when the work runs, never by the host.</summary>
    public DeviceSpan<TReal> Normaliser { get; set; }

    /// <summary>Scratch of at least <c>PolicyLoss.WorkspaceBytes</c>; empty: allocated on the stream and freed by the call.</summary>
    public DeviceSpan<byte> Workspace { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed. Those over tokens [B, T] may each be the memory of an input of its type, exactly.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DevicePolicyLossOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>Token losses before the aggregation.</summary>
    public DeviceSpan2D<TReal> TokenLosses { get; set; }

    /// <summary>Gradient of the reduced loss by ℓ: the action weights of a row entropy's gradient to the logits.</summary>
    public DeviceSpan2D<TReal> LogProbabilityGradient { get; set; }

    /// <summary>Gradient of the reduced loss by H: its row weights.</summary>
    public DeviceSpan2D<TReal> EntropyGradient { get; set; }

    /// <summary>What happened to each token.</summary>
    public DeviceSpan2D<PolicyFlags> Flags { get; set; }

    /// <summary>The reduced loss [1].</summary>
    public DeviceSpan<TReal> Loss { get; set; }

    /// <summary>The reduced loss in double, and what is worth watching [1].</summary>
    public DeviceSpan<PolicyMetrics> Metrics { get; set; }
}
