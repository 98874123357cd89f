using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>What a policy loss reads beside the log-probabilities, in host memory; what is empty is absent. Rows may be strided.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct PolicyLossInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>ℓ₀ [B, T]; absent: ℓ itself, held fixed, so that every ratio is 1 (on-policy).</summary>
    public ReadOnlySpan2D<TReal> OldLogProbabilities { get; set; }

    /// <summary>ℓ_ref [B, T] of the KL term.</summary>
    public ReadOnlySpan2D<TReal> ReferenceLogProbabilities { get; set; }

    /// <summary>ℓ_proxy [B, T] of <see cref="PolicyLossKind.LpReg"/>: the log-probability after the filter, very low or −∞ for a token that it left out.</summary>
    public ReadOnlySpan2D<TReal> ProxyLogProbabilities { get; set; }

    /// <summary>A [B, T]; this or <see cref="SequenceAdvantages"/>.</summary>
    public ReadOnlySpan2D<TReal> Advantages { get; set; }

    /// <summary>A [B], one for all tokens of a sequence.</summary>
    public ReadOnlySpan<TReal> SequenceAdvantages { get; set; }

    /// <summary>[B, T], 0 where there is no token: it contributes exactly 0 whatever the arrays hold there. Absent: all are tokens.</summary>
    public ReadOnlySpan2D<byte> Mask { get; set; }

    /// <summary>H [B, T], the entropies of the rows that the tokens were drawn from.</summary>
    public ReadOnlySpan2D<TReal> Entropies { get; set; }

    /// <summary>[G + 1], ascending from 0 to B: group g is the sequences [offsets[g], offsets[g + 1]). For <see cref="TokenAggregation.GroupMean"/>.</summary>
    public ReadOnlySpan<long> GroupOffsets { get; set; }
}

/// <summary>Outputs in host memory [B, T], owned by the caller; what is empty is not computed. Each may be the memory of an input of its type, exactly.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct PolicyLossOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>Token losses before the aggregation.</summary>
    public Span2D<TReal> TokenLosses { get; set; }

    /// <summary>Gradient of the reduced loss by ℓ: the action weights of a row entropy's gradient to the logits.</summary>
    public Span2D<TReal> LogProbabilityGradient { get; set; }

    /// <summary>Gradient of the reduced loss by H: its row weights.</summary>
    public Span2D<TReal> EntropyGradient { get; set; }

    /// <summary>What happened to each token.</summary>
    public Span2D<PolicyFlags> Flags { get; set; }
}
