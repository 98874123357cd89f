using System;
using System.Runtime.InteropServices;

using Gibbs.Cpu.Simd;
using Gibbs.Interop;

namespace Gibbs.Cpu.Transport;

/// <summary>What is done with a plan, whatever its costs are and however wide the vectors.</summary>
internal interface IPlanWork<TReal>
    where TReal : unmanaged
{
    void Run<TVector, TCosts>(in PlanProblem<TReal, TCosts> problem)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TCosts : unmanaged, ICostTiles<TReal>;
}

/// <summary>From the arguments on spans to the problem that works see: checks, pins, copies what is O(N + M), picks costs and vector width.</summary>
internal static unsafe class CpuPlan
{
    public static void Run<TReal, TWork>(in TransportCost cost, in TransportPotentials<TReal> potentials, in SinkhornOptions options, ref TWork work)
        where TReal : unmanaged
        where TWork : struct, IPlanWork<TReal>
    {
        TransportPlanValidation.CheckCost<TReal>(options, cost.IsPoints, cost.Rows, cost.Columns, cost.Dimensions, cost.SecondDimensions, cost.Type);
        TransportPlanValidation.CheckPotentials(
            cost.Rows, cost.Columns, potentials.SourcePotential.Length, potentials.TargetPotential.Length, potentials.SourceWeights.Length, potentials.TargetWeights.Length);
        double sourceMass = potentials.SourceWeights.IsEmpty ? 1 : SinkhornValidation.Mass(potentials.SourceWeights, "potentials.SourceWeights");
        double targetMass = potentials.TargetWeights.IsEmpty ? 1 : SinkhornValidation.Mass(potentials.TargetWeights, "potentials.TargetWeights");
        SinkhornValidation.CheckMasses(options, sourceMass, targetMass);
        bool held = double.IsPositiveInfinity(options.SourceRho) && double.IsPositiveInfinity(options.TargetRho);
        long rows = cost.Rows, padded = CostLanes.Padded<TReal>(cost.Columns);
        TReal* memory = (TReal*)NativeMemory.AlignedAlloc((nuint)(((2 * padded) + (2 * rows)) * sizeof(TReal)), 64);
        try
        {
            Plan<TReal> plan = new()
            {
                G = memory,
                B = memory + padded,
                F = memory + (2 * padded),
                A = memory + (2 * padded) + rows,
                Epsilon = options.Epsilon,
                SourceMass = sourceMass,
                TargetMass = held ? sourceMass : targetMass,
            };
            potentials.SourcePotential.CopyTo(new Span<TReal>(plan.F, (int)rows));
            potentials.TargetPotential.CopyTo(new Span<TReal>(plan.G, cost.Columns));
            new Span<TReal>(plan.G + cost.Columns, (int)padded - cost.Columns).Clear();
            Weights(plan.A, potentials.SourceWeights, rows, rows, 1);
            Weights(plan.B, potentials.TargetWeights, cost.Columns, padded, held ? sourceMass / targetMass : 1);
            fixed (byte* first = &cost.First, second = &cost.Second)
                Pick(cost, first, second, plan, options.Metric, ref work);
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private static void Weights<TReal>(TReal* destination, ReadOnlySpan<TReal> weights, long count, long padded, double factor)
        where TReal : unmanaged
    {
        for (int i = 0; i < padded; i++)
            destination[i] = i >= count ? default : Real.From<TReal>(factor * (weights.IsEmpty ? 1.0 / count : Real.ToDouble(weights[i])));
    }

    private static void Pick<TReal, TWork>(in TransportCost cost, byte* first, byte* second, in Plan<TReal> plan, TransportMetric metric, ref TWork work)
        where TReal : unmanaged
        where TWork : struct, IPlanWork<TReal>
    {
        switch (CpuSettings.VectorBits)
        {
            case 512:
                Width<TReal, SimdVector512<TReal>, TWork>(cost, first, second, plan, metric, ref work);
                break;
            case 256:
                Width<TReal, SimdVector256<TReal>, TWork>(cost, first, second, plan, metric, ref work);
                break;
            default:
                Width<TReal, SimdVector128<TReal>, TWork>(cost, first, second, plan, metric, ref work);
                break;
        }
    }

    private static void Width<TReal, TVector, TWork>(in TransportCost cost, byte* first, byte* second, in Plan<TReal> plan, TransportMetric metric, ref TWork work)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TWork : struct, IPlanWork<TReal>
    {
        if (cost.IsPoints)
        {
            using PointClouds<TReal> clouds = PointClouds<TReal>.Copy(metric, (TReal*)first, cost.FirstStride, cost.Rows, (TReal*)second, cost.SecondStride, cost.Columns, cost.Dimensions);
            work.Run<TVector, PointCosts<TReal, TVector>>(
                plan.With(new PointCosts<TReal, TVector>(metric, clouds.X, (nint)cost.Dimensions * sizeof(TReal), clouds.Y, clouds.YStride, cost.Dimensions), cost));
        }
        else if (cost.Type == gibbs_type.GIBBS_FLOAT16)
        {
            work.Run<TVector, DenseCosts<Half, TReal, TVector>>(plan.With(new DenseCosts<Half, TReal, TVector>((Half*)first, cost.FirstStride), cost));
        }
        else if (cost.Type == gibbs_type.GIBBS_BFLOAT16)
        {
            work.Run<TVector, DenseCosts<BFloat16, TReal, TVector>>(plan.With(new DenseCosts<BFloat16, TReal, TVector>((BFloat16*)first, cost.FirstStride), cost));
        }
        else
        {
            work.Run<TVector, DenseCosts<TReal, TReal, TVector>>(plan.With(new DenseCosts<TReal, TReal, TVector>((TReal*)first, cost.FirstStride), cost));
        }
    }

    // The problem before its costs have a type.
    private struct Plan<TReal>
        where TReal : unmanaged
    {
        public TReal* F;
        public TReal* G;
        public TReal* A;
        public TReal* B;
        public double Epsilon;
        public double SourceMass;
        public double TargetMass;

        public readonly PlanProblem<TReal, TCosts> With<TCosts>(TCosts costs, in TransportCost cost)
            where TCosts : unmanaged, ICostTiles<TReal> => new()
            {
                Costs = costs,
                Rows = cost.Rows,
                Columns = cost.Columns,
                Padded = CostLanes.Padded<TReal>(cost.Columns),
                Epsilon = Epsilon,
                SourceMass = SourceMass,
                TargetMass = TargetMass,
                F = F,
                G = G,
                A = A,
                B = B,
            };
    }
}
