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

    static abstract void Compute(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        DeviceTargetSpan targets,
        in DeviceFenchelYoungOutputs<T, TReal> outputs,
        in FenchelYoungOptions options,
        in DeviceFenchelYoungInputs<TReal> inputs);

    static abstract long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        DeviceTargetSpan targets,
        in DeviceFenchelYoungOutputs<T, TReal> outputs,
        in FenchelYoungOptions options,
        in DeviceFenchelYoungInputs<TReal> inputs);
}

internal readonly partial struct Float32Kernels
{
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<float> logits, TargetSpan targets, in FenchelYoungOutputs<float, float> outputs, in FenchelYoungOptions options, in FenchelYoungInputs<float> inputs) =>
        FenchelYoung.Compute(logits, targets, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> logits,
        DeviceTargetSpan targets,
        in DeviceFenchelYoungOutputs<float, float> outputs,
        in FenchelYoungOptions options,
        in DeviceFenchelYoungInputs<float> inputs) =>
        FenchelYoung.Compute(stream, logits, targets, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<float> logits,
        DeviceTargetSpan targets,
        in DeviceFenchelYoungOutputs<float, float> outputs,
        in FenchelYoungOptions options,
        in DeviceFenchelYoungInputs<float> inputs) =>
        FenchelYoung.WorkspaceBytes(stream, logits, targets, outputs, options, inputs);
}

internal readonly partial struct Float64Kernels
{
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<double> logits, TargetSpan targets, in FenchelYoungOutputs<double, double> outputs, in FenchelYoungOptions options, in FenchelYoungInputs<double> inputs) =>
        FenchelYoung.Compute(logits, targets, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> logits,
        DeviceTargetSpan targets,
        in DeviceFenchelYoungOutputs<double, double> outputs,
        in FenchelYoungOptions options,
        in DeviceFenchelYoungInputs<double> inputs) =>
        FenchelYoung.Compute(stream, logits, targets, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> logits,
        DeviceTargetSpan targets,
        in DeviceFenchelYoungOutputs<double, double> outputs,
        in FenchelYoungOptions options,
        in DeviceFenchelYoungInputs<double> inputs) =>
        FenchelYoung.WorkspaceBytes(stream, logits, targets, outputs, options, inputs);
}

internal readonly partial struct Float16Kernels
{
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<Half> logits, TargetSpan targets, in FenchelYoungOutputs<Half, float> outputs, in FenchelYoungOptions options, in FenchelYoungInputs<float> inputs) =>
        FenchelYoung.Compute(logits, targets, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<Half> logits,
        DeviceTargetSpan targets,
        in DeviceFenchelYoungOutputs<Half, float> outputs,
        in FenchelYoungOptions options,
        in DeviceFenchelYoungInputs<float> inputs) =>
        FenchelYoung.Compute(stream, logits, targets, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<Half> logits,
        DeviceTargetSpan targets,
        in DeviceFenchelYoungOutputs<Half, float> outputs,
        in FenchelYoungOptions options,
        in DeviceFenchelYoungInputs<float> inputs) =>
        FenchelYoung.WorkspaceBytes(stream, logits, targets, outputs, options, inputs);
}

internal readonly partial struct BFloat16Kernels
{
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<BFloat16> logits, TargetSpan targets, in FenchelYoungOutputs<BFloat16, float> outputs, in FenchelYoungOptions options, in FenchelYoungInputs<float> inputs) =>
        FenchelYoung.Compute(logits, targets, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<BFloat16> logits,
        DeviceTargetSpan targets,
        in DeviceFenchelYoungOutputs<BFloat16, float> outputs,
        in FenchelYoungOptions options,
        in DeviceFenchelYoungInputs<float> inputs) =>
        FenchelYoung.Compute(stream, logits, targets, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<BFloat16> logits,
        DeviceTargetSpan targets,
        in DeviceFenchelYoungOutputs<BFloat16, float> outputs,
        in FenchelYoungOptions options,
        in DeviceFenchelYoungInputs<float> inputs) =>
        FenchelYoung.WorkspaceBytes(stream, logits, targets, outputs, options, inputs);
}
