using System.Runtime.InteropServices;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>A gibbs_event; holds its device.</summary>
internal sealed class EventHandle : SafeHandle
{
    private readonly DeviceHandle _device;

    private EventHandle(DeviceHandle device)
        : base(0, ownsHandle: true) => _device = device;

    public override bool IsInvalid => handle == 0;

    // The gibbs_event*; valid while a reference is held.
    public nint Pointer => handle;

    public static unsafe EventHandle Create(DeviceHandle device)
    {
        EventHandle created = new(device);
        bool held = false;
        device.DangerousAddRef(ref held);
        try
        {
            nint pointer;
            NativeStatus.ThrowIfFailed(NativeMethods.gibbs_event_create(device.Pointer, &pointer));
            created.SetHandle(pointer);
            held = false; // now the event's
        }
        finally
        {
            if (held)
                device.DangerousRelease();
        }

        return created;
    }

    protected override bool ReleaseHandle()
    {
        bool ok = NativeMethods.gibbs_event_destroy(handle) == gibbs_status.GIBBS_OK;
        _device.DangerousRelease();
        return ok;
    }
}
