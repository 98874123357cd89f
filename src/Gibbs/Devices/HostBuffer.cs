using System;

namespace Gibbs;

/// <summary>Pinned host memory that this object owns, the host side of asynchronous copies: <see cref="CudaDevice.AllocateHost{T}"/>.</summary>
/// <remarks>
/// The memory goes with the object, by disposal or collection: keep it (<c>using</c>) until the stream was synchronised past the last copy and no span of it is in use.
/// </remarks>
/// <typeparam name="T">The element type.</typeparam>
public sealed class HostBuffer<T> : IDisposable
    where T : unmanaged
{
    private readonly HostMemoryHandle _memory;

    internal HostBuffer(HostMemoryHandle memory, long length, int device)
    {
        _memory = memory;
        Length = length;
        Device = device;
    }

    /// <summary>Elements.</summary>
    public long Length { get; }

    /// <summary>The ordinal of the device whose driver context pinned the memory.</summary>
    public int Device { get; }

    /// <summary>All of it.</summary>
    /// <exception cref="OverflowException">It is longer than a span can be: use <see cref="Slice"/>.</exception>
    public Span<T> Span => Slice(0, checked((int)Length));

    /// <summary>A part of it.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="length">Elements.</param>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public unsafe Span<T> Slice(long start, int length) => new((void*)Address(start, length), length);

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _memory.Dispose();

    internal unsafe nint Address(long start, long length)
    {
        ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
        if (start < 0 || length < 0 || start > Length - length)
            throw new ArgumentOutOfRangeException(nameof(start), $"[{start}, {start} + {length}) of a buffer of {Length} elements");
        return _memory.DangerousGetHandle() + checked((nint)(start * sizeof(T)));
    }
}
