using System;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// Accelerated proximal gradient on F(A) + λ·‖A‖₁: A⁺ = soft(Z − ∇F(Z)/L, λ/L) from an extrapolated Z, with L raised until F(A⁺) ≤ F(Z) + ⟨∇F, A⁺ − Z⟩ + L/2·‖A⁺ − Z‖². Beck and Teboulle, 2009; restarts by the
/// objective: O'Donoghue and Candès, 2015.
/// </summary>
internal static unsafe class CpuAffinityFit
{
    // A step that fails this often finds L beyond what the arithmetic can tell apart.
    private const int MostRaises = 60;

    public static AffinityFitResult Run<TReal>(ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, Span2D<TReal> affinity, ReadOnlySpan2D<TReal> observed, in AffinityFitOptions options)
        where TReal : unmanaged
    {
        MapValidation.CheckFit(options);
        MapValidation.CheckAffinity(new(x.Height, x.Width), new(y.Height, y.Width), new(affinity.Height, affinity.Width), new(observed.Height, observed.Width));
        using AffinityProblem<TReal> problem = AffinityProblem<TReal>.Create(x, y, observed, options.Transport);
        int entries = x.Width * y.Width;
        double* memory = (double*)NativeMemory.Alloc((nuint)entries * 4, sizeof(double));
        try
        {
            State state = new()
            {
                Entries = entries,
                Current = memory,
                Next = memory + entries,
                Point = memory + (2 * (nint)entries),
                Gradient = memory + (3 * (nint)entries),
            };
            for (int i = 0; i < entries; i++)
                state.Current[i] = Real.ToDouble(affinity[i / y.Width, i % y.Width]);
            AffinityFitResult result = Minimise(problem, x, y, ref state, options);
            for (int i = 0; i < entries; i++)
                affinity[i / y.Width, i % y.Width] = Real.From<TReal>(state.Current[i]);
            return result;
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }

    private static AffinityFitResult Minimise<TReal>(in AffinityProblem<TReal> problem, ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, ref State state, in AffinityFitOptions options)
        where TReal : unmanaged
    {
        double lambda = options.Sparsity, relative = options.Tolerance != 0 ? options.Tolerance : typeof(TReal) == typeof(float) ? 1e-3 : 1e-6;
        double scale = Largest(problem.Moments(state.Entries)), tolerance = relative * scale;
        InverseTransportResult first = problem.Loss(x, y, state.A, default);
        if (first.Transport.Status is TransportStatus.Infeasible or TransportStatus.NonFinite)
            return new(double.NaN, double.NaN, double.NaN, 0, first.Transport.Status);
        double loss = first.Value, objective = loss + (lambda * state.Norm), residual = double.PositiveInfinity, momentum = 1;

        // ‖∇²F‖ is at most the variance of features under the plan over ε; a first step as long as the observed moments allow is put right by the search.
        double curvature = Math.Max(scale, 1e-300) / options.Transport.Epsilon;
        state.A.CopyTo(state.Z);
        bool restarted = true;
        for (int iteration = 1; iteration <= options.MaxIterations; iteration++)
        {
            double pointLoss = problem.Loss(x, y, state.Z, state.Slope).Value, nextLoss = double.NaN;
            int raises = 0;
            for (; raises < MostRaises; raises++)
            {
                double model = state.Step(curvature, lambda, out double change);
                InverseTransportResult next = problem.Loss(x, y, state.B, default);
                nextLoss = next.Value;
                residual = curvature * change;

                // Values are told apart no better than they are rounded and solved for.
                double noise = 1e-14 * (Math.Abs(pointLoss) + Math.Abs(next.ObservedCost)) * (typeof(TReal) == typeof(float) ? 1e7 : 1);
                if (nextLoss <= pointLoss + model + noise)
                    break;
                curvature *= 2;
            }

            double nextObjective = nextLoss + (lambda * Norm(state.B));
            if (raises == MostRaises)
                return new(objective, loss, residual, iteration, TransportStatus.FloorReached);
            if (nextObjective > objective && residual > tolerance)
            {
                // Extrapolation led uphill: again from where the last step ended; uphill from there is the floor.
                if (restarted)
                    return new(objective, loss, residual, iteration, TransportStatus.FloorReached);
                state.A.CopyTo(state.Z);
                momentum = 1;
                restarted = true;
                continue;
            }

            momentum = state.Advance(momentum, options.Plain);
            restarted = options.Plain;
            (objective, loss) = (nextObjective, nextLoss);
            if (residual <= tolerance)
                return new(objective, loss, residual, iteration, TransportStatus.Converged);
            curvature *= 0.9;
        }

        return new(objective, loss, residual, options.MaxIterations, TransportStatus.MaxIterations);
    }

    private static double Largest(ReadOnlySpan<double> values)
    {
        double largest = 0;
        foreach (double value in values)
            largest = Math.Max(largest, Math.Abs(value));
        return largest;
    }

    private static double Norm(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += Math.Abs(value);
        return sum;
    }

    /// <summary>A, the step's end, the extrapolated point and its gradient.</summary>
    private struct State
    {
        public int Entries;
        public double* Current;
        public double* Next;
        public double* Point;
        public double* Gradient;

        public readonly Span<double> A => new(Current, Entries);

        public readonly Span<double> B => new(Next, Entries);

        public readonly Span<double> Z => new(Point, Entries);

        public readonly Span<double> Slope => new(Gradient, Entries);

        public readonly double Norm => CpuAffinityFit.Norm(A);

        /// <summary>B from Z; ⟨∇F, B − Z⟩ + L/2·‖B − Z‖², and the largest entry of B − Z.</summary>
        public readonly double Step(double curvature, double lambda, out double change)
        {
            double model = 0;
            change = 0;
            for (int i = 0; i < Entries; i++)
            {
                double moved = Point[i] - (Gradient[i] / curvature);
                double next = Math.CopySign(Math.Max(0, Math.Abs(moved) - (lambda / curvature)), moved);
                double by = next - Point[i];
                Next[i] = next;
                model += (Gradient[i] * by) + (0.5 * curvature * by * by);
                change = Math.Max(change, Math.Abs(by));
            }

            return model;
        }

        /// <summary>A becomes B, and Z is extrapolated from both; the next momentum.</summary>
        public readonly double Advance(double momentum, bool plain)
        {
            double next = plain ? 1 : 0.5 * (1 + Math.Sqrt(1 + (4 * momentum * momentum))), share = plain ? 0 : (momentum - 1) / next;
            for (int i = 0; i < Entries; i++)
            {
                Point[i] = Next[i] + (share * (Next[i] - Current[i]));
                Current[i] = Next[i];
            }

            return next;
        }
    }
}
