using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Sums over rows of the density, s_ik = Σ_j e_ij·w_kj: with w = b the ratios of the row sums of P to a, with w_k = b∘V_k the rows of P·V over a. Lanes of a tile in the arithmetic type, tiles in double.</summary>
internal static unsafe class DensityRows<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    /// <summary>What the workers are given.</summary>
    public struct Job
    {
        public PlanProblem<TReal, TCosts> Problem;
        public DensityFactor<TReal> Factor;

        /// <summary>[Count, Padded], 0 behind the columns.</summary>
        public TReal* Weights;
        public int Count;

        /// <summary>[Rows, Count].</summary>
        public double* Sums;
    }

    public static void Of(in PlanProblem<TReal, TCosts> problem, TReal* weights, int count, double* sums, DensityFactor<TReal> factor = default)
    {
        Job job = new() { Problem = problem, Factor = factor, Weights = weights, Count = count, Sums = sums };
        WorkerTeam.Run(&Run, &job, problem.Rows, RowSplit.Chunk<TReal>(problem.Rows, problem.Columns, 1), RowSplit.Parallel(problem.Rows, problem.Columns));
    }

    /// <summary>Rows [begin, end).</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly Job job = ref *(Job*)context;
        TReal* scratch = RowArrays.Take<TReal>(3, CostLanes.Tile, out int stride);
        TReal* density = scratch + stride;
        for (long row = begin; row < end; row++)
        {
            double* sums = job.Sums + (row * job.Count);
            new Span<double>(sums, job.Count).Clear();
            for (int start = 0; start < job.Problem.Columns; start += CostLanes.Tile)
            {
                int count = Math.Min(CostLanes.Tile, job.Problem.Columns - start), padded = CostLanes.Padded<TReal>(count);
                DensityTile<TReal, TVector, TCosts>.Of(job.Problem, row, start, count, scratch, density);
                job.Factor.Multiply<TVector>(row, start, count, density, density + stride);
                for (int k = 0; k < job.Count; k++)
                    sums[k] += TileSums<TReal, TVector>.Product(density, job.Weights + ((nint)k * job.Problem.Padded) + start, padded);
            }
        }
    }
}

/// <summary>Sums over a tile in whole blocks of lanes.</summary>
internal static unsafe class TileSums<TReal, TVector>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    /// <summary>Σ left·right, by the lanes of <see cref="CostLanes"/>.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Product(TReal* left, TReal* right, int padded)
    {
        int lanes = CostLanes.Count<TReal>();
        TReal* partial = stackalloc TReal[16];
        for (int turn = 0; turn < lanes; turn += TVector.Count)
        {
            TVector sum = default;
            for (int j = turn; j < padded; j += lanes)
                sum = TVector.FusedMultiplyAdd(TVector.Load(left + j), TVector.Load(right + j), sum);
            TVector.Store(partial + turn, sum);
        }

        return CostLanes.Sum(partial);
    }
}
