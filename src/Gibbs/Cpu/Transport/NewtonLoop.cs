using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Of Newton steps; <c>default</c> is none.</summary>
/// <param name="Warmup">Sinkhorn iterations before the first.</param>
/// <param name="Kept">Entries of the Hessian in multiples of the longer side.</param>
internal readonly record struct NewtonSettings(int Warmup, int Kept)
{
    public bool Wanted => Kept > 0;

    /// <exception cref="ArgumentException">An option of Newton's is out of its range.</exception>
    public static NewtonSettings Of(in SinkhornNewtonOptions options)
    {
        options.Check();
        return new NewtonSettings(options.WarmupIterations, options.KeptPerRow);
    }
}

/// <summary>
/// Newton steps on the semi-dual D(G) = Σ a·F(G) + Σ b·G, in units of ε·ln 2, between bursts of Sinkhorn iterations. Every evaluation is a sweep: it gives F(G), and the column sums of a plan whose rows are exact.
/// Bursts begin and end a solve, so that errors, floors and infeasible problems are seen as Sinkhorn's iterations see them; after steps without profit they get longer.
/// </summary>
internal static unsafe class NewtonLoop<TReal, TVector, TCosts>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TCosts : unmanaged, ICostTiles<TReal>
{
    private const double Ln2 = 0.693147180559945309417232;

    // Of the line search: enough of the slope's promise, halvings, and the longest first step in octaves of the plan.
    private const double Armijo = 1e-4;
    private const int MostHalvings = 12;
    private const double LongestStep = 40;

    private const int ShortBurst = 4;

    // A phase ends after so many steps that together have not halved the error.
    private const int Patience = 2;

    /// <summary>What a sweep says of G.</summary>
    private struct Value
    {
        public double Dual;
        public double Error;
        public bool Valid;
    }

    /// <summary>Runs the state from its F and G; F may be NaN, which starts from G alone.</summary>
    public static LoopEnd Run(ref SinkhornState<TReal, TCosts> state, in LoopLimits limits, NewtonSettings settings)
    {
        long wanted = settings.Kept * Math.Max(state.Rows, state.Columns);
        using NewtonSystem system = NewtonSystem.Allocate(state.Rows, state.Columns, wanted + state.Rows);
        using LargestEntries<TReal, TVector, TCosts> entries = LargestEntries<TReal, TVector, TCosts>.Allocate(state);
        TReal* start = (TReal*)NativeMemory.Alloc((nuint)state.Padded, (nuint)sizeof(TReal));
        try
        {
            int done = 0, burst = settings.Warmup;
            while (true)
            {
                SinkhornProgress before = limits.Before with { Iterations = limits.Before.Iterations + done };
                LoopEnd end = SinkhornLoop<TReal, TVector, TCosts>.Run(ref state, limits with { MaxIterations = Math.Min(burst, limits.MaxIterations - done), Before = before });
                done += end.Iterations;
                if (end.Status != TransportStatus.MaxIterations || done >= limits.MaxIterations)
                    return end with { Iterations = done };

                // One is left for the burst that ends the solve.
                double error = Ascend(ref state, limits, system, entries, wanted, start, limits.MaxIterations - 1, ref done);
                burst = error < 0.5 * end.MarginalError ? ShortBurst : (int)Math.Min(4L * Math.Max(burst, ShortBurst), int.MaxValue);
            }
        }
        finally
        {
            NativeMemory.Free(start);
        }
    }

    // Steps while they gain, and the error they end with.
    private static double Ascend(
        ref SinkhornState<TReal, TCosts> state, in LoopLimits limits, in NewtonSystem system, LargestEntries<TReal, TVector, TCosts> entries, long wanted, TReal* start, int mostIterations, ref int done)
    {
        state.Omega = 1;
        Value value = Evaluate(ref state);
        double before = value.Error;
        for (int steps = 0; value.Valid && value.Error > limits.Tolerance && done < mostIterations; steps++)
        {
            if (steps == Patience)
            {
                if (value.Error > 0.5 * before)
                    break;
                (steps, before) = (0, value.Error);
            }

            double slope = Direction(state, system, entries, wanted, value.Error / limits.SourceMass);
            if (!(slope > 0) || !Search(ref state, system.Step, slope, start, ref value))
                break;
            done++;
            limits.Progress?.Report(limits.Before with { Iterations = limits.Before.Iterations + done, MarginalError = value.Error });
        }

        return value.Valid ? value.Error : double.PositiveInfinity;
    }

