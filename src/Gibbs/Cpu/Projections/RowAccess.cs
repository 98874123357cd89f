using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>Where in its arrays a vector of a row is: so that one formula serves whole vectors and what is left of one.</summary>
internal unsafe interface IRowAccess<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    /// <summary>The entries of an array of the row's length; 0 beyond the end.</summary>
    TVector Load(TReal* array);

    /// <summary>The same of doubles, rounded.</summary>
    TVector LoadDoubles(double* array);
}

/// <summary>A whole vector.</summary>
internal readonly unsafe struct WholeVector<TVector, TReal>(nint index) : IRowAccess<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    private readonly nint _index = index;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Load(TReal* array) => TVector.Load(array + _index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector LoadDoubles(double* array) => TVector.LoadDoubles(array + _index);
}

/// <summary>Fewer entries than a vector has: nothing beyond them is read.</summary>
internal readonly unsafe struct PartVector<TVector, TReal>(nint index, int count) : IRowAccess<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    private readonly nint _index = index;
    private readonly int _count = count;

    public TVector Load(TReal* array)
    {
        TVector part = default;
        Unsafe.CopyBlockUnaligned(&part, array + _index, (uint)(_count * sizeof(TReal)));
        return part;
    }

    public TVector LoadDoubles(double* array)
    {
        TVector part = default;
        for (int l = 0; l < _count; l++)
            ((TReal*)&part)[l] = Real.From<TReal>(array[_index + l]);
        return part;
    }

    public void Store(TReal* destination, TVector value) => Unsafe.CopyBlockUnaligned(destination, &value, (uint)(_count * sizeof(TReal)));
}

/// <summary>A formula for the entries of a row, given where they are.</summary>
internal interface IRowFormula<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    TVector At<TAccess>(TAccess access)
        where TAccess : struct, IRowAccess<TVector, TReal>;
}
