using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cli.Kernels;

/// <summary>The overloads of <see cref="SoftmaxCrossEntropy"/>.</summary>
internal interface ICrossEntropyKernels<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    static abstract CrossEntropyResult Compute(
        ReadOnlySpan2D<T> logits, TargetSpan targets, in CrossEntropyOutputs<T, TReal> outputs, in CrossEntropyOptions options, in CrossEntropyInputs<T, TReal> inputs);

    static abstract void Compute(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<T, TReal> outputs,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<T, TReal> inputs);

    static abstract long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<T, TReal> outputs,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<T, TReal> inputs);
}

internal readonly partial struct Float32Kernels
{
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<float> logits,
        TargetSpan targets,
        in CrossEntropyOutputs<float, float> outputs,
        in CrossEntropyOptions options,
        in CrossEntropyInputs<float, float> inputs) =>
        SoftmaxCrossEntropy.Compute(logits, targets, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<float, float> outputs,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<float, float> inputs) =>
        SoftmaxCrossEntropy.Compute(stream, logits, targets, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<float> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<float, float> outputs,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<float, float> inputs) =>
        SoftmaxCrossEntropy.WorkspaceBytes(stream, logits, targets, outputs, options, inputs);
}

internal readonly partial struct Float64Kernels
{
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<double> logits,
        TargetSpan targets,
        in CrossEntropyOutputs<double, double> outputs,
        in CrossEntropyOptions options,
        in CrossEntropyInputs<double, double> inputs) =>
        SoftmaxCrossEntropy.Compute(logits, targets, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<double, double> outputs,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<double, double> inputs) =>
        SoftmaxCrossEntropy.Compute(stream, logits, targets, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<double, double> outputs,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<double, double> inputs) =>
        SoftmaxCrossEntropy.WorkspaceBytes(stream, logits, targets, outputs, options, inputs);
}

internal readonly partial struct Float16Kernels
{
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<Half> logits,
        TargetSpan targets,
        in CrossEntropyOutputs<Half, float> outputs,
        in CrossEntropyOptions options,
        in CrossEntropyInputs<Half, float> inputs) =>
        SoftmaxCrossEntropy.Compute(logits, targets, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<Half> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<Half, float> outputs,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<Half, float> inputs) =>
        SoftmaxCrossEntropy.Compute(stream, logits, targets, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<Half> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<Half, float> outputs,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<Half, float> inputs) =>
        SoftmaxCrossEntropy.WorkspaceBytes(stream, logits, targets, outputs, options, inputs);
}

internal readonly partial struct BFloat16Kernels
{
    public static CrossEntropyResult Compute(
        ReadOnlySpan2D<BFloat16> logits,
        TargetSpan targets,
        in CrossEntropyOutputs<BFloat16, float> outputs,
        in CrossEntropyOptions options,
        in CrossEntropyInputs<BFloat16, float> inputs) =>
        SoftmaxCrossEntropy.Compute(logits, targets, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<BFloat16> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<BFloat16, float> outputs,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<BFloat16, float> inputs) =>
        SoftmaxCrossEntropy.Compute(stream, logits, targets, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<BFloat16> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<BFloat16, float> outputs,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<BFloat16, float> inputs) =>
        SoftmaxCrossEntropy.WorkspaceBytes(stream, logits, targets, outputs, options, inputs);
}