    // The step in base-2 units, and the slope of D along it.
    private static double Direction(in SinkhornState<TReal, TCosts> state, in NewtonSystem system, LargestEntries<TReal, TVector, TCosts> entries, long wanted, double error)
    {
        entries.Collect(state, system, wanted);
        for (long i = 0; i < state.Rows; i++)
            system.RowSums[i] = Real.ToDouble(state.A[i]);
        for (int j = 0; j < state.Columns; j++)
        {
            double mass = Real.ToDouble(state.B[j]), ratio = Real.ToDouble(state.Partials[j]);
            system.Sums[j] = mass * ratio;
            system.Residual[j] = mass * (1 - ratio);
        }

        system.Solve(Math.Clamp(error, 1e-8, 1e-2));
        double slope = 0;
        for (int j = 0; j < state.Columns; j++)
        {
            system.Step[j] /= Ln2;
            slope += system.Step[j] * Real.ToDouble(state.B[j]) * (1 - Real.ToDouble(state.Partials[j]));
        }

        return slope;
    }

    // The first of ever shorter steps that gains enough; where the dual's rounding hides the gain, one that lowers the error. Without one, G is as it was.
    private static bool Search(ref SinkhornState<TReal, TCosts> state, double* step, double slope, TReal* start, ref Value value)
    {
        double longest = 0;
        for (int j = 0; j < state.Columns; j++)
            longest = Math.Max(longest, Math.Abs(step[j]));
        double length = Math.Min(1, LongestStep / longest);
        double rounding = (typeof(TReal) == typeof(float) ? 1e-6 : 2e-15) * (1 + Math.Abs(value.Dual));
        new Span<TReal>(state.G, state.Columns).CopyTo(new Span<TReal>(start, state.Columns));

        // The anchor of every trial: sums are near 1 from it.
        TReal* updated = state.NextF;
        state.NextF = state.F;
        state.F = updated;
        for (int halvings = 0; halvings <= MostHalvings; halvings++, length /= 2)
        {
            for (int j = 0; j < state.Columns; j++)
                state.G[j] = Real.From<TReal>(Real.ToDouble(start[j]) + (length * step[j]));
            Value trial = Evaluate(ref state);
            if (!trial.Valid)
                continue;
            bool gains = trial.Dual >= value.Dual + (Armijo * length * slope);
            if (gains || (trial.Dual >= value.Dual - rounding && trial.Error < value.Error))
            {
                value = trial;
                return true;
            }
        }

        new Span<TReal>(start, state.Columns).CopyTo(new Span<TReal>(state.G, state.Columns));
        return false;
    }

    // A sweep of F(G), whose columns are merged: their ratios to b are in the first array of partials.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Value Evaluate(ref SinkhornState<TReal, TCosts> state)
    {
        RowTotals rows = SinkhornLoop<TReal, TVector, TCosts>.Sweep(ref state, RowSplit.Parallel(state.Rows, state.Columns));
        ColumnStep<TReal, TVector, TCosts>.Merge(state);
        Value value = default;
        for (long i = 0; i < state.Rows; i++)
            value.Dual += Real.ToDouble(state.A[i]) * Real.ToDouble(state.NextF[i]);
        for (int j = 0; j < state.Columns; j++)
        {
            double mass = Real.ToDouble(state.B[j]);
            value.Dual += mass * Real.ToDouble(state.G[j]);
            value.Error += mass * Math.Abs(Real.ToDouble(state.Partials[j]) - 1);
        }

        value.Valid = !rows.NonFinite && !rows.Infeasible && double.IsFinite(value.Error) && double.IsFinite(value.Dual);
        return value;
    }
}
