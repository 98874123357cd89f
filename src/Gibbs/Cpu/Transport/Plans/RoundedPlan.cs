using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Divergences;
using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>The pass over a rounded plan, P̄_ij = a_i·b_j·(x_i·y_j·e_ij + u_i·v_j/(a_i·b_j·‖u‖₁)): ⟨P̄, C⟩, KL(P̄ | P), and the plan itself where that is wanted.</summary>
internal static unsafe class RoundedPlan<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    /// <summary>What the workers are given.</summary>
    public struct Job
    {
        public PlanProblem<TReal, TCosts> Problem;

        /// <summary>x, log x and u/a.</summary>
        public TReal* SourceFactors;
        public TReal* SourceLogs;
        public TReal* SourceShares;

        /// <summary>y, log y and v/(b·‖u‖₁), padded.</summary>
        public TReal* TargetFactors;
        public TReal* TargetLogs;
        public TReal* TargetShares;
        public TReal* Plan;
        public nint PlanStride;

        /// <summary>[Rows, 2].</summary>
        public double* Sums;
    }

    public static void Of(ref Job job, out double linear, out double divergence)
    {
        fixed (Job* context = &job)
            WorkerTeam.Run(&Run, context, job.Problem.Rows, RowSplit.Chunk<TReal>(job.Problem.Rows, job.Problem.Columns, 1), RowSplit.Parallel(job.Problem.Rows, job.Problem.Columns));
        linear = divergence = 0;
        for (long row = 0; row < job.Problem.Rows; row++)
        {
            linear += job.Sums[2 * row];
            divergence += job.Sums[(2 * row) + 1];
        }
    }

    private static void Run(void* context, long begin, long end)
    {
        ref readonly Job job = ref *(Job*)context;
        TReal* scratch = RowArrays.Take<TReal>(4, CostLanes.Tile, out int stride);
        TReal* tile = scratch + stride, densities = tile + stride, logs = densities + stride;
        for (long row = begin; row < end; row++)
        {
            double linear = 0, divergence = 0;
            for (int start = 0; start < job.Problem.Columns; start += CostLanes.Tile)
            {
                int count = Math.Min(CostLanes.Tile, job.Problem.Columns - start);
                TReal* costs = DensityTile<TReal, TVector, TCosts>.Of(job.Problem, row, start, count, scratch, tile);
                Densities(job, row, start, CostLanes.Padded<TReal>(count), tile, densities);
                Logarithms(job, row, start, CostLanes.Padded<TReal>(count), costs, densities, logs);
                Tile(job, row, start, CostLanes.Padded<TReal>(count), costs, tile, densities, logs, ref linear, ref divergence);
                if (job.Plan != null)
                    Unsafe.CopyBlockUnaligned((byte*)job.Plan + ((nint)row * job.PlanStride) + ((nint)start * sizeof(TReal)), tile, (uint)(count * sizeof(TReal)));
            }

            job.Sums[2 * row] = linear;
            job.Sums[(2 * row) + 1] = divergence;
        }
    }

    // x·y·e and the rest's density.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Densities(in Job job, long row, int start, int padded, TReal* tile, TReal* densities)
    {
        TVector x = TVector.Create(job.SourceFactors[row]), u = TVector.Create(job.SourceShares[row]);
        TReal* factors = job.TargetFactors + start, shares = job.TargetShares + start;
        for (int j = 0; j < padded; j += TVector.Count)
            TVector.Store(densities + j, TVector.FusedMultiplyAdd(x * TVector.Load(factors + j), TVector.Load(tile + j), u * TVector.Load(shares + j)));
    }

    // log(P̄/P): of the factors where there is no rest.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Logarithms(in Job job, long row, int start, int padded, TReal* costs, TReal* densities, TReal* logs)
    {
        TVector logX = TVector.Create(job.SourceLogs[row]), u = TVector.Create(job.SourceShares[row]), f = TVector.Create(job.Problem.F[row]), minusScale = TVector.Constant(-1 / job.Problem.Epsilon);
        TReal* factors = job.TargetLogs + start, shares = job.TargetShares + start, g = job.Problem.G + start;
        if (Real.ToDouble(job.SourceShares[row]) == 0)
        {
            for (int j = 0; j < padded; j += TVector.Count)
                TVector.Store(logs + j, logX + TVector.Load(factors + j));
            return;
        }

        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector difference = (f + TVector.Load(g + j)) - TVector.Load(costs + j);
            TVector log = TVector.FusedMultiplyAdd(difference, minusScale, RatioMath<TVector, TReal>.Log(TVector.Load(densities + j)));
            TVector.Store(logs + j, TVector.Select(TVector.Equal(u * TVector.Load(shares + j), default), logX + TVector.Load(factors + j), log));
        }
    }

    // The density becomes the rounded plan.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(in Job job, long row, int start, int padded, TReal* costs, TReal* tile, TReal* densities, TReal* logs, ref double linear, ref double divergence)
    {
        int lanes = CostLanes.Count<TReal>();
        TReal* sums = stackalloc TReal[2 * 16];
        TReal* b = job.Problem.B + start;
        TVector a = TVector.Create(job.Problem.A[row]), one = TVector.Constant(1);
        for (int turn = 0; turn < lanes; turn += TVector.Count)
        {
            TVector cost = default, excess = default;
            for (int j = turn; j < padded; j += lanes)
            {
                TVector mass = a * TVector.Load(b + j), p = mass * TVector.Load(tile + j), rounded = mass * TVector.Load(densities + j), log = TVector.Load(logs + j);
                TVector square = log * log;
                TVector near = rounded * square * RatioMath<TVector, TReal>.Curvature(default(TVector) - log);
                TVector far = TVector.FusedMultiplyAdd(rounded, log - one, p);

                // No mass, no cost, whatever it is; what P has there counts.
                TVector none = TVector.Equal(rounded, default);
                excess += TVector.Select(none, p, TVector.Select(RatioMath<TVector, TReal>.IsNear(square), near, far));
                cost += TVector.Select(none, default, rounded * TVector.Load(costs + j));
                TVector.Store(tile + j, rounded);
            }

            TVector.Store(sums + turn, cost);
            TVector.Store(sums + lanes + turn, excess);
        }

        linear += CostLanes.Sum(sums);
        divergence += CostLanes.Sum(sums + lanes);
    }
}
