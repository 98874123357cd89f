using System.Runtime.InteropServices;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>Device memory, allocated and freed in the order of its stream. Released from any thread, the finaliser's too: it neither waits nor throws.</summary>
internal sealed class MemoryHandle : SafeHandle
{
    private readonly StreamHandle _stream;
    private long _bytes;
    private bool _ready;

    private MemoryHandle(StreamHandle stream)
        : base(0, ownsHandle: true) => _stream = stream;

    // Null is the memory of an empty buffer.
    public override bool IsInvalid => !_ready;

    public StreamHandle Stream => _stream;

    public static unsafe MemoryHandle Allocate(StreamHandle stream, long bytes)
    {
        MemoryHandle memory = new(stream);
        bool held = false;
        stream.DangerousAddRef(ref held);
        try
        {
            nint pointer = 0;
            if (bytes > 0)
                NativeStatus.ThrowIfFailed(NativeMethods.gibbs_memory_allocate(stream.DevicePointer, stream.Pointer, bytes, &pointer));
            memory.SetHandle(pointer);
            memory._bytes = bytes;
            memory._ready = true;
            stream.Device.CountBytes(bytes);
            held = false; // now the memory's
        }
        finally
        {
            if (held)
                stream.DangerousRelease();
        }

        return memory;
    }

    protected override bool ReleaseHandle()
    {
        bool ok = handle == 0 || NativeMethods.gibbs_memory_free(_stream.DevicePointer, _stream.FreeStream, handle) == gibbs_status.GIBBS_OK;
        _stream.Device.CountBytes(-_bytes);
        _stream.DangerousRelease();
        return ok;
    }
}
