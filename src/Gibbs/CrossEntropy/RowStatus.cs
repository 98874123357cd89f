namespace Gibbs;

/// <summary>What became of a row. Upper values of the table take precedence over lower ones; argument errors throw, row errors only set this.</summary>
public enum RowStatus : byte
{
    /// <summary>Loss and gradient are what they say.</summary>
    Ok = 0,

    /// <summary>The target is the ignore index: loss 0, gradient 0, not in the normaliser.</summary>
    Ignored = 1,

    /// <summary>The target is outside [0, V): loss NaN, gradient 0, not in the normaliser.</summary>
    TargetOutOfRange = 2,

    /// <summary>A per-row temperature that is not positive and finite: everything computed from it is NaN.</summary>
    InvalidTemperature = 3,

    /// <summary>A NaN logit: loss, gradient, log-sum-exp and entropy NaN, argmax −1.</summary>
    NotANumber = 4,

    /// <summary>A +∞ logit: loss and gradient NaN, log-sum-exp +∞, argmax the first.</summary>
    PlusInfinity = 5,

    /// <summary>Every logit −∞: loss +∞, gradient 0, log-sum-exp −∞, entropy 0, argmax −1.</summary>
    AllMasked = 6,

    /// <summary>A row's own parameter (radius, α, threshold, …) outside its documented range: the row is NaN.</summary>
    InvalidParameter = 7,

    /// <summary>No point satisfies the constraints, such as a total that the bounds cannot reach: the row is NaN.</summary>
    Infeasible = 8,

    /// <summary>A zero row has no direction: it stays zero.</summary>
    ZeroNorm = 9,

    /// <summary>Mass where the other distribution has none, and the divergence is +∞.</summary>
    DisjointSupport = 10,

    /// <summary>A probability that is negative or above 1: the row is NaN.</summary>
    InvalidProbability = 11,

    /// <summary>A set of tokens that holds none: its entropy and gradient are 0.</summary>
    EmptySet = 12,
}
