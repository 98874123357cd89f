using System;

namespace Gibbs;

/// <summary>A view of device memory that somebody owns: <see cref="DeviceBuffer{T}"/>, or any other library through the pointer.</summary>
/// <typeparam name="T">The element type.</typeparam>
public readonly record struct DeviceSpan<T>
    where T : unmanaged
{
    /// <summary>Wraps a device pointer.</summary>
    /// <param name="pointer">The device address of the first element.</param>
    /// <param name="length">Elements.</param>
    /// <param name="device">The ordinal of the device that owns the memory.</param>
    public DeviceSpan(nint pointer, long length, int device = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegative(device);
        Pointer = pointer;
        Length = length;
        Device = device;
    }

    /// <summary>The device address.</summary>
    public nint Pointer { get; }

    /// <summary>Elements.</summary>
    public long Length { get; }

    /// <summary>The ordinal of the device.</summary>
    public int Device { get; }

    /// <summary>Whether there are no elements.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>A part of the view.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="length">Elements.</param>
    public DeviceSpan<T> Slice(long start, long length)
    {
        if (start < 0 || length < 0 || start > Length - length)
            throw new ArgumentOutOfRangeException(nameof(start), $"slice [{start}, {start} + {length}) of a view of {Length} elements");
        unsafe
        {
            return new(Pointer + (nint)(start * sizeof(T)), length, Device);
        }
    }

    /// <summary>The view as rows.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="stride">Elements from a row to the next; 0 for <paramref name="columns"/>.</param>
    public DeviceSpan2D<T> AsRows(long rows, long columns, long stride = 0)
    {
        stride = stride == 0 ? columns : stride;
        DeviceSpan2D<T> view = new(Pointer, rows, columns, stride, Device);
        if (rows > 0 && ((Int128)(rows - 1) * stride) + columns > Length)
            throw new ArgumentException($"{rows} rows of {columns} with stride {stride} do not fit in {Length} elements", nameof(rows));
        return view;
    }

    /// <summary>The whole of a buffer, which must be kept alive while the view is used.</summary>
    public static implicit operator DeviceSpan<T>(DeviceBuffer<T> buffer) => (buffer ?? throw new ArgumentNullException(nameof(buffer))).Span;
}
