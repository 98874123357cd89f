using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>The one table of maps: what a worker does with rows [begin, end) of a job, forward and for the gradient.</summary>
internal static unsafe class RowMapKernels<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public static delegate*<void*, long, long, void> Forward(RowMapKind kind) => kind switch
    {
        RowMapKind.Simplex => &SimplexRows<T, TReal, TVector>.Forward,
        RowMapKind.SparseSimplex => &SparseSimplexRows<T, TReal, TVector>.Forward,
        RowMapKind.CappedSimplex or RowMapKind.BoxSection => &BoxSectionRows<T, TReal, TVector>.Forward,
        RowMapKind.L1Ball => &L1BallRows<T, TReal, TVector>.Forward,
        RowMapKind.Entmax => &EntmaxRows<T, TReal, TVector>.Forward,
        RowMapKind.Normmax => &NormmaxRows<T, TReal, TVector>.Forward,
        RowMapKind.L0Ball => &L0BallRows<T, TReal, TVector>.Forward,
        >= RowMapKind.SoftThreshold and <= RowMapKind.Huber or RowMapKind.LInfBall => &ElementwiseRows<T, TReal, TVector>.Forward,
        RowMapKind.NOfM => &NOfMRows<T, TReal, TVector>.Forward,
        RowMapKind.L2Ball or RowMapKind.Sphere => &NormRows<T, TReal, TVector>.Forward,
        RowMapKind.Tangent => &TangentRows<T, TReal, TVector>.Forward,
        RowMapKind.GroupLasso => &GroupLassoRows<T, TReal, TVector>.Forward,
        RowMapKind.L1InfBall or RowMapKind.LInf1Prox => &L1InfRows<T, TReal, TVector>.Forward,
        RowMapKind.GroupEnvelope => &GroupEnvelopeRows<T, TReal, TVector>.Forward,
        RowMapKind.Isotonic => &IsotonicRows<T, TReal, TVector>.Forward,
        RowMapKind.SoftSort or RowMapKind.SoftRank or RowMapKind.Permutahedron => &PermutahedronRows<T, TReal, TVector>.Forward,
        _ => throw new InvalidOperationException($"no kernel for {kind}"),
    };

    public static delegate*<void*, long, long, void> Gradient(RowMapKind kind) => kind switch
    {
        RowMapKind.Simplex or RowMapKind.SparseSimplex => &SimplexRows<T, TReal, TVector>.Gradient,
        RowMapKind.CappedSimplex or RowMapKind.BoxSection => &BoxSectionRows<T, TReal, TVector>.Gradient,
        RowMapKind.L1Ball => &L1BallRows<T, TReal, TVector>.Gradient,
        RowMapKind.Entmax => &EntmaxRows<T, TReal, TVector>.Gradient,
        RowMapKind.Normmax => &NormmaxRows<T, TReal, TVector>.Gradient,
        >= RowMapKind.SoftThreshold and <= RowMapKind.Huber or RowMapKind.LInfBall or RowMapKind.L0Ball or RowMapKind.NOfM => &ElementwiseRows<T, TReal, TVector>.Gradient,
        RowMapKind.L2Ball or RowMapKind.Sphere => &NormRows<T, TReal, TVector>.Gradient,
        RowMapKind.Tangent => &TangentRows<T, TReal, TVector>.Gradient,
        RowMapKind.GroupLasso => &GroupLassoRows<T, TReal, TVector>.Gradient,
        RowMapKind.L1InfBall or RowMapKind.LInf1Prox => &L1InfRows<T, TReal, TVector>.Gradient,
        RowMapKind.GroupEnvelope => &GroupEnvelopeRows<T, TReal, TVector>.Gradient,
        RowMapKind.Isotonic => &IsotonicRows<T, TReal, TVector>.Gradient,
        RowMapKind.SoftSort or RowMapKind.SoftRank or RowMapKind.Permutahedron => &PermutahedronRows<T, TReal, TVector>.Gradient,
        _ => throw new InvalidOperationException($"no kernel for {kind}"),
    };

    /// <summary>Simplex, entmax and sparse simplex: counts per row into RowOffsets[row + 1] where Indices is null, else the entries at RowOffsets[row].</summary>
    public static delegate*<void*, long, long, void> Sparse(RowMapKind kind) => kind switch
    {
        RowMapKind.Simplex => &SimplexRows<T, TReal, TVector>.Sparse,
        RowMapKind.SparseSimplex => &SparseSimplexRows<T, TReal, TVector>.Sparse,
        RowMapKind.Entmax => &EntmaxRows<T, TReal, TVector>.Sparse,
        _ => throw new InvalidOperationException($"no sparse kernel for {kind}"),
    };
}
