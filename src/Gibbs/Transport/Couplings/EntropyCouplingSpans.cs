using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>The scalars of couplings; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
public readonly record struct EntropyCouplingOptions
{
    /// <summary>Entropies in bits instead of nats. Default false.</summary>
    public bool Base2 { get; init; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct EntropyCouplingOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>The atoms' indices in p [B, n + m − 1], in the order in which they were found; −1 behind the last.</summary>
    public Span2D<int> SourceIndices { get; set; }

    /// <summary>The atoms' indices in q [B, n + m − 1]; −1 behind the last.</summary>
    public Span2D<int> TargetIndices { get; set; }

    /// <summary>The atoms' masses [B, n + m − 1]; 0 behind the last.</summary>
    public Span2D<TReal> Masses { get; set; }

    /// <summary>Atoms per problem [B]; 0 where the status says why.</summary>
    public Span<int> Counts { get; set; }

    /// <summary>H of the coupling [B].</summary>
    public Span<TReal> Entropies { get; set; }

    /// <summary>H(p) + H(q) − H [B]: what either says about the other.</summary>
    public Span<TReal> MutualInformation { get; set; }

    /// <summary>H(p ∧ q) [B]: no coupling has less entropy.</summary>
    public Span<TReal> LowerBounds { get; set; }

    /// <summary>
    /// [B]: <see cref="RowStatus.NotANumber"/> and <see cref="RowStatus.PlusInfinity"/> by an entry, <see cref="RowStatus.InvalidProbability"/> for a negative one, no mass, or masses that differ. Then there is no atom, and
    /// values are NaN.
    /// </summary>
    public Span<RowStatus> Status { get; set; }
}
