using System.Runtime.InteropServices;
using System.Threading;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>Owns one count of an opened device. Streams, buffers and events hold a reference, so the device outlives them in whatever order they go.</summary>
internal sealed class DeviceHandle : SafeHandle
{
    private long _liveBytes;
    private volatile bool _disposed;

    private DeviceHandle(int ordinal)
        : base(0, ownsHandle: true) => Ordinal = ordinal;

    public int Ordinal { get; }

    public long LiveBytes => Interlocked.Read(ref _liveBytes);

    public override bool IsInvalid => handle == 0;

    // Unlike IsClosed, which waits for streams and buffers too.
    public bool IsDisposed => _disposed;

    // The gibbs_device*; valid while a reference is held.
    public nint Pointer => handle;

    public static unsafe DeviceHandle Open(int ordinal)
    {
        DeviceHandle device = new(ordinal);
        nint pointer;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_device_open(ordinal, &pointer));
        device.SetHandle(pointer);
        return device;
    }

    public void CountBytes(long change) => Interlocked.Add(ref _liveBytes, change);

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        base.Dispose(disposing);
    }

    protected override bool ReleaseHandle() => NativeMethods.gibbs_device_close(handle) == gibbs_status.GIBBS_OK;
}
