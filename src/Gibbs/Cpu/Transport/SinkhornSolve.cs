using System;
using System.Runtime.InteropServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>What a solve is given and gives, as plain pointers. Null is absent. Strides are in bytes.</summary>
internal unsafe struct SinkhornCall<TReal>
    where TReal : unmanaged
{
    public SinkhornOptions Options;
    public long Rows;
    public int Columns;
    public TReal* SourceWeights;
    public TReal* TargetWeights;
    public double SourceMass;
    public double TargetMass;
    public TReal* InitialTargetPotential;
    public TReal* SourcePotential;
    public TReal* TargetPotential;
    public TReal* Plan;
    public nint PlanStride;

    /// <summary>Where not null, called with the state that a solve ended with, and the context: for what else is wanted of its plan.</summary>
    public delegate*<void*, void*, void> After;
    public void* Context;

    /// <summary>Both clouds and their weights are one, and so are the potentials: solved by averaged updates.</summary>
    public bool Symmetric;
    public IProgress<SinkhornProgress>? Progress;

    /// <summary>Of Newton steps; <c>default</c> is none.</summary>
    public NewtonSettings Newton;

    /// <summary>The least cost; 0 for costs that have no common offset.</summary>
    public double LeastCost;

    /// <summary>The largest finite cost where some are +∞; otherwise +∞.</summary>
    public double LargestCost;
}

