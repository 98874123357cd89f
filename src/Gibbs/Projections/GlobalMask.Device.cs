using System;

namespace Gibbs;

/// <summary>One of the tensors of a global mask, in device memory.</summary>
/// <typeparam name="T">float, double, Half or BFloat16.</typeparam>
public readonly struct DeviceMaskTensor<T>
    where T : unmanaged
{
    /// <summary>w. With <see cref="MaskScore.Given"/> only needed for <see cref="Masked"/>.</summary>
    public DeviceSpan<T> Weights { get; init; }

    /// <summary>σ, g or the score, by <see cref="MaskScore"/>; as long as the weights.</summary>
    public DeviceSpan<T> Other { get; init; }

    /// <summary>1 where an entry is kept, else 0; or empty.</summary>
    public DeviceSpan<byte> Mask { get; init; }

    /// <summary>The weights where kept, else 0; may be the weights' own memory; or empty.</summary>
    public DeviceSpan<T> Masked { get; init; }
}

/// <content>The overloads on device memory: asynchronous on the stream, on the device that owns the memory; the threshold stays there. Safe under CUDA graph capture.</content>
public static partial class GlobalMask
{
    /// <summary>Keeps the k largest scores of tensors in device memory, asynchronously.</summary>
    /// <typeparam name="T">float, Half or BFloat16; double where no threshold is asked for.</typeparam>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="tensors">The tensors.</param>
    /// <param name="count">k in [0, total length].</param>
    /// <param name="score">What they compete by.</param>
    /// <param name="threshold">Receives the least score that is kept [1], +∞ where k is 0; or empty.</param>
    /// <param name="workspace">Scratch of at least <c>WorkspaceBytes</c>; empty: allocated on the stream and freed by the call.</param>
    /// <exception cref="ArgumentException">A length, a device or the count is wrong; the message names the tensor, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void KeepLargest<T>(
        CudaStream stream,
        ReadOnlySpan<DeviceMaskTensor<T>> tensors,
        long count,
        MaskScore score = MaskScore.Magnitude,
        DeviceSpan<float> threshold = default,
        DeviceSpan<byte> workspace = default)
        where T : unmanaged =>
        DeviceGlobalMask.KeepLargest(stream, tensors, count, score, threshold, workspace);

    /// <summary>As the form for the other types, for float64 and its threshold.</summary>
    /// <inheritdoc cref="KeepLargest{T}(CudaStream, ReadOnlySpan{DeviceMaskTensor{T}}, long, MaskScore, DeviceSpan{float}, DeviceSpan{byte})"/>
    public static void KeepLargest(
        CudaStream stream,
        ReadOnlySpan<DeviceMaskTensor<double>> tensors,
        long count,
        MaskScore score = MaskScore.Magnitude,
        DeviceSpan<double> threshold = default,
        DeviceSpan<byte> workspace = default) =>
        DeviceGlobalMask.KeepLargest(stream, tensors, count, score, threshold, workspace);

    /// <summary>Bytes of scratch that <c>KeepLargest</c> with the same arguments needs: give it 256-byte aligned. Enqueues nothing.</summary>
    /// <typeparam name="T">float, double, Half or BFloat16.</typeparam>
    /// <param name="stream">As in <c>KeepLargest</c>.</param>
    /// <param name="tensors">As in <c>KeepLargest</c>.</param>
    /// <param name="count">As in <c>KeepLargest</c>.</param>
    /// <param name="score">As in <c>KeepLargest</c>.</param>
    /// <exception cref="ArgumentException">As in <c>KeepLargest</c>.</exception>
    public static long WorkspaceBytes<T>(CudaStream stream, ReadOnlySpan<DeviceMaskTensor<T>> tensors, long count, MaskScore score = MaskScore.Magnitude)
        where T : unmanaged => DeviceGlobalMask.WorkspaceBytes(stream, tensors, count, score);
}
