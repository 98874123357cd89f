using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>Writes rows that are 0 but for a list of entries, a cache line at a time.</summary>
internal static unsafe class SparseRow<T>
    where T : unmanaged
{
    private const int LineBytes = 64;

    /// <summary>Values as they are stored; how many of them are not 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long CountStored(in Candidates support)
    {
        long count = 0;
        for (int i = 0; i < support.Count; i++)
            count += Real.ToDouble(Real.From<T>(support.Values[i])) != 0 ? 1 : 0;
        return count;
    }

    /// <summary>The whole row. What follows in memory at next, or null, is fetched meanwhile.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(T* row, int columns, in Candidates support, bool streaming, byte* next)
    {
        if (!streaming)
        {
            new Span<T>(row, columns).Clear();
            Scatter(row, support, 0, support.Count);
            return;
        }

        int perLine = LineBytes / sizeof(T);
        int head = Math.Min(columns, (int)(-(nint)row & (LineBytes - 1)) / sizeof(T));
        int lines = (columns - head) / perLine;
        int tail = head + (lines * perLine);
        new Span<T>(row, head).Clear();
        new Span<T>(row + tail, columns - tail).Clear();

        int i = 0;
        while (i < support.Count && support.Indices[i] < head)
            i++;
        Scatter(row, support, 0, i);
        T* line = stackalloc T[perLine];
        Vector512<byte> zeros = default;
        for (int start = head; start < tail;)
        {
            int empty = (i < support.Count ? Math.Min(support.Indices[i], tail) : tail) - start;
            T* end = row + start + (empty / perLine * perLine);
            for (T* p = row + start; p < end; p += perLine)
            {
                if (next != null && Sse.IsSupported)
                    Sse.Prefetch1(next + ((byte*)p - (byte*)row));
                zeros.StoreAlignedNonTemporal((byte*)p);
            }

            start = (int)(end - row);
            if (start >= tail)
                break;
            zeros.Store((byte*)line);
            for (; i < support.Count && support.Indices[i] < start + perLine; i++)
                line[support.Indices[i] - start] = Real.From<T>(support.Values[i]);
            Vector512.Load((byte*)line).StoreAlignedNonTemporal((byte*)(row + start));
            start += perLine;
        }

        Scatter(row, support, i, support.Count);
    }

    /// <summary>Entries [begin, end) of the list alone.</summary>
    public static void Scatter(T* row, in Candidates support, int begin, int end)
    {
        for (int i = begin; i < end; i++)
            row[support.Indices[i]] = Real.From<T>(support.Values[i]);
    }
}
