using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>The scalars of a conditional class entropy; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
public readonly record struct ConditionalClassEntropyOptions
{
    // Stored as a difference from the default, so that default(ConditionalClassEntropyOptions) is the documented default.
    private readonly long _ignoreIndexOffset;

    /// <summary>Entropies in bits in place of nats. Default false.</summary>
    public bool Base2 { get; init; }

    /// <summary>A sample of this label does not count. Default −100.</summary>
    public long IgnoreIndex
    {
        get => unchecked(_ignoreIndexOffset - 100);
        init => _ignoreIndexOffset = unchecked(value + 100);
    }

    /// <summary>Adds to <c>outputs.Counts</c> in place of overwriting them, so that entropies are those of all batches so far. Default false.</summary>
    public bool Accumulate { get; init; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 pre-activations.</typeparam>
public ref struct ConditionalClassEntropyOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>The entropy of the class given the unit's sign [U].</summary>
    public Span<TReal> Entropies { get; set; }

    /// <summary>Samples [2·C, U]: row c those of class c with a pre-activation of 0 or below, row C + c those above 0. Required where they accumulate.</summary>
    public Span2D<long> Counts { get; set; }

    /// <summary>Statuses of the units [U].</summary>
    public Span<RowStatus> Status { get; set; }
}

/// <summary>What was counted.</summary>
/// <param name="Samples">Samples with a class.</param>
/// <param name="OutOfRange">Samples whose label is neither a class nor the ignore index; where there are any, every entropy is NaN.</param>
public readonly record struct ConditionalClassEntropyResult(long Samples, long OutOfRange);
