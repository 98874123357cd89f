using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>A point in a stream's work, to wait for or to measure time between: <see cref="CudaDevice.CreateEvent"/>.</summary>
public sealed class CudaEvent : IDisposable
{
    private readonly EventHandle _handle;

    internal CudaEvent(CudaDevice device, EventHandle handle)
    {
        Device = device;
        _handle = handle;
    }

    /// <summary>The device.</summary>
    public CudaDevice Device { get; }

    /// <summary>Marks the end of the work that is on the stream now.</summary>
    /// <param name="stream">A stream of the same device.</param>
    public void Record(CudaStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.CheckDevice(Device.Ordinal, nameof(stream));
        using CudaStream.Use use = new(stream);
        using Scope mark = new(this);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_event_record(mark.Pointer, use.Stream));
    }

    /// <summary>Waits until the marked point has passed.</summary>
    public void Synchronize()
    {
        using Scope mark = new(this);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_event_synchronize(mark.Pointer));
    }

    /// <summary>Device milliseconds from another mark to this one; waits for both.</summary>
    /// <param name="begin">The earlier mark.</param>
    public unsafe double MillisecondsSince(CudaEvent begin)
    {
        ArgumentNullException.ThrowIfNull(begin);
        using Scope first = new(begin);
        using Scope last = new(this);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_event_synchronize(first.Pointer));
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_event_synchronize(last.Pointer));
        double milliseconds;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_event_elapsed(first.Pointer, last.Pointer, &milliseconds));
        return milliseconds;
    }

    /// <summary>Destroys the event; never waits.</summary>
    public void Dispose() => _handle.Dispose();

    // Keeps the event alive for a native call.
    private readonly ref struct Scope
    {
        private readonly EventHandle _handle;

        public Scope(CudaEvent owner)
        {
            ObjectDisposedException.ThrowIf(owner._handle.IsClosed, owner);
            _handle = owner._handle;
            bool held = false;
            _handle.DangerousAddRef(ref held);
        }

        public nint Pointer => _handle.Pointer;

        public void Dispose() => _handle.DangerousRelease();
    }
}
