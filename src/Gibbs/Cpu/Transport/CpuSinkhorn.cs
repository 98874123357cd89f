using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Sinkhorn on spans: checks, pins, picks the vector width.</summary>
internal static unsafe class CpuSinkhorn
{
    public static SinkhornResult Solve<T, TReal>(ReadOnlySpan2D<T> cost, in SinkhornOutputs<TReal> outputs, in SinkhornOptions options, in SinkhornInputs<TReal> inputs)
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
            (call.LeastCost, call.LargestCost) = Range<T>(cost);
            nint stride = RowSplit.StrideBytes(cost);
            return CpuSettings.VectorBits switch
            {
                512 => SinkhornSolve<TReal, SimdVector512<TReal>, DenseCosts<T, TReal, SimdVector512<TReal>>>.Run(new(costs, stride), call),
                256 => SinkhornSolve<TReal, SimdVector256<TReal>, DenseCosts<T, TReal, SimdVector256<TReal>>>.Run(new(costs, stride), call),
                _ => SinkhornSolve<TReal, SimdVector128<TReal>, DenseCosts<T, TReal, SimdVector128<TReal>>>.Run(new(costs, stride), call),
            };
        }
    }

    // The least cost, 0 where none is finite; the largest finite one where some are +∞, otherwise every plan is allowed, and +∞.
    private static (double Least, double Largest) Range<T>(ReadOnlySpan2D<T> cost)
        where T : unmanaged
    {
        double least = double.PositiveInfinity, largest = double.NegativeInfinity;
        bool forbidden = false;
        for (int i = 0; i < cost.Height; i++)
        {
            foreach (T value in cost.GetRowSpan(i))
            {
                double c = Real.ToDouble(value);
                if (double.IsPositiveInfinity(c))
                    forbidden = true;
                else if (c > largest)
                    largest = c;
                if (c < least)
                    least = c;
            }
        }

        return (double.IsFinite(least) ? least : 0, forbidden ? largest : double.PositiveInfinity);
    }
}
