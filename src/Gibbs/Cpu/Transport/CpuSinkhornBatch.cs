using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Batches for matrices of costs on spans: checks, pins, picks the vector width.</summary>
internal static unsafe class CpuSinkhornBatch
{
    public static void Solve<T, TReal>(ReadOnlySpan2D<T> cost, int problems, in SinkhornBatchOutputs<TReal> outputs, in SinkhornOptions options, in SinkhornBatchInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        SinkhornBatchShapes shapes = Shapes(outputs, inputs);
        shapes.Problems = problems;
        shapes.Rows = SinkhornBatchShapes.PerProblem(nameof(cost), inputs.SharedCost ? (long)cost.Height * problems : cost.Height, problems);
        shapes.Columns = SinkhornBatchShapes.PerProblem(nameof(cost), cost.Width, 1);
        shapes.Check();
        fixed (T* costs = cost)
            Run(costs, RowSplit.StrideBytes(cost), 0, shapes, default, outputs, options, inputs);
    }

    public static void Solve<T, TReal>(ReadOnlySpan<T> cost, in SinkhornBatch batch, in SinkhornBatchOutputs<TReal> outputs, in SinkhornOptions options, in SinkhornBatchInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        SinkhornBatchShapes shapes = Shapes(outputs, inputs);
        SinkhornBatchCalls.Offsets(ref shapes, batch);
        shapes.Check();
        SinkhornBatchShapes.CheckPackedCosts(shapes, inputs.SharedCost, cost.Length);
        fixed (T* costs = cost)
            Run(costs, 0, cost.Length, shapes, batch, outputs, options, inputs);
    }

    private static SinkhornBatchShapes Shapes<TReal>(in SinkhornBatchOutputs<TReal> outputs, in SinkhornBatchInputs<TReal> inputs)
        where TReal : unmanaged
    {
        SinkhornBatchShapes shapes = SinkhornBatchCalls.Shapes(inputs);
        shapes.Results = outputs.Results.Length;
        shapes.SourcePotentials = outputs.SourcePotentials.Length;
        shapes.TargetPotentials = outputs.TargetPotentials.Length;
        shapes.PlanRows = outputs.Plans.Height;
        shapes.PlanColumns = outputs.Plans.Width;
        shapes.PackedPlans = outputs.PackedPlans.Length;
        return shapes;
    }

    private static void Run<T, TReal>(
        T* costs, nint stride, long costTotal, in SinkhornBatchShapes shapes, in SinkhornBatch batch, in SinkhornBatchOutputs<TReal> outputs, in SinkhornOptions options, in SinkhornBatchInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        SinkhornValidation.CheckOptions(options, !inputs.Epsilons.IsEmpty);
        SinkhornBatchCall<TReal> call = SinkhornBatchCalls.Of<TReal>(shapes, options, costTotal);
        fixed (long* sourceOffsets = batch.SourceOffsets, targetOffsets = batch.TargetOffsets, costOffsets = batch.CostOffsets)
        fixed (TReal* a = inputs.SourceWeights, b = inputs.TargetWeights, initial = inputs.InitialTargetPotentials, f = outputs.SourcePotentials, g = outputs.TargetPotentials)
        fixed (TReal* plans = outputs.Plans, packed = outputs.PackedPlans)
        fixed (double* epsilons = inputs.Epsilons, tolerances = inputs.Tolerances)
        fixed (int* limits = inputs.IterationLimits)
        fixed (SinkhornResult* results = outputs.Results)
        {
            call.SourceOffsets = sourceOffsets;
            call.TargetOffsets = targetOffsets;
            call.CostOffsets = costOffsets;
            call.SourceWeights = a;
            call.TargetWeights = b;
            call.InitialTargetPotentials = initial;
            call.Epsilons = epsilons;
            call.Tolerances = tolerances;
            call.IterationLimits = limits;
            call.Results = results;
            call.SourcePotentials = f;
            call.TargetPotentials = g;
            call.Plans = plans != null ? plans : packed;
            call.PlanStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.Plans);
            switch (CpuSettings.VectorBits)
            {
                case 512:
                    SinkhornBatchSolve<TReal, DenseProblems<T, TReal, SimdVector512<TReal>>>.Run(call, new(costs, stride, inputs.SharedCost));
                    break;
                case 256:
                    SinkhornBatchSolve<TReal, DenseProblems<T, TReal, SimdVector256<TReal>>>.Run(call, new(costs, stride, inputs.SharedCost));
                    break;
                default:
                    SinkhornBatchSolve<TReal, DenseProblems<T, TReal, SimdVector128<TReal>>>.Run(call, new(costs, stride, inputs.SharedCost));
                    break;
            }
        }
    }
}

/// <summary>Matrices of costs: rows a stride apart, packed, or one for all problems.</summary>
internal readonly unsafe struct DenseProblems<T, TReal, TVector>(T* costs, nint strideBytes, bool shared) : ISinkhornProblems<TReal>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public SinkhornResult Solve(ref SinkhornCall<TReal> call, in SinkhornPlace place)
    {
        if (place.Cost >= 0)
            return DenseSolve<T, TReal, TVector>.Run(costs + place.Cost, (nint)place.Columns * sizeof(T), ref call);
        return DenseSolve<T, TReal, TVector>.Run((T*)((byte*)costs + (shared ? 0 : (nint)place.Source * strideBytes)), strideBytes, ref call);
    }

    public void Refuse(in SinkhornPlace place)
    {
    }
}
