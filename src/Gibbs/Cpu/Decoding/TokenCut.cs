namespace Gibbs.Cpu.Decoding;

/// <summary>Where a ranking is cut: the last kept token and the sums up to it. Tokens of a greater logit are kept, and those of an equal one up to its index.</summary>
internal struct TokenCut
{
    /// <summary>Of the kept tokens.</summary>
    public PrefixSums Sums;

    /// <summary>z of the last; +∞ where none is kept.</summary>
    public double Logit;

    /// <summary>x of the last.</summary>
    public double Offset;

    /// <summary>The index of the last, −1 where none is kept.</summary>
    public int Index;

    public static TokenCut Empty => new() { Sums = PrefixSums.Empty, Logit = double.PositiveInfinity, Offset = double.PositiveInfinity, Index = -1 };

    public readonly bool Keeps(double logit, int index) => logit > Logit || (logit == Logit && index <= Index);
}
