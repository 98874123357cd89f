using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// Half of an iteration that is the whole of it: every cost is read once and makes one exponential. With e_ij = 2^(F_i + G_j − s·(C_ij − C0)),
/// <code>
/// s_i = Σ_j b_j·e_ij    F'_i from s_i (PotentialStep)    column j += a_i·2^(F'_i − F_i)·e_ij
/// </code>
/// The row sum is finished while its exponentials are in cache, so that the scaled row goes into the column sums without a second read. Terms are plan entries over masses: no maximum is needed. A row whose
/// sum leaves the range (the first of a solve, a jump of ε) starts again from its c-transform F_i = min_j (s·(C_ij − C0) − G_j).
/// </summary>
internal static unsafe class RowSweep<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    // Beyond these a sum is redone; between them it is exact to its own rounding.
    private const double SmallestSum = 1e-30;
    private const double LargestSum = 1e30;

    // Rows whose column sums are added up in fp32 before they go to double: thousands of them would lose digits that the marginal error needs.
    private const int FloatRows = 64;

    /// <summary>Blocks [begin, end) of the state at context.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly SinkhornState<TReal, TCosts> state = ref *(SinkhornState<TReal, TCosts>*)context;
        TReal* exponentials = RowArrays.Take<TReal>((2 * CostLanes.Group) + 2, Math.Max(state.Padded, CostLanes.Tile), out int stride);
        TReal* tiles = exponentials + (CostLanes.Group * (nint)stride);
        double* wide = (double*)(tiles + (CostLanes.Group * (nint)stride));
        bool widens = typeof(TReal) == typeof(float) && state.BlockRows > FloatRows;
        PotentialStep step = new(state.SourceSlack, state.Omega);
        double* sums = stackalloc double[CostLanes.Group];
        TReal* factors = stackalloc TReal[CostLanes.Group];
        for (long block = begin; block < end; block++)
        {
            TReal* columns = state.Partials + ((nint)block * state.Padded);
            new Span<TReal>(columns, state.Padded).Clear();
            if (widens)
                new Span<double>(wide, state.Padded).Clear();
            RowTotals totals = default;
            long first = block * state.BlockRows, last = Math.Min(state.Rows, first + state.BlockRows);
            for (long row = first; row < last; row += CostLanes.Group)
            {
                int count = (int)Math.Min(CostLanes.Group, last - row);
                Exponentials(state, row, count, exponentials, stride, tiles, sums);
                if (Restart(state, row, count, sums, tiles, ref totals))
                    Exponentials(state, row, count, exponentials, stride, tiles, sums);
                for (int r = 0; r < CostLanes.Group; r++)
                    factors[r] = r < count ? Update(state, row + r, sums[r], step, ref totals) : default;
                AddTo(columns, exponentials, stride, factors, state.Padded);
                if (widens && (row + CostLanes.Group - first) % FloatRows == 0)
                    Widen(columns, wide, state.Padded);
            }

            if (widens)
                Narrow(columns, wide, state.Padded);
            state.Totals[block] = totals;
        }
    }

    private static TReal Update(in SinkhornState<TReal, TCosts> state, long row, double sum, in PotentialStep step, ref RowTotals totals)
    {
        double mass = Real.ToDouble(state.A[row]), potential = Real.ToDouble(state.F[row]);

        // A row that may go nowhere has no ratio: its potential stays.
        TReal next = sum > 0 ? Real.From<TReal>(step.Next(potential, sum)) : state.F[row];
        state.NextF[row] = next;
        double moved = Real.ToDouble(next);
        totals.Error += mass * Math.Abs(sum - step.Goal(potential));
        totals.Mass += mass * sum;
        totals.Dual += mass * step.Dual(potential);
        totals.Largest = Math.Max(totals.Largest, Math.Abs(moved));
        if (state.SourceSlack != 0)
        {
            totals.Relaxed += mass * step.Goal(moved);
            totals.Divergence += mass * ((sum > 0 ? sum * Math.Log(sum) : 0) - sum + 1);
        }

        return Real.From<TReal>(mass > 0 ? mass * Math.Pow(2, moved - potential) : 0);
    }

    // Whether any row of the group started again from its c-transform.
    private static bool Restart(in SinkhornState<TReal, TCosts> state, long row, int count, double* sums, TReal* tile, ref RowTotals totals)
    {
        bool restarted = false;
        for (int r = 0; r < count; r++)
        {
            if (sums[r] is >= SmallestSum and <= LargestSum)
                continue;
            double transform = -LargestDifference(state, row + r, tile);
            restarted = true;
            totals.NonFinite |= double.IsNaN(transform) || double.IsNegativeInfinity(transform);
            if (double.IsPositiveInfinity(transform))
                totals.Infeasible |= Real.ToDouble(state.A[row + r]) > 0;
            state.F[row + r] = Real.From<TReal>(double.IsFinite(transform) ? transform : 0);
        }

        return restarted;
    }

    // max over columns of mass of G_j − s·(C_ij − C0); NaN where there is one.
    private static double LargestDifference(in SinkhornState<TReal, TCosts> state, long row, TReal* scratch)
    {
        double largest = double.NegativeInfinity;
        for (int start = 0; start < state.Columns; start += CostLanes.Tile)
        {
            int count = Math.Min(CostLanes.Tile, state.Columns - start);
            double tile = LargestDifference(state, state.Costs.Tile(row, start, count, scratch), start, CostLanes.Padded<TReal>(count));
            if (double.IsNaN(tile))
                return tile;
            largest = Math.Max(largest, tile);
        }

        return largest;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double LargestDifference(in SinkhornState<TReal, TCosts> state, TReal* costs, int start, int padded)
    {
        TVector scale = TVector.Constant(-state.Scale), origin = TVector.Constant(state.Origin), none = TVector.Constant(double.NegativeInfinity), largest = none, ordered = TVector.Equal(none, none);
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector cost = TVector.Load(costs + j), difference = TVector.FusedMultiplyAdd(cost - origin, scale, TVector.Load(state.G + start + j));
            difference = TVector.Select(TVector.LessThan(default, TVector.Load(state.B + start + j)), difference, none);
            largest = TVector.Select(TVector.LessThan(largest, difference), difference, largest);
            ordered &= TVector.Equal(cost, cost);
        }

        TReal* lanes = stackalloc TReal[16];
        TVector.Store(lanes, largest);
        double most = TVector.MaskBits(ordered) == TVector.MaskBits(TVector.Equal(none, none)) ? Real.ToDouble(lanes[0]) : double.NaN;
        for (int lane = 1; lane < TVector.Count; lane++)
            most = Math.Max(most, Real.ToDouble(lanes[lane]));
        return most;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Exponentials(in SinkhornState<TReal, TCosts> state, long row, int count, TReal* exponentials, int stride, TReal* tiles, double* sums)
    {
        int lanes = CostLanes.Count<TReal>();
        TReal* partial = stackalloc TReal[4 * 16];
        long r1 = row + Math.Min(1, count - 1), r2 = row + Math.Min(2, count - 1), r3 = row + Math.Min(3, count - 1);
        sums[0] = sums[1] = sums[2] = sums[3] = 0;
        TVector scale = TVector.Constant(-state.Scale), origin = TVector.Constant(state.Origin);
        TVector f0 = TVector.Create(state.F[row]), f1 = TVector.Create(state.F[r1]), f2 = TVector.Create(state.F[r2]), f3 = TVector.Create(state.F[r3]);
        for (int start = 0; start < state.Columns; start += CostLanes.Tile)
        {
            int length = Math.Min(CostLanes.Tile, state.Columns - start);
            int padded = CostLanes.Padded<TReal>(length);
            TReal* c0 = state.Costs.Tile(row, start, length, tiles);
            TReal* c1 = state.Costs.Tile(r1, start, length, tiles + CostLanes.Tile);
            TReal* c2 = state.Costs.Tile(r2, start, length, tiles + (2 * CostLanes.Tile));
            TReal* c3 = state.Costs.Tile(r3, start, length, tiles + (3 * CostLanes.Tile));
            TReal* g = state.G + start;
            TReal* b = state.B + start;
            TReal* e = exponentials + start;
            for (int turn = 0; turn < lanes; turn += TVector.Count)
            {
                TVector s0 = default, s1 = default, s2 = default, s3 = default;
                for (int j = turn; j < padded; j += lanes)
                {
                    TVector potential = TVector.Load(g + j), mass = TVector.Load(b + j);
                    s0 = Term(c0 + j, origin, scale, potential, f0, mass, e + j, s0);
                    s1 = Term(c1 + j, origin, scale, potential, f1, mass, e + stride + j, s1);
                    s2 = Term(c2 + j, origin, scale, potential, f2, mass, e + (2 * (nint)stride) + j, s2);
                    s3 = Term(c3 + j, origin, scale, potential, f3, mass, e + (3 * (nint)stride) + j, s3);
                }

                TVector.Store(partial + turn, s0);
                TVector.Store(partial + lanes + turn, s1);
                TVector.Store(partial + (2 * lanes) + turn, s2);
                TVector.Store(partial + (3 * lanes) + turn, s3);
            }

            for (int r = 0; r < CostLanes.Group; r++)
                sums[r] += CostLanes.Sum(partial + (r * lanes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Term(TReal* cost, TVector origin, TVector scale, TVector potential, TVector f, TVector mass, TReal* exponential, TVector sum)
    {
        TVector e = PlanDensity<TVector, TReal>.Of(TVector.Load(cost), origin, scale, potential, f);
        TVector.Store(exponential, e);
        return TVector.FusedMultiplyAdd(mass, e, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTo(TReal* columns, TReal* e, int stride, TReal* factors, int padded)
    {
        TVector f0 = TVector.Create(factors[0]), f1 = TVector.Create(factors[1]), f2 = TVector.Create(factors[2]), f3 = TVector.Create(factors[3]);
        TReal* e1 = e + stride, e2 = e1 + stride, e3 = e2 + stride;
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector sum = TVector.Load(columns + j);
            sum = TVector.FusedMultiplyAdd(f0, TVector.Load(e + j), sum);
            sum = TVector.FusedMultiplyAdd(f1, TVector.Load(e1 + j), sum);
            sum = TVector.FusedMultiplyAdd(f2, TVector.Load(e2 + j), sum);
            sum = TVector.FusedMultiplyAdd(f3, TVector.Load(e3 + j), sum);
            TVector.Store(columns + j, sum);
        }
    }

    private static void Widen(TReal* columns, double* wide, int padded)
    {
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector.AddTo(wide + j, TVector.Load(columns + j));
            TVector.Store(columns + j, default);
        }
    }

    // What is left in the columns, with what is wide.
    private static void Narrow(TReal* columns, double* wide, int padded)
    {
        for (int j = 0; j < padded; j += TVector.Count)
        {
            TVector.AddTo(wide + j, TVector.Load(columns + j));
            TVector.Store(columns + j, TVector.LoadDoubles(wide + j));
        }
    }
}
