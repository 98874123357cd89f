using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Decoding;

/// <summary>
/// The criteria of a token set as conditions on a prefix of the ranking, each of which stays broken once it is: S is the longest prefix that none breaks. With Z, X and H_S of the prefix, of the row:
/// count ≤ most; x ≥ floor; Z before the last token &lt; mass (and with it, where the crossing token is left out); H_S ≤ bound, or (Z·log Σ − X)/Σ ≤ bound for p that is not renormalised on the prefix.
/// </summary>
internal struct TokenRule
{
    /// <summary>Tokens at most.</summary>
    public long Most;

    /// <summary>The least offset, at least the lowest finite one.</summary>
    public double Floor;

    /// <summary>Whether a count may end the search.</summary>
    public bool HasMost;

    private double _mass;
    private bool _excludesCrossing;
    private double _bound;
    private bool _partial;
    private double _logSum;
    private double _inverseSum;

    /// <summary>Whether sums may.</summary>
    public readonly bool HasSums => !double.IsPositiveInfinity(_mass) || !double.IsPositiveInfinity(_bound);

    /// <summary>The criteria of a row that is Ok, without those of Top-H.</summary>
    public static TokenRule Of<TReal>(in TokenSetOptions options, in SoftmaxSums sums, int columns)
        where TReal : unmanaged
    {
        TokenRule rule = new()
        {
            Most = options.TopK == 0 ? columns : Math.Min(options.TopK, columns),
            Floor = -Real.Largest<TReal>(),
            HasMost = options.TopK != 0,
            _mass = double.PositiveInfinity,
            _bound = double.PositiveInfinity,
        };
        if (options.TopP < 1)
        {
            // p·Σ − 1, without the rounding of Σ.
            rule._mass = (options.TopP * sums.Excess) - (1 - options.TopP);
            rule._excludesCrossing = !options.IncludeCrossing;
        }

        if (options.MinP > 0)
            rule.Floor = Math.Max(rule.Floor, Rounded<TReal>(Math.Log(options.MinP)));
        if (options.MinProbability > 0)
        {
            double floor = Rounded<TReal>(Math.Log(options.MinProbability) + sums.LogSum);
            rule.Floor = Math.Max(rule.Floor, Math.Min(floor, 0));

            // Of equal tokens that all miss it the first alone stays.
            if (floor > 0)
                rule.BoundCount(1);
        }

        if (options.TopH < 1 || options.TopP < 1)
            rule.Floor = Math.Max(rule.Floor, LeastSummed<TReal>());
        return rule;
    }

    /// <summary>With no more tokens than that.</summary>
    public void BoundCount(long most)
    {
        Most = Math.Min(Most, most);
        HasMost = true;
    }

    /// <summary>With the paper's bound.</summary>
    public void BoundEntropy(double bound) => _bound = bound;

    /// <summary>The entropy −Σ p·log p of a prefix, p = e^x/Σ not renormalised on it.</summary>
    public static double PartialEntropy(in PrefixSums prefix, double logSum, double inverseSum) => ((prefix.Sum * logSum) - prefix.Moment) * inverseSum;

    /// <summary>With a bound on that.</summary>
    public void BoundPartialEntropy(double bound, double logSum, double inverseSum)
    {
        _bound = bound;
        _partial = true;
        _logSum = logSum;
        _inverseSum = inverseSum;
    }

    /// <summary>How far from a prefix to a longer one that covers S its end probably is, of their difference in sums.</summary>
    public readonly double Share(in PrefixSums prefix, in PrefixSums longer)
    {
        double share = 1;
        if (HasMost)
            share = Math.Min(share, (double)(Most - prefix.Count) / (longer.Count - prefix.Count));
        if (!double.IsPositiveInfinity(_mass))
            share = Math.Min(share, (_mass - prefix.Excess) / (longer.Excess - prefix.Excess));
        if (!double.IsPositiveInfinity(_bound))
            share = Math.Min(share, (_bound - BoundedEntropy(prefix)) / (BoundedEntropy(longer) - BoundedEntropy(prefix)));
        return double.IsNaN(share) ? 0.5 : Math.Clamp(share, 0, 1);
    }

    /// <summary>Whether no token after the prefix belongs to S.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Ends(in PrefixSums prefix) => prefix.Count >= Most || prefix.Excess >= _mass;

    /// <summary>Whether the last token of the prefix belongs, by the sums with it; the first always does, but for the crossing token.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Admits(in PrefixSums prefix)
    {
        if (_excludesCrossing && prefix.Excess >= _mass)
            return false;
        if (prefix.Count <= 1 || double.IsPositiveInfinity(_bound))
            return true;
        return BoundedEntropy(prefix) <= _bound;
    }

    /// <summary>Whether S is no longer than the prefix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Covers(in PrefixSums prefix) => prefix.Count > 0 && (Ends(prefix) || !Admits(prefix));

    private readonly double BoundedEntropy(in PrefixSums prefix) => _partial ? PartialEntropy(prefix, _logSum, _inverseSum) : prefix.Entropy;

    // log of the least normal number, rounded up: exponentials further down may be 0.
    private static double LeastSummed<TReal>()
        where TReal : unmanaged => typeof(TReal) == typeof(float) ? -87.33654f : -708.3964185322641;

    // As offsets are held, that one at the limit is within it.
    private static double Rounded<TReal>(double value)
        where TReal : unmanaged => Real.ToDouble(Real.From<TReal>(value));
}
