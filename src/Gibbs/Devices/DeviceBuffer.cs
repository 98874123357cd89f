using System;

namespace Gibbs;

/// <summary>
/// Device memory that this object owns, allocated and freed in the order of its stream. Dispose it as soon as the last work that uses it is enqueued on that stream;
/// disposal and collection may happen on any thread, before or after the stream's disposal, and never wait or throw.
/// </summary>
/// <remarks>Views of a buffer do not keep it alive: hold the buffer while work on its memory is being enqueued.</remarks>
/// <typeparam name="T">The element type.</typeparam>
public sealed class DeviceBuffer<T> : IDisposable
    where T : unmanaged
{
    private readonly MemoryHandle _memory;
    private readonly CudaStream _stream;

    internal DeviceBuffer(CudaStream stream, MemoryHandle memory, long length)
    {
        _stream = stream;
        _memory = memory;
        Length = length;
    }

    /// <summary>The memory.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public DeviceSpan<T> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
            return new(_memory.DangerousGetHandle(), Length, _stream.Device.Ordinal);
        }
    }

    /// <summary>Elements.</summary>
    public long Length { get; }

    /// <summary>The stream that the memory was allocated on, and is freed on.</summary>
    public CudaStream Stream => _stream;

    /// <summary>The memory as rows; as <see cref="DeviceSpan{T}.AsRows"/>.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="stride">Elements from a row to the next; 0 for <paramref name="columns"/>.</param>
    public DeviceSpan2D<T> AsRows(long rows, long columns, long stride = 0) => Span.AsRows(rows, columns, stride);

    /// <summary>Copies all of it to a new array, synchronously, on its stream.</summary>
    public T[] ToArray()
    {
        T[] array = new T[checked((int)Length)];
        _stream.Copy(Span, array);
        GC.KeepAlive(this);
        return array;
    }

    /// <summary>Frees the memory after the work that is on its stream now.</summary>
    public void Dispose() => _memory.Dispose();
}
