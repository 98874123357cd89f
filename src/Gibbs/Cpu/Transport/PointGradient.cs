using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// The value's gradient by the points of a cloud, by the envelope theorem: dx_i = Σ_j P_ij·∂c(x_i, y_j)/∂x. A pass over the plan that stores none of it; the gradient by y is that of the problem with its sides
/// exchanged. Danskin, 1967; Feydy et al., 2019.
/// </summary>
internal static unsafe class PointGradient<TReal, TVector>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>What the workers are given.</summary>
    public struct Job
    {
        public SinkhornState<TReal, PointCosts<TReal, TVector>> State;

        /// <summary>dx [Rows, dimensions], its rows a stride in bytes apart.</summary>
        public TReal* Gradient;
        public nint GradientStride;

        /// <summary>The points as given, for the cosine's norms.</summary>
        public TReal* Points;
        public nint PointsStride;
    }

    /// <summary>Rows [begin, end).</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly Job job = ref *(Job*)context;
        PointCosts<TReal, TVector> points = job.State.Costs;
        int dimensions = points.Dimensions;
        TReal* costs = RowArrays.Take<TReal>(2, CostLanes.Tile, out int stride);
        TReal* plan = costs + stride;
        double[]? rented = dimensions > 256 ? System.Buffers.ArrayPool<double>.Shared.Rent(2 * dimensions) : null;
        Span<double> sums = rented ?? stackalloc double[512];
        fixed (double* total = sums)
        {
            for (long row = begin; row < end; row++)
            {
                sums[..(2 * dimensions)].Clear();
                for (int start = 0; start < job.State.Columns; start += CostLanes.Tile)
                {
                    int count = Math.Min(CostLanes.Tile, job.State.Columns - start);
                    TReal* tile = Plan(job.State, row, start, count, costs, plan);
                    Add(points, row, start, count, tile, plan, total, total + dimensions);
                }

                Store(job, row, total, dimensions);
            }
        }

        if (rented is not null)
            System.Buffers.ArrayPool<double>.Shared.Return(rented);
    }

    /// <summary>A row of the gradient from its sums.</summary>
    public static void Store(in Job job, long row, double* total, int dimensions)
    {
        TReal* gradient = (TReal*)((byte*)job.Gradient + ((nint)row * job.GradientStride));
        if (job.State.Costs.Metric.Kind == TransportMetricKind.Cosine)
        {
            // By the normalised point; the chain removes what is along it.
            TReal* unit = job.State.Costs.Source(row);
            double inverse = PointClouds<TReal>.InverseNorm((TReal*)((byte*)job.Points + ((nint)row * job.PointsStride)), dimensions);
            double along = 0;
            for (int k = 0; k < dimensions; k++)
                along += total[k] * Real.ToDouble(unit[k]);
            for (int k = 0; k < dimensions; k++)
                total[k] = (total[k] - (along * Real.ToDouble(unit[k]))) * inverse;
        }

        for (int k = 0; k < dimensions; k++)
            gradient[k] = Real.From<TReal>(total[k]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TReal* Plan(in SinkhornState<TReal, PointCosts<TReal, TVector>> state, long row, int start, int count, TReal* costs, TReal* plan)
    {
        TReal* tile = state.Costs.Tile(row, start, count, costs);
        TVector scale = TVector.Constant(-state.Scale), origin = TVector.Constant(state.Origin), f = TVector.Create(state.F[row]), a = TVector.Create(state.A[row]);
        int padded = CostLanes.Padded<TReal>(count);
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector density = PlanDensity<TVector, TReal>.Of(TVector.Load(tile + j), origin, scale, TVector.Load(state.G + start + j), f);
            TVector.Store(plan + j, a * TVector.Load(state.B + start + j) * density);
        }

        return tile;
    }

    /// <summary>total_k += Σ_j P_j·∂c/∂x_k for columns [start, start + count); where the metric is Euclidean, plan is used up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(in PointCosts<TReal, TVector> points, long row, int start, int count, TReal* costs, TReal* plan, double* total, double* pairGradient)
    {
        TReal* x = points.Source(row);
        TransportMetric metric = points.Metric;
        if (metric.Kind is TransportMetricKind.PowerNorm or TransportMetricKind.ElasticKSupport)
        {
            PairCost<TReal> pair = new(metric, points.Dimensions);
            for (int j = 0; j < count; j++)
            {
                double p = Real.ToDouble(plan[j]);
                if (p == 0)
                    continue;
                pair.Gradient(x, points.Target(0, start + j), points.YStride, pairGradient);
                for (int k = 0; k < points.Dimensions; k++)
                    total[k] += p * pairGradient[k];
            }

            return;
        }

        if (metric.Kind == TransportMetricKind.Euclidean)
        {
            // P/‖x − y‖ in place of P; no direction at distance 0.
            for (int j = 0; j < count; j++)
                plan[j] = Real.ToDouble(costs[j]) > 0 ? Real.From<TReal>(Real.ToDouble(plan[j]) / Real.ToDouble(costs[j])) : default;
        }

        int padded = CostLanes.Padded<TReal>(count), lanes = CostLanes.Count<TReal>();
        TReal* partial = stackalloc TReal[16];
        TVector factor = TVector.Constant(metric.Kind == TransportMetricKind.SquaredEuclidean ? 2 : 1), gamma = TVector.Constant(metric.Parameter), one = TVector.Constant(1), zero = default;
        bool products = metric.Kind is TransportMetricKind.DotProduct or TransportMetricKind.Cosine;
        for (int k = 0; k < points.Dimensions; k++)
        {
            TVector coordinate = TVector.Create(x[k]);
            TReal* y = points.Target(k, start);
            for (int turn = 0; turn < lanes; turn += TVector.Count)
            {
                TVector sum = default;
                for (int j = turn; j < padded; j += lanes)
                {
                    TVector slope;
                    if (products)
                    {
                        slope = zero - TVector.Load(y + j);
                    }
                    else
                    {
                        TVector z = coordinate - TVector.Load(y + j);
                        slope = z * factor;
                        if (metric.Kind == TransportMetricKind.ElasticL1)
                            slope += gamma * ((one & TVector.LessThan(zero, z)) - (one & TVector.LessThan(z, zero)));
                    }

                    sum = TVector.FusedMultiplyAdd(TVector.Load(plan + j), slope, sum);
                }

                TVector.Store(partial + turn, sum);
            }

            total[k] += CostLanes.Sum(partial);
        }
    }
}
