using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Kernels;

/// <summary>Each thread's memory for the exponentials of a row, kept from call to call: in the second-level cache while rows are worked on.</summary>
internal static unsafe class KeptExponentials
{
    private const int LineBytes = 64;

    // Pinned, and collected with its thread.
    [ThreadStatic]
    private static byte[]? t_memory;

    /// <summary>Room for two rows in whole blocks, each aligned to a cache line.</summary>
    public static void Take<TReal>(int columns, ref RowScratch<TReal> scratch)
        where TReal : unmanaged
    {
        int lanes = Lanes.Count<TReal>();
        int row = (columns + lanes - 1) / lanes * lanes;
        int bytes = (2 * row * sizeof(TReal)) + LineBytes;
        if (t_memory is null || t_memory.Length < bytes)
            t_memory = GC.AllocateUninitializedArray<byte>((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)bytes), pinned: true);
        nint start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(t_memory));
        scratch.Kept = (TReal*)((start + LineBytes - 1) & ~(nint)(LineBytes - 1));
        scratch.KeptBefore = scratch.Kept + row;
    }
}
