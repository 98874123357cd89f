using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>The k largest |x| of a row as they are, the others 0; among equal ones the lower index, NaN before all.</summary>
internal static unsafe class L0BallRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(void* context, long begin, long end)
    {
        ref readonly ProjectionJob<T, TReal> job = ref *(ProjectionJob<T, TReal>*)context;
        for (long row = begin; row < end; row++)
        {
            T* x = job.InputRow(row), y = job.OutputRow(row);
            byte* mask = job.MaskRow(row);
            ulong least = RadixSelection.Select(new MagnitudeKeys<T>(x), job.Columns, MagnitudeKeys<T>.Bits, Math.Min(job.Map.Count, job.Columns), out long ties);
            ulong largest = 0;
            long support = 0;
            for (int j = 0; j < job.Columns; j++)
            {
                T value = x[j];
                ulong key = MagnitudeKeys<T>.Of(value);
                largest = Math.Max(largest, key);
                bool keep = key > least || (key == least && ties-- > 0);
                support += keep && key != 0 ? 1 : 0;
                if (y != null)
                    y[j] = keep ? value : default;
                if (mask != null)
                    mask[j] = keep ? (byte)1 : (byte)0;
            }

            if (job.Thresholds != null)
                job.Thresholds[row] = Real.From<TReal>(Magnitude(least));
            if (job.SupportSize != null)
                job.SupportSize[row] = support;
            if (job.Status != null)
                job.Status[row] = MaskStatus.Of<T>(largest);
        }
    }

    private static double Magnitude(ulong key)
    {
        if (key > MagnitudeKeys<T>.Infinity)
            return double.NaN;
        T value = default;
        if (sizeof(T) == 2)
            *(ushort*)&value = (ushort)key;
        else if (sizeof(T) == 4)
            *(uint*)&value = (uint)key;
        else
            *(ulong*)&value = key;
        return Real.ToDouble(value);
    }
}

/// <summary>The status of a row that a mask keeps entries of.</summary>
internal static class MaskStatus
{
    /// <summary>By the largest magnitude's key.</summary>
    public static RowStatus Of<T>(ulong largest)
        where T : unmanaged =>
        largest > MagnitudeKeys<T>.Infinity ? RowStatus.NotANumber : largest == MagnitudeKeys<T>.Infinity ? RowStatus.PlusInfinity : RowStatus.Ok;
}
