using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Rows;

/// <summary>Each thread's arrays as long as a row, kept from call to call: in the second-level cache while rows of ordinary length are worked on.</summary>
internal static unsafe class RowArrays
{
    private const int LineBytes = 64;

    // Pinned, and collected with its thread.
    [ThreadStatic]
    private static byte[]? t_memory;

    /// <summary>The elements of a row in whole blocks of <see cref="Lanes.Count{TReal}"/>.</summary>
    public static int Padded<TReal>(int columns)
        where TReal : unmanaged => (columns + Lanes.Count<TReal>() - 1) / Lanes.Count<TReal>() * Lanes.Count<TReal>();

    /// <summary>
    /// Arrays of <see cref="Padded{TReal}"/> elements, each aligned to a cache line and a stride apart; contents undefined. What was taken before on this thread is no longer valid.
    /// </summary>
    public static TReal* Take<TReal>(int arrays, int columns, out int stride)
        where TReal : unmanaged
    {
        // A line more than the row: arrays of a power of two would share their sets of the first-level cache.
        stride = Padded<TReal>(columns) + (LineBytes / sizeof(TReal));
        long bytes = ((long)arrays * stride * sizeof(TReal)) + LineBytes;
        if (t_memory is null || t_memory.Length < bytes)
            t_memory = GC.AllocateUninitializedArray<byte>(checked((int)Math.Min(BitOperations.RoundUpToPowerOf2((ulong)bytes), (ulong)Array.MaxLength)), pinned: true);
        nint start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(t_memory));
        return (TReal*)((start + LineBytes - 1) & ~(nint)(LineBytes - 1));
    }
}
