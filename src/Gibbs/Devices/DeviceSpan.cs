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
        if (rows > 0 && checked(((rows - 1) * stride) + columns) > Length)
            throw new ArgumentException($"{rows} rows of {columns} with stride {stride} do not fit in {Length} elements", nameof(rows));
        return view;
    }

    /// <summary>A span is a device span to the library that only reads it.</summary>
    public static implicit operator DeviceSpan<T>(DeviceBuffer<T> buffer) => (buffer ?? throw new ArgumentNullException(nameof(buffer))).Span;
}

/// <summary>A view of rows in device memory, 64-bit row offsets.</summary>
/// <typeparam name="T">The element type.</typeparam>
public readonly record struct DeviceSpan2D<T>
    where T : unmanaged
{
    /// <summary>Wraps a device pointer.</summary>
    /// <param name="pointer">The device address of the first element.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="stride">Elements from a row to the next, at least <paramref name="columns"/>.</param>
    /// <param name="device">The ordinal of the device that owns the memory.</param>
    public DeviceSpan2D(nint pointer, long rows, long columns, long stride, int device = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, columns);
        ArgumentOutOfRangeException.ThrowIfNegative(device);
        Pointer = pointer;
        Rows = rows;
        Columns = columns;
        Stride = stride;
        Device = device;
    }

    /// <summary>The device address.</summary>
    public nint Pointer { get; }

    /// <summary>Rows.</summary>
    public long Rows { get; }

    /// <summary>Columns.</summary>
    public long Columns { get; }

    /// <summary>Elements from a row to the next.</summary>
    public long Stride { get; }

    /// <summary>The ordinal of the device.</summary>
    public int Device { get; }

    /// <summary>Whether there are no elements.</summary>
    public bool IsEmpty => Rows == 0 || Columns == 0;
}

/// <summary>Hard targets in device memory, int32 or int64. Converts from either view; <c>default</c> means none.</summary>
public readonly record struct DeviceTargetSpan
{
    private DeviceTargetSpan(nint pointer, long length, int device, int elementBytes)
    {
        Pointer = pointer;
        Length = length;
        Device = device;
        ElementBytes = elementBytes;
    }

    /// <summary>The device address.</summary>
    public nint Pointer { get; }

    /// <summary>Targets.</summary>
    public long Length { get; }

    /// <summary>The ordinal of the device.</summary>
    public int Device { get; }

    /// <summary>4 or 8; 0 where there are none.</summary>
    public int ElementBytes { get; }

    /// <summary>Int32 targets.</summary>
    public static implicit operator DeviceTargetSpan(DeviceSpan<int> targets) => new(targets.Pointer, targets.Length, targets.Device, sizeof(int));

    /// <summary>Int64 targets.</summary>
    public static implicit operator DeviceTargetSpan(DeviceSpan<long> targets) => new(targets.Pointer, targets.Length, targets.Device, sizeof(long));

    /// <summary>Int32 targets.</summary>
    public static implicit operator DeviceTargetSpan(DeviceBuffer<int> targets) => (targets ?? throw new ArgumentNullException(nameof(targets))).Span;

    /// <summary>Int64 targets.</summary>
    public static implicit operator DeviceTargetSpan(DeviceBuffer<long> targets) => (targets ?? throw new ArgumentNullException(nameof(targets))).Span;
}
