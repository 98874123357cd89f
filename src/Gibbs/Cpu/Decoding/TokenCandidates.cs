using System;
using System.Numerics;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Decoding;

/// <summary>
/// Tokens of an interval of offsets, in order of index, and the exact search for a rule's boundary among them: passes that sum what lies above an offset, each at an interpolated place, leave a few tokens,
/// which are put in order and taken one by one. Where many have one offset, their logits decide, and how many of equal tokens belong is a bisection.
/// </summary>
internal unsafe struct TokenCandidates<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    private const int Few = 32;

    // From here on by ordinals alone, which end.
    private const int Interpolations = 64;

    /// <summary>The offsets of the row in whole blocks, padded with −∞.</summary>
    public TReal* X;

    /// <summary>Its exponentials, padded with 0.</summary>
    public TReal* E;

    /// <summary>Whole blocks.</summary>
    public int Padded;

    /// <summary>The row.</summary>
    public T* Logits;

    /// <summary>Room for as many indices.</summary>
    public int* Group;

    /// <summary>The same of the tokens of the interval, padded too; or those of the row.</summary>
    public TReal* PackedX;
    public TReal* PackedE;
    public int PackedLength;

    private int _count;

    /// <summary>Where a rule ends among the tokens of low &lt; x ≤ high, given the sums of what lies above; false where it keeps them all.</summary>
    /// <remarks>A cut whose index is negative, though its sums are not empty, lies before the first token that it names: index ~i, logit and offset.</remarks>
    public bool Cut(double low, double high, PrefixSums above, in TokenRule rule, out TokenCut cut)
    {
        PrefixSums before = above, covering = Above(low, above);
        cut = default;
        if (!rule.Covers(covering))
            return false;
        for (int turn = 0; covering.Count - before.Count > Few; turn++)
        {
            double bound = turn < Interpolations && turn % 6 != 5 ? Interpolated(low, high, before, covering, rule, turn) : Middle(low, high);
            if (!(bound > low && bound < high))
                break;
            PrefixSums sums = Above(bound, above);
            if (rule.Covers(sums))
                (low, covering) = (bound, sums);
            else
                (high, before) = (bound, sums);
        }

        Collect(low, high);
        cut = Refine(before, rule);
        return true;
    }

    private readonly PrefixSums Above(double bound, in PrefixSums above) => PrefixPass<TReal, TVector>.Above(PackedX, PackedE, PackedLength, bound, above);

    // A place beyond the likely one, so that the next pass finds the boundary between both.
    private static double Interpolated(double low, double high, in PrefixSums before, in PrefixSums covering, in TokenRule rule, int turn)
    {
        double tokens = covering.Count - before.Count, share = rule.Share(before, covering);
        double margin = (4 + (1.5 * Math.Sqrt(Math.Min(share, 1 - share) * tokens))) / tokens;
        share = turn % 3 == 2 ? 0.5 : share < 0.5 ? share + margin : share - margin;
        double bound = Rounded(high - (Math.Clamp(share, 0, 1) * (high - Math.Max(low, -Real.Largest<TReal>()))));
        return Math.Max(After(low), Math.Min(Before(high), bound));
    }

    // By ordinals.
    private static double Middle(double low, double high)
    {
        if (typeof(TReal) == typeof(float))
        {
            long sum = (long)Ordinal(BitConverter.SingleToInt32Bits((float)low)) + Ordinal(BitConverter.SingleToInt32Bits((float)high));
            return BitConverter.Int32BitsToSingle(Ordinal((int)(sum >> 1)));
        }

        long first = Ordinal(BitConverter.DoubleToInt64Bits(low)), last = Ordinal(BitConverter.DoubleToInt64Bits(high));
        return BitConverter.Int64BitsToDouble(Ordinal(first + (long)((ulong)(last - first) >> 1)));
    }

    // The tokens of low < x ≤ high, in order.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Collect(double low, double high)
    {
        TVector bottom = TVector.Constant(low), top = TVector.Constant(high);
        _count = 0;
        for (int j = 0; j < Padded; j += TVector.Count)
        {
            TVector offset = TVector.Load(X + j);
            ulong bits = TVector.MaskBits(TVector.LessThan(bottom, offset));
            if (bits == 0)
                continue;
            for (bits &= ~TVector.MaskBits(TVector.LessThan(top, offset)); bits != 0; bits &= bits - 1)
                Group[_count++] = j + BitOperations.TrailingZeroCount(bits);
        }
    }

    // By the logits, while there are many.
    private TokenCut Refine(PrefixSums before, in TokenRule rule)
    {
        while (_count > Few)
        {
            long least = long.MaxValue, greatest = long.MinValue;
            for (int i = 0; i < _count; i++)
            {
                long ordinal = OrdinalOf(Group[i]);
                least = Math.Min(least, ordinal);
                greatest = Math.Max(greatest, ordinal);
            }

            if (least == greatest)
                return Ties(before, rule);
            long middle = least + (long)((ulong)(greatest - least) >> 1);
            PrefixSums sums = before;
            for (int i = 0; i < _count; i++)
                sums = OrdinalOf(Group[i]) > middle ? With(sums, Group[i]) : sums;
            bool covers = rule.Covers(sums);
            before = covers ? before : sums;
            int kept = 0;
            for (int i = 0; i < _count; i++)
            {
                int token = Group[i];
                Group[kept] = token;
                kept += (OrdinalOf(token) > middle) == covers ? 1 : 0;
            }

            _count = kept;
        }

        return Walk(before, rule);
    }

    // Equal logits: offsets and exponentials are equal too.
    private readonly TokenCut Ties(in PrefixSums before, in TokenRule rule)
    {
        double e = Real.ToDouble(E[Group[0]]), x = Real.ToDouble(X[Group[0]]);
        int kept = 0, refused = _count + 1;
        while (refused - kept > 1)
        {
            int middle = kept + ((refused - kept) / 2);
            bool keeps = !rule.Ends(before.With(e, x, middle - 1)) && rule.Admits(before.With(e, x, middle));
            (kept, refused) = keeps ? (middle, refused) : (kept, middle);
        }

        return End(before.With(e, x, kept), kept);
    }

    // In order, one by one; lower indices come first, and stay first among equals.
    private readonly TokenCut Walk(PrefixSums before, in TokenRule rule)
    {
        for (int i = 1; i < _count; i++)
        {
            int token = Group[i], at = i;
            double logit = Logit(token);
            for (; at > 0 && Logit(Group[at - 1]) < logit; at--)
                Group[at] = Group[at - 1];
            Group[at] = token;
        }

        int kept = 0;
        for (; kept < _count && !rule.Ends(before); kept++)
        {
            PrefixSums with = With(before, Group[kept]);
            if (!rule.Admits(with))
                break;
            before = with;
        }

        return End(before, kept);
    }

    // At the last of the kept, or before the first of the group.
    private readonly TokenCut End(in PrefixSums sums, int kept)
    {
        if (sums.Count == 0)
            return TokenCut.Empty;
        int token = Group[Math.Max(0, kept - 1)];
        return new() { Sums = sums, Logit = Logit(token), Offset = Real.ToDouble(X[token]), Index = kept == 0 ? ~token : token };
    }

    private readonly PrefixSums With(in PrefixSums sums, int token) => sums.With(Real.ToDouble(E[token]), Real.ToDouble(X[token]));

    private readonly double Logit(int token) => Real.ToDouble(Logits[token]);

    // In the order of values; both zeros are one.
    private readonly long OrdinalOf(int token) => Ordinal(BitConverter.DoubleToInt64Bits(Logit(token) + 0.0));

    private static long Ordinal(long bits) => bits < 0 ? long.MinValue - bits : bits;

    private static int Ordinal(int bits) => bits < 0 ? int.MinValue - bits : bits;

    private static double Rounded(double value) => Real.ToDouble(Real.From<TReal>(value));

    private static double Before(double value) => typeof(TReal) == typeof(float) ? MathF.BitDecrement((float)value) : Math.BitDecrement(value);

    private static double After(double value) => typeof(TReal) == typeof(float) ? MathF.BitIncrement((float)value) : Math.BitIncrement(value);
}
