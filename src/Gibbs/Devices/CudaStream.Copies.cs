using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>Copies: synchronous to and from spans, asynchronous between device memory and pinned <see cref="HostBuffer{T}"/> memory.</summary>
public sealed partial class CudaStream
{
    /// <summary>Copies host to device; returns when it is done, and with it all earlier work on the stream.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="source">The host memory.</param>
    /// <param name="destination">As many elements of device memory.</param>
    public unsafe void Copy<T>(ReadOnlySpan<T> source, DeviceSpan<T> destination)
        where T : unmanaged
    {
        CheckCopy(source.Length, destination.Length);
        CheckView(destination, nameof(destination));
        if (source.IsEmpty)
            return;
        using Use use = new(this);
        fixed (T* host = source)
        {
            NativeStatus.ThrowIfFailed(NativeMethods.gibbs_memory_copy(use.Device, use.Stream, destination.Pointer, (nint)host, checked(destination.Length * sizeof(T))));

            // Also where the driver has staged the span already: the span might be pinned memory, which it reads later.
            NativeStatus.ThrowIfFailed(NativeMethods.gibbs_stream_synchronize(use.Device, use.Stream));
        }
    }

    /// <summary>Copies device to host; returns when it is done, and with it all earlier work on the stream.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="source">The device memory.</param>
    /// <param name="destination">As many elements of host memory.</param>
    public unsafe void Copy<T>(DeviceSpan<T> source, Span<T> destination)
        where T : unmanaged
    {
        CheckCopy(source.Length, destination.Length);
        CheckView(source, nameof(source));
        if (destination.IsEmpty)
            return;
        using Use use = new(this);
        fixed (T* host = destination)
        {
            NativeStatus.ThrowIfFailed(NativeMethods.gibbs_memory_copy(use.Device, use.Stream, (nint)host, source.Pointer, checked(source.Length * sizeof(T))));
            NativeStatus.ThrowIfFailed(NativeMethods.gibbs_stream_synchronize(use.Device, use.Stream));
        }
    }

    /// <summary>Copies device to device, asynchronously. The two may not overlap.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="source">The memory to read.</param>
    /// <param name="destination">As many elements.</param>
    public void EnqueueCopy<T>(DeviceSpan<T> source, DeviceSpan<T> destination)
        where T : unmanaged
    {
        CheckCopy(source.Length, destination.Length);
        CheckView(source, nameof(source));
        CheckView(destination, nameof(destination));
        CopyBytes<T>(destination.Pointer, source.Pointer, source.Length);
    }

    /// <summary>Copies pinned host memory to the device, asynchronously.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="source">Must not be written or disposed before the stream has come past the copy.</param>
    /// <param name="destination">Says how many elements are copied.</param>
    /// <param name="start">The first element of <paramref name="source"/>.</param>
    public void EnqueueCopy<T>(HostBuffer<T> source, DeviceSpan<T> destination, long start = 0)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(source);
        CheckView(destination, nameof(destination));
        CopyBytes<T>(destination.Pointer, source.Address(start, destination.Length), destination.Length);
        GC.KeepAlive(source);
    }

    /// <summary>Copies device memory to pinned host memory, asynchronously.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="source">Says how many elements are copied.</param>
    /// <param name="destination">Must not be read or disposed before the stream has come past the copy.</param>
    /// <param name="start">The first element of <paramref name="destination"/>.</param>
    public void EnqueueCopy<T>(DeviceSpan<T> source, HostBuffer<T> destination, long start = 0)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(destination);
        CheckView(source, nameof(source));
        CopyBytes<T>(destination.Address(start, source.Length), source.Pointer, source.Length);
        GC.KeepAlive(destination);
    }

    /// <summary>Sets every byte, asynchronously.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="destination">The memory.</param>
    /// <param name="value">The byte; 0 makes zeros of every type.</param>
    public unsafe void EnqueueFill<T>(DeviceSpan<T> destination, byte value = 0)
        where T : unmanaged
    {
        CheckView(destination, nameof(destination));
        if (destination.IsEmpty)
            return;
        using Use use = new(this);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_memory_set(use.Device, use.Stream, destination.Pointer, value, checked(destination.Length * sizeof(T))));
    }

    // The yardstick of device benchmarks: a streaming copy with 16-byte accesses, or with an empty destination a read whose checksum goes to sink.
    internal void EnqueueBenchmarkCopy(DeviceSpan<byte> destination, DeviceSpan<byte> source, DeviceSpan<uint> sink)
    {
        CheckView(source, nameof(source));
        using Use use = new(this);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_benchmark_copy(use.Device, use.Stream, destination.Pointer, source.Pointer, source.Length, sink.Pointer));
    }

    private unsafe void CopyBytes<T>(nint destination, nint source, long length)
        where T : unmanaged
    {
        if (length == 0)
            return;
        using Use use = new(this);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_memory_copy(use.Device, use.Stream, destination, source, checked(length * sizeof(T))));
    }

    private void CheckView<T>(DeviceSpan<T> view, string argument)
        where T : unmanaged
    {
        if (view.IsEmpty)
            return;
        CheckDevice(view.Device, argument);
        if (view.Pointer == 0)
            throw new ArgumentException($"{argument} has {view.Length} elements and a null pointer", argument);
    }

    private static void CheckCopy(long source, long destination)
    {
        if (source != destination)
            throw new ArgumentException($"the source has {source} elements and the destination {destination}: they must be equal, slice the longer one", nameof(destination));
    }
}
