using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Sums over columns of the state after an update of G.</summary>
internal struct ColumnTotals
{
    /// <summary>Σ |Pᵀ1 − b|, against b·2^(−G·ε/ρ) where that is relaxed.</summary>
    public double Error;

    /// <summary>The dual's term.</summary>
    public double Dual;

    /// <summary>Σ b·2^(−G·ε/ρ), where relaxed.</summary>
    public double Relaxed;

    /// <summary>max |G|.</summary>
    public double Largest;

    /// <summary>A column whose sum left the range: its potential starts again from the c-transform.</summary>
    public bool Restarts;
}

/// <summary>The other half of an iteration: column sums of blocks in order, then G'_j from what column j holds over its mass (PotentialStep).</summary>
internal static unsafe class ColumnStep<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    private const double SmallestSum = 1e-30;
    private const double LargestSum = 1e30;

    /// <summary>Updates G; the first array of partials holds Pᵀ1/b afterwards, and the sums that left the range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ColumnTotals Run(in SinkhornState<TReal, TCosts> state)
    {
        Merge(state);
        PotentialStep step = new(state.TargetSlack, state.Omega);
        ColumnTotals totals = default;
        for (int j = 0; j < state.Columns; j++)
        {
            double sum = Real.ToDouble(state.Partials[j]), mass = Real.ToDouble(state.B[j]), potential = Real.ToDouble(state.G[j]);
            if (!InRange(state.Partials[j]))
            {
                totals.Restarts = true;
                totals.Error += mass;
                continue;
            }

            TReal next = Real.From<TReal>(step.Next(potential, sum));
            double moved = Real.ToDouble(next);
            double ratio = sum * Math.Pow(2, moved - potential);
            state.G[j] = next;
            state.Partials[j] = Real.From<TReal>(ratio);
            Add(ref totals, mass, moved, ratio, step);
        }

        return totals;
    }

    /// <summary>The totals of potentials that have been shifted since: the plan, and so what columns hold, is as it was.</summary>
    public static ColumnTotals Again(in SinkhornState<TReal, TCosts> state)
    {
        PotentialStep step = new(state.TargetSlack, state.Omega);
        ColumnTotals totals = default;
        for (int j = 0; j < state.Columns; j++)
            Add(ref totals, Real.ToDouble(state.B[j]), Real.ToDouble(state.G[j]), Real.ToDouble(state.Partials[j]), step);
        return totals;
    }

    private static void Add(ref ColumnTotals totals, double mass, double potential, double ratio, in PotentialStep step)
    {
        double goal = step.Goal(potential);
        totals.Error += mass * Math.Abs(ratio - goal);
        totals.Dual += mass * step.Dual(potential);
        totals.Relaxed += mass * goal;
        totals.Largest = Math.Max(totals.Largest, Math.Abs(potential));
    }

    /// <summary>G_j = −max_i (F_i − s·(C_ij − C0)) over rows of mass, where a column's sum left the range. False where a column of mass may receive from no row.</summary>
    public static bool Restart(in SinkhornState<TReal, TCosts> state, bool parallel)
    {
        fixed (SinkhornState<TReal, TCosts>* context = &state)
            WorkerTeam.Run(&Maxima, context, state.Blocks, 1, parallel);
        bool feasible = true;
        for (int j = 0; j < state.Columns; j++)
        {
            if (InRange(state.Partials[j]))
                continue;
            double largest = double.NegativeInfinity;
            for (int block = 1; block <= state.Blocks; block++)
                largest = Math.Max(largest, Real.ToDouble(state.Partials[((nint)block * state.Padded) + j]));
            feasible &= double.IsFinite(largest) || !(Real.ToDouble(state.B[j]) > 0);
            state.G[j] = Real.From<TReal>(double.IsFinite(largest) ? -largest : 0);
        }

        return feasible;
    }

    private static bool InRange(TReal sum) => Real.ToDouble(sum) is >= SmallestSum and <= LargestSum;

    // Of blocks [begin, end) of rows, block b's maxima to array b + 1 of the partials: the first holds the sums. Tiles without a column that starts again are left out.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Maxima(void* context, long begin, long end)
    {
        ref readonly SinkhornState<TReal, TCosts> state = ref *(SinkhornState<TReal, TCosts>*)context;
        TReal* scratch = RowArrays.Take<TReal>(1, CostLanes.Tile, out _);
        for (int start = 0; start < state.Columns; start += CostLanes.Tile)
        {
            int count = Math.Min(CostLanes.Tile, state.Columns - start);
            bool any = false;
            for (int j = 0; j < count; j++)
                any |= !InRange(state.Partials[start + j]);
            for (long block = begin; any && block < end; block++)
            {
                TReal* maxima = state.Partials + ((nint)(block + 1) * state.Padded) + start;
                new Span<TReal>(maxima, count).Fill(Real.From<TReal>(double.NegativeInfinity));
                long last = Math.Min(state.Rows, (block + 1) * state.BlockRows);
                for (long row = block * state.BlockRows; row < last; row++)
                {
                    if (Real.ToDouble(state.A[row]) > 0)
                        Raise(maxima, state.Costs.Tile(row, start, count, scratch), CostLanes.Padded<TReal>(count), state, state.F[row]);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Raise(TReal* maxima, TReal* costs, int padded, in SinkhornState<TReal, TCosts> state, TReal potential)
    {
        TVector scale = TVector.Constant(-state.Scale), origin = TVector.Constant(state.Origin), f = TVector.Create(potential);
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector difference = TVector.FusedMultiplyAdd(TVector.Load(costs + j) - origin, scale, f), largest = TVector.Load(maxima + j);
            TVector.Store(maxima + j, TVector.Select(TVector.LessThan(largest, difference), difference, largest));
        }
    }

    /// <summary>Sums of blocks, in order, into the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Merge(in SinkhornState<TReal, TCosts> state)
    {
        for (int block = 1; block < state.Blocks; block++)
        {
            TReal* other = state.Partials + ((nint)block * state.Padded);
            for (int j = 0; j < state.Padded; j += TVector.Count)
                TVector.Store(state.Partials + j, TVector.Load(state.Partials + j) + TVector.Load(other + j));
        }
    }
}
