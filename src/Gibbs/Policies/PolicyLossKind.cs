using System;

namespace Gibbs;

/// <summary>The loss of one token, from ℓ = log π(a), ℓ₀ = log π₀(a) of the policy that drew it, and its advantage A; ρ = exp(ℓ − ℓ₀), the log-ratio kept within ±20.</summary>
public enum PolicyLossKind
{
    /// <summary>max(−A·ρ, −A·clip(ρ, 1 − low, 1 + high)): PPO, and GRPO and DAPO with their advantages and aggregations (Schulman et al., 2017). With a dual clip c: at most −c·A where A &lt; 0 (Ye et al., 2020).</summary>
    Clipped = 0,

    /// <summary>−A·ℓ: REINFORCE (Williams, 1992).</summary>
    Reinforce = 1,

    /// <summary>−A·ρ: the importance-weighted policy gradient, without a clip.</summary>
    Ratio = 2,

    /// <summary>−A·clip(ρ, 1 − low, 1 + high): a clipped token passes no gradient, whatever the sign of A (DPOK; Fan et al., 2023).</summary>
    HardClamp = 3,

    /// <summary>
    /// As <see cref="Clipped"/>, but the tokens with A &lt; 0 whose ℓ is among the lowest share of those of the batch, and below that of the proxy, get −A·ρ + κ·(e^d − 1 − d), d = ℓ_proxy − ℓ, the penalty at most 10
    /// (Lp-Reg; Huang et al., 2025).
    /// </summary>
    LpReg = 4,

    /// <summary>As <see cref="Clipped"/> without a dual clip, but of the tokens that are not clipped and have a covariance (A − mean A)·(ℓ − mean ℓ) strictly between two bounds a share is drawn, whose loss and gradient are 0 (Clip-Cov; Cui et al., 2025).</summary>
    ClipCov = 5,

    /// <summary>−A·ρ, and + κ·|ℓ − ℓ₀| for the share of the batch with the largest covariance (A − mean A)·(ℓ − mean ℓ) (KL-Cov; Cui et al., 2025). There is no clip.</summary>
    KlCov = 6,

    /// <summary>−A·exp(ℓ − α·ℓ₀): the exponentially smoothed importance weights of off-policy learning with cost −A, α in [0, 1] (Aouali et al., 2023). Its exponent is not limited.</summary>
    ExponentialSmoothing = 7,
}

/// <summary>What estimates KL(π | π_ref) from a token drawn by π: with d = ℓ_ref − ℓ.</summary>
public enum KlEstimator
{
    /// <summary>e^d − 1 − d: unbiased and not negative (k3; Schulman, 2020).</summary>
    K3 = 0,

    /// <summary>−d: unbiased (k1).</summary>
    K1 = 1,

    /// <summary>d²/2 (k2).</summary>
    K2 = 2,

    /// <summary>|d|.</summary>
    Absolute = 3,

    /// <summary>K3 with d kept within ±20 and the value at most 10, without gradient where either limits: as trainers release it.</summary>
    K3Clamped = 4,
}

/// <summary>How token losses become one number. Tokens that are masked and sequences without tokens do not count.</summary>
public enum TokenAggregation
{
    /// <summary>Σ / tokens (DAPO; Yu et al., 2025).</summary>
    TokenMean = 0,

    /// <summary>The mean over sequences of their means (GRPO; Shao et al., 2024).</summary>
    SequenceMeanTokenMean = 1,

    /// <summary>The mean over sequences of their sums.</summary>
    SequenceMeanTokenSum = 2,

    /// <summary>The mean over sequences of their sums, divided by a fixed length (Dr. GRPO; Liu et al., 2025).</summary>
    SequenceMeanTokenSumNorm = 3,

    /// <summary>Σ divided by a fixed length and not by the sequences: what a trainer released under the name of the form above.</summary>
    TokenSumNorm = 4,

    /// <summary>The mean over groups of the means over their sequences of their means.</summary>
    GroupMean = 5,
}

/// <summary>What happened to a token; 0 for a masked one.</summary>
[Flags]
public enum PolicyFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The clip of the ratio took the token's gradient.</summary>
    Clipped = 1,

    /// <summary>The dual clip did.</summary>
    DualClipped = 2,

    /// <summary>Selected for a penalty: <see cref="PolicyLossKind.LpReg"/> and <see cref="PolicyLossKind.KlCov"/>.</summary>
    Penalised = 4,

    /// <summary>Drawn, and without loss and gradient: <see cref="PolicyLossKind.ClipCov"/>.</summary>
    Detached = 8,

    /// <summary>The log-ratio left ±20 and passes no gradient.</summary>
    RatioLimited = 16,

    /// <summary>The estimate of KL to the reference, or the penalty, was limited and passes no gradient.</summary>
    KlLimited = 32,

    /// <summary>The token's loss is NaN or infinite; it is not kept out of the sums.</summary>
    NotFinite = 64,
}
