using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cli.Kernels;

/// <summary>The overloads of <see cref="RowEntropy"/>.</summary>
internal interface IRowEntropyKernels<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    static abstract CrossEntropyResult Compute(ReadOnlySpan2D<T> logits, in RowEntropyOutputs<T, TReal> outputs, in RowEntropyOptions options, in RowEntropyInputs<TReal> inputs);

    static abstract void Compute(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        in DeviceRowEntropyOutputs<T, TReal> outputs,
        in RowEntropyOptions options,
        in DeviceRowEntropyInputs<TReal> inputs);

    static abstract long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        in DeviceRowEntropyOutputs<T, TReal> outputs,
        in RowEntropyOptions options,
        in DeviceRowEntropyInputs<TReal> inputs);
}

internal readonly partial struct Float32Kernels
{
    public static CrossEntropyResult Compute(ReadOnlySpan2D<float> logits, in RowEntropyOutputs<float, float> outputs, in RowEntropyOptions options, in RowEntropyInputs<float> inputs) =>
        RowEntropy.Compute(logits, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> logits,
        in DeviceRowEntropyOutputs<float, float> outputs,
        in RowEntropyOptions options,
        in DeviceRowEntropyInputs<float> inputs) =>
        RowEntropy.Compute(stream, logits, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<float> logits,
        in DeviceRowEntropyOutputs<float, float> outputs,
        in RowEntropyOptions options,
        in DeviceRowEntropyInputs<float> inputs) =>
        RowEntropy.WorkspaceBytes(stream, logits, outputs, options, inputs);
}

internal readonly partial struct Float64Kernels
{
    public static CrossEntropyResult Compute(ReadOnlySpan2D<double> logits, in RowEntropyOutputs<double, double> outputs, in RowEntropyOptions options, in RowEntropyInputs<double> inputs) =>
        RowEntropy.Compute(logits, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> logits,
        in DeviceRowEntropyOutputs<double, double> outputs,
        in RowEntropyOptions options,
        in DeviceRowEntropyInputs<double> inputs) =>
        RowEntropy.Compute(stream, logits, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> logits,
        in DeviceRowEntropyOutputs<double, double> outputs,
        in RowEntropyOptions options,
        in DeviceRowEntropyInputs<double> inputs) =>
        RowEntropy.WorkspaceBytes(stream, logits, outputs, options, inputs);
}

internal readonly partial struct Float16Kernels
{
    public static CrossEntropyResult Compute(ReadOnlySpan2D<Half> logits, in RowEntropyOutputs<Half, float> outputs, in RowEntropyOptions options, in RowEntropyInputs<float> inputs) =>
        RowEntropy.Compute(logits, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<Half> logits,
        in DeviceRowEntropyOutputs<Half, float> outputs,
        in RowEntropyOptions options,
        in DeviceRowEntropyInputs<float> inputs) =>
        RowEntropy.Compute(stream, logits, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<Half> logits,
        in DeviceRowEntropyOutputs<Half, float> outputs,
        in RowEntropyOptions options,
        in DeviceRowEntropyInputs<float> inputs) =>
        RowEntropy.WorkspaceBytes(stream, logits, outputs, options, inputs);
}

internal readonly partial struct BFloat16Kernels
{
    public static CrossEntropyResult Compute(ReadOnlySpan2D<BFloat16> logits, in RowEntropyOutputs<BFloat16, float> outputs, in RowEntropyOptions options, in RowEntropyInputs<float> inputs) =>
        RowEntropy.Compute(logits, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<BFloat16> logits,
        in DeviceRowEntropyOutputs<BFloat16, float> outputs,
        in RowEntropyOptions options,
        in DeviceRowEntropyInputs<float> inputs) =>
        RowEntropy.Compute(stream, logits, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<BFloat16> logits,
        in DeviceRowEntropyOutputs<BFloat16, float> outputs,
        in RowEntropyOptions options,
        in DeviceRowEntropyInputs<float> inputs) =>
        RowEntropy.WorkspaceBytes(stream, logits, outputs, options, inputs);
}
