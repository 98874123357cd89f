using System;

namespace Gibbs.Cli.Kernels;

/// <summary>The overloads of <see cref="GlobalMask"/> on devices: the threshold has the arithmetic type.</summary>
internal interface IMaskKernels<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    static abstract void KeepLargest(
        CudaStream stream, ReadOnlySpan<DeviceMaskTensor<T>> tensors, long count, MaskScore score, DeviceSpan<TReal> threshold, DeviceSpan<byte> workspace);
}

internal readonly partial struct Float32Kernels
{
    public static void KeepLargest(
        CudaStream stream, ReadOnlySpan<DeviceMaskTensor<float>> tensors, long count, MaskScore score, DeviceSpan<float> threshold, DeviceSpan<byte> workspace) =>
        GlobalMask.KeepLargest(stream, tensors, count, score, threshold, workspace);
}

internal readonly partial struct Float64Kernels
{
    public static void KeepLargest(
        CudaStream stream, ReadOnlySpan<DeviceMaskTensor<double>> tensors, long count, MaskScore score, DeviceSpan<double> threshold, DeviceSpan<byte> workspace) =>
        GlobalMask.KeepLargest(stream, tensors, count, score, threshold, workspace);
}

internal readonly partial struct Float16Kernels
{
    public static void KeepLargest(
        CudaStream stream, ReadOnlySpan<DeviceMaskTensor<Half>> tensors, long count, MaskScore score, DeviceSpan<float> threshold, DeviceSpan<byte> workspace) =>
        GlobalMask.KeepLargest(stream, tensors, count, score, threshold, workspace);
}

internal readonly partial struct BFloat16Kernels
{
    public static void KeepLargest(
        CudaStream stream, ReadOnlySpan<DeviceMaskTensor<BFloat16>> tensors, long count, MaskScore score, DeviceSpan<float> threshold, DeviceSpan<byte> workspace) =>
        GlobalMask.KeepLargest(stream, tensors, count, score, threshold, workspace);
}
