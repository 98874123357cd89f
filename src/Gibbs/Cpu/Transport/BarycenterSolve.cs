using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// Iterated Bregman projections as sweeps of Sinkhorn towards a moving marginal q. With P_k = b_k⊗q·2^(F_k + G_k − s·(C − C0)):
/// <code>
/// F_k from row sums, S_kj = Σ_i b_ki·2^(F_ki + G_kj − …)      G_k ← G_k − log2 S_k      log2 q = log2 υ − Σ_k λ_k·G_k
/// </code>
/// Relative to q the exponentials stay near 1 where q itself leaves the range of the type. The error is that of the rows before they move; columns are exact then.
/// </summary>
internal static unsafe class BarycenterSolve<TReal, TVector>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    private const double Ln2 = 0.693147180559945309417232;

    // As of the sums of Sinkhorn's columns.
    private const double SmallestSum = 1e-30;
    private const double LargestSum = 1e30;

    public static SinkhornResult Run(DenseCosts<TReal, TReal, TVector> costs, BarycenterCall<TReal> call)
    {
        (call.LeastCost, call.LargestCost) = CostRange<TReal, TVector, DenseCosts<TReal, TReal, TVector>>.Of(costs, call.Rows, call.Columns);
        Work work = default;
        work.State.Costs = costs;
        work.State.Rows = call.Rows;
        work.State.Columns = call.Columns;
        work.State.Padded = CostLanes.Padded<TReal>(call.Columns);
        work.State.Blocks = SinkhornState<TReal, DenseCosts<TReal, TReal, TVector>>.CountBlocks(call.Rows, out work.State.BlockRows);
        work.State.Origin = call.LeastCost;
        work.State.Scale = 1 / (call.Options.Epsilon * Ln2);
        work.State.Omega = 1;
        long rows = call.Rows, padded = work.State.Padded, count = call.Count;
        long reals = (padded * (2 + work.State.Blocks + (2 * count))) + (3 * count * rows);
        void* memory = NativeMemory.AlignedAlloc((nuint)((reals * sizeof(TReal)) + (call.Columns * sizeof(double)) + (work.State.Blocks * (sizeof(RowTotals) + sizeof(PlanTotals))) + 64), 64);
        try
        {
            work.State.B = (TReal*)memory;
            work.State.Partials = work.State.B + padded;
            work.G = work.State.Partials + (padded * (1 + work.State.Blocks));
            work.Sums = work.G + (padded * count);
            work.A = work.Sums + (padded * count);
            work.F = work.A + (rows * count);
            work.NextF = work.F + (rows * count);
            work.LogQ = (double*)((nint)(work.NextF + (rows * count) + 7) & ~(nint)7);
            work.State.Totals = (RowTotals*)(work.LogQ + call.Columns);
            Start(work, call);
            return Solve(ref work, call);
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private static void Start(in Work work, in BarycenterCall<TReal> call)
    {
        for (int k = 0; k < call.Count; k++)
        {
            TReal* histogram = call.Histogram(k), a = work.A + (k * call.Rows), f = work.F + (k * call.Rows);
            double mass = 0;
            for (long i = 0; i < call.Rows; i++)
                mass += Real.ToDouble(histogram[i]);
            for (long i = 0; i < call.Rows; i++)
            {
                a[i] = Real.From<TReal>(Real.ToDouble(histogram[i]) * (call.Mass / mass));
                f[i] = Real.From<TReal>(double.NaN);
            }
        }

        new Span<TReal>(work.G, checked(call.Count * work.State.Padded)).Clear();
        new Span<TReal>(work.State.B, work.State.Padded).Clear();
        bool forbidden = double.IsFinite(call.LargestCost);
        for (int j = 0; j < call.Columns; j++)
        {
            bool reached = !forbidden || Reached(work, call, j);
            work.LogQ[j] = reached ? -Math.Log2(call.Columns) : double.NegativeInfinity;
            work.State.B[j] = Real.From<TReal>(reached ? 1.0 / call.Columns : 0);
        }
    }

    // Whether every histogram that counts can send mass to a point.
    private static bool Reached(in Work work, in BarycenterCall<TReal> call, int column)
    {
        TReal* scratch = stackalloc TReal[16];
        for (int k = 0; k < call.Count; k++)
        {
            bool reached = call.Weight(k) == 0;
            for (long i = 0; i < call.Rows && !reached; i++)
                reached = Real.ToDouble(work.A[(k * call.Rows) + i]) > 0 && !double.IsPositiveInfinity(Real.ToDouble(*work.State.Costs.Tile(i, column, 1, scratch)));
            if (!reached)
                return false;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static SinkhornResult Solve(ref Work work, in BarycenterCall<TReal> call)
    {
        double tolerance = call.Options.Tolerance != 0 ? call.Options.Tolerance : typeof(TReal) == typeof(float) ? 1e-5 : 1e-9;
        MarginalFloor floor = MarginalFloor.Start;
        bool exact = false;
        for (int iteration = 0; ; iteration++)
        {
            double error = 0, largest = 0;
            for (int k = 0; k < call.Count; k++)
            {
                RowTotals rows = Sweep(ref work, call, k);
                if (rows.NonFinite || rows.Infeasible)
                    return Fail(call, iteration, rows.NonFinite ? TransportStatus.NonFinite : TransportStatus.Infeasible);
                error += call.Weight(k) * rows.Error;
                largest = Math.Max(largest, rows.Largest);
            }

            TransportStatus? status = exact && error <= tolerance ? TransportStatus.Converged
                : exact && iteration % MarginalFloor.Period == 0 && floor.Reached<TReal>(error, 2 * largest, call.Mass) ? TransportStatus.FloorReached
                : exact && iteration >= call.Options.MaxIterations ? TransportStatus.MaxIterations
                : null;
            if (status is TransportStatus end)
                return Finish(ref work, call, error, iteration, end);
            exact = true;
            for (int k = 0; k < call.Count; k++)
                exact &= Columns(ref work, call, k);
            TReal* updated = work.NextF;
            work.NextF = work.F;
            work.F = updated;
            Move(work, call);

            // A column that started again is not exact, and no state may end with it but at ten times the limit.
            exact |= iteration >= 10L * call.Options.MaxIterations;
        }
    }

    private static void Select(ref Work work, in BarycenterCall<TReal> call, int k)
    {
        work.State.A = work.A + (k * call.Rows);
        work.State.F = work.F + (k * call.Rows);
        work.State.NextF = work.NextF + (k * call.Rows);
        work.State.G = work.G + ((nint)k * work.State.Padded);
    }

    private static RowTotals Sweep(ref Work work, in BarycenterCall<TReal> call, int k)
    {
        Select(ref work, call, k);
        RowTotals totals = SinkhornLoop<TReal, TVector, DenseCosts<TReal, TReal, TVector>>.Sweep(ref work.State, RowSplit.Parallel(call.Rows, call.Columns));
        ColumnStep<TReal, TVector, DenseCosts<TReal, TReal, TVector>>.Merge(work.State);
        new Span<TReal>(work.State.Partials, call.Columns).CopyTo(new(work.Sums + ((nint)k * work.State.Padded), call.Columns));
        return totals;
    }

    // G_k from the sums of its columns; false where one left the range and started again from its c-transform.
    private static bool Columns(ref Work work, in BarycenterCall<TReal> call, int k)
    {
        Select(ref work, call, k);
        TReal* sums = work.Sums + ((nint)k * work.State.Padded);
        bool exact = true;
        for (int j = 0; j < call.Columns; j++)
        {
            double sum = Real.ToDouble(sums[j]);
            if (sum is >= SmallestSum and <= LargestSum)
                work.State.G[j] = Real.From<TReal>(Real.ToDouble(work.State.G[j]) - Math.Log2(sum));
            else
                exact &= double.IsNegativeInfinity(work.LogQ[j]);
        }

        if (exact)
            return true;
        new Span<TReal>(sums, call.Columns).CopyTo(new(work.State.Partials, call.Columns));
        work.State.F = work.State.NextF;
        ColumnStep<TReal, TVector, DenseCosts<TReal, TReal, TVector>>.Restart(work.State, RowSplit.Parallel(work.State.Rows, work.State.Columns));
        return false;
    }

    private static void Move(in Work work, in BarycenterCall<TReal> call)
    {
        for (int j = 0; j < call.Columns; j++)
        {
            if (double.IsNegativeInfinity(work.LogQ[j]))
                continue;
            double sum = -Math.Log2(call.Columns);
            for (int k = 0; k < call.Count; k++)
                sum -= call.Weight(k) * Real.ToDouble(work.G[((nint)k * work.State.Padded) + j]);
            work.LogQ[j] = sum;
            work.State.B[j] = Real.From<TReal>(Math.Pow(2, sum));
        }
    }

    private static SinkhornResult Finish(ref Work work, in BarycenterCall<TReal> call, double error, int iterations, TransportStatus status)
    {
        double epsilon = call.Options.Epsilon, unit = epsilon * Ln2, uniform = -Math.Log2(call.Columns), entropy = 0, mean = 0, mass = 0, linear = 0, kl = 0;
        for (int j = 0; j < call.Columns; j++)
        {
            double q = Real.ToDouble(work.State.B[j]);
            entropy += q > 0 ? q * (work.LogQ[j] - uniform) : 0;
            if (call.Barycenter != null)
                call.Barycenter[j] = work.State.B[j];
        }

        for (int k = 0; k < call.Count; k++)
            mean += call.Weight(k) * Moment(work, call, k);
        for (int k = 0; k < call.Count; k++)
        {
            PlanTotals plan = Plan(ref work, call, k);
            double divergence = ((plan.LogRatio + entropy) * Ln2) - plan.Mass + call.Mass;
            mass += call.Weight(k) * plan.Mass;
            linear += call.Weight(k) * plan.LinearCost;
            kl += call.Weight(k) * divergence;
            if (call.Values != null)
                call.Values[k] = Real.From<TReal>(plan.LinearCost + (epsilon * divergence));
            Potentials(work, call, k, mean - Moment(work, call, k), unit, uniform);
        }

        double dual = (((mean * unit) + work.State.Origin) * call.Mass) - (epsilon * (mass - call.Mass));
        return new SinkhornResult(linear + (epsilon * kl), linear, kl, 0, 0, dual, error, iterations, status);
    }

    // Σ b_k·F_k over the mass.
    private static double Moment(in Work work, in BarycenterCall<TReal> call, int k)
    {
        double sum = 0;
        for (long i = k * call.Rows; i < (k + 1) * call.Rows; i++)
            sum += Real.ToDouble(work.A[i]) * Real.ToDouble(work.F[i]);
        return sum / call.Mass;
    }

    private static PlanTotals Plan(ref Work work, in BarycenterCall<TReal> call, int k)
    {
        Select(ref work, call, k);
        PlanTotals* totals = (PlanTotals*)(work.State.Totals + work.State.Blocks);
        PlanPass<TReal, TVector, DenseCosts<TReal, TReal, TVector>>.Job job = new() { State = work.State, Totals = totals };
        WorkerTeam.Run(&PlanPass<TReal, TVector, DenseCosts<TReal, TReal, TVector>>.Run, &job, work.State.Blocks, 1, RowSplit.Parallel(call.Rows, call.Columns));
        PlanTotals sum = default;
        for (int block = 0; block < work.State.Blocks; block++)
            sum.Add(totals[block]);
        return sum;
    }

    private static void Potentials(in Work work, in BarycenterCall<TReal> call, int k, double shift, double unit, double uniform)
    {
        TReal* f = (TReal*)((byte*)call.SourcePotentials + (k * call.SourcePotentialsStride));
        for (long i = 0; call.SourcePotentials != null && i < call.Rows; i++)
            f[i] = Real.From<TReal>(((Real.ToDouble(work.F[(k * call.Rows) + i]) + shift) * unit) + work.State.Origin);
        TReal* g = (TReal*)((byte*)call.TargetPotentials + (k * call.TargetPotentialsStride));
        for (int j = 0; call.TargetPotentials != null && j < call.Columns; j++)
            g[j] = Real.From<TReal>((Real.ToDouble(work.G[((nint)k * work.State.Padded) + j]) + work.LogQ[j] - uniform - shift) * unit);
    }

    private static SinkhornResult Fail(in BarycenterCall<TReal> call, int iterations, TransportStatus status)
    {
        NoPlan.Fill(call.SourcePotentials, call.SourcePotentialsStride, call.Count, call.Rows);
        NoPlan.Fill(call.TargetPotentials, call.TargetPotentialsStride, call.Count, call.Columns);
        NoPlan.Fill(call.Values, 0, 1, call.Count);
        NoPlan.Fill(call.Barycenter, 0, 1, call.Columns);
        return new SinkhornResult(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, iterations, status);
    }

    /// <summary>The problems' state: that of one of them at a time, and the arrays of all. F, NextF, A: [K, rows]; G, Sums: [K, padded].</summary>
    private struct Work
    {
        public SinkhornState<TReal, DenseCosts<TReal, TReal, TVector>> State;
        public TReal* A;
        public TReal* F;
        public TReal* NextF;
        public TReal* G;
        public TReal* Sums;

        /// <summary>log2 q [columns]; −∞ where no mass can come.</summary>
        public double* LogQ;
    }
}
