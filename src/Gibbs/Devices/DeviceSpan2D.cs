using System;

namespace Gibbs;

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

    /// <summary>Some of the rows.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="rows">How many.</param>
    public DeviceSpan2D<T> Slice(long start, long rows)
    {
        if (start < 0 || rows < 0 || start > Rows - rows)
            throw new ArgumentOutOfRangeException(nameof(start), $"rows [{start}, {start} + {rows}) of a view of {Rows} rows");
        unsafe
        {
            return new(Pointer + checked((nint)(start * Stride * sizeof(T))), rows, Columns, Stride, Device);
        }
    }
}
