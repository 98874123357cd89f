namespace Gibbs;

/// <summary>The scalars of an entropy penalty; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
/// <remarks>
/// With H the entropy of a valid token, H̄ the anchor of its sequence, λ the weight, β the smoothing, b the entropy bonus, h the head and θ_h its threshold:
/// <code>
/// kind            token v                                                    dv/dH                   value
/// Bonus           −H                                                         −1                      λ·aggregate v
/// EpoPublished    β·c·1[not κ_l·H̄ &lt; H &lt; κ_r·H̄] − b·H                          −b                      λ·aggregate v
/// EpoHinge        β·d − b·H,  d = max(κ_l·H̄ − H, H − κ_r·H̄, 0)               β·(±1) − b outside      λ·aggregate v
/// EpoQuadratic    β·d² − b·H                                                 ±2β·d − b               λ·aggregate v
/// Siren           H of the tokens with H &gt; quantile_r of their sequence      1 on these              λ·(Ĥ − H̄)², Ĥ the mean over sequences of their means
/// Attention       d² where |d| &gt; γ·log T, else 0,  d = H − θ_h·log T         2d beyond the margin    λ·Σ v / heads;  dv/dθ_h = −2d·log T
/// </code>
/// </remarks>
public readonly record struct EntropyPenaltyOptions
{
    private readonly long _weightBits;
    private readonly long _smoothingBits;
    private readonly long _bonusBits;
    private readonly long _constantBits;
    private readonly long _lowerBits;
    private readonly long _upperBits;
    private readonly long _quantileBits;
    private readonly long _marginBits;

    /// <summary>The term. Default <see cref="EntropyPenaltyKind.Bonus"/>.</summary>
    public EntropyPenaltyKind Kind { get; init; }

    /// <summary>λ, finite: the factor of value and gradient, a phase weight included. Default 1.</summary>
    public double Weight
    {
        get => DefaultedScalar.Get(_weightBits, 1);
        init => _weightBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>How tokens are aggregated; not by Siren and Attention, which say it themselves. Default <see cref="EntropyAggregation.TokenMean"/>.</summary>
    public EntropyAggregation Aggregation { get; init; }

    /// <summary>β of the bands, finite. Default 1.</summary>
    public double Smoothing
    {
        get => DefaultedScalar.Get(_smoothingBits, 1);
        init => _smoothingBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>b of the bands, finite; 0 leaves the band alone. Default 1, as in EPO.</summary>
    public double EntropyBonus
    {
        get => DefaultedScalar.Get(_bonusBits, 1);
        init => _bonusBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>c of EPO as released, finite. Default 0.05.</summary>
    public double Constant
    {
        get => DefaultedScalar.Get(_constantBits, 0.05);
        init => _constantBits = DefaultedScalar.Set(value, 0.05);
    }

    /// <summary>κ_l of the bands, in [0, κ_r]. Default 0.8.</summary>
    public double Lower
    {
        get => DefaultedScalar.Get(_lowerBits, 0.8);
        init => _lowerBits = DefaultedScalar.Set(value, 0.8);
    }

    /// <summary>κ_r of the bands, finite. Default 1.2.</summary>
    public double Upper
    {
        get => DefaultedScalar.Get(_upperBits, 1.2);
        init => _upperBits = DefaultedScalar.Set(value, 1.2);
    }

    /// <summary>Whether a band judges the mean entropy of the sequence in place of each token's. Default false.</summary>
    public bool PerSequence { get; init; }

    /// <summary>H̄ of the bands and of Siren in nats, finite, where <c>inputs.Anchors</c> is empty. Default 0.</summary>
    public double Anchor { get; init; }

    /// <summary>r of Siren, in [0, 1]. Default 0.8.</summary>
    public double Quantile
    {
        get => DefaultedScalar.Get(_quantileBits, 0.8);
        init => _quantileBits = DefaultedScalar.Set(value, 0.8);
    }

    /// <summary>γ of Attention, finite and at least 0. Default 0.2.</summary>
    public double Margin
    {
        get => DefaultedScalar.Get(_marginBits, 0.2);
        init => _marginBits = DefaultedScalar.Set(value, 0.2);
    }

    /// <summary>T of Attention: keys of the full context, also on causal rows. 0: as many as columns. Default 0.</summary>
    public long Context { get; init; }

    /// <summary>The regulariser of EPO as released: λ·(−mean H + β·mean P), P a constant outside the band.</summary>
    /// <param name="weight">λ, times <see cref="EntropyPenalty.EpoPhaseWeight"/> where the schedule is wanted.</param>
    /// <param name="smoothing">β.</param>
    /// <param name="constant">c.</param>
    public static EntropyPenaltyOptions Epo(double weight, double smoothing = 1, double constant = 0.05) =>
        new() { Kind = EntropyPenaltyKind.EpoPublished, Weight = weight, Smoothing = smoothing, Constant = constant };

    /// <summary>EPO with a band that trains.</summary>
    /// <param name="weight">λ.</param>
    /// <param name="smoothing">β.</param>
    /// <param name="quadratic">Squared distance in place of distance.</param>
    public static EntropyPenaltyOptions EpoBand(double weight, double smoothing = 1, bool quadratic = false) =>
        new() { Kind = quadratic ? EntropyPenaltyKind.EpoQuadratic : EntropyPenaltyKind.EpoHinge, Weight = weight, Smoothing = smoothing };

    /// <summary>The regulariser of SIREN: c·(Ĥ − anchor)².</summary>
    /// <param name="anchor">Ĥ of the first step.</param>
    /// <param name="weight">c.</param>
    /// <param name="quantile">r.</param>
    public static EntropyPenaltyOptions Siren(double anchor, double weight = 0.005, double quantile = 0.8) =>
        new() { Kind = EntropyPenaltyKind.Siren, Weight = weight, Anchor = anchor, Quantile = quantile };

    /// <summary>The regulariser of entropy-guided attention.</summary>
    /// <param name="weight">λ.</param>
    /// <param name="margin">γ.</param>
    /// <param name="context">T.</param>
    public static EntropyPenaltyOptions Attention(double weight = 1e-5, double margin = 0.2, long context = 0) =>
        new() { Kind = EntropyPenaltyKind.Attention, Weight = weight, Margin = margin, Context = context };
}
