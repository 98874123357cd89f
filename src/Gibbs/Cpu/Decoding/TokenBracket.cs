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
    private const double Deviations = 3;

    public double Low;
    public double High;

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
                offsets[count] = offset;
                exponentials[count] = Real.ToDouble(e[j]);
                bool inRange = offset >= rule.Floor;
                least = inRange ? Math.Min(least, offset) : least;
                count += inRange ? 1 : 0;
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

        bracket.Narrow(buckets, count, (double)columns / (Groups * GroupLength), sums, rule, least, 1 / scale);
        return bracket;
    }

    private void Narrow(in PrefixBuckets buckets, int count, double weight, in SoftmaxSums sums, in TokenRule rule, double least, double width)
    {
        // From the lowest up, while the prefix above what is passed still covers S.
        double tokens = 0, sum = 0, moment = 0, squares = 0;
        int at = 0;
        while (at < PrefixBuckets.Count)
        {
            double nextTokens = tokens + buckets.Tokens(at), nextSum = sum + buckets.Sum(at), nextMoment = moment + buckets.Moment(at);
            PrefixSums above = new() { Excess = sums.Excess - (weight * nextSum), Moment = sums.Moment - (weight * nextMoment), Count = (long)(weight * (count - nextTokens)) };
            if (above.Sum <= 0 || above.Moment > 0 || !rule.Covers(above))
                break;
            tokens = nextTokens;
            sum = nextSum;
            moment = nextMoment;
            squares += buckets.Tokens(at) == 0 ? 0 : buckets.Sum(at) * buckets.Sum(at) / buckets.Tokens(at);
            at++;
        }

        at = Math.Min(at, PrefixBuckets.Count - 1);
        double boundary = Math.Exp(least + (at * width));
        double spread = rule.HasSums ? Math.Min(Math.Sqrt(squares) / boundary, Math.Sqrt(tokens)) : 0;
        if (rule.HasMost)
            spread = Math.Max(spread, Math.Sqrt(Math.Min(tokens, count - tokens)));
        double reach = 4 + (Deviations * spread);
        int high = at + 1, low = at - 1;
        for (double passed = 0; high < PrefixBuckets.Count && passed < reach; high++)
            passed += buckets.Tokens(high);
        for (double passed = 0; low >= 0 && passed < reach; low--)
            passed += buckets.Tokens(low);
        High = high < PrefixBuckets.Count ? least + (high * width) : double.PositiveInfinity;
        Low = low >= 0 ? Math.Max(Low, least + ((low + 1) * width)) : Low;
    }
}
