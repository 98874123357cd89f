namespace Gibbs;

/// <summary>Which of the published definitions <see cref="TokenSetOptions.TopH"/> follows. They differ: on most random rows the released forms keep sets that break the paper's bound.</summary>
public enum TopHVariant
{
    /// <summary>The longest prefix S with H(q_S) ≤ α·H(p), q_S = p renormalised on S (Potraghloo et al., 2025).</summary>
    Paper = 0,

    /// <summary>The authors' released code: the longest prefix with −Σ_S p·log p ≤ α·(the same over the first <see cref="TokenSetOptions.TopHCap"/> tokens), p not renormalised; at most those tokens.</summary>
    Released = 1,

    /// <summary>The Transformers library's: as <see cref="Released"/>, with p renormalised over the first <see cref="TokenSetOptions.TopHCap"/> tokens.</summary>
    Transformers = 2,
}

/// <summary>The scalars of token sets; <c>default</c>, <c>new()</c> and the documented defaults are the same value, which keeps every token that is not masked.</summary>
/// <remarks>
/// Per row, with p = softmax(z/T), x_j = (z_j − max z)/T, and tokens ranked by greater z first, ties by lower index first. Every criterion keeps a prefix of the ranking; S is the shortest of them:
/// <code>
/// TopK k             the first k
/// TopP p             the shortest prefix with Σ p_j ≥ p; without the crossing token, the ranks before the first cumulative sum ≥ p
/// MinP m             p_j ≥ m·max p, as x_j ≥ log m
/// MinProbability κ   p_j ≥ κ, as x_j ≥ log κ + log Σ e^x
/// TopH α             the longest prefix with H(q_S) ≤ α·H(p)
///
/// q = p renormalised on S                H_S = −Σ_S q·log q = log Z − X/Z,  Z = Σ_S e^x, X = Σ_S e^x·x
/// dH_S/dz_k = −q_k·(log q_k + H_S)/T     on S, held fixed; exactly 0 outside
/// </code>
/// Each criterion is on p itself, not renormalised by another. S has at least one token, the first of the ranking, but for <see cref="IncludeCrossing"/> = false; tokens at −∞ are never kept. A token
/// whose e^x is below the normal numbers of the arithmetic type counts for nothing in a sum: a top-p below 1 and a Top-H below 1 do not keep it.
/// </remarks>
public readonly record struct TokenSetOptions
{
    // Stored as differences from the defaults, so that default(TokenSetOptions) is the documented default.
    private readonly long _topPBits;
    private readonly long _topHBits;
    private readonly long _temperatureBits;
    private readonly int _topHCapOffset;
    private readonly bool _excludeCrossing;

    /// <summary>k ≥ 1; 0 for none. Default 0.</summary>
    public int TopK { get; init; }

    /// <summary>p in (0, 1]; 1 for none (nucleus; Holtzman et al., 2020). Default 1.</summary>
    public double TopP
    {
        get => DefaultedScalar.Get(_topPBits, 1);
        init => _topPBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>Whether top-p keeps the token that crosses p. Without it S may be empty: <see cref="RowStatus.EmptySet"/>, entropy 0, gradient 0. Default true.</summary>
    public bool IncludeCrossing
    {
        get => !_excludeCrossing;
        init => _excludeCrossing = !value;
    }

    /// <summary>m in [0, 1]; 0 for none (Nguyen et al., 2024). Default 0.</summary>
    public double MinP { get; init; }

    /// <summary>κ in [0, 1]; 0 for none. Where no token reaches it, the first of the ranking alone. Default 0.</summary>
    public double MinProbability { get; init; }

    /// <summary>α in (0, 1]; 1 bounds nothing, though the released variants then still keep no more than their cap. Default 1.</summary>
    public double TopH
    {
        get => DefaultedScalar.Get(_topHBits, 1);
        init => _topHBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>Which definition <see cref="TopH"/> follows. Default <see cref="TopHVariant.Paper"/>.</summary>
    public TopHVariant TopHVariant { get; init; }

    /// <summary>The tokens that the released variants of <see cref="TopH"/> look at, at least 1. Default 100.</summary>
    public int TopHCap
    {
        get => unchecked(_topHCapOffset + 100);
        init => _topHCapOffset = unchecked(value - 100);
    }

    /// <summary>T, positive and finite. Default 1.</summary>
    public double Temperature
    {
        get => DefaultedScalar.Get(_temperatureBits, 1);
        init => _temperatureBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>The key of the random words that samples are drawn with. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>The number of the draw: another one for every step of a sequence, so that no word is used twice. Default 0.</summary>
    public uint Step { get; init; }

    /// <summary>The number of the first row, at least 0: a batch cut in parts draws what it draws whole. Default 0.</summary>
    public long RowOffset { get; init; }

    /// <summary>How the entropies H_S are reduced, and what the gradient is the gradient of. Default <see cref="Reduction.Mean"/>.</summary>
    public Reduction Reduction { get; init; }

    /// <summary>The divisor of <see cref="Reduction.Mean"/>, in place of Σ r over all rows. Default null.</summary>
    public double? Normaliser { get; init; }
}
