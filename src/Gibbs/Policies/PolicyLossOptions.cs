namespace Gibbs;

/// <summary>The scalars of a policy loss; <c>default</c>, <c>new()</c> and the documented defaults are the same value. Serves spans and device views alike.</summary>
/// <remarks>
/// Over the tokens that are not masked, with a weight a_b of each token that its sequence b and the <see cref="Aggregation"/> fix:
/// <code>
/// loss = Σ a_b·(policy + klWeight·kl − entropyWeight·H)     gradients: a_b·d(policy + klWeight·kl)/dℓ,  −a_b·entropyWeight
/// </code>
/// An option that the kind does not use is not looked at, beyond its range.
/// </remarks>
public readonly record struct PolicyLossOptions
{
    // Stored as differences from the defaults, so that default(PolicyLossOptions) is the documented default.
    private readonly long _clipLowBits;
    private readonly long _clipHighBits;
    private readonly long _penaltyBits;
    private readonly long _covarianceLowBits;
    private readonly long _covarianceHighBits;
    private readonly long _smoothingBits;

    /// <summary>The loss of a token. Default <see cref="PolicyLossKind.Clipped"/>.</summary>
    public PolicyLossKind Kind { get; init; }

    /// <summary>The ratio is clipped below at 1 − this, at least 0. Default 0.2.</summary>
    public double ClipLow
    {
        get => DefaultedScalar.Get(_clipLowBits, 0.2);
        init => _clipLowBits = DefaultedScalar.Set(value, 0.2);
    }

    /// <summary>The ratio is clipped above at 1 + this, at least 0. Default 0.2.</summary>
    public double ClipHigh
    {
        get => DefaultedScalar.Get(_clipHighBits, 0.2);
        init => _clipHighBits = DefaultedScalar.Set(value, 0.2);
    }

    /// <summary>c &gt; 1 of the dual clip of <see cref="PolicyLossKind.Clipped"/> and of the tokens that <see cref="PolicyLossKind.LpReg"/> does not select; 0 for none. Default 0.</summary>
    public double DualClip { get; init; }

    /// <summary>
    /// The share of tokens that are selected, in [0, 1]: of all of the batch for <see cref="PolicyLossKind.ClipCov"/> and <see cref="PolicyLossKind.KlCov"/>, of those with A &lt; 0 for
    /// <see cref="PolicyLossKind.LpReg"/>; rounded down, but to one at least, and none for 0. Default null: the published 2e-4, 2e-3 and 0.01.
    /// </summary>
    public double? SelectedShare { get; init; }

    /// <summary>κ of the penalty of selected tokens. Default 1.</summary>
    public double PenaltyWeight
    {
        get => DefaultedScalar.Get(_penaltyBits, 1);
        init => _penaltyBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>The covariance above which <see cref="PolicyLossKind.ClipCov"/> draws. Default 1.</summary>
    public double CovarianceLow
    {
        get => DefaultedScalar.Get(_covarianceLowBits, 1);
        init => _covarianceLowBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>The covariance below which it draws. Default 5.</summary>
    public double CovarianceHigh
    {
        get => DefaultedScalar.Get(_covarianceHighBits, 5);
        init => _covarianceHighBits = DefaultedScalar.Set(value, 5);
    }

    /// <summary>The key of the draws of <see cref="PolicyLossKind.ClipCov"/>: Philox4x32-10 with the token's index in the batch as its counter, the least words drawn, the same on every path. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>α in [0, 1] of <see cref="PolicyLossKind.ExponentialSmoothing"/>. Default 1.</summary>
    public double Smoothing
    {
        get => DefaultedScalar.Get(_smoothingBits, 1);
        init => _smoothingBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>What estimates KL to the reference. Default <see cref="KlEstimator.K3"/>.</summary>
    public KlEstimator KlEstimator { get; init; }

    /// <summary>Weight of the KL to the reference; 0 leaves it out of the loss. Default 0.</summary>
    public double KlWeight { get; init; }

    /// <summary>Weight of the entropy bonus, positive rewards entropy; 0 leaves it out of the loss. Default 0.</summary>
    public double EntropyWeight { get; init; }

    /// <summary>How token losses become one number. Default <see cref="TokenAggregation.TokenMean"/>.</summary>
    public TokenAggregation Aggregation { get; init; }

    /// <summary>The fixed length of <see cref="TokenAggregation.SequenceMeanTokenSumNorm"/> and <see cref="TokenAggregation.TokenSumNorm"/>; 0: the columns of the batch. Default 0.</summary>
    public double Length { get; init; }

    /// <summary>In place of the count of tokens, sequences or groups that the mean divides by (batches in parts); 0 gives loss 0 and gradients 0. Default null. <see cref="TokenAggregation.TokenSumNorm"/> takes none.</summary>
    public double? Normaliser { get; init; }

    /// <summary>The share of selected tokens with its default in place.</summary>
    internal double Share => SelectedShare ?? Kind switch { PolicyLossKind.ClipCov => 2e-4, PolicyLossKind.KlCov => 2e-3, _ => 0.01 };
}
