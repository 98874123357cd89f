using System;
using System.Numerics;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Projections;
using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Decoding;

/// <summary>
/// The longest prefix of a row's ranking that a rule admits, without a sort: a bracket of offsets from a sample, a pass that sums what lies above it, one that packs what lies in it, and an exact search
/// among those. Where the bracket misses, and in short rows, the search is among all. Nothing here depends on the vector width.
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
        int padded = RowArrays.Padded<TReal>(columns);
        double floor = Before(rule.Floor);
        TokenCandidates<T, TReal, TVector> tokens = new()
        {
            X = x,
            E = e,
            Padded = padded,
            Logits = z,
            Group = ProjectionScratch.Take<int>(ProjectionSlots.Indices, padded),
            PackedX = x,
            PackedE = e,
            PackedLength = padded,
        };
        TokenCut cut;
        bool chosen = rule.HasSums || rule.HasMost;
        if (chosen && columns >= TokenBracket.LeastColumns)
        {
            TokenBracket bracket = TokenBracket.Of<TReal, TVector>(x, e, columns, sums, rule);
            double low = Rounded(bracket.Low), high = Rounded(bracket.High);
            PrefixSums above = high < 0 ? PrefixPass<TReal, TVector>.Above(x, e, padded, high, PrefixSums.Empty) : PrefixSums.Empty;
            if (!rule.Covers(above))
            {
                TokenCandidates<T, TReal, TVector> few = Pack(tokens, low, high);
                if (few.Cut(Before(low), Math.Min(high, 0), above, rule, out cut))
                    return Whole(z, x, columns, cut);
            }
        }

        if (chosen && tokens.Cut(floor, 0, PrefixSums.Empty, rule, out cut))
            return Whole(z, x, columns, cut);
        PrefixSums all = PrefixPass<TReal, TVector>.Above(x, e, padded, floor, PrefixSums.Empty);
        return Last(z, x, columns, all, rule.Floor);
    }

    // The tokens of [low, high] of a row, side by side.
    private static TokenCandidates<T, TReal, TVector> Pack(in TokenCandidates<T, TReal, TVector> row, double low, double high)
    {
        int stride = row.Padded + Lanes.Count<TReal>();
        TReal* memory = (TReal*)ProjectionScratch.Take<byte>(ProjectionSlots.Values, (long)2 * stride * sizeof(TReal));
        TokenCandidates<T, TReal, TVector> few = row;
        few.PackedX = memory;
        few.PackedE = memory + stride;
        int count = PrefixPass<TReal, TVector>.Pack(row.X, row.E, row.Padded, low, high, few.PackedX, few.PackedE);
        few.PackedLength = RowArrays.Padded<TReal>(count);
        new Span<TReal>(few.PackedX + count, few.PackedLength - count).Fill(Real.From<TReal>(double.NegativeInfinity));
        new Span<TReal>(few.PackedE + count, few.PackedLength - count).Clear();
        return few;
    }

    // A cut before a token becomes one at the last before it.
    private static TokenCut Whole(T* z, TReal* x, int columns, in TokenCut cut) => cut.Index >= 0 || cut.Sums.Count == 0 ? cut : Predecessor(z, x, columns, cut);

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
}
