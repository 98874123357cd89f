using System;
using System.Runtime.InteropServices;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>
/// A CUDA device, or the emulated one, by ordinal. Works in the device's primary context, so pointers and streams pass freely to and from other libraries of the
/// process. Safe to use from any thread.
/// </summary>
/// <remarks>Opening loads every kernel; nothing later loads anything. Opening is counted, and streams, buffers and events keep their device open until they are gone.</remarks>
public sealed class CudaDevice : IDisposable
{
    private readonly DeviceHandle _handle;

    private CudaDevice(DeviceHandle handle)
    {
        _handle = handle;
        Info = ReadInfo(handle);
        DefaultStream = new CudaStream(this, StreamHandle.Wrap(handle, 0, StreamOwner.Driver), isDefault: true);
    }

    /// <summary>Devices of the native library that this process binds; 0 where it, a driver or a device is missing.</summary>
    public static int Count => CountDevices(out _);

    /// <summary>Why <see cref="Count"/> is 0, one line; null where it is not.</summary>
    public static string? UnavailableReason => CountDevices(out string? reason) == 0 ? reason : null;

    /// <summary>The ordinal.</summary>
    public int Ordinal => _handle.Ordinal;

    /// <summary>The device's name.</summary>
    public string Name => Info.Name;

    /// <summary>True under emulation.</summary>
    public bool IsEmulated => Info.IsEmulated;

    /// <summary>What the device is, read when it was opened.</summary>
    public CudaDeviceInfo Info { get; }

    /// <summary>Bytes of the <see cref="DeviceBuffer{T}"/> objects allocated through this object and not yet disposed or collected.</summary>
    public long LiveBytes => _handle.LiveBytes;

    /// <summary>The legacy default stream (0), with which other libraries' default work is ordered. Disposing it does nothing.</summary>
    public CudaStream DefaultStream { get; }

    private DeviceHandle Live
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsDisposed, this);
            return _handle;
        }
    }

    /// <summary>Opens a device.</summary>
    /// <param name="ordinal">In [0, <see cref="Count"/>).</param>
    /// <exception cref="DeviceUnavailableException">There is no device at all, or no embedded image fits this one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are devices, but not this one.</exception>
    public static CudaDevice Open(int ordinal = 0)
    {
        NativeRuntime.Bind();
        int count = CountDevices(out string? reason);
        if (count == 0)
            throw new DeviceUnavailableException(reason!);
        if (ordinal < 0 || ordinal >= count)
            throw new ArgumentOutOfRangeException(nameof(ordinal), ordinal, $"there {(count == 1 ? "is 1 device" : $"are {count} devices")}: the ordinal is in [0, {count})");
        DeviceHandle handle = DeviceHandle.Open(ordinal);
        try
        {
            return new CudaDevice(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The ordinal of the device that owns a pointer from any library, null for memory the driver does not know.</summary>
    /// <param name="pointer">A device address.</param>
    public static unsafe int? OwnerOf(nint pointer)
    {
        NativeRuntime.Bind();
        int ordinal;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_pointer_device(pointer, &ordinal));
        return ordinal < 0 ? null : ordinal;
    }

    /// <summary>Creates a stream that does not wait for the default stream.</summary>
    public CudaStream CreateStream() => new(this, StreamHandle.Create(Live), isDefault: false);

    /// <summary>A stream that somebody else owns.</summary>
    /// <param name="handle">
    /// A CUstream of this device's primary context. It must live until the wrapper is disposed; memory allocated through it and freed later is freed on the default stream.
    /// </param>
    public CudaStream WrapStream(nint handle) => new(this, StreamHandle.Wrap(Live, handle, StreamOwner.Foreign), isDefault: false);

    /// <summary>Creates an event, for ordering and timing.</summary>
    public CudaEvent CreateEvent() => new(this, EventHandle.Create(Live));

    /// <summary>Allocates pinned host memory, for asynchronous copies. Slow, and it waits for the device: do it once.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="length">Elements.</param>
    /// <exception cref="DeviceMemoryException">There is not that much.</exception>
    public unsafe HostBuffer<T> AllocateHost<T>(long length)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new(HostMemoryHandle.Allocate(Live, checked(length * sizeof(T))), length, Ordinal);
    }

    /// <summary>Lets go of the device. What was created through it keeps working until it is disposed itself, but for <see cref="DefaultStream"/>.</summary>
    public void Dispose()
    {
        DefaultStream.StreamHandle.Dispose();
        _handle.Dispose();
    }

    private static unsafe int CountDevices(out string? reason)
    {
        reason = NativeRuntime.Failure;
        if (reason is not null)
            return 0;
        int count;
        byte* why;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_device_count(&count, &why));
        if (count == 0)
            reason = Marshal.PtrToStringUTF8((nint)why) is { Length: > 0 } text ? text : "the driver reports no device";
        return count;
    }

    private static unsafe CudaDeviceInfo ReadInfo(DeviceHandle handle)
    {
        gibbs_device_info info = default;
        info.struct_size = (uint)sizeof(gibbs_device_info);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_device_get_info(handle.Pointer, &info));
        GC.KeepAlive(handle);
        ReadOnlySpan<byte> name = info.name;
        int end = name.IndexOf((byte)0);
        return new CudaDeviceInfo
        {
            Ordinal = info.ordinal,
            Name = System.Text.Encoding.UTF8.GetString(end < 0 ? name : name[..end]),
            ComputeCapability = new Version(info.compute_major, info.compute_minor),
            Multiprocessors = info.multiprocessors,
            DriverVersion = new Version(info.driver_version / 1000, info.driver_version % 1000 / 10),
            TotalMemory = info.total_memory,
            L2Bytes = info.l2_bytes,
            SharedMemoryPerBlock = info.shared_per_block,
            NominalBandwidth = 2.0 * 1000.0 * info.memory_clock_khz * (info.memory_bus_bits / 8),
            IsEmulated = NativeRuntime.Kind == RuntimeKind.Emulated,
        };
    }
}
