using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>The scalars of an entropy-bounded merging; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
public readonly record struct EntropyBudgetOptions
{
    /// <summary>R, at least 0, +∞ allowed: in nats, or in bits with <see cref="Base2"/>. Default 0: one symbol.</summary>
    public double Budget { get; init; }

    /// <summary>Budget and entropies in bits instead of nats. Default false.</summary>
    public bool Base2 { get; init; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct EntropyMergingOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>g [B, n]: each symbol's label, numbered from 0 in order of their first symbols; −1 where the status says why.</summary>
    public Span2D<int> Labels { get; set; }

    /// <summary>The labels' masses [B, n]; 0 behind the last. Sums of those of p, rounded once.</summary>
    public Span2D<TReal> Probabilities { get; set; }

    /// <summary>Labels [B]; 0 where the status says why.</summary>
    public Span<int> Counts { get; set; }

    /// <summary>H(T) = I(X; T) [B].</summary>
    public Span<TReal> Entropies { get; set; }

    /// <summary>
    /// [B]: <see cref="RowStatus.NotANumber"/> and <see cref="RowStatus.PlusInfinity"/> by an entry, <see cref="RowStatus.InvalidProbability"/> for a negative one or no mass, <see cref="RowStatus.InvalidParameter"/> for a budget
    /// that is negative or NaN. Then labels are −1, and values NaN.
    /// </summary>
    public Span<RowStatus> Status { get; set; }
}
