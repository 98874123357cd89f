using System;
using System.Numerics;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Decoding;

/// <summary>Passes over offsets x and exponentials e in whole blocks. Sums are lane by lane within segments, and over segments in double: the same bits for any vector width.</summary>
internal static unsafe class PrefixPass<TReal, TVector>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>A prefix and what has x &gt; bound, the bound finite or −∞. Terms at the maximum are counted apart, so that the rest keeps its digits.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static PrefixSums Above(TReal* x, TReal* e, int padded, double bound, in PrefixSums before)
    {
        int lanes = Lanes.Count<TReal>(), length = Lanes.SegmentLength<TReal>();
        TReal* sums = stackalloc TReal[4 * Lanes.Count<TReal>()];
        TVector top = TVector.Constant(bound), zero = default, one = TVector.Constant(1);
        double rest = 0, moment = 0, count = 0, ties = 0;
        for (int first = 0; first < padded; first += length)
        {
            int end = Math.Min(padded, first + length);
            for (int turn = 0; turn < lanes; turn += TVector.Count)
            {
                TVector s = default, t = default, c = default, k = default;
                for (int j = first + turn; j < end; j += lanes)
                {
                    // Above the bound offsets are finite, and below it the term is 0.
                    TVector offset = TVector.Load(x + j);
                    TVector isAbove = TVector.LessThan(top, offset);
                    TVector term = TVector.Load(e + j) & isAbove;
                    TVector tie = TVector.Equal(offset, zero) & isAbove;
                    s += TVector.Select(tie, zero, term);
                    k += one & tie;
                    c += one & isAbove;
                    t = TVector.FusedMultiplyAdd(term, offset & isAbove, t);
                }

                TVector.Store(sums + turn, s);
                TVector.Store(sums + lanes + turn, t);
                TVector.Store(sums + (2 * lanes) + turn, c);
                TVector.Store(sums + (3 * lanes) + turn, k);
            }

            rest += Lanes.Sum(sums);
            moment += Lanes.Sum(sums + lanes);
            count += Lanes.Sum(sums + (2 * lanes));
            ties += Lanes.Sum(sums + (3 * lanes));
        }

        return new() { Excess = rest + (before.Excess + ties), Moment = before.Moment + moment, Count = before.Count + (long)count };
    }

    /// <summary>Offsets and exponentials of what has low ≤ x ≤ high, in order of index. Writes up to a vector beyond the last. Returns how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Pack(TReal* x, TReal* e, int padded, double low, double high, TReal* offsets, TReal* exponentials)
    {
        TVector bottom = TVector.Constant(low), top = TVector.Constant(high), all = TVector.FromBits(ulong.MaxValue);
        int n = 0;
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector offset = TVector.Load(x + j);
            TVector inside = TVector.Select(TVector.LessThan(offset, bottom) | TVector.LessThan(top, offset), default, all);

            // No branch: which vectors hold one is anyone's guess.
            TVector.StorePacked(offsets + n, offset, inside);
            TVector.StorePacked(exponentials + n, TVector.Load(e + j), inside);
            n += BitOperations.PopCount(TVector.MaskBits(inside));
        }

        return n;
    }
}
