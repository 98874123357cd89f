using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>The least of all costs, and the largest finite one where some are +∞. A NaN is passed over: a solve meets it.</summary>
internal static unsafe class CostRange<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    // Of a block of rows: the largest is of finite costs.
    private struct Extremes
    {
        public double Least;
        public double Largest;
        public bool Forbidden;
    }

    private struct Job
    {
        public TCosts Costs;
        public long Rows;
        public int Columns;
        public long BlockRows;
        public Extremes* Blocks;
    }

    /// <summary>The least cost, 0 where it is not finite; the largest finite one where some are +∞, otherwise every plan is allowed, and +∞.</summary>
    public static (double Least, double Largest) Of(TCosts costs, long rows, int columns)
    {
        int blocks = SinkhornState<TReal, TCosts>.CountBlocks(rows, out long blockRows);
        Extremes* extremes = stackalloc Extremes[blocks];
        Job job = new() { Costs = costs, Rows = rows, Columns = columns, BlockRows = blockRows, Blocks = extremes };
        WorkerTeam.Run(&Run, &job, blocks, 1, RowSplit.Parallel(rows, columns));
        Extremes all = extremes[0];
        for (int block = 1; block < blocks; block++)
            Add(ref all, extremes[block]);
        return (double.IsFinite(all.Least) ? all.Least : 0, all.Forbidden ? all.Largest : double.PositiveInfinity);
    }

    private static void Add(ref Extremes all, in Extremes other)
    {
        all.Least = Math.Min(all.Least, other.Least);
        all.Largest = Math.Max(all.Largest, other.Largest);
        all.Forbidden |= other.Forbidden;
    }

    private static void Run(void* context, long begin, long end)
    {
        ref readonly Job job = ref *(Job*)context;
        TReal* scratch = RowArrays.Take<TReal>(1, CostLanes.Tile, out _);
        for (long block = begin; block < end; block++)
        {
            Extremes extremes = new() { Least = double.PositiveInfinity, Largest = double.NegativeInfinity };
            long last = Math.Min(job.Rows, (block + 1) * job.BlockRows);
            for (long row = block * job.BlockRows; row < last; row++)
            {
                for (int start = 0; start < job.Columns; start += CostLanes.Tile)
                {
                    int count = Math.Min(CostLanes.Tile, job.Columns - start), padded = CostLanes.Padded<TReal>(count);
                    TReal* costs = job.Costs.Tile(row, start, count, scratch);

                    // The padding is +∞, and no pair; where there is some the tile is a copy.
                    for (int j = count; j < padded; j++)
                        costs[j] = costs[0];
                    Add(ref extremes, Of(costs, padded));
                }
            }

            job.Blocks[block] = extremes;
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Extremes Of(TReal* costs, int padded)
    {
        TVector infinity = TVector.Constant(double.PositiveInfinity), least = infinity, largest = TVector.Constant(double.NegativeInfinity), forbidden = default;
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector cost = TVector.Load(costs + j), infinite = TVector.Equal(cost, infinity);
            least = TVector.Select(TVector.LessThan(cost, least), cost, least);
            largest = TVector.Select(TVector.LessThan(largest, cost), TVector.Select(infinite, largest, cost), largest);
            forbidden |= infinite;
        }

        TReal* lanes = stackalloc TReal[2 * 16];
        TVector.Store(lanes, least);
        TVector.Store(lanes + 16, largest);
        Extremes extremes = new() { Least = Real.ToDouble(lanes[0]), Largest = Real.ToDouble(lanes[16]), Forbidden = TVector.MaskBits(forbidden) != 0 };
        for (int lane = 1; lane < TVector.Count; lane++)
        {
            extremes.Least = Math.Min(extremes.Least, Real.ToDouble(lanes[lane]));
            extremes.Largest = Math.Max(extremes.Largest, Real.ToDouble(lanes[16 + lane]));
        }

        return extremes;
    }
}
