using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Decoding;

/// <summary>
/// Offsets [Low, High] that a rule's boundary probably lies in, from a sample of the row: a few of its tokens, spread evenly, stand for all. What the sample says of the tail is taken from the sums of
/// the row, so that a row with its mass on a few tokens, of which a sample sees none, is cut right too. A bracket that misses costs time, nothing else.
/// </summary>
internal unsafe struct TokenBracket
{
    /// <summary>Rows shorter than that are searched whole.</summary>
    public const int LeastColumns = 4096;

    private const int Groups = 64;
    private const int GroupLength = 16;
    private const int Count = Groups * GroupLength;

    // Deviations of the sample on either side of its boundary.
    private const double Deviations = 2.5;

    // Tokens further down are all in the lowest bucket.
    private const double LowestTold = -100;

    public double Low;
    public double High;

    /// <summary>The bracket of a row that is Ok and not short.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TokenBracket Of<TReal, TVector>(TReal* x, TReal* e, int columns, in SoftmaxSums sums, in TokenRule rule)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        TReal* offsets = stackalloc TReal[Count];
        TReal* exponentials = stackalloc TReal[Count];
        TVector floor = TVector.Constant(Math.Max(rule.Floor, LowestTold)), lowest = default;
        int step = columns / Groups;
        for (int i = 0; i < Count; i += TVector.Count)
        {
            int at = (i / GroupLength * step) + (i % GroupLength);
            TVector offset = TVector.Max(floor, TVector.Load(x + at));
            TVector.Store(offsets + i, offset);
            TVector.Store(exponentials + i, TVector.Load(e + at));
            lowest = TVector.Max(default(TVector) - offset, lowest);
        }

        TokenBracket bracket = new() { Low = rule.Floor, High = double.PositiveInfinity };
        double least = -TVector.MaxOfLanes(lowest), scale = (SampleBuckets.Count - 1) / -least;
        if (!(scale > 0 && double.IsFinite(scale)))
            return bracket;

        // Adding 2^(mantissa's bits) leaves the nearest whole number in the low byte.
        TReal* moments = stackalloc TReal[Count];
        TVector origin = TVector.Constant(least), width = TVector.Constant(scale), magic = TVector.Constant(typeof(TReal) == typeof(float) ? 8388608.0 : 4503599627370496.0);
        for (int i = 0; i < Count; i += TVector.Count)
        {
            TVector offset = TVector.Load(offsets + i);
            TVector.Store(moments + i, offset * TVector.Load(exponentials + i));
            TVector.Store(offsets + i, ((offset - origin) * width) + magic);
        }

        Unsafe.SkipInit(out SampleBuckets buckets);
        buckets.Clear();
        for (int i = 0; i < Count; i++)
            buckets.Add(*(byte*)(offsets + i), (float)Real.ToDouble(exponentials[i]), (float)Real.ToDouble(moments[i]));
        bracket.Narrow(ref buckets, (double)columns / Count, sums, rule, least - (0.5 / scale), 1 / scale);
        return bracket;
    }

    // Bucket b is [least + b·width, least + (b + 1)·width).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Narrow(ref SampleBuckets buckets, double weight, in SoftmaxSums sums, in TokenRule rule, double least, double width)
    {
        // The highest bucket that the boundary is not below.
        buckets.Accumulate();
        int at = 0, beyond = SampleBuckets.Count;
        while (beyond - at > 1)
        {
            int middle = (at + beyond) / 2;
            PrefixSums above = new()
            {
                Excess = sums.Excess - (weight * buckets.SumBelow(middle)),
                Moment = sums.Moment - (weight * buckets.MomentBelow(middle)),
                Count = (long)(weight * (Count - buckets.TokensBelow(middle))),
            };
            bool covers = above.Sum > 0 && above.Moment <= 0 && rule.Covers(above);
            (at, beyond) = covers ? (middle, beyond) : (at, middle);
        }

        // A sum of the sample deviates by at most the root of what the tail adds, in tokens at the boundary.
        double tokens = buckets.TokensBelow(at);
        double spread = rule.HasSums ? Math.Sqrt(Math.Min(buckets.SumBelow(at) / Math.Exp(least + (at * width)), tokens)) : 0;
        if (rule.HasMost)
            spread = Math.Max(spread, Math.Sqrt(Math.Min(tokens, Count - tokens)));
        double reach = 4 + (Deviations * spread), upTo = buckets.TokensBelow(at + 1) + reach;
        int high = at + 1, low = at;
        while (high < SampleBuckets.Count && buckets.TokensBelow(high) < upTo)
            high++;
        while (low >= 0 && buckets.TokensBelow(low) > tokens - reach)
            low--;
        if (high < SampleBuckets.Count)
            High = least + (high * width);
        if (low >= 0)
            Low = Math.Max(Low, least + (low * width));
    }
}
