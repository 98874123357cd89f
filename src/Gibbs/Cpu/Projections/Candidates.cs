using System;
using System.Numerics;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// The entries of a row that may be in a support, in order of index: their distance d ≤ 0 from the row's maximum in double, and in the end their values. Padded with −∞ to whole blocks.
/// </summary>
internal unsafe struct Candidates
{
    /// <summary>Entries per block of <see cref="PositivePart"/>.</summary>
    public const int Block = 32;

    public double* Offsets;
    public double* Values;
    public int* Indices;
    public int Count;

    /// <summary>The reals that the indices are of.</summary>
    public void* Row;

    /// <summary>Room for a row, in the calling thread's scratch.</summary>
    public static Candidates Take(int columns) => new()
    {
        Offsets = ProjectionScratch.Take<double>(ProjectionSlots.Offsets, (long)columns + Block),
        Values = ProjectionScratch.Take<double>(ProjectionSlots.Values, (long)columns + Block),
        Indices = ProjectionScratch.Take<int>(ProjectionSlots.Indices, (long)columns + Block),
    };

    /// <summary>−∞ up to the next whole block.</summary>
    public readonly void Pad()
    {
        for (int i = Count; (i & (Block - 1)) != 0; i++)
            Offsets[i] = double.NegativeInfinity;
    }

    /// <summary>Drops entries with d ≤ floor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compact(double floor)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            double offset = Offsets[i];
            Offsets[kept] = offset;
            Indices[kept] = Indices[i];
            kept += offset > floor ? 1 : 0;
        }

        Count = kept;
        Pad();
    }

    /// <summary>Values divided by their sum, which carries what every addition lost; zeros dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Normalise()
    {
        double sum = 0, lost = 0;
        for (int i = 0; i < Count; i++)
        {
            double after = sum + Values[i], part = after - sum;
            lost += (sum - (after - part)) + (Values[i] - part);
            sum = after;
        }

        sum += lost;
        for (int i = 0; i < Count; i++)
            Values[i] /= sum;
        DropZeros();
    }

    /// <summary>Drops entries whose value is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void DropZeros()
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            double value = Values[i];
            Offsets[kept] = Offsets[i];
            Values[kept] = value;
            Indices[kept] = Indices[i];
            kept += value != 0 ? 1 : 0;
        }

        Count = kept;
    }
}

/// <summary>Gathers candidates from a row.</summary>
internal static unsafe class CandidateScan<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    // Of four vectors: up to here one by one is faster than four whole vectors.
    private const int FewHits = 8;

    /// <summary>Entries with x − maximum above −reach, or of |x| where so asked; perhaps some more, by rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Near(TReal* x, int count, double maximum, double reach, bool magnitudes, ref Candidates candidates)
    {
        // Two units lower: neither the rounding of the difference nor that of the reach may lose an entry. −∞ is never above it.
        double floor = Math.Max(-Real.Largest<TReal>(), Below(-reach));
        TVector top = TVector.Constant(maximum), bound = TVector.Constant(floor);
        TVector bits = magnitudes ? RowScan<TVector, TReal>.AbsoluteMask : TVector.FromBits(ulong.MaxValue);
        int n = 0, j = 0;

        // Candidates are few: one test for four vectors.
        for (; j <= count - (4 * TVector.Count); j += 4 * TVector.Count)
        {
            TVector a = TVector.LessThan(bound, (TVector.Load(x + j) & bits) - top);
            TVector b = TVector.LessThan(bound, (TVector.Load(x + j + TVector.Count) & bits) - top);
            TVector c = TVector.LessThan(bound, (TVector.Load(x + j + (2 * TVector.Count)) & bits) - top);
            TVector d = TVector.LessThan(bound, (TVector.Load(x + j + (3 * TVector.Count)) & bits) - top);
            if (TVector.MaskBits((a | b) | (c | d)) == 0)
                continue;
            ulong hits = TVector.MaskBits(a) | (TVector.MaskBits(b) << TVector.Count) | (TVector.MaskBits(c) << (2 * TVector.Count)) | (TVector.MaskBits(d) << (3 * TVector.Count));
            if (BitOperations.PopCount(hits) > FewHits)
            {
                for (int k = j; k < j + (4 * TVector.Count); k += TVector.Count)
                    n += Take(x, k, top, bound, bits, maximum, candidates, n);
                continue;
            }

            for (; hits != 0; hits &= hits - 1)
            {
                int at = j + BitOperations.TrailingZeroCount(hits);
                double value = Real.ToDouble(x[at]);
                candidates.Offsets[n] = (magnitudes ? Math.Abs(value) : value) - maximum;
                candidates.Indices[n++] = at;
            }
        }

        for (; j <= count - TVector.Count; j += TVector.Count)
            n += Take(x, j, top, bound, bits, maximum, candidates, n);

        for (; j < count; j++)
        {
            double value = Real.ToDouble(x[j]);
            value = magnitudes ? Math.Abs(value) : value;
            if (Difference(value, maximum) > floor)
            {
                candidates.Offsets[n] = value - maximum;
                candidates.Indices[n] = j;
                n++;
            }
        }

        candidates.Row = x;
        candidates.Count = n;
        candidates.Pad();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Take(TReal* x, int j, TVector top, TVector bound, TVector bits, double maximum, in Candidates candidates, int n)
    {
        TVector value = TVector.Load(x + j) & bits;
        return TVector.StoreSelected(candidates.Offsets + n, candidates.Indices + n, value, TVector.MaskBits(TVector.LessThan(bound, value - top)), maximum, j);
    }

    /// <summary>Entries equal to a value, at distance 0: the +∞ of a row, which share everything.</summary>
    public static void Equal(TReal* x, int count, double value, ref Candidates candidates)
    {
        int n = 0;
        for (int j = 0; j < count; j++)
        {
            if (Real.ToDouble(x[j]) == value)
            {
                candidates.Offsets[n] = 0;
                candidates.Indices[n++] = j;
            }
        }

        candidates.Row = x;
        candidates.Count = n;
        candidates.Pad();
    }

    /// <summary>Entries that are not 0, NaN among them: a support. Offsets hold the entries themselves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Support(TReal* y, int count, ref Candidates candidates)
    {
        ulong all = (1UL << TVector.Count) - 1;
        int n = 0, j = 0;
        for (; j <= count - TVector.Count; j += TVector.Count)
        {
            TVector value = TVector.Load(y + j);
            ulong mask = ~TVector.MaskBits(TVector.Equal(value, default)) & all;
            if (mask == 0)
                continue;
            n += TVector.StoreSelected(candidates.Offsets + n, candidates.Indices + n, value, mask, 0, j);
        }

        for (; j < count; j++)
        {
            double value = Real.ToDouble(y[j]);
            if (value != 0)
            {
                candidates.Offsets[n] = value;
                candidates.Indices[n] = j;
                n++;
            }
        }

        candidates.Count = n;
        candidates.Pad();
    }

    // As the vectors have it: the same candidates for every width.
    private static double Difference(double left, double right) => typeof(TReal) == typeof(float) ? (float)left - (float)right : left - right;

    private static double Below(double value) =>
        typeof(TReal) == typeof(float) ? MathF.BitDecrement(MathF.BitDecrement((float)value)) : Math.BitDecrement(Math.BitDecrement(value));
}
