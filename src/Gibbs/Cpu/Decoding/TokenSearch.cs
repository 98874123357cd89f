using System;
using System.Numerics;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Decoding;

/// <summary>
/// The longest prefix of a row's ranking that a rule admits, without a sort: a bracket of offsets from a sample, one pass that sums what lies above it and gathers what lies in it, and an exact search
/// among those. Where the bracket misses, the pass is repeated on the side where the boundary is. Sums are lane by lane in segments, those of the gathered in order of index: the same bits for any width.
/// </summary>
internal static unsafe class TokenSearch<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>The cut of a row that is Ok.</summary>
    /// <param name="z">Logits [columns].</param>
    /// <param name="x">Offsets in whole blocks, −∞ where masked and beyond the columns.</param>
    /// <param name="e">Exponentials in whole blocks.</param>
    /// <param name="columns">V.</param>
    /// <param name="sums">Of the row.</param>
    /// <param name="rule">What S is.</param>
    public static TokenCut Find(T* z, TReal* x, TReal* e, int columns, in SoftmaxSums sums, in TokenRule rule)
    {
        PrefixSums above;
        if (!rule.HasSums && !rule.HasMost)
        {
            _ = Gather(x, e, columns, double.PositiveInfinity, Before(rule.Floor), default, out above);
            return Last(z, x, columns, above, rule.Floor);
        }

        TokenCandidates<T, TReal> candidates = TokenCandidates<T, TReal>.Take(z, x, e, columns);
        TokenBracket bracket = TokenBracket.Of(x, e, columns, sums, rule);
        bracket.Low = Rounded(bracket.Low);
        bracket.High = Rounded(bracket.High);
        while (true)
        {
            candidates.Count = Gather(x, e, columns, bracket.Low, bracket.High, candidates, out above);
            if (rule.Covers(above))
            {
                bracket = new() { Low = After(bracket.High), High = double.PositiveInfinity };
                continue;
            }

            if (candidates.Cut(above, rule, bracket, out TokenCut cut, out PrefixSums all))
                return cut.Index >= 0 || cut.Sums.Count == 0 ? cut : Predecessor(z, x, columns, cut);
            if (bracket.Low <= rule.Floor)
                return Last(z, x, columns, all, rule.Floor);
            bracket = new() { Low = rule.Floor, High = Before(bracket.Low) };
        }
    }

    // Sums of what lies above high, and the tokens of [low, high] in order of index; returns how many.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Gather(TReal* x, TReal* e, int columns, double low, double high, in TokenCandidates<T, TReal> candidates, out PrefixSums above)
    {
        int lanes = Lanes.Count<TReal>(), padded = RowArrays.Padded<TReal>(columns), length = Lanes.SegmentLength<TReal>();
        TReal* sums = stackalloc TReal[4 * Lanes.Count<TReal>()];
        TVector top = TVector.Constant(high), bottom = TVector.Constant(low), zero = default, one = TVector.Constant(1);
        bool sumsAbove = !double.IsPositiveInfinity(high);
        ulong all = (1UL << TVector.Count) - 1;
        above = PrefixSums.Empty;
        double rest = 0, ties = 0;
        int n = 0;
        for (int first = 0; first < padded; first += length)
        {
            int end = Math.Min(padded, first + length);
            if (sumsAbove)
            {
                for (int turn = 0; turn < lanes; turn += TVector.Count)
                {
                    TVector s = default, t = default, c = default, k = default;
                    for (int j = first + turn; j < end; j += lanes)
                    {
                        TVector offset = TVector.Load(x + j);
                        TVector isAbove = TVector.LessThan(top, offset);
                        TVector term = TVector.Load(e + j) & isAbove;
                        TVector tie = TVector.Equal(offset, zero) & isAbove;
                        s += TVector.Select(tie, zero, term);
                        k += one & tie;
                        c += one & isAbove;

                        // Above a finite bound offsets are finite, and below it the term is 0.
                        t = TVector.FusedMultiplyAdd(term, offset & isAbove, t);
                    }

                    TVector.Store(sums + turn, s);
                    TVector.Store(sums + lanes + turn, t);
                    TVector.Store(sums + (2 * lanes) + turn, c);
                    TVector.Store(sums + (3 * lanes) + turn, k);
                }

                rest += Lanes.Sum(sums);
                above.Moment += Lanes.Sum(sums + lanes);
                above.Count += (long)Lanes.Sum(sums + (2 * lanes));
                ties += Lanes.Sum(sums + (3 * lanes));
            }

            if (double.IsPositiveInfinity(low))
                continue;
            for (int j = first; j < end; j += TVector.Count)
            {
                TVector offset = TVector.Load(x + j);
                ulong bits = ~TVector.MaskBits(TVector.LessThan(offset, bottom) | TVector.LessThan(top, offset)) & all;
                if (bits != 0)
                    n += TVector.StoreSelected(candidates.Offsets + n, candidates.Indices + n, offset, bits, 0, j);
            }
        }

        above.Excess = rest + (ties - 1);
        return n;
    }

    // The cut behind every token of x ≥ floor.
    private static TokenCut Last(T* z, TReal* x, int columns, in PrefixSums sums, double floor)
    {
        TokenCut cut = new() { Sums = sums, Logit = double.PositiveInfinity, Offset = floor, Index = -1 };
        return sums.Count == 0 ? TokenCut.Empty : Lowest(z, x, columns, cut, Before(floor));
    }

    // The cut before a token that is not kept: at the last of those that rank before it.
    private static TokenCut Predecessor(T* z, TReal* x, int columns, in TokenCut refused)
    {
        // Among equal offsets the logits decide.
        TokenCut cut = refused;
        int index = ~refused.Index;
        Scan(z, x, columns, refused.Offset, refused.Logit, index, ref cut);
        if (cut.Index >= 0)
            return cut;
        return Lowest(z, x, columns, refused, refused.Offset);
    }

    // The last in rank of the tokens of x > bound, as the end of a cut.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TokenCut Lowest(T* z, TReal* x, int columns, TokenCut cut, double bound)
    {
        int padded = RowArrays.Padded<TReal>(columns);
        TVector limit = TVector.Constant(bound), zero = default, highest = TVector.Constant(double.NegativeInfinity);
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector offset = TVector.Load(x + j);
            highest = TVector.Max(TVector.Select(TVector.LessThan(limit, offset), zero - offset, TVector.Constant(double.NegativeInfinity)), highest);
        }

        cut.Index = -1;
        Scan(z, x, columns, -TVector.MaxOfLanes(highest), double.NegativeInfinity, -1, ref cut);
        return cut;
    }

    // The last in rank among tokens of one offset that rank before a token.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scan(T* z, TReal* x, int columns, double offset, double logit, int index, ref TokenCut cut)
    {
        int padded = RowArrays.Padded<TReal>(columns);
        TVector equal = TVector.Constant(offset);
        double least = double.PositiveInfinity;
        int last = -1;
        for (int j = 0; j < padded; j += TVector.Count)
        {
            for (ulong bits = TVector.MaskBits(TVector.Equal(TVector.Load(x + j), equal)); bits != 0; bits &= bits - 1)
            {
                int at = j + BitOperations.TrailingZeroCount(bits);
                double value = Real.ToDouble(z[at]);
                bool before = value > logit || (value == logit && at < index);
                if (before && value <= least)
                {
                    least = value;
                    last = at;
                }
            }
        }

        if (last < 0)
            return;
        cut.Index = last;
        cut.Logit = least;
        cut.Offset = offset;
    }

    private static double Rounded(double value) => Real.ToDouble(Real.From<TReal>(value));

    private static double Before(double value) => typeof(TReal) == typeof(float) ? MathF.BitDecrement((float)value) : Math.BitDecrement(value);

    private static double After(double value) => typeof(TReal) == typeof(float) ? MathF.BitIncrement((float)value) : Math.BitIncrement(value);
}
