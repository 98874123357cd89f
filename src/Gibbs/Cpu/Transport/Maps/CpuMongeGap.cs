using System;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>The Monge gap on spans: a solve between points and images, whose gradients are those of the gap but for the matched pairs.</summary>
internal static unsafe class CpuMongeGap
{
    public static MongeGapResult Compute<TReal>(ReadOnlySpan2D<TReal> points, ReadOnlySpan2D<TReal> mapped, in MongeGapOutputs<TReal> outputs, in SinkhornOptions options, in MongeGapInputs<TReal> inputs)
        where TReal : unmanaged
    {
        MapValidation.CheckHeld(options);
        MapValidation.CheckGap(points.Height, points.Width, mapped.Height, mapped.Width, inputs.Weights.Length, new(outputs.PointGradient.Height, outputs.PointGradient.Width), new(outputs.MappedGradient.Height, outputs.MappedGradient.Width));
        SinkhornResult transport = CpuPointSinkhorn.Solve(
            points,
            mapped,
            new PointSinkhornOutputs<TReal> { TargetPotential = outputs.TargetPotential, SourceGradient = outputs.PointGradient, TargetGradient = outputs.MappedGradient },
            options,
            new SinkhornInputs<TReal> { SourceWeights = inputs.Weights, TargetWeights = inputs.Weights, InitialTargetPotential = inputs.InitialTargetPotential });
        double cost = 0, kept = 0, mass = 0;
        double* slopes = (double*)NativeMemory.Alloc((nuint)(2 * points.Width), sizeof(double));
        fixed (TReal* x = points, y = mapped, dx = outputs.PointGradient, dy = outputs.MappedGradient)
        {
            nint xStride = RowSplit.StrideBytes(points), yStride = RowSplit.StrideBytes(mapped);
            nint dxStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.PointGradient), dyStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.MappedGradient);
            for (int i = 0; i < points.Height; i++)
            {
                double weight = inputs.Weights.IsEmpty ? 1.0 / points.Height : Real.ToDouble(inputs.Weights[i]);
                double pair = MatchedCost<TReal>.Of(options.Metric, Row(x, i, xStride), Row(y, i, yStride), points.Width, slopes, slopes + points.Width);
                mass += weight;
                kept -= weight > 0 ? weight * Math.Log(weight) : 0;
                cost += weight > 0 ? weight * pair : 0;
                Subtract(Row(dx, i, dxStride), slopes, weight, points.Width);
                Subtract(Row(dy, i, dyStride), slopes + points.Width, weight, points.Width);
            }
        }

        NativeMemory.Free(slopes);
        return new(cost - transport.Dual, cost, options.Epsilon * (kept - mass + (mass * mass)), transport);
    }

    private static TReal* Row<TReal>(TReal* first, long row, nint stride)
        where TReal : unmanaged => first == null ? null : (TReal*)((byte*)first + ((nint)row * stride));

    // The pair's part less the plan's, which is there.
    private static void Subtract<TReal>(TReal* gradient, double* slope, double weight, int dimensions)
        where TReal : unmanaged
    {
        for (int k = 0; gradient != null && k < dimensions; k++)
            gradient[k] = Real.From<TReal>((weight > 0 ? weight * slope[k] : 0) - Real.ToDouble(gradient[k]));
    }
}
