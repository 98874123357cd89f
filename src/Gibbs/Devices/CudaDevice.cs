using System;

namespace Gibbs;

/// <summary>SKELETON: a CUDA device, or the emulated one, by ordinal.</summary>
public sealed class CudaDevice : IDisposable
{
    /// <summary>Devices of the native library that this process binds; 0 where it, a driver or a device is missing.</summary>
    public static int Count => throw new NotSupportedException();

    /// <summary>Why <see cref="Count"/> is 0, one line; null where it is not.</summary>
    public static string? UnavailableReason => throw new NotSupportedException();

    /// <summary>Opens a device.</summary>
    public static CudaDevice Open(int ordinal = 0) => throw new NotSupportedException();

    /// <summary>The ordinal.</summary>
    public int Ordinal => throw new NotSupportedException();

    /// <summary>The device's name.</summary>
    public string Name => throw new NotSupportedException();

    /// <summary>True under emulation.</summary>
    public bool IsEmulated => throw new NotSupportedException();

    /// <summary>Creates a stream.</summary>
    public CudaStream CreateStream() => throw new NotSupportedException();

    /// <summary>The legacy default stream (0), with which other libraries' default work is ordered.</summary>
    public CudaStream DefaultStream => throw new NotSupportedException();

    /// <summary>A stream that somebody else owns (a CUstream of the primary context).</summary>
    public CudaStream WrapStream(nint handle) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotSupportedException();
}

/// <summary>SKELETON: an ordered queue of device work.</summary>
public sealed class CudaStream : IDisposable
{
    /// <summary>The device.</summary>
    public CudaDevice Device => throw new NotSupportedException();

    /// <summary>The CUstream.</summary>
    public nint Handle => throw new NotSupportedException();

    /// <summary>Waits for all work on the stream.</summary>
    public void Synchronize() => throw new NotSupportedException();

    /// <summary>Allocates, stream-ordered.</summary>
    public DeviceBuffer<T> Allocate<T>(long length)
        where T : unmanaged => throw new NotSupportedException();

    /// <summary>Allocates and copies, synchronously.</summary>
    public DeviceBuffer<T> Upload<T>(ReadOnlySpan<T> source)
        where T : unmanaged => throw new NotSupportedException();

    /// <summary>Copies host to device, synchronously.</summary>
    public void Copy<T>(ReadOnlySpan<T> source, DeviceSpan<T> destination)
        where T : unmanaged => throw new NotSupportedException();

    /// <summary>Copies device to host, synchronously.</summary>
    public void Copy<T>(DeviceSpan<T> source, Span<T> destination)
        where T : unmanaged => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotSupportedException();
}

/// <summary>SKELETON: device memory that this object owns.</summary>
public sealed class DeviceBuffer<T> : IDisposable
    where T : unmanaged
{
    /// <summary>The memory.</summary>
    public DeviceSpan<T> Span => throw new NotSupportedException();

    /// <summary>Elements.</summary>
    public long Length => throw new NotSupportedException();

    /// <summary>Copies all of it to a new array, synchronously.</summary>
    public T[] ToArray() => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotSupportedException();
}
