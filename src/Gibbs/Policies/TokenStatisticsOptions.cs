using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>What tokens are compared with.</summary>
public enum TokenScope
{
    /// <summary>All tokens of the batch: one result.</summary>
    Batch = 0,

    /// <summary>Those of their sequence: a result per row.</summary>
    Sequence = 1,
}

/// <summary>The scalars of token statistics; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
public readonly record struct TokenStatisticsOptions
{
    // Stored as differences from the defaults, so that default(TokenStatisticsOptions) is the documented default.
    private readonly long _quantileBits;

    /// <summary>What tokens are compared with. Default <see cref="TokenScope.Batch"/>.</summary>
    public TokenScope Scope { get; init; }

    /// <summary>r in [0, 1] of the quantile. Default 0.5, the median.</summary>
    public double Quantile
    {
        get => DefaultedScalar.Get(_quantileBits, 0.5);
        init => _quantileBits = DefaultedScalar.Set(value, 0.5);
    }

    /// <summary>The share in [0, 1] of the scope's tokens that is selected: rounded down, but to one at least, and none for 0. Default 0.</summary>
    public double SelectedShare { get; init; }

    /// <summary>How many are selected, in place of the share: no more than there are. Default null.</summary>
    public long? SelectedCount { get; init; }

    /// <summary>The largest are selected, not the smallest. Default false.</summary>
    public bool Largest { get; init; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed. A result per scope: 1, or [B].</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct TokenStatisticsOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>Tokens that are not masked.</summary>
    public Span<long> Counts { get; set; }

    /// <summary>Their means; 0 of none.</summary>
    public Span<TReal> Means { get; set; }

    /// <summary>Their quantiles, linearly interpolated; NaN of none, or where one is NaN.</summary>
    public Span<TReal> Quantiles { get; set; }

    /// <summary>[B, T]: 1 where a token is among the k smallest (or largest) of its scope, ties to the lower index, else 0. A NaN is never selected. May be the mask's own memory.</summary>
    public Span2D<byte> Selected { get; set; }
}
