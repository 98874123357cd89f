using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// Sums over columns of the density, z_kj = Σ_i w_ik·e_ij: with w = a the ratios of the column sums of P to b. A worker has a tile of columns and a block of rows; blocks follow from the shape alone, and are
/// added in their order, in double.
/// </summary>
internal static unsafe class DensityColumns<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    // Rows whose terms are added in the arithmetic type; items that keep workers busy.
    private const int Group = 256;
    private const int Items = 32;

    /// <summary>What the workers are given.</summary>
    public struct Job
    {
        public PlanProblem<TReal, TCosts> Problem;
        public DensityFactor<TReal> Factor;

        /// <summary>[Rows, Count].</summary>
        public TReal* Weights;
        public int Count;

        /// <summary>[Blocks, Count, Padded].</summary>
        public double* Sums;
        public int Tiles;
        public long BlockRows;
    }

    /// <summary>Doubles that the sums of a shape need; the first Count·Padded hold the result, [Count, Padded].</summary>
    public static long Doubles(in PlanProblem<TReal, TCosts> problem, int count) => Blocks(problem, out _, out _) * count * problem.Padded;

    public static void Of(in PlanProblem<TReal, TCosts> problem, TReal* weights, int count, double* sums, DensityFactor<TReal> factor = default)
    {
        long blocks = Blocks(problem, out int tiles, out long blockRows), length = (long)count * problem.Padded;
        Job job = new() { Problem = problem, Factor = factor, Weights = weights, Count = count, Sums = sums, Tiles = tiles, BlockRows = blockRows };
        WorkerTeam.Run(&Run, &job, tiles * blocks, 1, RowSplit.Parallel(problem.Rows, problem.Columns));
        for (long block = 1; block < blocks; block++)
        {
            double* other = sums + (block * length);
            for (long j = 0; j < length; j++)
                sums[j] += other[j];
        }
    }

    private static long Blocks(in PlanProblem<TReal, TCosts> problem, out int tiles, out long blockRows)
    {
        tiles = (problem.Columns + CostLanes.Tile - 1) / CostLanes.Tile;
        long wanted = Math.Max(1, Items / tiles), even = (problem.Rows + wanted - 1) / wanted;
        blockRows = (even + Group - 1) / Group * Group;
        return (problem.Rows + blockRows - 1) / blockRows;
    }

    /// <summary>Items [begin, end): a tile of a block each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly Job job = ref *(Job*)context;
        TReal* scratch = RowArrays.Take<TReal>(3 + job.Count, CostLanes.Tile, out int stride);
        TReal* density = scratch + stride;
        TReal* partial = density + (2 * stride);
        for (long item = begin; item < end; item++)
        {
            long block = item / job.Tiles;
            int start = (int)(item % job.Tiles) * CostLanes.Tile, count = Math.Min(CostLanes.Tile, job.Problem.Columns - start), padded = CostLanes.Padded<TReal>(count);
            double* sums = job.Sums + (block * job.Count * job.Problem.Padded) + start;
            for (int k = 0; k < job.Count; k++)
                new Span<double>(sums + ((nint)k * job.Problem.Padded), padded).Clear();
            long last = Math.Min(job.Problem.Rows, (block + 1) * job.BlockRows);
            for (long group = block * job.BlockRows; group < last; group += Group)
            {
                for (int k = 0; k < job.Count; k++)
                    new Span<TReal>(partial + ((nint)k * stride), padded).Clear();
                long rows = Math.Min(last, group + Group);
                for (long row = group; row < rows; row++)
                {
                    DensityTile<TReal, TVector, TCosts>.Of(job.Problem, row, start, count, scratch, density);
                    job.Factor.Multiply<TVector>(row, start, count, density, density + stride);
                    for (int k = 0; k < job.Count; k++)
                        Add(partial + ((nint)k * stride), density, job.Weights[(row * job.Count) + k], padded);
                }

                for (int k = 0; k < job.Count; k++)
                {
                    for (int j = 0; j < padded; j++)
                        sums[((nint)k * job.Problem.Padded) + j] += Real.ToDouble(partial[((nint)k * stride) + j]);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(TReal* sums, TReal* density, TReal weight, int padded)
    {
        TVector factor = TVector.Create(weight);
        for (int j = 0; j < padded; j += TVector.Count)
            TVector.Store(sums + j, TVector.FusedMultiplyAdd(factor, TVector.Load(density + j), TVector.Load(sums + j)));
    }
}
