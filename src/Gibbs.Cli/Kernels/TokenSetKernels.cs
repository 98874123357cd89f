using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cli.Kernels;

/// <summary>The overloads of <see cref="TokenSet"/>.</summary>
internal interface ITokenSetKernels<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    static abstract CrossEntropyResult Compute(ReadOnlySpan2D<T> logits, in TokenSetOutputs<T, TReal> outputs, in TokenSetOptions options, in TokenSetInputs<TReal> inputs);

    static abstract void Compute(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        in DeviceTokenSetOutputs<T, TReal> outputs,
        in TokenSetOptions options,
        in DeviceTokenSetInputs<TReal> inputs);

    static abstract long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        in DeviceTokenSetOutputs<T, TReal> outputs,
        in TokenSetOptions options,
        in DeviceTokenSetInputs<TReal> inputs);
}

internal readonly partial struct Float32Kernels
{
    public static CrossEntropyResult Compute(ReadOnlySpan2D<float> logits, in TokenSetOutputs<float, float> outputs, in TokenSetOptions options, in TokenSetInputs<float> inputs) =>
        TokenSet.Compute(logits, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> logits,
        in DeviceTokenSetOutputs<float, float> outputs,
        in TokenSetOptions options,
        in DeviceTokenSetInputs<float> inputs) =>
        TokenSet.Compute(stream, logits, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<float> logits,
        in DeviceTokenSetOutputs<float, float> outputs,
        in TokenSetOptions options,
        in DeviceTokenSetInputs<float> inputs) =>
        TokenSet.WorkspaceBytes(stream, logits, outputs, options, inputs);
}

internal readonly partial struct Float64Kernels
{
    public static CrossEntropyResult Compute(ReadOnlySpan2D<double> logits, in TokenSetOutputs<double, double> outputs, in TokenSetOptions options, in TokenSetInputs<double> inputs) =>
        TokenSet.Compute(logits, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> logits,
        in DeviceTokenSetOutputs<double, double> outputs,
        in TokenSetOptions options,
        in DeviceTokenSetInputs<double> inputs) =>
        TokenSet.Compute(stream, logits, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> logits,
        in DeviceTokenSetOutputs<double, double> outputs,
        in TokenSetOptions options,
        in DeviceTokenSetInputs<double> inputs) =>
        TokenSet.WorkspaceBytes(stream, logits, outputs, options, inputs);
}

internal readonly partial struct Float16Kernels
{
    public static CrossEntropyResult Compute(ReadOnlySpan2D<Half> logits, in TokenSetOutputs<Half, float> outputs, in TokenSetOptions options, in TokenSetInputs<float> inputs) =>
        TokenSet.Compute(logits, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<Half> logits,
        in DeviceTokenSetOutputs<Half, float> outputs,
        in TokenSetOptions options,
        in DeviceTokenSetInputs<float> inputs) =>
        TokenSet.Compute(stream, logits, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<Half> logits,
        in DeviceTokenSetOutputs<Half, float> outputs,
        in TokenSetOptions options,
        in DeviceTokenSetInputs<float> inputs) =>
        TokenSet.WorkspaceBytes(stream, logits, outputs, options, inputs);
}

internal readonly partial struct BFloat16Kernels
{
    public static CrossEntropyResult Compute(ReadOnlySpan2D<BFloat16> logits, in TokenSetOutputs<BFloat16, float> outputs, in TokenSetOptions options, in TokenSetInputs<float> inputs) =>
        TokenSet.Compute(logits, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<BFloat16> logits,
        in DeviceTokenSetOutputs<BFloat16, float> outputs,
        in TokenSetOptions options,
        in DeviceTokenSetInputs<float> inputs) =>
        TokenSet.Compute(stream, logits, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<BFloat16> logits,
        in DeviceTokenSetOutputs<BFloat16, float> outputs,
        in TokenSetOptions options,
        in DeviceTokenSetInputs<float> inputs) =>
        TokenSet.WorkspaceBytes(stream, logits, outputs, options, inputs);
}
