using System;
using System.Runtime.CompilerServices;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cpu;

/// <summary>How rows are shared out to threads: by shape alone, and without influence on results.</summary>
internal static class RowSplit
{
    // A chunk is worth a few tens of microseconds; below twice that, waking a worker costs more than it saves.
    private const long ChunkElements = 64 * 1024;
    private const int ChunksPerThread = 16;
    private const long ParallelElements = 128 * 1024;

    /// <summary>Rows per chunk, a multiple of block.</summary>
    public static long Chunk<T>(long rows, long columns, long block)
        where T : unmanaged
    {
        // Long chunks, that rows follow each other in memory; enough of them, that threads end together.
        long even = rows / ((long)CpuThreads.Count * ChunksPerThread);
        long chunk = Math.Clamp(Math.Max(ChunkElements / Math.Max(1, columns), even), 1, Math.Max(1, rows));
        return (chunk + block - 1) / block * block;
    }

    /// <summary>Whether the work pays for waking workers.</summary>
    public static bool Parallel(long rows, long columns) => rows * columns >= ParallelElements;

    /// <summary>Bytes from a row to the next; 0 for a single row.</summary>
    public static nint StrideBytes<T>(ReadOnlySpan2D<T> rows)
        where T : unmanaged =>
        rows.Height < 2 || rows.Width == 0
            ? 0
            : Unsafe.ByteOffset(ref Unsafe.AsRef(in rows.DangerousGetReferenceAt(0, 0)), ref Unsafe.AsRef(in rows.DangerousGetReferenceAt(1, 0)));
}
