using System;
using System.Collections.Generic;

namespace Gibbs.Cli;

/// <summary>Arrays in device memory that a call owns, and its times by the device's clock.</summary>
internal sealed class DeviceArrays(CudaStream stream) : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    public CudaStream Stream => stream;

    /// <summary>A copy of an array; empty for none.</summary>
    public DeviceSpan<T> Upload<T>(T[]? array)
        where T : unmanaged
    {
        if (array is null || array.Length == 0)
            return default;
        DeviceBuffer<T> buffer = stream.Upload<T>(array);
        _owned.Add(buffer);
        return buffer.Span;
    }

    /// <summary>Memory, not cleared; empty for none.</summary>
    public DeviceSpan<T> Allocate<T>(long length)
        where T : unmanaged
    {
        if (length == 0)
            return default;
        DeviceBuffer<T> buffer = stream.Allocate<T>(length);
        _owned.Add(buffer);
        return buffer.Span;
    }

    /// <summary>The one value of a span; <paramref name="absent"/> where it is empty.</summary>
    public T Read<T>(DeviceSpan<T> span, T absent)
        where T : unmanaged
    {
        Span<T> value = [absent];
        if (!span.IsEmpty)
            stream.Copy(span, value);
        return value[0];
    }

    /// <summary>The same for float or double.</summary>
    public double ReadReal<TReal>(DeviceSpan<TReal> span, double absent)
        where TReal : unmanaged =>
        span.IsEmpty ? absent : Convert.ToDouble(Read(span, default), System.Globalization.CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _owned.ForEach(static buffer => buffer.Dispose());
        _owned.Clear();
    }

    /// <summary>The first elements; empty stays empty.</summary>
    public static DeviceSpan<T> First<T>(DeviceSpan<T> span, long length)
        where T : unmanaged => span.IsEmpty ? default : span.Slice(0, length);

    /// <summary>The first rows of contiguous ones; empty stays empty.</summary>
    public static DeviceSpan2D<T> Rows<T>(DeviceSpan<T> span, long rows, long columns)
        where T : unmanaged => span.IsEmpty ? default : span.AsRows(rows, columns);
}
