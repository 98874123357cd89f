using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Gradients on spans: checks, pins.</summary>
internal static unsafe class CpuTransportGradient
{
    public static void Weights<TReal>(in TransportPotentials<TReal> potentials, Span<TReal> source, Span<TReal> target, in SinkhornOptions options)
        where TReal : unmanaged
    {
        SinkhornValidation.CheckOptions(options);
        int rows = potentials.SourcePotential.Length, columns = potentials.TargetPotential.Length;
        TransportGradientValidation.CheckWeights(rows, columns, potentials.SourceWeights.Length, potentials.TargetWeights.Length, source.Length, target.Length);
        double sourceMass = potentials.SourceWeights.IsEmpty ? 1 : SinkhornValidation.Mass(potentials.SourceWeights, "potentials.SourceWeights");
        double targetMass = potentials.TargetWeights.IsEmpty ? 1 : SinkhornValidation.Mass(potentials.TargetWeights, "potentials.TargetWeights");
        SinkhornValidation.CheckMasses(options, sourceMass, targetMass);
        bool held = double.IsPositiveInfinity(options.SourceRho) && double.IsPositiveInfinity(options.TargetRho);
        Side(potentials.SourcePotential, source, options.SourceRho, options.Epsilon, targetMass, held ? 2 * options.Epsilon * (sourceMass - 1) : options.Epsilon * (targetMass - 1));
        Side(potentials.TargetPotential, target, options.TargetRho, options.Epsilon, sourceMass, held ? 0 : options.Epsilon * (sourceMass - 1));
    }

    private static void Side<TReal>(ReadOnlySpan<TReal> potential, Span<TReal> gradient, double rho, double epsilon, double otherMass, double constant)
        where TReal : unmanaged
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            double f = Real.ToDouble(potential[i]), lost = double.IsPositiveInfinity(rho) ? 0 : Real.ExpM1(-f / rho);
            gradient[i] = Real.From<TReal>(double.IsPositiveInfinity(rho) ? f + constant : (epsilon * (otherMass - 1)) - ((rho + epsilon) * lost));
        }
    }

    public static TransportGradientResult Backward<TReal>(
        in TransportCost cost,
        in TransportPotentials<TReal> potentials,
        in TransportUpstream<TReal> upstream,
        in TransportGradientOutputs<TReal> outputs,
        in SinkhornOptions options,
        in ConjugateGradientOptions solver)
        where TReal : unmanaged
    {
        TransportGradientValidation.CheckSolver(solver);
        TransportGradientValidation.CheckShapes(
            cost.Rows, cost.Columns,
            upstream.Plan.Height, upstream.Plan.Width, upstream.SourcePotential.Length, upstream.TargetPotential.Length,
            outputs.Cost.Height, outputs.Cost.Width, outputs.SourceWeights.Length, outputs.TargetWeights.Length);
        TransportGradientValidation.CheckPoints(
            cost.Rows, cost.Columns, cost.Dimensions, cost.IsPoints, outputs.SourcePoints.Height, outputs.SourcePoints.Width, outputs.TargetPoints.Height, outputs.TargetPoints.Width);
        fixed (byte* first = &cost.First, second = &cost.Second)
        fixed (TReal* dp = upstream.Plan, df = upstream.SourcePotential, dg = upstream.TargetPotential)
        fixed (TReal* dc = outputs.Cost, da = outputs.SourceWeights, db = outputs.TargetWeights, dx = outputs.SourcePoints, dy = outputs.TargetPoints)
        {
            GradientWork<TReal> work = new()
            {
                Options = options,
                Solver = solver,
                Upstream = new() { Plan = dp, RowStride = RowSplit.StrideBytes(upstream.Plan), ColumnStride = sizeof(TReal) },
                SourceUpstream = df,
                TargetUpstream = dg,
                Cost = dc,
                CostStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.Cost),
                SourceGradient = da,
                TargetGradient = db,
                Points = new()
                {
                    Metric = options.Metric,
                    X = (TReal*)first,
                    XStride = cost.FirstStride,
                    Y = (TReal*)second,
                    YStride = cost.SecondStride,
                    Dimensions = cost.Dimensions,
                    SourceGradient = dx,
                    SourceGradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.SourcePoints),
                    TargetGradient = dy,
                    TargetGradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.TargetPoints),
                },
            };
            CpuPlan.Run(cost, potentials, options, ref work);
            return work.Result;
        }
    }
}
