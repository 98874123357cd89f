using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>A matrix of costs of any storage type, its rows a stride apart.</summary>
internal readonly unsafe struct DenseCosts<T, TReal, TVector>(T* costs, nint strideBytes) : ICostTiles<TReal>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TReal* Tile(long row, int start, int count, TReal* scratch)
    {
        T* source = (T*)((byte*)costs + ((nint)row * strideBytes)) + start;
        if (typeof(T) == typeof(TReal) && count % CostLanes.Count<TReal>() == 0)
            return (TReal*)source;
        Copy(source, count, scratch);
        return scratch;
    }

    private static void Copy(T* source, int count, TReal* scratch)
    {
        if (typeof(T) == typeof(TReal))
            Unsafe.CopyBlockUnaligned(scratch, source, (uint)(count * sizeof(TReal)));
        else
            RowSource<T, TReal, TVector>.Widen(source, scratch, count);
        new Span<TReal>(scratch + count, CostLanes.Padded<TReal>(count) - count).Fill(Real.From<TReal>(double.PositiveInfinity));
    }
}
