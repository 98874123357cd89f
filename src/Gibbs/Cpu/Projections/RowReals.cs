using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>A row as reals: in place where the storage is the arithmetic type, otherwise widened into scratch.</summary>
internal static unsafe class RowReals<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>The row's count reals; null for null.</summary>
    public static TReal* Of(T* row, int count, int slot)
    {
        if (typeof(T) == typeof(TReal) || row == null)
            return (TReal*)row;
        TReal* reals = ProjectionScratch.Take<TReal>(slot, count);
        RowSource<T, TReal, TVector>.Widen(row, reals, count);
        return reals;
    }
}
