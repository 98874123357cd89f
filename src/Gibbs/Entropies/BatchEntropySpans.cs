using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
public ref struct BatchEntropyInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>Where segments begin [S + 1]: from 0 to N, not decreasing. Empty: all rows are one segment.</summary>
    public ReadOnlySpan<long> Offsets { get; set; }

    /// <summary>r [N], finite and at least 0. A row of weight 0 contributes exactly 0, whatever it holds.</summary>
    public ReadOnlySpan<TReal> RowWeights { get; set; }

    /// <summary>ν [K], of the class-weighted entropy.</summary>
    public ReadOnlySpan<TReal> ClassWeights { get; set; }

    /// <summary>τ [S, K], or [1, K] for all segments: probabilities, used as given.</summary>
    public ReadOnlySpan2D<TReal> Priors { get; set; }

    /// <summary>The group of each class [K], in [0, <see cref="BatchEntropyOptions.Groups"/>); a class of any other number is in none, and only in H(p̄) and KL.</summary>
    public ReadOnlySpan<int> ClassGroups { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The logits' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
public ref struct BatchEntropyOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>F of each segment [S], before the reduction.</summary>
    public Span<TReal> Values { get; set; }

    /// <summary>p̄ of each segment [S, K]; 0 where it has no rows.</summary>
    public Span2D<TReal> Marginals { get; set; }

    /// <summary>H(p_i) of each row [N], not weighted; 0 of masked rows.</summary>
    public Span<TReal> Entropies { get; set; }

    /// <summary>Gradient of the reduced value with respect to the logits [N, K]; may be the logits' own memory, exactly.</summary>
    public Span2D<T> Gradient { get; set; }

    /// <summary>Row statuses [N].</summary>
    public Span<RowStatus> Status { get; set; }

    /// <summary>Statuses of the segments [S].</summary>
    public Span<RowStatus> SegmentStatus { get; set; }
}

/// <summary>What a batch entropy comes to.</summary>
/// <param name="Value">The reduced value; NaN without reduction.</param>
/// <param name="Segments">Segments that have rows that count.</param>
public readonly record struct BatchEntropyResult(double Value, long Segments);
