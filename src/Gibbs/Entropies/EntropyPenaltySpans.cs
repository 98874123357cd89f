using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>, as the entropies.</typeparam>
public ref struct EntropyPenaltyInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>Valid tokens [B, T]: those whose byte is not 0. Empty: all. A token that is not valid contributes exactly 0, whatever it holds.</summary>
    public ReadOnlySpan2D<byte> Mask { get; set; }

    /// <summary>H̄ of the bands [B], or with <see cref="AnchorIndices"/> a table of any length; of Siren [1]. In place of <see cref="EntropyPenaltyOptions.Anchor"/>; one that is not finite: <see cref="RowStatus.InvalidParameter"/>.</summary>
    public ReadOnlySpan<TReal> Anchors { get; set; }

    /// <summary>The entry of <see cref="Anchors"/> that belongs to a sequence [B], such as its environment step; outside the table: <see cref="RowStatus.InvalidParameter"/>.</summary>
    public ReadOnlySpan<int> AnchorIndices { get; set; }

    /// <summary>θ of Attention [heads], finite; row b belongs to head b mod heads. Required by Attention.</summary>
    public ReadOnlySpan<TReal> HeadThresholds { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>, as the entropies.</typeparam>
public ref struct EntropyPenaltyOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>d value / dH [B, T]; 0 on tokens that are not valid. May be the entropies' own memory, exactly.</summary>
    public Span2D<TReal> Gradient { get; set; }

    /// <summary>v [B, T], before weight and aggregation; 0 on tokens that are not valid. Not of Siren.</summary>
    public Span2D<TReal> Penalties { get; set; }

    /// <summary>1 on valid tokens outside the band, above the quantile or beyond the margin, else 0 [B, T].</summary>
    public Span2D<byte> Selected { get; set; }

    /// <summary>The mean entropy of each sequence's valid tokens [B], 0 where there are none: what a history of entropies is updated with.</summary>
    public Span<TReal> SequenceMeans { get; set; }

    /// <summary>Siren's quantile of each sequence's valid tokens [B]; NaN where there are none.</summary>
    public Span<TReal> Quantiles { get; set; }

    /// <summary>d value / dθ [heads], of Attention.</summary>
    public Span<TReal> HeadThresholdGradient { get; set; }

    /// <summary>Statuses of the sequences [B].</summary>
    public Span<RowStatus> Status { get; set; }
}

/// <summary>What an entropy penalty comes to.</summary>
/// <param name="Value">The penalty; NaN where a sequence's status is NotANumber, PlusInfinity or InvalidParameter.</param>
/// <param name="MeanEntropy">The mean entropy of valid tokens, aggregated as the penalty; of Siren Ĥ, the anchor of later steps. 0 where nothing counts.</param>
/// <param name="Tokens">Valid tokens.</param>
/// <param name="Selected">Tokens outside the band, above the quantile or beyond the margin.</param>
public readonly record struct EntropyPenaltyResult(double Value, double MeanEntropy, long Tokens, long Selected);
