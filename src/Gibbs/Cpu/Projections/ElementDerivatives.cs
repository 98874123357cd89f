using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>v times a derivative of y, 0 where that is 0 whatever v is, NaN where y is.</summary>
internal unsafe struct ElementDerivatives<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    public TReal* Result;
    public TReal* Upstream;
    public TReal* ColumnParameters;
    public TVector Parameter;
    public TVector Second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector ByInput<TElement, TAccess>(TAccess access)
        where TElement : struct, IElementwise<TVector, TReal>
        where TAccess : struct, IRowAccess<TVector, TReal>
    {
        TVector y = access.Load(Result);
        return Product(y, TElement.Slope(y, At(access), Second), access.Load(Upstream));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector ByParameter<TElement, TAccess>(TAccess access)
        where TElement : struct, IElementwise<TVector, TReal>
        where TAccess : struct, IRowAccess<TVector, TReal>
    {
        TVector y = access.Load(Result);
        return Product(y, TElement.ByParameter(y, At(access), Second), access.Load(Upstream));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector BySecond<TElement, TAccess>(TAccess access)
        where TElement : struct, IElementwise<TVector, TReal>
        where TAccess : struct, IRowAccess<TVector, TReal>
    {
        TVector y = access.Load(Result);
        return Product(y, TElement.BySecond(y, At(access), Second), access.Load(Upstream));
    }

    /// <summary>Σ v·dy/dt, or by the second scalar, over a row.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly double Sum<TElement>(int columns, bool second)
        where TElement : struct, IElementwise<TVector, TReal>
    {
        double* lanes = stackalloc double[RowSums.Lanes];
        RowSums.Clear(lanes);
        int j = 0;
        for (; j <= columns - TVector.Count; j += TVector.Count)
        {
            WholeVector<TVector, TReal> access = new(j);
            TVector.AddTo(lanes + (j & (RowSums.Lanes - 1)), second ? BySecond<TElement, WholeVector<TVector, TReal>>(access) : ByParameter<TElement, WholeVector<TVector, TReal>>(access));
        }

        if (j < columns)
        {
            PartVector<TVector, TReal> access = new(j, columns - j);
            TVector.AddTo(lanes + (j & (RowSums.Lanes - 1)), second ? BySecond<TElement, PartVector<TVector, TReal>>(access) : ByParameter<TElement, PartVector<TVector, TReal>>(access));
        }

        return RowSums.Total(lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly TVector At<TAccess>(TAccess access)
        where TAccess : struct, IRowAccess<TVector, TReal> => ColumnParameters == null ? Parameter : access.Load(ColumnParameters);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Product(TVector y, TVector slope, TVector v) =>
        TVector.Select(TVector.Equal(y, y), TVector.Select(TVector.Equal(slope, default), default, slope * v), y);
}
