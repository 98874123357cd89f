using System;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Rounding on spans: sums of rows, of columns, of rows again, each with the factors so far; then the pass that values the plan.</summary>
internal static unsafe class CpuTransportRounding
{
    public static TransportRoundingResult Round<TReal>(in TransportCost cost, in TransportPotentials<TReal> potentials, in TransportRoundingOutputs<TReal> outputs, in SinkhornOptions options)
        where TReal : unmanaged
    {
        TransportPlanValidation.CheckRounding(
            cost.Rows, cost.Columns, outputs.SourceFactors.Length, outputs.TargetFactors.Length, outputs.SourceResidual.Length, outputs.TargetResidual.Length, outputs.Plan.Height, outputs.Plan.Width);
        fixed (TReal* x = outputs.SourceFactors, y = outputs.TargetFactors, u = outputs.SourceResidual, v = outputs.TargetResidual, plan = outputs.Plan)
        {
            RoundingWork<TReal> work = new() { Options = options, X = x, Y = y, U = u, V = v, Plan = plan, PlanStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.Plan) };
            CpuPlan.Run(cost, potentials, options, ref work);
            return work.Result;
        }
    }
}

/// <summary>The rounding of a plan whose costs have a type.</summary>
internal unsafe struct RoundingWork<TReal> : IPlanWork<TReal>
    where TReal : unmanaged
{
    public SinkhornOptions Options;
    public TReal* X;
    public TReal* Y;
    public TReal* U;
    public TReal* V;
    public TReal* Plan;
    public nint PlanStride;
    public TransportRoundingResult Result;

    public void Run<TVector, TCosts>(in PlanProblem<TReal, TCosts> problem)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TCosts : unmanaged, ICostTiles<TReal>
    {
        long rows = problem.Rows, padded = problem.Padded, columnSums = DensityColumns<TReal, TVector, TCosts>.Doubles(problem, 1);
        long doubles = (2 * rows) + columnSums + padded;
        long reals = (3 * rows) + (3 * padded);
        double* memory = (double*)NativeMemory.AlignedAlloc((nuint)((doubles * sizeof(double)) + (reals * sizeof(TReal)) + 64), 64);
        try
        {
            RoundingFactors<TReal> factors = new() { SourceRatio = memory, SourceFactor = memory + rows, TargetFactor = memory + (2 * rows), TargetRatio = memory + (2 * rows) + padded };
            TReal* scratch = (TReal*)(((nint)(memory + doubles) + 63) & ~(nint)63);
            Factors<TVector, TCosts>(problem, ref factors, scratch);
            RoundedPlan<TReal, TVector, TCosts>.Job job = new()
            {
                Problem = problem,
                TargetFactors = scratch,
                TargetLogs = scratch + padded,
                TargetShares = scratch + (2 * padded),
                SourceFactors = scratch + (3 * padded),
                SourceLogs = scratch + (3 * padded) + rows,
                SourceShares = scratch + (3 * padded) + (2 * rows),
                Plan = Plan,
                PlanStride = PlanStride,
                Sums = memory,
            };
            Result = Value(problem, factors, ref job);
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private readonly bool SourceHeld => double.IsPositiveInfinity(Options.SourceRho);

    private readonly bool TargetHeld => double.IsPositiveInfinity(Options.TargetRho);

    // Of a side whose row or column sums over the masses are given.
    private static double Factor(double ratio, bool held, bool bounded) => !held ? 1 : bounded && ratio <= 1 ? 1 : ratio == 0 ? 0 : 1 / ratio;

    private readonly void Factors<TVector, TCosts>(in PlanProblem<TReal, TCosts> problem, ref RoundingFactors<TReal> factors, TReal* scratch)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TCosts : unmanaged, ICostTiles<TReal>
    {
        bool both = SourceHeld && TargetHeld;
        DensityRows<TReal, TVector, TCosts>.Of(problem, problem.B, 1, factors.SourceRatio);
        for (long i = 0; i < problem.Rows; i++)
        {
            factors.Mass += Real.ToDouble(problem.A[i]) * factors.SourceRatio[i];
            factors.SourceFactor[i] = Factor(factors.SourceRatio[i], SourceHeld, both);
            scratch[i] = Real.From<TReal>(Real.ToDouble(problem.A[i]) * factors.SourceFactor[i]);
        }

        DensityColumns<TReal, TVector, TCosts>.Of(problem, scratch, 1, factors.TargetRatio);
        for (int j = 0; j < problem.Padded; j++)
        {
            factors.TargetFactor[j] = j < problem.Columns ? Factor(factors.TargetRatio[j], TargetHeld, both) : 0;
            scratch[j] = Real.From<TReal>(Real.ToDouble(problem.B[j]) * factors.TargetFactor[j]);
        }

        if (TargetHeld)
            DensityRows<TReal, TVector, TCosts>.Of(problem, scratch, 1, factors.SourceRatio);
        for (long i = 0; i < problem.Rows; i++)
        {
            factors.SourceRatio[i] *= factors.SourceFactor[i];
            factors.Lack += both ? Lack(problem.A[i], factors.SourceRatio[i]) : 0;
        }

        for (int j = 0; j < problem.Columns; j++)
        {
            factors.TargetRatio[j] *= factors.TargetFactor[j];
            factors.TargetLack += both ? Lack(problem.B[j], factors.TargetRatio[j]) : 0;
        }

        // What one side lacks and the other does not is rounding.
        if (factors.Lack == 0 || factors.TargetLack == 0)
            factors.Lack = factors.TargetLack = 0;
    }

    private static double Lack(TReal mass, double ratio) => ratio < 1 ? Real.ToDouble(mass) * (1 - ratio) : 0;

    private readonly TransportRoundingResult Value<TVector, TCosts>(in PlanProblem<TReal, TCosts> problem, in RoundingFactors<TReal> factors, ref RoundedPlan<TReal, TVector, TCosts>.Job job)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TCosts : unmanaged, ICostTiles<TReal>
    {
        Side source = new(Options.SourceRho), target = new(Options.TargetRho);
        for (long i = 0; i < problem.Rows; i++)
        {
            double mass = Real.ToDouble(problem.A[i]), factor = factors.SourceFactor[i], share = factors.Lack > 0 && factors.SourceRatio[i] < 1 ? 1 - factors.SourceRatio[i] : 0;
            Store(X, i, factor);
            Store(U, i, mass * share);
            source.Add(mass, Real.ToDouble(problem.F[i]), factors.SourceRatio[i]);
            job.SourceFactors[i] = Real.From<TReal>(factor);
            job.SourceLogs[i] = Real.From<TReal>(Math.Log(factor));
            job.SourceShares[i] = Real.From<TReal>(share);
        }

        for (int j = 0; j < problem.Padded; j++)
        {
            double mass = Real.ToDouble(problem.B[j]), factor = factors.TargetFactor[j], share = j < problem.Columns && factors.Lack > 0 && factors.TargetRatio[j] < 1 ? 1 - factors.TargetRatio[j] : 0;
            job.TargetFactors[j] = Real.From<TReal>(factor);
            job.TargetLogs[j] = Real.From<TReal>(Math.Log(factor));
            job.TargetShares[j] = factors.Lack > 0 ? Real.From<TReal>(share / factors.Lack) : default;
            if (j >= problem.Columns)
                continue;
            Store(Y, j, factor);
            Store(V, j, mass * share);
            target.Add(mass, Real.ToDouble(problem.G[j]), factors.TargetRatio[j]);
        }

        RoundedPlan<TReal, TVector, TCosts>.Of(ref job, out double linear, out double divergence);
        double dual = source.Dual + target.Dual - (problem.Epsilon * (factors.Mass - (problem.SourceMass * problem.TargetMass)));
        double gap = Math.Max((problem.Epsilon * divergence) + source.Gap + target.Gap, 0);
        TransportStatus status = double.IsNaN(dual + gap + linear) || double.IsInfinity(dual) ? TransportStatus.NonFinite : double.IsPositiveInfinity(gap) ? TransportStatus.Infeasible : TransportStatus.Converged;
        return new TransportRoundingResult(dual + gap, linear, dual, gap, factors.Lack, status);
    }

    private static void Store(TReal* destination, long index, double value)
    {
        if (destination != null)
            destination[index] = Real.From<TReal>(value);
    }

    // The dual's term of a potential, and the gap's of a relaxed marginal.
    private struct Side(double rho)
    {
        public double Dual;
        public double Gap;

        public void Add(double mass, double potential, double ratio)
        {
            if (double.IsPositiveInfinity(rho))
            {
                Dual += mass * potential;
                return;
            }

            // ρ·KL(r·a | a·φ) with φ = e^(−f/ρ): φ·κ(r/φ), κ(q) = q·log q − q + 1.
            double goal = Math.Exp(-potential / rho), excess = (ratio - goal) / goal;
            Dual -= rho * mass * Real.ExpM1(-potential / rho);
            Gap += rho * mass * goal * Math.Max(ratio == 0 ? 1 : ((1 + excess) * Real.Log1P(excess)) - excess, 0);
        }
    }
}

/// <summary>Factors of rounding, and by how much rows and columns exceed or lack their masses: ratios to the masses, of the scaled plan in the end.</summary>
internal unsafe struct RoundingFactors<TReal>
    where TReal : unmanaged
{
    public double* SourceRatio;
    public double* SourceFactor;
    public double* TargetRatio;
    public double* TargetFactor;

    /// <summary>Σ P before rounding.</summary>
    public double Mass;

    /// <summary>‖u‖₁ and ‖v‖₁.</summary>
    public double Lack;
    public double TargetLack;
}
