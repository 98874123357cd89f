using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>What ends a loop, and how.</summary>
internal readonly record struct LoopEnd(double MarginalError, int Iterations, TransportStatus Status);

/// <summary>What a loop needs to know besides the state.</summary>
/// <param name="Tolerance">Of the marginal error.</param>
/// <param name="MaxIterations">Its limit.</param>
/// <param name="Plain">No over-relaxation.</param>
/// <param name="SourceMass">Σa.</param>
/// <param name="TargetMass">Σb.</param>
/// <param name="Ceiling">What no feasible plan's value exceeds, in units of ε·ln 2; +∞ where unknown.</param>
/// <param name="Progress">Told every <see cref="MarginalFloor.Period"/> iterations; null for nobody.</param>
/// <param name="Before">Where the loop started, of iterations and of ε.</param>
internal readonly record struct LoopLimits(
    double Tolerance, int MaxIterations, bool Plain, double SourceMass, double TargetMass, double Ceiling, IProgress<SinkhornProgress>? Progress, SinkhornProgress Before);

/// <summary>
/// Iterations until the marginal error is small, or an outcome that has a name. The error of a state comes with the sweep that leaves it: the potentials that a loop ends with are those whose error was seen.
/// </summary>
internal static unsafe class SinkhornLoop<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    private const double Ln2 = 0.693147180559945309417232;

    /// <summary>Runs the state from its F and G; F may be NaN, which starts from G alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static LoopEnd Run(ref SinkhornState<TReal, TCosts> state, in LoopLimits limits)
    {
        OverRelaxation relaxation = OverRelaxation.Start;
        ColumnTotals columns = default;
        columns.Error = double.PositiveInfinity;
        double unit = typeof(TReal) == typeof(float) ? 6e-8 : 1.1e-16;
        MarginalFloor floor = MarginalFloor.Start;
        bool parallel = RowSplit.Parallel(state.Rows, state.Columns);
        bool slack = state.SourceSlack != 0 && state.TargetSlack != 0;
        state.Omega = 1;
        for (int iteration = 0; ; iteration++)
        {
            RowTotals rows = Sweep(ref state, parallel);
            if (rows.NonFinite)
                return new LoopEnd(double.NaN, iteration, TransportStatus.NonFinite);
            if (rows.Infeasible)
                return new LoopEnd(double.NaN, iteration, TransportStatus.Infeasible);

            double error = rows.Error + columns.Error;
            double dual = rows.Dual + columns.Dual - ((rows.Mass - (limits.SourceMass * limits.TargetMass)) / Ln2);
            if (error <= limits.Tolerance)
                return new LoopEnd(error, iteration, TransportStatus.Converged);
            if (iteration > 0 && dual > limits.Ceiling)
                return new LoopEnd(error, iteration, TransportStatus.Infeasible);
            if (iteration % MarginalFloor.Period == 0 && iteration > 0)
            {
                if (floor.Reached<TReal>(error, rows.Largest + columns.Largest, limits.SourceMass))
                    return new LoopEnd(error, iteration, TransportStatus.FloorReached);
                limits.Progress?.Report(limits.Before with { Iterations = limits.Before.Iterations + iteration, MarginalError = error });
            }

            if (iteration == limits.MaxIterations)
                return new LoopEnd(error, iteration, TransportStatus.MaxIterations);

            columns = ColumnStep<TReal, TVector, TCosts>.Run(state);
            TReal* updated = state.NextF;
            state.NextF = state.F;
            state.F = updated;
            if (columns.Restarts)
            {
                if (!ColumnStep<TReal, TVector, TCosts>.Restart(state, parallel))
                    return new LoopEnd(double.NaN, iteration, TransportStatus.Infeasible);
                relaxation = OverRelaxation.Start;
            }
            else if (slack)
            {
                Translate(state, rows.Relaxed, columns.Relaxed);
                columns = ColumnStep<TReal, TVector, TCosts>.Again(state);
            }

            double rounding = 16 * unit * (Math.Abs(rows.Dual) + Math.Abs(columns.Dual) + 1);
            state.Omega = limits.Plain || iteration == 0 || columns.Restarts ? 1 : relaxation.Next(error, dual, rounding);
        }
    }

    /// <summary>One sweep over all rows.</summary>
    public static RowTotals Sweep(ref SinkhornState<TReal, TCosts> state, bool parallel)
    {
        fixed (SinkhornState<TReal, TCosts>* context = &state)
            WorkerTeam.Run(&RowSweep<TReal, TVector, TCosts>.Run, context, state.Blocks, 1, parallel);
        RowTotals totals = default;
        for (int block = 0; block < state.Blocks; block++)
            totals.Add(state.Totals[block]);
        return totals;
    }

    // f + t and g − t leave the plan as it is; where both marginals are relaxed the best t has a closed form, and without it mass moves slowly. Séjourné, Vialard, Peyré, 2022.
    private static void Translate(in SinkhornState<TReal, TCosts> state, double source, double target)
    {
        double shift = Math.Log2(source / target) / (state.SourceSlack + state.TargetSlack);
        if (!double.IsFinite(shift))
            return;
        TReal up = Real.From<TReal>(shift), down = Real.From<TReal>(-shift);
        for (long i = 0; i < state.Rows; i++)
            state.F[i] = Real.From<TReal>(Real.ToDouble(state.F[i]) + Real.ToDouble(up));
        for (int j = 0; j < state.Columns; j++)
            state.G[j] = Real.From<TReal>(Real.ToDouble(state.G[j]) + Real.ToDouble(down));
    }
}
