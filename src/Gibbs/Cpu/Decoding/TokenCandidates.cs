using System;
using System.Numerics;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Projections;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Decoding;

/// <summary>
/// Tokens of an interval of the ranking, in order of index, and the exact search for a rule's boundary among them: a histogram along the offsets leaves one bucket, histograms along the ordinals of the
/// logits leave a part of it in at most eight steps more, and a few tokens are put in order and taken one by one. How many of equal tokens belong is a bisection.
/// </summary>
internal unsafe struct TokenCandidates<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    private const int Few = 32;

    // Tokens that a gathering may write beyond the last, whatever it selects.
    private const int Slack = 64;

    public double* Offsets;
    public int* Indices;
    public int Count;

    private T* _logits;
    private TReal* _x;
    private TReal* _e;

    /// <summary>Room for a row, in the calling thread's scratch.</summary>
    public static TokenCandidates<T, TReal> Take(T* z, TReal* x, TReal* e, int columns) => new()
    {
        Offsets = ProjectionScratch.Take<double>(ProjectionSlots.Offsets, (long)columns + Slack),
        Indices = ProjectionScratch.Take<int>(ProjectionSlots.Indices, (long)columns + Slack),
        _logits = z,
        _x = x,
        _e = e,
    };

    /// <summary>
    /// Where the rule ends among the tokens, given the sums before them; false where it keeps them all. A cut whose index is negative, though its sums are not empty, lies before the first token that
    /// it names: index ~i, logit and offset. All: the sums with all tokens.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Cut(PrefixSums before, in TokenRule rule, in TokenBracket bracket, out TokenCut cut, out PrefixSums all)
    {
        PrefixBuckets buckets;
        Unsafe.SkipInit(out buckets);
        bool linear = Count > Few, within = false;
        while (linear || Count > Few)
        {
            bool equal = linear ? !FillByOffset(ref buckets, bracket) : !FillByOrdinal(ref buckets);
            if (equal && !linear)
                return Ties(before, rule, out cut, out all) || within;
            linear = false;
            if (equal)
                continue;

            // The highest bucket that the boundary is not below.
            buckets.Accumulate();
            int bucket = -1, beyond = PrefixBuckets.Count;
            while (beyond - bucket > 1)
            {
                int middle = (bucket + beyond) / 2;
                bool covers = rule.Covers(buckets.After(before, middle));
                (bucket, beyond) = covers ? (middle, beyond) : (bucket, middle);
            }

            if (beyond < PrefixBuckets.Count)
                before = buckets.After(before, beyond);
            all = before;
            cut = default;
            if (bucket < 0)
                return false;
            Keep(bucket);
            within = true;
        }

        return Walk(before, rule, out cut, out all) || within;
    }

    // By distance from the least; false where that has no scale. Afterwards the offsets hold buckets.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly bool FillByOffset(ref PrefixBuckets buckets, in TokenBracket bracket)
    {
        double least = bracket.Low, greatest = Math.Min(bracket.High, 0);
        if (!bracket.IsSampled)
        {
            least = double.PositiveInfinity;
            greatest = double.NegativeInfinity;
            for (int i = 0; i < Count; i++)
            {
                double x = Offsets[i];
                if (x < least)
                    least = x;
                if (x > greatest)
                    greatest = x;
            }
        }

        double scale = (PrefixBuckets.Count - 1) / (greatest - least);
        if (!(scale > 0 && double.IsFinite(scale)))
            return false;
        buckets.Clear();
        for (int i = 0; i < Count; i++)
        {
            double x = Offsets[i];
            int bucket = (int)((x - least) * scale);
            buckets.Add(bucket, Real.ToDouble(_e[Indices[i]]), x);
            Offsets[i] = bucket;
        }

        return true;
    }

    // By leading bits of the ordinals' distance from the least; false where all logits are equal.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly bool FillByOrdinal(ref PrefixBuckets buckets)
    {
        long least = long.MaxValue, greatest = long.MinValue;
        for (int i = 0; i < Count; i++)
        {
            long ordinal = Ordinal(Real.ToDouble(_logits[Indices[i]]));
            least = Math.Min(least, ordinal);
            greatest = Math.Max(greatest, ordinal);
        }

        if (least == greatest)
            return false;
        ulong range = (ulong)(greatest - least);
        int shift = Math.Max(0, BitOperations.Log2(range) + 1 - BitOperations.Log2(PrefixBuckets.Count));
        buckets.Clear();
        for (int i = 0; i < Count; i++)
        {
            int index = Indices[i], bucket = (int)((ulong)(Ordinal(Real.ToDouble(_logits[index])) - least) >> shift);
            buckets.Add(bucket, Real.ToDouble(_e[index]), Real.ToDouble(_x[index]));
            Offsets[i] = bucket;
        }

        return true;
    }

    // The tokens of a bucket, in order.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Keep(int bucket)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            Indices[kept] = Indices[i];
            kept += Offsets[i] == bucket ? 1 : 0;
        }

        Count = kept;
    }

    // Equal logits: offsets and exponentials are equal too.
    private readonly bool Ties(in PrefixSums before, in TokenRule rule, out TokenCut cut, out PrefixSums all)
    {
        double e = Real.ToDouble(_e[Indices[0]]), x = Real.ToDouble(_x[Indices[0]]);
        int kept = 0, refused = Count + 1;
        while (refused - kept > 1)
        {
            int middle = kept + ((refused - kept) / 2);
            bool keeps = !rule.Ends(before.With(e, x, middle - 1)) && rule.Admits(before.With(e, x, middle));
            (kept, refused) = keeps ? (middle, refused) : (kept, middle);
        }

        all = before.With(e, x, kept);
        cut = End(all, kept == 0 ? ~Indices[0] : Indices[kept - 1]);
        return kept < Count || rule.Ends(all);
    }

    // In order, one by one.
    private readonly bool Walk(PrefixSums before, in TokenRule rule, out TokenCut cut, out PrefixSums all)
    {
        for (int i = 1; i < Count; i++)
        {
            int index = Indices[i], at = i;
            double logit = Real.ToDouble(_logits[index]);

            // Lower indices come first, and stay first among equals.
            for (; at > 0 && Real.ToDouble(_logits[Indices[at - 1]]) < logit; at--)
                Indices[at] = Indices[at - 1];
            Indices[at] = index;
        }

        int kept = 0;
        for (; kept < Count && !rule.Ends(before); kept++)
        {
            int index = Indices[kept];
            PrefixSums with = before.With(Real.ToDouble(_e[index]), Real.ToDouble(_x[index]));
            if (!rule.Admits(with))
                break;
            before = with;
        }

        all = before;
        cut = Count == 0 ? default : End(before, kept == 0 ? ~Indices[0] : Indices[kept - 1]);
        return kept < Count || rule.Ends(all);
    }

    private readonly TokenCut End(in PrefixSums sums, int index)
    {
        if (sums.Count == 0)
            return TokenCut.Empty;
        int at = index < 0 ? ~index : index;
        return new() { Sums = sums, Logit = Real.ToDouble(_logits[at]), Offset = Real.ToDouble(_x[at]), Index = index };
    }

    // In the order of values; both zeros are one.
    private static long Ordinal(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value + 0.0);
        return bits < 0 ? long.MinValue - bits : bits;
    }
}
