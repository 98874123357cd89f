using System;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>The clouds of an elastic map as its passes take them: points and targets that costs are made of (embedded, for a linear cost), and targets that slopes are made of. Copies, on the heap of the process.</summary>
internal unsafe struct ElasticClouds<TReal> : IDisposable
    where TReal : unmanaged
{
    private PointClouds<TReal> _costs;
    private PointClouds<TReal> _slopes;
    private TReal* _embedded;
    private ElasticCost _cost;
    private int _dimensions;
    private int _costDimensions;

    public static ElasticClouds<TReal> Copy(ElasticCost cost, ReadOnlySpan2D<TReal> points, ReadOnlySpan2D<TReal> targets, in ElasticMatrix matrix)
    {
        ElasticClouds<TReal> clouds = new() { _cost = cost, _dimensions = points.Width, _costDimensions = points.Width + matrix.Rows };
        fixed (TReal* x = points, y = targets)
        {
            nint xStride = RowSplit.StrideBytes(points), yStride = RowSplit.StrideBytes(targets);
            clouds._slopes = PointClouds<TReal>.Copy(default, x, xStride, points.Height, y, yStride, targets.Height, points.Width);
            if (!cost.TakesMatrix)
                return clouds;
            int width = clouds._costDimensions;
            long rows = points.Height, others = targets.Height;
            clouds._embedded = (TReal*)NativeMemory.Alloc((nuint)((rows + others) * width), (nuint)sizeof(TReal));
            TReal* embeddedTargets = clouds._embedded + (rows * width);
            for (int i = 0; i < rows; i++)
                matrix.Embed(points.GetRowSpan(i), new Span<TReal>(clouds._embedded + ((long)i * width), width));
            for (int j = 0; j < others; j++)
                matrix.Embed(targets.GetRowSpan(j), new Span<TReal>(embeddedTargets + ((long)j * width), width));
            nint stride = (nint)width * sizeof(TReal);
            clouds._costs = PointClouds<TReal>.Copy(default, clouds._embedded, stride, rows, embeddedTargets, stride, targets.Height, width);
            return clouds;
        }
    }

    public readonly void Dispose()
    {
        _slopes.Dispose();
        if (_embedded == null)
            return;
        _costs.Dispose();
        NativeMemory.Free(_embedded);
    }

    /// <summary>Costs by tiles. Of vanishing shrinkage only its points are used.</summary>
    public readonly PointCosts<TReal, TVector> Costs<TVector>()
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        if (_embedded != null)
            return Of<TVector>(_costs, TransportMetric.SquaredEuclidean, _costDimensions);
        return Of<TVector>(_slopes, _cost.Kind == ElasticCostKind.KSupport ? TransportMetric.ElasticKSupport(_cost.Gamma, _cost.K) : TransportMetric.ElasticL1(_cost.Gamma), _dimensions);
    }

    /// <summary>Slopes of the costs; for a linear cost those of −⟨x, y⟩, whose sum is minus the mean target.</summary>
    public readonly PointCosts<TReal, TVector> Slopes<TVector>()
        where TVector : unmanaged, ISimdVector<TVector, TReal> =>
        _embedded != null ? Of<TVector>(_slopes, TransportMetric.DotProduct, _dimensions) : Costs<TVector>();

    private static PointCosts<TReal, TVector> Of<TVector>(in PointClouds<TReal> clouds, TransportMetric metric, int dimensions)
        where TVector : unmanaged, ISimdVector<TVector, TReal> =>
        new(metric, clouds.X, (nint)dimensions * sizeof(TReal), clouds.Y, clouds.YStride, dimensions);
}
