using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cli.CrossEntropy;

/// <summary>The library's overloads by element type, so that what calls them is written once.</summary>
internal interface IKernels<T, TReal>
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

    /// <summary>A value that random logits are made of.</summary>
    static abstract T FromSingle(float value);
}

internal readonly struct Float32Kernels : IKernels<float, float>
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

    public static float FromSingle(float value) => value;
}

internal readonly struct Float64Kernels : IKernels<double, double>
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

    public static double FromSingle(float value) => value;
}

internal readonly struct Float16Kernels : IKernels<Half, float>
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

    public static Half FromSingle(float value) => (Half)value;
}

internal readonly struct BFloat16Kernels : IKernels<BFloat16, float>
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

    public static BFloat16 FromSingle(float value) => (BFloat16)value;
}
