using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Sums over a plan.</summary>
internal struct PlanTotals
{
    /// <summary>⟨P, C⟩.</summary>
    public double LinearCost;

    /// <summary>Σ P.</summary>
    public double Mass;

    /// <summary>Σ P·log2(P/(a·b)).</summary>
    public double LogRatio;

    public void Add(in PlanTotals other)
    {
        LinearCost += other.LinearCost;
        Mass += other.Mass;
        LogRatio += other.LogRatio;
    }
}

/// <summary>A pass over the plan of given potentials, P_ij = a_i·b_j·2^(F_i + G_j − s·(C_ij − C0)): its sums, and the plan itself where that is wanted.</summary>
internal static unsafe class PlanPass<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    /// <summary>What the workers are given.</summary>
    public struct Job
    {
        public SinkhornState<TReal, TCosts> State;

        /// <summary>[Rows, Columns], or null; its rows a stride in bytes apart.</summary>
        public TReal* Plan;
        public nint PlanStride;

        /// <summary>One for every block.</summary>
        public PlanTotals* Totals;
    }

    /// <summary>Blocks [begin, end).</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly Job job = ref *(Job*)context;
        ref readonly SinkhornState<TReal, TCosts> state = ref job.State;
        TReal* tile = RowArrays.Take<TReal>(2, CostLanes.Tile, out int stride);
        TReal* result = tile + stride;
        for (long block = begin; block < end; block++)
        {
            PlanTotals totals = default;
            long last = Math.Min(state.Rows, (block + 1) * state.BlockRows);
            for (long row = block * state.BlockRows; row < last; row++)
            {
                for (int start = 0; start < state.Columns; start += CostLanes.Tile)
                {
                    int count = Math.Min(CostLanes.Tile, state.Columns - start);
                    Tile(state, row, start, count, tile, result, ref totals);
                    if (job.Plan != null)
                        Unsafe.CopyBlockUnaligned((byte*)job.Plan + ((nint)row * job.PlanStride) + ((nint)start * sizeof(TReal)), result, (uint)(count * sizeof(TReal)));
                }
            }

            job.Totals[block] = totals;
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(in SinkhornState<TReal, TCosts> state, long row, int start, int count, TReal* scratch, TReal* result, ref PlanTotals totals)
    {
        int lanes = CostLanes.Count<TReal>();
        TReal* sums = stackalloc TReal[3 * 16];
        int padded = CostLanes.Padded<TReal>(count);
        TReal* costs = state.Costs.Tile(row, start, count, scratch);
        TVector scale = TVector.Constant(-state.Scale), origin = TVector.Constant(state.Origin), f = TVector.Create(state.F[row]), a = TVector.Create(state.A[row]);
        for (int turn = 0; turn < lanes; turn += TVector.Count)
        {
            TVector cost = default, mass = default, ratio = default;
            for (int j = turn; j < padded; j += lanes)
            {
                TVector c = TVector.Load(costs + j), g = TVector.Load(state.G + start + j);
                TVector p = a * TVector.Load(state.B + start + j) * PlanDensity<TVector, TReal>.Of(c, origin, scale, g, f);

                // 0 times an infinite cost is 0.
                TVector zero = TVector.Equal(p, default);
                mass += p;
                cost += TVector.Select(zero, default, p * c);
                ratio += TVector.Select(zero, default, p * TVector.FusedMultiplyAdd(c - origin, scale, g + f));
                TVector.Store(result + j, p);
            }

            TVector.Store(sums + turn, cost);
            TVector.Store(sums + lanes + turn, mass);
            TVector.Store(sums + (2 * lanes) + turn, ratio);
        }

        totals.LinearCost += CostLanes.Sum(sums);
        totals.Mass += CostLanes.Sum(sums + lanes);
        totals.LogRatio += CostLanes.Sum(sums + (2 * lanes));
    }
}
