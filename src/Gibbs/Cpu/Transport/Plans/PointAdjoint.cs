using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>dx_i = Σ_j dC_ij·∂c(x_i, y_j)/∂x, and dy by the problem with its sides exchanged. dC is made a tile at a time.</summary>
internal static unsafe class PointAdjoint<TReal, TVector>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    private struct Job
    {
        public GradientTile<TReal, TVector, PointCosts<TReal, TVector>>.Job Costs;
        public PointGradient<TReal, TVector>.Job Points;
    }

    public static void Run(GradientTile<TReal, TVector, PointCosts<TReal, TVector>>.Job* costs, in PointCall<TReal> points)
    {
        if (points.SourceGradient != null)
            Run(*costs, points.SourceGradient, points.SourceGradientStride, points.X, points.XStride);
        if (points.TargetGradient == null)
            return;

        ref readonly PlanProblem<TReal, PointCosts<TReal, TVector>> problem = ref costs->Problem;
        int rows = checked((int)problem.Rows);
        using PointClouds<TReal> clouds = PointClouds<TReal>.Copy(points.Metric, points.Y, points.YStride, problem.Columns, points.X, points.XStride, rows, points.Dimensions);
        TReal* memory = (TReal*)NativeMemory.AlignedAlloc((nuint)(3 * clouds.YStride * sizeof(TReal)), 64);
        try
        {
            GradientTile<TReal, TVector, PointCosts<TReal, TVector>>.Job exchanged = *costs;
            exchanged.Problem.Costs = new(points.Metric, clouds.X, (nint)points.Dimensions * sizeof(TReal), clouds.Y, clouds.YStride, points.Dimensions);
            exchanged.Problem.Rows = problem.Columns;
            exchanged.Problem.Columns = rows;
            exchanged.Problem.Padded = clouds.YStride;
            exchanged.Problem.F = problem.G;
            exchanged.Problem.A = problem.B;
            exchanged.Problem.G = Padded(memory, problem.F, rows, clouds.YStride);
            exchanged.Problem.B = Padded(memory + clouds.YStride, problem.A, rows, clouds.YStride);
            exchanged.Mu = Padded(memory + (2 * clouds.YStride), costs->Lambda, rows, clouds.YStride);
            exchanged.Lambda = costs->Mu;
            exchanged.Upstream.RowStride = costs->Upstream.ColumnStride;
            exchanged.Upstream.ColumnStride = costs->Upstream.RowStride;
            Run(exchanged, points.TargetGradient, points.TargetGradientStride, points.Y, points.YStride);
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private static TReal* Padded(TReal* destination, TReal* source, int count, int padded)
    {
        new ReadOnlySpan<TReal>(source, count).CopyTo(new Span<TReal>(destination, count));
        new Span<TReal>(destination + count, padded - count).Clear();
        return destination;
    }

    private static void Run(in GradientTile<TReal, TVector, PointCosts<TReal, TVector>>.Job costs, TReal* gradient, nint gradientStride, TReal* points, nint pointsStride)
    {
        Job job = new() { Costs = costs };
        job.Points.State.Costs = costs.Problem.Costs;
        job.Points.Gradient = gradient;
        job.Points.GradientStride = gradientStride;
        job.Points.Points = points;
        job.Points.PointsStride = pointsStride;
        WorkerTeam.Run(&Rows, &job, costs.Problem.Rows, 16, RowSplit.Parallel(costs.Problem.Rows, costs.Problem.Columns));
    }

    [SkipLocalsInit]
    private static void Rows(void* context, long begin, long end)
    {
        ref readonly Job job = ref *(Job*)context;
        PointCosts<TReal, TVector> points = job.Costs.Problem.Costs;
        int dimensions = points.Dimensions;
        TReal* scratch = RowArrays.Take<TReal>(3, CostLanes.Tile, out int stride);
        TReal* density = scratch + stride, upstream = density + stride;
        double[]? rented = dimensions > 256 ? System.Buffers.ArrayPool<double>.Shared.Rent(2 * dimensions) : null;
        Span<double> sums = rented ?? stackalloc double[512];
        fixed (double* total = sums)
        {
            for (long row = begin; row < end; row++)
            {
                sums[..(2 * dimensions)].Clear();
                for (int start = 0; start < job.Costs.Problem.Columns; start += CostLanes.Tile)
                {
                    int count = Math.Min(CostLanes.Tile, job.Costs.Problem.Columns - start);
                    TReal* tile = DensityTile<TReal, TVector, PointCosts<TReal, TVector>>.Of(job.Costs.Problem, row, start, count, scratch, density);
                    job.Costs.Upstream.Tile(row, start, count, upstream);
                    GradientTile<TReal, TVector, PointCosts<TReal, TVector>>.Of(job.Costs, row, start, count, density, upstream);
                    PointGradient<TReal, TVector>.Add(points, row, start, count, tile, density, total, total + dimensions);
                }

                PointGradient<TReal, TVector>.Store(job.Points, row, total, dimensions);
            }
        }

        if (rented is not null)
            System.Buffers.ArrayPool<double>.Shared.Return(rented);
    }
}
