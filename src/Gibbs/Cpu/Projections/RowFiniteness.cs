using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>The status of a row of signed entries from a probe, Σ 0·x, that is NaN where an entry is not finite.</summary>
internal static unsafe class RowFiniteness<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    /// <summary>The result has a NaN if and only if the row had: the row itself may be overwritten.</summary>
    public static RowStatus Status<T>(TVector probe, T* result, int columns)
        where T : unmanaged
    {
        if (RowScan<TVector, TReal>.AllSet(TVector.Equal(probe, probe)))
            return RowStatus.Ok;
        for (int j = 0; j < columns; j++)
        {
            if (double.IsNaN(Real.ToDouble(result[j])))
                return RowStatus.NotANumber;
        }

        return RowStatus.PlusInfinity;
    }
}
