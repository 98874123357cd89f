using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Sliced transport on spans: checks, pins, picks the vector width.</summary>
internal static unsafe class CpuSlicedWasserstein
{
    public static double Compute<TReal>(
        ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, in SlicedWassersteinOutputs<TReal> outputs, in SlicedWassersteinOptions options, in SlicedWassersteinInputs<TReal> inputs)
        where TReal : unmanaged
    {
        int slices = WassersteinValidation.CheckSlices(
            new(x.Height, x.Width), new(y.Height, y.Width), options, new(inputs.Directions.Height, inputs.Directions.Width), inputs.SourceWeights.Length, inputs.TargetWeights.Length,
            new(outputs.SourceGradient.Height, outputs.SourceGradient.Width), new(outputs.TargetGradient.Height, outputs.TargetGradient.Width), outputs.SliceValues.Length,
            new(outputs.Directions.Height, outputs.Directions.Width));
        double source = inputs.SourceWeights.IsEmpty ? 1 : SinkhornValidation.Mass(inputs.SourceWeights, "inputs.SourceWeights");
        double target = inputs.TargetWeights.IsEmpty ? 1 : SinkhornValidation.Mass(inputs.TargetWeights, "inputs.TargetWeights");
        SinkhornValidation.CheckMasses(new() { Epsilon = 1 }, source, target);
        fixed (TReal* sourcePoints = x, targetPoints = y, sourceGradient = outputs.SourceGradient, targetGradient = outputs.TargetGradient)
        fixed (TReal* a = inputs.SourceWeights, b = inputs.TargetWeights, sliceValues = outputs.SliceValues, directions = inputs.Directions)
        {
            SlicedCall<TReal> call = new()
            {
                Power = options.Power,
                Seed = options.Seed,
                Slices = slices,
                Dimensions = x.Width,
                Source = new() { Points = sourcePoints, Stride = RowSplit.StrideBytes(x), Count = x.Height, Weights = a, Gradient = sourceGradient },
                Target = new() { Points = targetPoints, Stride = RowSplit.StrideBytes(y), Count = y.Height, Weights = b, Gradient = targetGradient },
                Directions = directions,
                DirectionsStride = RowSplit.StrideBytes(inputs.Directions),
                Values = sliceValues,
            };
            call.Source.GradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.SourceGradient);
            call.Target.GradientStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.TargetGradient);
            for (int l = 0; l < outputs.Directions.Height; l++)
            {
                Span<TReal> used = outputs.Directions.GetRowSpan(l);
                if (directions == null)
                    SliceDirections.Draw(used, l, options.Seed);
                else
                    inputs.Directions.GetRowSpan(l).CopyTo(used);
            }

            return CpuSettings.VectorBits switch
            {
                512 => SlicedSolve<TReal, SimdVector512<TReal>>.Run(call),
                256 => SlicedSolve<TReal, SimdVector256<TReal>>.Run(call),
                _ => SlicedSolve<TReal, SimdVector128<TReal>>.Run(call),
            };
        }
    }
}

/// <summary>What sliced transport is given, as plain pointers; what is null is absent. Strides are in bytes.</summary>
internal unsafe struct SlicedCall<TReal>
    where TReal : unmanaged
{
    public double Power;
    public ulong Seed;
    public int Slices;
    public int Dimensions;
    public DivergenceCloud<TReal> Source;
    public DivergenceCloud<TReal> Target;
    public TReal* Directions;
    public nint DirectionsStride;
    public TReal* Values;
}
