using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Sinkhorn divergences on spans: checks, pins, picks the vector width.</summary>
internal static unsafe class CpuSinkhornDivergence
{
    public static SinkhornDivergenceResult Compute<TReal>(
        ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, in SinkhornDivergenceOutputs<TReal> outputs, in SinkhornOptions options, in SinkhornDivergenceInputs<TReal> inputs)
        where TReal : unmanaged
    {
        SinkhornValidation.CheckDivergence(options);
        SinkhornValidation.CheckPoints(options.Metric, x.Height, x.Width, y.Height, y.Width);
        SinkhornValidation.CheckShapes(
            x.Height, y.Height, inputs.SourceWeights.Length, inputs.TargetWeights.Length, 0, 0, 0, 0, 0);
        ArgumentChecks.Length("outputs.SourceWeightGradient", outputs.SourceWeightGradient.Length, x.Height, "one per point of x");
        ArgumentChecks.Length("outputs.TargetWeightGradient", outputs.TargetWeightGradient.Length, y.Height, "one per point of y");
        ArgumentChecks.Matrix("outputs.SourceGradient", outputs.SourceGradient.Height, outputs.SourceGradient.Width, x.Height, x.Width, "as x");
        ArgumentChecks.Matrix("outputs.TargetGradient", outputs.TargetGradient.Height, outputs.TargetGradient.Width, y.Height, y.Width, "as y");
        DivergenceCall<TReal> call = new()
        {
            Options = options,
            SourceMass = inputs.SourceWeights.IsEmpty ? 1 : SinkhornValidation.Mass(inputs.SourceWeights, "inputs.SourceWeights"),
            TargetMass = inputs.TargetWeights.IsEmpty ? 1 : SinkhornValidation.Mass(inputs.TargetWeights, "inputs.TargetWeights"),
            Dimensions = x.Width,
        };
        SinkhornValidation.CheckMasses(options, call.SourceMass, call.TargetMass);
        fixed (TReal* source = x, target = y, sourceGradient = outputs.SourceGradient, targetGradient = outputs.TargetGradient)
        fixed (TReal* a = inputs.SourceWeights, b = inputs.TargetWeights, da = outputs.SourceWeightGradient, db = outputs.TargetWeightGradient)
        {
            call.Source = new() { Points = source, Stride = RowSplit.StrideBytes(x), Count = x.Height, Weights = a, Gradient = sourceGradient, WeightGradient = da };
            call.Source.GradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.SourceGradient);
            call.Target = new() { Points = target, Stride = RowSplit.StrideBytes(y), Count = y.Height, Weights = b, Gradient = targetGradient, WeightGradient = db };
            call.Target.GradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.TargetGradient);
            return CpuSettings.VectorBits switch
            {
                512 => DivergenceSolve<TReal, SimdVector512<TReal>>.Run(call),
                256 => DivergenceSolve<TReal, SimdVector256<TReal>>.Run(call),
                _ => DivergenceSolve<TReal, SimdVector128<TReal>>.Run(call),
            };
        }
    }
}

/// <summary>A cloud of a divergence, as plain pointers; what is null is absent. Strides are in bytes.</summary>
internal unsafe struct DivergenceCloud<TReal>
    where TReal : unmanaged
{
    public TReal* Points;
    public nint Stride;
    public int Count;
    public TReal* Weights;
    public TReal* Gradient;
    public nint GradientStride;
    public TReal* WeightGradient;

    public readonly TReal* Point(long i) => (TReal*)((byte*)Points + ((nint)i * Stride));

    public readonly TReal* GradientRow(long i) => (TReal*)((byte*)Gradient + ((nint)i * GradientStride));
}

/// <summary>What a divergence is given.</summary>
internal struct DivergenceCall<TReal>
    where TReal : unmanaged
{
    public SinkhornOptions Options;
    public double SourceMass;
    public double TargetMass;
    public int Dimensions;
    public DivergenceCloud<TReal> Source;
    public DivergenceCloud<TReal> Target;
}
