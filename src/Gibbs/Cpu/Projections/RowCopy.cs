using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>Rows that a map leaves as they are, to the bit.</summary>
internal static unsafe class RowCopy
{
    public static void Unchanged<T, TReal>(in ProjectionJob<T, TReal> job, long row)
        where T : unmanaged
        where TReal : unmanaged
    {
        T* x = job.InputRow(row), y = job.OutputRow(row);
        if (y != null && y != x)
            new ReadOnlySpan<T>(x, job.Columns).CopyTo(new Span<T>(y, job.Columns));
    }

    /// <summary>Entries that are not 0, NaN among them.</summary>
    public static long CountNonzero<T>(T* row, int columns)
        where T : unmanaged
    {
        long count = 0;
        for (int j = 0; j < columns; j++)
            count += Real.ToDouble(row[j]) != 0 ? 1 : 0;
        return count;
    }
}
