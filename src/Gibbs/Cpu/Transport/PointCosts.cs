using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Costs of points, made where they are needed: x_i as given, y by coordinates, so that a vector holds one coordinate of several points. N·M costs are never stored. Points of the cosine are given with norm 1.</summary>
internal readonly unsafe struct PointCosts<TReal, TVector>(TransportMetric metric, TReal* x, nint xStrideBytes, TReal* y, int yStride, int dimensions) : ICostTiles<TReal>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>x_i.</summary>
    public TReal* Source(long row) => (TReal*)((byte*)x + ((nint)row * xStrideBytes));

    /// <summary>Coordinate k of y_start and those behind it.</summary>
    public TReal* Target(int k, int start) => y + ((nint)k * yStride) + start;

    /// <summary>From a coordinate of a target to its next.</summary>
    public int YStride => yStride;

    public TransportMetric Metric => metric;

    public int Dimensions => dimensions;

    public TReal* Tile(long row, int start, int count, TReal* scratch)
    {
        TReal* point = Source(row);
        int padded = CostLanes.Padded<TReal>(count);
        switch (metric.Kind)
        {
            case TransportMetricKind.SquaredEuclidean:
                Squares(point, start, padded, scratch, 1, 0);
                break;
            case TransportMetricKind.ElasticL1:
                Squares(point, start, padded, scratch, 0.5, metric.Parameter);
                break;
            case TransportMetricKind.Euclidean:
                Squares(point, start, padded, scratch, 1, 0);
                for (int j = 0; j < count; j++)
                    scratch[j] = Real.From<TReal>(Math.Sqrt(Real.ToDouble(scratch[j])));
                break;
            case TransportMetricKind.DotProduct:
                Products(point, start, padded, scratch, 0);
                break;
            case TransportMetricKind.Cosine:
                Products(point, start, padded, scratch, 1);
                break;
            default:
                PairCost<TReal> pair = new(metric, dimensions);
                for (int j = 0; j < count; j++)
                    scratch[j] = Real.From<TReal>(pair.Of(point, Target(0, start + j), yStride));
                break;
        }

        new Span<TReal>(scratch + count, padded - count).Fill(Real.From<TReal>(double.PositiveInfinity));
        return scratch;
    }

    // scale·Σ z² + gamma·Σ |z|.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Squares(TReal* point, int start, int padded, TReal* scratch, double scale, double gamma)
    {
        TVector factor = TVector.Constant(scale), weight = TVector.Constant(gamma), zero = default;
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector squares = default, sums = default;
            for (int k = 0; k < dimensions; k++)
            {
                TVector z = TVector.Create(point[k]) - TVector.Load(Target(k, start + j));
                squares = TVector.FusedMultiplyAdd(z, z, squares);
                if (gamma != 0)
                    sums += TVector.Max(z, zero - z);
            }

            if (gamma != 0)
                squares = TVector.FusedMultiplyAdd(squares, factor, weight * sums);
            else if (scale != 1)
                squares *= factor;
            TVector.Store(scratch + j, squares);
        }
    }

    // constant − ⟨x, y⟩.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Products(TReal* point, int start, int padded, TReal* scratch, double constant)
    {
        TVector first = TVector.Constant(constant);
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector sum = default;
            for (int k = 0; k < dimensions; k++)
                sum = TVector.FusedMultiplyAdd(TVector.Create(point[k]), TVector.Load(Target(k, start + j)), sum);
            TVector.Store(scratch + j, first - sum);
        }
    }
}
