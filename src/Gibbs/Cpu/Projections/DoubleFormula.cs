using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>A row computed in double, rounded on its way out.</summary>
internal readonly unsafe struct DoubleFormula<TVector, TReal>(double* values) : IRowFormula<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    private readonly double* _values = values;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector At<TAccess>(TAccess access)
        where TAccess : struct, IRowAccess<TVector, TReal> => access.LoadDoubles(_values);
}
