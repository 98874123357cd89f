using System.Runtime.InteropServices;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>
/// A CUstream: ours (destroyed at the last reference), the default stream, or somebody else's. Holds its device. Buffers hold the stream they were allocated on, so
/// that they can be freed on it after it was disposed.
/// </summary>
internal sealed class StreamHandle : SafeHandle
{
    private readonly DeviceHandle _device;
    private readonly StreamOwner _owner;
    private volatile bool _disposed;
    private bool _ready;

    private StreamHandle(DeviceHandle device, StreamOwner owner)
        : base(0, ownsHandle: true)
    {
        _device = device;
        _owner = owner;
    }

    // 0 is a stream too, the default one.
    public override bool IsInvalid => !_ready;

    public DeviceHandle Device => _device;

    // Unlike IsClosed, which waits for the buffers of the stream too.
    public bool IsDisposed => _disposed;

    // The gibbs_device*; valid while a reference to this handle is held.
    public nint DevicePointer => _device.Pointer;

    // The CUstream; valid while a reference is held.
    public nint Pointer => handle;

    // The stream that memory of this stream is freed on. Somebody else's stream may be gone once its wrapper was disposed: then the default stream.
    public nint FreeStream => _disposed && _owner == StreamOwner.Foreign ? 0 : handle;

    public static unsafe StreamHandle Create(DeviceHandle device)
    {
        StreamHandle stream = new(device, StreamOwner.Gibbs);
        bool held = false;
        device.DangerousAddRef(ref held);
        try
        {
            nint pointer;
            NativeStatus.ThrowIfFailed(NativeMethods.gibbs_stream_create(device.Pointer, &pointer));
            stream.SetHandle(pointer);
            stream._ready = true;
            held = false; // now the stream's
        }
        finally
        {
            if (held)
                device.DangerousRelease();
        }

        return stream;
    }

    public static StreamHandle Wrap(DeviceHandle device, nint pointer, StreamOwner owner)
    {
        StreamHandle stream = new(device, owner);
        bool held = false;
        device.DangerousAddRef(ref held);
        stream.SetHandle(pointer);
        stream._ready = true;
        return stream;
    }

    protected override void Dispose(bool disposing)
    {
        // Also where the collector does it: either way nobody vouches for a foreign stream any more.
        _disposed = true;
        base.Dispose(disposing);
    }

    protected override bool ReleaseHandle()
    {
        bool ok = _owner != StreamOwner.Gibbs || NativeMethods.gibbs_stream_destroy(_device.Pointer, handle) == gibbs_status.GIBBS_OK;
        _device.DangerousRelease();
        return ok;
    }
}

/// <summary>Who destroys a stream.</summary>
internal enum StreamOwner
{
    Gibbs,
    Driver,
    Foreign,
}
