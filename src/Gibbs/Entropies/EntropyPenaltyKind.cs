namespace Gibbs;

/// <summary>What a token's entropy H adds to the penalty; <see cref="EntropyPenaltyOptions"/> gives the formulas.</summary>
public enum EntropyPenaltyKind
{
    /// <summary>The entropy bonus: −H.</summary>
    Bonus = 0,

    /// <summary>EPO as released: a constant c for every token outside the band around the historical mean. It changes the value alone: its gradient is 0 (Xu et al. 2025).</summary>
    EpoPublished = 1,

    /// <summary>EPO's band as a penalty that trains: the distance from the band.</summary>
    EpoHinge = 2,

    /// <summary>EPO's band as a penalty that trains: the squared distance from the band.</summary>
    EpoQuadratic = 3,

    /// <summary>SIREN: the squared difference between an anchor and the mean entropy of the tokens above their sequence's quantile (Jiang et al. 2025).</summary>
    Siren = 4,

    /// <summary>Entropy-guided attention: the squared distance from a head's learnable share of the largest entropy, beyond a margin (Jha and Reagen 2025).</summary>
    Attention = 5,
}

/// <summary>How the penalties of valid tokens become one number. A sequence without valid tokens does not count.</summary>
public enum EntropyAggregation
{
    /// <summary>The mean over all valid tokens.</summary>
    TokenMean = 0,

    /// <summary>The mean over sequences of the means over their valid tokens.</summary>
    SequenceMean = 1,

    /// <summary>The sum over all valid tokens.</summary>
    Sum = 2,
}
