using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>An elastic map as the workers see it: plain pointers, null where absent; strides in bytes.</summary>
internal unsafe struct ElasticJob<TReal, TVector>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public ElasticCost Cost;
    public PointCosts<TReal, TVector> Costs;
    public PointCosts<TReal, TVector> Slopes;
    public int Targets;
    public int Padded;

    /// <summary>1/(ε·ln 2), and g times it plus log2 b, padded.</summary>
    public double Scale;
    public TReal* Bias;

    /// <summary>T(x); of the k-support cost ∇f(x), which a row map and a difference make T(x) of.</summary>
    public TReal* Mapped;
    public nint MappedStride;
    public TReal* Potential;
    public TReal* Gradient;
    public nint GradientStride;

    /// <summary>C [N, M], where that is all that is wanted.</summary>
    public TReal* CostMatrix;
    public nint CostStride;
}

/// <summary>
/// A row at a time: its costs, t_j = g_j·s + log2 b_j − s·h(x − y_j) in base 2, their maximum and Σ 2^(t − max), and the slopes under these weights. Every cost is computed once.
/// </summary>
internal static unsafe class ElasticRows<TReal, TVector>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>Costs of rows [begin, end).</summary>
    public static void RunCosts(void* context, long begin, long end)
    {
        ref readonly ElasticJob<TReal, TVector> job = ref *(ElasticJob<TReal, TVector>*)context;
        TReal* scratch = RowArrays.Take<TReal>(1, CostLanes.Tile, out _);
        for (long row = begin; row < end; row++)
        {
            TReal* destination = (TReal*)((byte*)job.CostMatrix + ((nint)row * job.CostStride));
            for (int start = 0; start < job.Targets; start += CostLanes.Tile)
            {
                int count = Math.Min(CostLanes.Tile, job.Targets - start);
                TReal* tile = Tile(job, row, start, count, scratch);
                new ReadOnlySpan<TReal>(tile, count).CopyTo(new Span<TReal>(destination + start, count));
            }
        }
    }

    /// <summary>The map of rows [begin, end).</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly ElasticJob<TReal, TVector> job = ref *(ElasticJob<TReal, TVector>*)context;
        int dimensions = job.Slopes.Dimensions;
        double* total = RowArrays.Take<double>(3, Math.Max(Math.Max(job.Padded, CostLanes.Tile), 2 * dimensions), out int stride);
        TReal* weights = (TReal*)(total + stride), scratch = (TReal*)(total + (2 * stride));
        for (long row = begin; row < end; row++)
        {
            double sum = Weights(job, row, weights, scratch, out double largest);
            if (job.Potential != null)
                job.Potential[row] = Real.From<TReal>(-(largest + Math.Log2(sum)) / job.Scale);
            if (job.Mapped == null && job.Gradient == null)
                continue;

            // A point that is not finite: no weight is a number, and no slope need be looked at.
            if (!(sum > 0))
            {
                new Span<double>(total, dimensions).Fill(double.NaN);
                Store(job, row, total, dimensions);
                continue;
            }

            new Span<double>(total, dimensions).Clear();
            for (int start = 0; start < job.Targets; start += CostLanes.Tile)
            {
                int count = Math.Min(CostLanes.Tile, job.Targets - start);
                if (job.Cost.Kind == ElasticCostKind.VanishingShrinkage)
                    AddShrunk(job, row, start, count, weights + start, total);
                else
                    PointGradient<TReal, TVector>.Add(job.Slopes, row, start, count, scratch, weights + start, total, total + dimensions);
            }

            for (int k = 0; k < dimensions; k++)
                total[k] /= sum;
            Store(job, row, total, dimensions);
        }
    }

    private static TReal* Tile(in ElasticJob<TReal, TVector> job, long row, int start, int count, TReal* scratch)
    {
        if (job.Cost.Kind != ElasticCostKind.VanishingShrinkage)
            return job.Costs.Tile(row, start, count, scratch);
        TReal* x = job.Costs.Source(row);
        for (int j = 0; j < count; j++)
        {
            TReal* y = job.Costs.Target(0, start + j);
            double cost = 0;
            for (int k = 0; k < job.Costs.Dimensions; k++)
                cost += ElasticTerm.Value(Real.ToDouble(x[k]) - Real.ToDouble(y[(nint)k * job.Costs.YStride]), job.Cost.Gamma);
            scratch[j] = Real.From<TReal>(cost);
        }

        new Span<TReal>(scratch + count, CostLanes.Padded<TReal>(count) - count).Fill(Real.From<TReal>(double.PositiveInfinity));
        return scratch;
    }

    // 2^(t_j − max) to weights, and their sum.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Weights(in ElasticJob<TReal, TVector> job, long row, TReal* weights, TReal* scratch, out double largest)
    {
        TVector minusScale = TVector.Constant(-job.Scale);
        largest = double.NegativeInfinity;
        for (int start = 0; start < job.Targets; start += CostLanes.Tile)
        {
            int count = Math.Min(CostLanes.Tile, job.Targets - start), padded = CostLanes.Padded<TReal>(count);
            TReal* tile = Tile(job, row, start, count, scratch);
            TVector most = TVector.Constant(double.NegativeInfinity);
            for (int j = 0; j < padded; j += TVector.Count)
            {
                TVector t = TVector.FusedMultiplyAdd(TVector.Load(tile + j), minusScale, TVector.Load(job.Bias + start + j));
                TVector.Store(weights + start + j, t);
                most = TVector.Max(t, most);
            }

            largest = Math.Max(largest, TVector.MaxOfLanes(most));
        }

        TVector origin = TVector.Constant(largest), lowest = TVector.Constant(typeof(TReal) == typeof(float) ? -126 : -1022), one = TVector.Constant(1);
        int lanes = CostLanes.Count<TReal>();
        TReal* partial = stackalloc TReal[16];
        double sum = 0;
        for (int start = 0; start < job.Targets; start += CostLanes.Tile)
        {
            int padded = Math.Min(CostLanes.Tile, job.Padded - start);
            for (int turn = 0; turn < lanes; turn += TVector.Count)
            {
                TVector sums = default;
                for (int j = start + turn; j < start + padded; j += lanes)
                {
                    TVector t = TVector.Load(weights + j) - origin;
                    TVector weight = TVector.Select(TVector.LessThan(t, lowest), default, Exponential.OfProduct<TVector, TReal>(t, one, default));
                    TVector.Store(weights + j, weight);
                    sums += weight;
                }

                TVector.Store(partial + turn, sums);
            }

            sum += CostLanes.Sum(partial);
        }

        return sum;
    }

    private static void AddShrunk(in ElasticJob<TReal, TVector> job, long row, int start, int count, TReal* weights, double* total)
    {
        TReal* x = job.Slopes.Source(row);
        for (int j = 0; j < count; j++)
        {
            double weight = Real.ToDouble(weights[j]);
            if (weight == 0)
                continue;
            TReal* y = job.Slopes.Target(0, start + j);
            for (int k = 0; k < job.Slopes.Dimensions; k++)
                total[k] += weight * ElasticTerm.Slope(Real.ToDouble(x[k]) - Real.ToDouble(y[(nint)k * job.Slopes.YStride]), job.Cost.Gamma);
        }
    }

    // The mean slope is ∇f; for a linear cost it is minus the mean target, and ∇f is raised from it by the caller.
    private static void Store(in ElasticJob<TReal, TVector> job, long row, double* total, int dimensions)
    {
        TReal* x = job.Slopes.Source(row);
        TReal* mapped = job.Mapped == null ? null : (TReal*)((byte*)job.Mapped + ((nint)row * job.MappedStride));
        TReal* gradient = job.Gradient == null ? null : (TReal*)((byte*)job.Gradient + ((nint)row * job.GradientStride));
        for (int k = 0; k < dimensions; k++)
        {
            double slope = total[k], point = Real.ToDouble(x[k]), gamma = job.Cost.Gamma;
            if (job.Cost.TakesMatrix)
            {
                if (gradient != null)
                    gradient[k] = Real.From<TReal>(point + slope);
                if (mapped != null)
                    mapped[k] = Real.From<TReal>(-slope);
                continue;
            }

            if (gradient != null)
                gradient[k] = Real.From<TReal>(slope);
            if (mapped != null)
            {
                mapped[k] = Real.From<TReal>(job.Cost.Kind switch
                {
                    ElasticCostKind.L1 => point - Math.CopySign(Math.Max(0, Math.Abs(slope) - gamma), slope),
                    ElasticCostKind.VanishingShrinkage => point - ElasticTerm.Proximal(slope, gamma),
                    _ => slope,
                });
            }
        }
    }
}
