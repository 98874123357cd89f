using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cli.Kernels;

/// <summary>The overloads of <see cref="FenchelYoung"/>.</summary>
internal interface IFenchelYoungKernels<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    static abstract CrossEntropyResult Compute(
        ReadOnlySpan2D<T> logits, TargetSpan targets, in FenchelYoungOutputs<T, TReal> outputs, in FenchelYoungOptions options, in FenchelYoungInputs<TReal> inputs);
}

internal readonly partial struct Float32Kernels
{
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<float> logits, TargetSpan targets, in FenchelYoungOutputs<float, float> outputs, in FenchelYoungOptions options, in FenchelYoungInputs<float> inputs) =>
        FenchelYoung.Compute(logits, targets, outputs, options, inputs);
}

internal readonly partial struct Float64Kernels
{
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<double> logits, TargetSpan targets, in FenchelYoungOutputs<double, double> outputs, in FenchelYoungOptions options, in FenchelYoungInputs<double> inputs) =>
        FenchelYoung.Compute(logits, targets, outputs, options, inputs);
}

internal readonly partial struct Float16Kernels
{
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<Half> logits, TargetSpan targets, in FenchelYoungOutputs<Half, float> outputs, in FenchelYoungOptions options, in FenchelYoungInputs<float> inputs) =>
        FenchelYoung.Compute(logits, targets, outputs, options, inputs);
}

internal readonly partial struct BFloat16Kernels
{
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<BFloat16> logits, TargetSpan targets, in FenchelYoungOutputs<BFloat16, float> outputs, in FenchelYoungOptions options, in FenchelYoungInputs<float> inputs) =>
        FenchelYoung.Compute(logits, targets, outputs, options, inputs);
}
