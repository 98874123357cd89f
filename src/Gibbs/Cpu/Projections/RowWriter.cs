using System;
using System.Numerics;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>Writes a row from a formula in one pass, past the caches where asked; may overwrite what the formula reads at the same place.</summary>
internal static unsafe class RowWriter<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>The number of entries that are not 0 as stored, where that is asked for. The formula may gather what it sees.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Write<TFormula>(T* row, int columns, bool streaming, bool counts, ref TFormula formula)
        where TFormula : struct, IRowFormula<TVector, TReal>
    {
        if (typeof(T) == typeof(TReal))
            return Write((TReal*)row, 0, columns, streaming, counts, ref formula);

        int length = Lanes.SegmentLength<TReal>();
        TReal* reals = ProjectionScratch.Take<TReal>(ProjectionSlots.Narrow, length);
        long nonzero = 0;
        for (int start = 0; start < columns; start += length)
        {
            int count = Math.Min(length, columns - start);
            _ = Write(reals, start, count, false, false, ref formula);
            RowSource<T, TReal, TVector>.Narrow(reals, row + start, count);

            // Rounding to storage may make zeros.
            if (counts)
                nonzero += Nonzero((ushort*)(row + start), count);
        }

        return nonzero;
    }

    // Entries [start, start + count) of the formula to destination.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Write<TFormula>(TReal* destination, int start, int count, bool streaming, bool counts, ref TFormula formula)
        where TFormula : struct, IRowFormula<TVector, TReal>
    {
        long zeros = 0;
        int j = 0;

        // A copy that stays in registers: one behind a reference would be stored and loaded for every vector.
        TFormula at = formula;
        if (streaming)
        {
            int head = (int)(-(nint)destination & ((TVector.Count * sizeof(TReal)) - 1)) / sizeof(TReal);
            j = Math.Min(head, count);
            zeros += Part(destination, start, j, ref formula);
            at = formula;

            // Two at a time where nothing is counted: what goes past the caches is limited by the loop itself.
            for (; !counts && j <= count - (2 * TVector.Count); j += 2 * TVector.Count)
            {
                TVector first = at.At(new WholeVector<TVector, TReal>(start + j));
                TVector second = at.At(new WholeVector<TVector, TReal>(start + j + TVector.Count));
                TVector.StoreStreaming(destination + j, first);
                TVector.StoreStreaming(destination + j + TVector.Count, second);
            }

            for (; j <= count - TVector.Count; j += TVector.Count)
            {
                TVector value = at.At(new WholeVector<TVector, TReal>(start + j));
                if (counts)
                    zeros += BitOperations.PopCount(TVector.MaskBits(TVector.Equal(value, default)));
                TVector.StoreStreaming(destination + j, value);
            }
        }
        else
        {
            for (; j <= count - TVector.Count; j += TVector.Count)
            {
                TVector value = at.At(new WholeVector<TVector, TReal>(start + j));
                if (counts)
                    zeros += BitOperations.PopCount(TVector.MaskBits(TVector.Equal(value, default)));
                TVector.Store(destination + j, value);
            }
        }

        formula = at;
        zeros += Part(destination + j, start + j, count - j, ref formula);
        return count - zeros;
    }

    private static int Part<TFormula>(TReal* destination, int start, int count, ref TFormula formula)
        where TFormula : struct, IRowFormula<TVector, TReal>
    {
        if (count == 0)
            return 0;
        PartVector<TVector, TReal> part = new(start, count);
        TVector value = formula.At(part);
        part.Store(destination, value);
        return BitOperations.PopCount(TVector.MaskBits(TVector.Equal(value, default)) & ((1UL << count) - 1));
    }

    private static long Nonzero(ushort* words, int count)
    {
        long nonzero = 0;
        for (int j = 0; j < count; j++)
            nonzero += (words[j] & 0x7FFF) != 0 ? 1 : 0;
        return nonzero;
    }
}
