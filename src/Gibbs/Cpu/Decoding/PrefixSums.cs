using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Decoding;

/// <summary>Sums over a prefix of a row's ranking, with x_j = (z_j − max z)/T. An entry at the maximum makes Excess 0, so that a confident prefix keeps the digits of its entropy.</summary>
internal struct PrefixSums
{
    /// <summary>Σ e^x − 1; −1 of the empty prefix.</summary>
    public double Excess;

    /// <summary>Σ e^x·x, at most 0.</summary>
    public double Moment;

    /// <summary>Tokens.</summary>
    public long Count;

    public static PrefixSums Empty => new() { Excess = -1 };

    /// <summary>Σ e^x.</summary>
    public readonly double Sum => 1 + Excess;

    /// <summary>Σ e^x·x/Σ e^x.</summary>
    public readonly double MeanOffset => Count == 0 ? 0 : Moment / Sum;

    /// <summary>log Σ e^x.</summary>
    public readonly double LogSum => Real.Log1P(Excess);

    /// <summary>Shannon's entropy of p renormalised over the prefix; both terms have the same sign.</summary>
    public readonly double Entropy => Count == 0 ? 0 : LogSum - MeanOffset;

    /// <summary>The prefix with more tokens of equal offset.</summary>
    public readonly PrefixSums With(double e, double x, long tokens = 1)
    {
        double all = e * tokens;
        return new() { Excess = Excess + all, Moment = Moment + (all * x), Count = Count + tokens };
    }
}
