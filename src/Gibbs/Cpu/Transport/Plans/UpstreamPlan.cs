using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>dP as tiles see it: strides in bytes, so that a problem with its sides exchanged reads it by columns; null is 0.</summary>
internal unsafe struct UpstreamPlan<TReal>
    where TReal : unmanaged
{
    public TReal* Plan;
    public nint RowStride;
    public nint ColumnStride;

    /// <summary>A row's entries from start on, 0 behind count to whole blocks.</summary>
    public readonly void Tile(long row, int start, int count, TReal* result)
    {
        int padded = CostLanes.Padded<TReal>(count);
        byte* source = (byte*)Plan + ((nint)row * RowStride) + (start * ColumnStride);
        if (Plan == null)
        {
            new Span<TReal>(result, padded).Clear();
            return;
        }

        if (ColumnStride == sizeof(TReal))
        {
            Unsafe.CopyBlockUnaligned(result, source, (uint)(count * sizeof(TReal)));
        }
        else
        {
            for (int j = 0; j < count; j++)
                result[j] = *(TReal*)(source + (j * ColumnStride));
        }

        new Span<TReal>(result + count, padded - count).Clear();
    }
}

/// <summary>What the density is multiplied by before a pass sums it: itself, dP, or nothing.</summary>
internal unsafe struct DensityFactor<TReal>
    where TReal : unmanaged
{
    public bool Squared;
    public UpstreamPlan<TReal> Upstream;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Multiply<TVector>(long row, int start, int count, TReal* density, TReal* scratch)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        if (Squared)
            Multiply<TVector>(density, density, CostLanes.Padded<TReal>(count));
        if (Upstream.Plan == null)
            return;
        Upstream.Tile(row, start, count, scratch);
        Multiply<TVector>(density, scratch, CostLanes.Padded<TReal>(count));
    }

    // 0 times anything is 0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TVector>(TReal* density, TReal* factors, int padded)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector e = TVector.Load(density + j);
            TVector.Store(density + j, TVector.Select(TVector.Equal(e, default), default, e * TVector.Load(factors + j)));
        }
    }
}
