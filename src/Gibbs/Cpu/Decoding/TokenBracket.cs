using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Decoding;

/// <summary>
/// Offsets [Low, High] that a rule's boundary probably lies in, from a sample of the row: a few of its tokens, spread evenly, stand for all. What the sample says of the tail is taken from the sums of
/// the row, so that a row with its mass on a few tokens, of which a sample sees none, is cut right too. A bracket that misses costs a second pass, nothing else.
/// </summary>
internal unsafe struct TokenBracket
{
    // Rows shorter than that are searched whole.
    private const int LeastColumns = 4096;
    private const int Groups = 256;
    private const int GroupLength = 4;

    // Deviations of the sample on either side of its boundary.
    private const double Deviations = 2.5;

    public double Low;
    public double High;

    /// <summary>Whether the lower end comes from the sample: then it is not far from the tokens in it.</summary>
    public bool IsSampled;

    /// <summary>Everything down to the floor of a rule.</summary>
    public static TokenBracket Whole(in TokenRule rule) => new() { Low = rule.Floor, High = double.PositiveInfinity };

    /// <summary>The bracket of a row that is Ok.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TokenBracket Of<TReal>(TReal* x, TReal* e, int columns, in SoftmaxSums sums, in TokenRule rule)
        where TReal : unmanaged
    {
        TokenBracket bracket = Whole(rule);
        if (columns < LeastColumns)
            return bracket;

        double* offsets = stackalloc double[Groups * GroupLength];
        double* exponentials = stackalloc double[Groups * GroupLength];
        int step = columns / Groups, count = 0;
        double least = 0;
        for (int group = 0; group < Groups; group++)
        {
            int first = group * step;
            for (int j = first; j < first + GroupLength; j++)
            {
                double offset = Real.ToDouble(x[j]);
                if (offset < rule.Floor)
                    continue;
                if (offset < least)
                    least = offset;
                offsets[count] = offset;
                exponentials[count++] = Real.ToDouble(e[j]);
            }
        }

        // The lowest finite offsets would overflow the width of a bucket.
        double scale = (PrefixBuckets.Count - 1) / -least;
        if (count < Groups / 4 || !(scale > 0 && double.IsFinite(scale)))
            return bracket;
        PrefixBuckets buckets;
        Unsafe.SkipInit(out buckets);
        buckets.Clear();
        for (int i = 0; i < count; i++)
            buckets.Add((int)((offsets[i] - least) * scale), exponentials[i], offsets[i]);

        bracket.Narrow(ref buckets, count, (double)columns / (Groups * GroupLength), sums, rule, least, 1 / scale);
        return bracket;
    }

    private void Narrow(ref PrefixBuckets buckets, int count, double weight, in SoftmaxSums sums, in TokenRule rule, double least, double width)
    {
        // The highest bucket that the boundary is not below.
        buckets.Accumulate();
        int at = 0, beyond = PrefixBuckets.Count;
        while (beyond - at > 1)
        {
            int middle = (at + beyond) / 2;
            (double tail, double tailSum, double tailMoment) = buckets.Below(middle);
            PrefixSums above = new() { Excess = sums.Excess - (weight * tailSum), Moment = sums.Moment - (weight * tailMoment), Count = (long)(weight * (count - tail)) };
            bool covers = above.Sum > 0 && above.Moment <= 0 && rule.Covers(above);
            (at, beyond) = covers ? (middle, beyond) : (at, middle);
        }

        // A sum of the sample deviates by at most the root of what the tail adds, in tokens at the boundary.
        (double tokens, double sum, _) = buckets.Below(at);
        double spread = rule.HasSums ? Math.Sqrt(Math.Min(sum / Math.Exp(least + (at * width)), tokens)) : 0;
        if (rule.HasMost)
            spread = Math.Max(spread, Math.Sqrt(Math.Min(tokens, count - tokens)));
        double reach = 4 + (Deviations * spread);
        int high = at + 1, low = at;
        while (high < PrefixBuckets.Count && buckets.Below(high).Tokens < buckets.Below(at + 1).Tokens + reach)
            high++;
        while (low >= 0 && buckets.Below(low).Tokens > tokens - reach)
            low--;
        High = high < PrefixBuckets.Count ? least + (high * width) : double.PositiveInfinity;
        IsSampled = low >= 0;
        Low = IsSampled ? Math.Max(Low, least + (low * width)) : Low;
    }
}
