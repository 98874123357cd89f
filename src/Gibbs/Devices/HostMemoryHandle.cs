using System.Runtime.InteropServices;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>Pinned host memory; holds its device.</summary>
internal sealed class HostMemoryHandle : SafeHandle
{
    private readonly DeviceHandle _device;
    private bool _ready;

    private HostMemoryHandle(DeviceHandle device)
        : base(0, ownsHandle: true) => _device = device;

    // Null is the memory of an empty buffer.
    public override bool IsInvalid => !_ready;

    public static unsafe HostMemoryHandle Allocate(DeviceHandle device, long bytes)
    {
        HostMemoryHandle memory = new(device);
        bool held = false;
        device.DangerousAddRef(ref held);
        try
        {
            nint pointer = 0;
            if (bytes > 0)
                NativeStatus.ThrowIfFailed(NativeMethods.gibbs_host_allocate(device.Pointer, bytes, &pointer));
            memory.SetHandle(pointer);
            memory._ready = true;
            held = false; // now the memory's
        }
        finally
        {
            if (held)
                device.DangerousRelease();
        }

        return memory;
    }

    protected override bool ReleaseHandle()
    {
        bool ok = handle == 0 || NativeMethods.gibbs_host_free(_device.Pointer, handle) == gibbs_status.GIBBS_OK;
        _device.DangerousRelease();
        return ok;
    }
}
