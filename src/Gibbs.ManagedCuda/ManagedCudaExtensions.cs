using System;
using System.Runtime.CompilerServices;

using ManagedCuda;

using ForeignStream = ManagedCuda.CudaStream;

namespace Gibbs;

/// <summary>
/// Gibbs on memory and streams that ManagedCuda owns: views and wrappers, no copies. Objects must come from a <see cref="PrimaryContext"/>, the context in which
/// Gibbs and the CUDA runtime work; <c>CudaContext</c> by itself makes another one, whose memory this device cannot use.
/// </summary>
/// <remarks>ManagedCuda frees nothing when its objects are collected, and views keep nothing alive: the owner disposes, after the work that uses the memory.</remarks>
public static class ManagedCudaExtensions
{
    /// <summary>Opens the device of a primary context.</summary>
    /// <param name="context">The context; need not be current.</param>
    public static CudaDevice OpenDevice(this PrimaryContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return CudaDevice.Open(context.DeviceId);
    }

    /// <summary>Wraps a stream, which must live until the wrapper is disposed.</summary>
    /// <param name="device">The device of the stream's primary context.</param>
    /// <param name="stream">The stream, which stays its owner's.</param>
    public static CudaStream WrapStream(this CudaDevice device, ForeignStream stream)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(stream);
        return device.WrapStream(stream.Stream.Pointer);
    }

    /// <summary>A view of a variable's memory.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="variable">The variable, which stays its owner's.</param>
    /// <exception cref="ArgumentException">The driver does not know the memory.</exception>
    public static DeviceSpan<T> AsDeviceSpan<T>(this CudaDeviceVariable<T> variable)
        where T : unmanaged => AsDeviceSpan<T, T>(variable);

    /// <summary>A view of a variable's memory as another type of the same size: ManagedCuda's <c>half</c> and <c>bfloat16</c> as <see cref="Half"/> and <see cref="BFloat16"/>.</summary>
    /// <typeparam name="TFrom">ManagedCuda's type.</typeparam>
    /// <typeparam name="TTo">The type of the view.</typeparam>
    /// <param name="variable">The variable, which stays its owner's.</param>
    /// <exception cref="ArgumentException">The sizes differ, or the driver does not know the memory.</exception>
    public static DeviceSpan<TTo> AsDeviceSpan<TFrom, TTo>(this CudaDeviceVariable<TFrom> variable)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        ArgumentNullException.ThrowIfNull(variable);
        if (Unsafe.SizeOf<TFrom>() != Unsafe.SizeOf<TTo>())
            throw new ArgumentException($"{typeof(TFrom)} has {Unsafe.SizeOf<TFrom>()} bytes and {typeof(TTo)} {Unsafe.SizeOf<TTo>()}: only types of one size can share memory", nameof(variable));
        nint pointer = (nint)(ulong)variable.DevicePointer.Pointer;
        int device = CudaDevice.OwnerOf(pointer)
            ?? throw new ArgumentException($"the driver knows no device memory at 0x{pointer:x}: is the variable disposed?", nameof(variable));
        return new DeviceSpan<TTo>(pointer, (long)variable.Size, device);
    }

    /// <summary>A view of a variable's memory as rows.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="variable">The variable, which stays its owner's.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="stride">Elements from a row to the next; 0 for <paramref name="columns"/>.</param>
    public static DeviceSpan2D<T> AsRows<T>(this CudaDeviceVariable<T> variable, long rows, long columns, long stride = 0)
        where T : unmanaged => AsDeviceSpan<T, T>(variable).AsRows(rows, columns, stride);
}
