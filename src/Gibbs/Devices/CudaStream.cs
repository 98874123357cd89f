using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>An ordered queue of device work. Everything is asynchronous but <see cref="Synchronize"/> and copies to and from spans. Safe to use from any thread.</summary>
public sealed partial class CudaStream : IDisposable
{
    private readonly StreamHandle _handle;
    private readonly bool _isDefault;

    internal CudaStream(CudaDevice device, StreamHandle handle, bool isDefault)
    {
        Device = device;
        _handle = handle;
        _isDefault = isDefault;
    }

    /// <summary>The device.</summary>
    public CudaDevice Device { get; }

    /// <summary>The CUstream, for other libraries; 0 is the legacy default stream.</summary>
    /// <exception cref="ObjectDisposedException">The stream was disposed.</exception>
    public nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsDisposed, this);
            return _handle.Pointer;
        }
    }

    internal StreamHandle StreamHandle => _handle;

    /// <summary>Waits for all work on the stream. An error of earlier asynchronous work surfaces here.</summary>
    /// <exception cref="GibbsNativeException">The driver reports an error, of this call or of earlier work.</exception>
    public void Synchronize()
    {
        using Use use = new(this);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_stream_synchronize(use.Device, use.Stream));
    }

    /// <summary>Allocates, stream-ordered: the memory may be used by later work on this stream, by other streams after a wait. Not initialised.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="length">Elements; 0 is an empty buffer.</param>
    /// <exception cref="DeviceMemoryException">There is not that much.</exception>
    public unsafe DeviceBuffer<T> Allocate<T>(long length)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ObjectDisposedException.ThrowIf(_handle.IsDisposed, this);
        return new(this, MemoryHandle.Allocate(_handle, checked(length * sizeof(T))), length);
    }

    /// <summary>Allocates and copies, synchronously.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="source">What to copy.</param>
    public DeviceBuffer<T> Upload<T>(ReadOnlySpan<T> source)
        where T : unmanaged
    {
        DeviceBuffer<T> buffer = Allocate<T>(source.Length);
        try
        {
            Copy(source, buffer.Span);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Destroys the stream once its work is done and its buffers are gone; never waits. The default stream stays.</summary>
    public void Dispose()
    {
        if (!_isDefault)
            _handle.Dispose();
    }

    internal void CheckDevice(int device, string argument)
    {
        if (device != Device.Ordinal)
            throw new ArgumentException($"{argument} lies on device {device}, the stream on device {Device.Ordinal}: both must be the same", argument);
    }

    // Keeps the stream and its device alive for a native call.
    internal readonly ref struct Use
    {
        private readonly StreamHandle _handle;

        public Use(CudaStream stream)
        {
            ObjectDisposedException.ThrowIf(stream._handle.IsDisposed, stream);
            _handle = stream._handle;
            bool held = false;
            _handle.DangerousAddRef(ref held);
        }

        public nint Device => _handle.DevicePointer;

        public nint Stream => _handle.Pointer;

        public void Dispose() => _handle.DangerousRelease();
    }
}
