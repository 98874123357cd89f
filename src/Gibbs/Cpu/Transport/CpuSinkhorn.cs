using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Sinkhorn on spans: checks, pins, picks the vector width.</summary>
internal static unsafe class CpuSinkhorn
{
    public static SinkhornResult Solve<T, TReal>(ReadOnlySpan2D<T> cost, in SinkhornOutputs<TReal> outputs, in SinkhornOptions options, in SinkhornInputs<TReal> inputs, NewtonSettings newton = default)
        where T : unmanaged
        where TReal : unmanaged
    {
        SinkhornValidation.CheckOptions(options);
        SinkhornValidation.CheckShapes(
            cost.Height, cost.Width, inputs.SourceWeights.Length, inputs.TargetWeights.Length, inputs.InitialTargetPotential.Length,
            outputs.SourcePotential.Length, outputs.TargetPotential.Length, outputs.Plan.Height, outputs.Plan.Width);
        SinkhornCall<TReal> call = default;
        call.Options = options;
        call.Progress = inputs.Progress;
        call.Newton = newton;
        call.Rows = cost.Height;
        call.Columns = cost.Width;
        call.SourceMass = inputs.SourceWeights.IsEmpty ? 1 : SinkhornValidation.Mass(inputs.SourceWeights, "inputs.SourceWeights");
        call.TargetMass = inputs.TargetWeights.IsEmpty ? 1 : SinkhornValidation.Mass(inputs.TargetWeights, "inputs.TargetWeights");
        SinkhornValidation.CheckMasses(options, call.SourceMass, call.TargetMass);
        fixed (T* costs = cost)
        fixed (TReal* a = inputs.SourceWeights, b = inputs.TargetWeights, initial = inputs.InitialTargetPotential, f = outputs.SourcePotential, g = outputs.TargetPotential, plan = outputs.Plan)
        {
            call.SourceWeights = a;
            call.TargetWeights = b;
            call.InitialTargetPotential = initial;
            call.SourcePotential = f;
            call.TargetPotential = g;
            call.Plan = plan;
            call.PlanStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.Plan);
            nint stride = RowSplit.StrideBytes(cost);
            return CpuSettings.VectorBits switch
            {
                512 => DenseSolve<T, TReal, SimdVector512<TReal>>.Run(costs, stride, ref call),
                256 => DenseSolve<T, TReal, SimdVector256<TReal>>.Run(costs, stride, ref call),
                _ => DenseSolve<T, TReal, SimdVector128<TReal>>.Run(costs, stride, ref call),
            };
        }
    }
}

/// <summary>A solve of a matrix of costs: their range, then as any other.</summary>
internal static unsafe class DenseSolve<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public static SinkhornResult Run(T* costs, nint strideBytes, ref SinkhornCall<TReal> call)
    {
        DenseCosts<T, TReal, TVector> dense = new(costs, strideBytes);
        (call.LeastCost, call.LargestCost) = CostRange<TReal, TVector, DenseCosts<T, TReal, TVector>>.Of(dense, call.Rows, call.Columns);
        return SinkhornSolve<TReal, TVector, DenseCosts<T, TReal, TVector>>.Run(dense, call);
    }
}