/// <summary>A solve of any costs: state from arguments, stages of ε, sums of the plan, potentials in the units of the cost.</summary>
internal static unsafe class SinkhornSolve<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    private const double Ln2 = 0.693147180559945309417232;

    public static SinkhornResult Run(TCosts costs, in SinkhornCall<TReal> call)
    {
        SinkhornState<TReal, TCosts> state = default;
        state.Costs = costs;
        state.Rows = call.Rows;

        // A constant may move between costs and a potential whose marginal is held.
        bool movable = double.IsPositiveInfinity(call.Options.SourceRho) || double.IsPositiveInfinity(call.Options.TargetRho);
        state.Origin = movable ? call.LeastCost : 0;
        state.Columns = call.Columns;
        state.Padded = CostLanes.Padded<TReal>(call.Columns);
        state.Blocks = SinkhornState<TReal, TCosts>.CountBlocks(call.Rows, out state.BlockRows);
        long rows = call.Rows, padded = state.Padded, reals = (3 * rows) + (padded * (3 + state.Blocks));
        void* memory = NativeMemory.AlignedAlloc((nuint)((reals * sizeof(TReal)) + (state.Blocks * (sizeof(RowTotals) + sizeof(PlanTotals))) + 64), 64);
        try
        {
            state.G = (TReal*)memory;
            state.B = state.G + padded;
            state.Partials = state.B + padded;
            state.A = state.Partials + (padded * (1 + state.Blocks));
            state.F = state.A + rows;
            state.NextF = state.F + rows;
            state.Totals = (RowTotals*)((nint)(state.NextF + rows + 7) & ~(nint)7);
            Fill(state.A, call.SourceWeights, rows, rows, 1);
            bool held = double.IsPositiveInfinity(call.Options.SourceRho) && double.IsPositiveInfinity(call.Options.TargetRho);
            Fill(state.B, call.TargetWeights, call.Columns, padded, held ? call.SourceMass / call.TargetMass : 1);
            return Solve(ref state, call, held, (PlanTotals*)(state.Totals + state.Blocks));
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private static SinkhornResult Solve(ref SinkhornState<TReal, TCosts> state, in SinkhornCall<TReal> call, bool held, PlanTotals* planTotals)
    {
        SinkhornOptions options = call.Options;
        double sourceMass = call.SourceMass, targetMass = held ? call.SourceMass : call.TargetMass;
        double tolerance = options.Tolerance != 0 ? options.Tolerance : typeof(TReal) == typeof(float) ? 1e-5 : 1e-9;
        double epsilon = Math.Max(options.Epsilon, options.EpsilonStart), previous = epsilon;
        for (int j = 0; j < state.Padded; j++)
            state.G[j] = j < call.Columns && call.InitialTargetPotential != null ? Real.From<TReal>(Real.ToDouble(call.InitialTargetPotential[j]) / (epsilon * Ln2)) : default;

        LoopEnd end;
        int iterations = 0;
        while (true)
        {
            state.Scale = 1 / (epsilon * Ln2);
            state.SourceSlack = epsilon / options.SourceRho;
            state.TargetSlack = epsilon / options.TargetRho;
            for (long i = 0; i < state.Rows; i++)
                state.F[i] = Real.From<TReal>(double.NaN);
            bool last = epsilon == options.Epsilon;
            LoopLimits limits = new(
                last ? tolerance : Math.Max(tolerance, StageTolerance * sourceMass),
                Math.Max(1, options.MaxIterations - iterations),
                options.Plain,
                sourceMass,
                targetMass,
                held ? Ceiling(call, sourceMass, epsilon) : double.PositiveInfinity,
                call.Progress,
                new SinkhornProgress(iterations, double.NaN, epsilon));
            end = call.Symmetric ? SymmetricLoop<TReal, TVector, TCosts>.Run(ref state, limits)
                : last && call.Newton.Wanted ? NewtonLoop<TReal, TVector, TCosts>.Run(ref state, limits, call.Newton)
                : SinkhornLoop<TReal, TVector, TCosts>.Run(ref state, limits);
            iterations += end.Iterations;
            if (last || end.Status is TransportStatus.Infeasible or TransportStatus.NonFinite)
                break;
            previous = epsilon;
            epsilon = Math.Max(options.Epsilon, epsilon / 2);
            for (int j = 0; j < call.Columns; j++)
                state.G[j] = Real.From<TReal>(Real.ToDouble(state.G[j]) * (previous / epsilon));
        }

        return Finish(ref state, call, end with { Iterations = iterations }, epsilon, sourceMass, targetMass, planTotals);
    }

    // A stage that only leads to the next need not be exact.
    private const double StageTolerance = 1e-2;

    // What no plan with these marginals exceeds, ⟨P, C⟩ ≤ m·max C and KL ≤ m·log min(N, M) − m·log m − m + m², in units of ε·ln 2: a dual value above it proves that there is none.
    private static double Ceiling(in SinkhornCall<TReal> call, double mass, double epsilon)
    {
        double kl = (mass * (Math.Log(Math.Min(call.Rows, call.Columns)) - Math.Log(mass) - 1)) + (mass * mass);
        double ceiling = (((call.LargestCost - call.LeastCost) * mass) + (epsilon * kl)) / (epsilon * Ln2);
        return ceiling + (1e-3 * Math.Abs(ceiling)) + mass;
    }

    private static SinkhornResult Finish(ref SinkhornState<TReal, TCosts> state, in SinkhornCall<TReal> call, LoopEnd end, double epsilon, double sourceMass, double targetMass, PlanTotals* planTotals)
    {
        double unit = epsilon * Ln2;
        if (end.Status is TransportStatus.Infeasible or TransportStatus.NonFinite)
            return NoPlan.Of(call, end.Iterations, end.Status);

        PlanTotals plan = Plan(state, call, planTotals);
        if (call.After != null)
        {
            fixed (SinkhornState<TReal, TCosts>* solved = &state)
                call.After(solved, call.Context);
        }

        PotentialStep source = new(state.SourceSlack, 1), target = new(state.TargetSlack, 1);
        double dual = 0, moment = 0;
        for (long i = 0; i < call.Rows; i++)
            dual += Real.ToDouble(state.A[i]) * source.Dual(Real.ToDouble(state.F[i]));
        for (int j = 0; j < call.Columns; j++)
        {
            double mass = Real.ToDouble(state.B[j]), potential = Real.ToDouble(state.G[j]);
            dual += mass * target.Dual(potential);
            moment += mass * potential;
        }

        double kl = (plan.LogRatio * Ln2) - plan.Mass + (sourceMass * targetMass);
        (double sourceDivergence, double targetDivergence) = Divergences(ref state);
        double value = plan.LinearCost + (epsilon * kl);
        if (state.SourceSlack != 0)
            value += call.Options.SourceRho * sourceDivergence;
        if (state.TargetSlack != 0)
            value += call.Options.TargetRho * targetDivergence;

        // Σ b·g = 0 where a constant may move between the potentials.
        double gauge = state.SourceSlack == 0 && state.TargetSlack == 0 ? moment / targetMass : 0;
        double sourceOrigin = state.SourceSlack == 0 ? state.Origin : 0, targetOrigin = state.Origin - sourceOrigin;
        for (long i = 0; call.SourcePotential != null && i < call.Rows; i++)
            call.SourcePotential[i] = Real.From<TReal>(((Real.ToDouble(state.F[i]) + gauge) * unit) + sourceOrigin);
        for (int j = 0; call.TargetPotential != null && j < call.Columns; j++)
            call.TargetPotential[j] = Real.From<TReal>(((Real.ToDouble(state.G[j]) - gauge) * unit) + targetOrigin);
        double dualValue = (dual * unit) + (sourceOrigin * sourceMass) + (targetOrigin * targetMass) - (epsilon * (plan.Mass - (sourceMass * targetMass)));
        return new SinkhornResult(value, plan.LinearCost, kl, sourceDivergence, targetDivergence, dualValue, end.MarginalError, end.Iterations, end.Status);
    }

    private static PlanTotals Plan(in SinkhornState<TReal, TCosts> state, in SinkhornCall<TReal> call, PlanTotals* totals)
    {
        PlanPass<TReal, TVector, TCosts>.Job job = new() { State = state, Plan = call.Plan, PlanStride = call.PlanStride, Totals = totals };
        WorkerTeam.Run(&PlanPass<TReal, TVector, TCosts>.Run, &job, state.Blocks, 1, RowSplit.Parallel(state.Rows, state.Columns));
        PlanTotals sum = default;
        for (int block = 0; block < state.Blocks; block++)
            sum.Add(totals[block]);
        return sum;
    }

    // KL(P1 | a) and KL(Pᵀ1 | b) where relaxed, from a sweep that moves nothing.
    private static (double Source, double Target) Divergences(ref SinkhornState<TReal, TCosts> state)
    {
        if (state.SourceSlack == 0 && state.TargetSlack == 0)
            return (0, 0);
        state.Omega = 0;
        RowTotals rows = SinkhornLoop<TReal, TVector, TCosts>.Sweep(ref state, RowSplit.Parallel(state.Rows, state.Columns));
        if (state.TargetSlack == 0)
            return (rows.Divergence, 0);
        ColumnStep<TReal, TVector, TCosts>.Merge(state);
        double columns = 0;
        for (int j = 0; j < state.Columns; j++)
        {
            double sum = Real.ToDouble(state.Partials[j]);
            columns += Real.ToDouble(state.B[j]) * ((sum > 0 ? sum * Math.Log(sum) : 0) - sum + 1);
        }

        return (state.SourceSlack == 0 ? 0 : rows.Divergence, columns);
    }

    // Weights times a factor, uniform where there are none, and 0 behind them.
    private static void Fill(TReal* destination, TReal* weights, long count, long padded, double factor)
    {
        for (long i = 0; i < padded; i++)
            destination[i] = i >= count ? default : Real.From<TReal>(factor * (weights != null ? Real.ToDouble(weights[i]) : 1.0 / count));
    }
}
