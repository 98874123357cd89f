using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Rows;

/// <summary>
/// A row of logits z as offsets x_j = (z_j − max z)/T and exponentials e_j = exp(x_j), with their sums: what entropies, divergences and token sets start from. Terms at the maximum are counted apart, so
/// that Σ e − 1 of a confident row keeps its digits. Sums are lane by lane within segments, and over segments in double: the same bits for any vector width.
/// </summary>
internal static unsafe class SoftmaxRow<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>Offsets and exponentials of a row, each padded to whole blocks, with −∞ and 0. Masked entries (−∞) have x = −∞ and e = 0; of a row that is not Ok both are undefined.</summary>
    /// <param name="z">[columns].</param>
    /// <param name="columns">V.</param>
    /// <param name="temperature">T, positive and finite.</param>
    /// <param name="x">Offsets; may not be z.</param>
    /// <param name="e">Exponentials.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static SoftmaxSums Read(T* z, int columns, double temperature, TReal* x, TReal* e)
    {
        int lanes = Lanes.Count<TReal>();
        int blocks = (columns + lanes - 1) / lanes;
        TReal* source = Source(z, columns, x);
        int inPlace = typeof(T) == typeof(TReal) ? columns / lanes : blocks;

        TVector top = TVector.Constant(double.NegativeInfinity);
        TVector top1 = top, top2 = top, top3 = top;
        for (int block = 0; block < blocks; block++)
        {
            TReal* p = (block < inPlace ? source : x) + ((nint)block * lanes);
            for (int j = 0; j < lanes; j += 4 * TVector.Count)
            {
                top = TVector.Max(top, TVector.Load(p + j));
                top1 = TVector.Max(top1, TVector.Load(p + j + TVector.Count));
                top2 = TVector.Max(top2, TVector.Load(p + j + (2 * TVector.Count)));
                top3 = TVector.Max(top3, TVector.Load(p + j + (3 * TVector.Count)));
            }
        }

        SoftmaxSums sums = default;
        sums.Maximum = TVector.MaxOfLanes(TVector.Max(TVector.Max(top, top1), TVector.Max(top2, top3))) + 0.0;
        if (double.IsNegativeInfinity(sums.Maximum))
        {
            // A NaN may have been lost on the way to the maximum.
            sums.Status = Irregular(z, columns);
            return sums;
        }

        RowScale scale = RowScale.Of<TReal>(temperature);
        double rest = 0, moment = 0, ties = 0;
        int length = Lanes.SegmentLength<TReal>() / lanes;
        for (int first = 0; first < blocks; first += length)
        {
            Segment(source, x, e, first, Math.Min(blocks, first + length), inPlace, sums.Maximum, scale, out double segmentRest, out double segmentMoment, out double segmentTies);
            rest += segmentRest;
            moment += segmentMoment;
            ties += segmentTies;
        }

        if (double.IsNaN(rest))
        {
            sums.Status = Irregular(z, columns);
            return sums;
        }

        sums.Excess = rest + (ties - 1);
        sums.LogSum = Real.Log1P(sums.Excess);
        sums.Moment = moment;
        return sums;
    }

    /// <summary>The first index of the maximum of a row that is Ok, from its offsets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Argmax(TReal* x, int columns)
    {
        TVector zero = default;
        for (int j = 0; j < columns; j += TVector.Count)
        {
            ulong equal = TVector.MaskBits(TVector.Equal(TVector.Load(x + j), zero));
            if (equal != 0)
                return j + System.Numerics.BitOperations.TrailingZeroCount(equal);
        }

        return -1;
    }

    // Where whole blocks are read from: the row itself, or x where it is widened first; the last block, padded, lies in x.
    private static TReal* Source(T* z, int columns, TReal* x)
    {
        int lanes = Lanes.Count<TReal>();
        int start = 0;
        if (typeof(T) == typeof(TReal))
        {
            start = columns / lanes * lanes;
            Unsafe.CopyBlockUnaligned(x + start, z + start, (uint)((columns - start) * sizeof(TReal)));
        }
        else
        {
            RowSource<T, TReal, TVector>.Widen(z, x, columns);
        }

        int padded = RowArrays.Padded<TReal>(columns);
        new Span<TReal>(x + columns, padded - columns).Fill(Real.From<TReal>(double.NegativeInfinity));
        return typeof(T) == typeof(TReal) ? (TReal*)z : x;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Segment(TReal* source, TReal* x, TReal* e, int first, int end, int inPlace, double maximum, in RowScale scale, out double rest, out double moment, out double ties)
    {
        int lanes = Lanes.Count<TReal>();
        TReal* sums = stackalloc TReal[3 * Lanes.Count<TReal>()];
        TVector m = TVector.Constant(maximum * scale.Prescale);
        TVector prescale = TVector.Constant(scale.Prescale);
        TVector inverse = TVector.Constant(scale.InverseTemperature);
        TVector k = TVector.Constant(scale.K);
        TVector kLow = TVector.Constant(scale.KLow);
        TVector lowest = TVector.Constant(scale.Lowest);
        TVector zero = default;
        TVector one = TVector.Constant(1);
        for (int turn = 0; turn < lanes; turn += TVector.Count)
        {
            TVector s = default, t = default, c = default;
            for (int block = first; block < end; block++)
            {
                nint at = ((nint)block * lanes) + turn;
                TVector d = (TVector.Load((block < inPlace ? source : x) + at) * prescale) - m;

                // Below the range of exp: garbage there, and x may be −∞, which times 0 is NaN.
                TVector dead = TVector.LessThan(d, lowest);
                TVector tie = TVector.Equal(d, zero);
                TVector offset = d * inverse;
                TVector term = TVector.Select(dead, zero, Exponential.OfProduct<TVector, TReal>(d, k, kLow));
                TVector.Store(x + at, offset);
                TVector.Store(e + at, term);
                s += TVector.Select(tie, zero, term);
                c += one & tie;
                t += TVector.Select(dead, zero, term * offset);
            }

            TVector.Store(sums + turn, s);
            TVector.Store(sums + lanes + turn, t);
            TVector.Store(sums + (2 * lanes) + turn, c);
        }

        rest = Lanes.Sum(sums);
        moment = Lanes.Sum(sums + lanes);
        ties = Lanes.Sum(sums + (2 * lanes));
    }

    // A NaN, else a +∞, else nothing but masks.
    private static RowStatus Irregular(T* z, int columns)
    {
        RowStatus status = RowStatus.AllMasked;
        for (int j = 0; j < columns; j++)
        {
            double value = Real.ToDouble(z[j]);
            if (double.IsNaN(value))
                return RowStatus.NotANumber;
            if (double.IsPositiveInfinity(value))
                status = RowStatus.PlusInfinity;
        }

        return status;
    }
}
