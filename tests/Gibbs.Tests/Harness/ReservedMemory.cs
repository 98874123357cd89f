using System;
using System.Runtime.InteropServices;

namespace Gibbs.Tests.Harness;

/// <summary>Address space without memory behind it until it is touched: rows gigabytes apart cost the pages they lie on. Linux only.</summary>
internal sealed unsafe partial class ReservedMemory : IDisposable
{
    private const int ReadWrite = 1 | 2;
    private const int PrivateAnonymousNoReserve = 0x02 | 0x20 | 0x4000;

    private readonly nuint _bytes;

    public ReservedMemory(long bytes)
    {
        _bytes = (nuint)bytes;
        Address = Map(0, _bytes, ReadWrite, PrivateAnonymousNoReserve, -1, 0);
        if (Address == -1)
            throw new InvalidOperationException($"mmap of {bytes} bytes: errno {Marshal.GetLastPInvokeError()}");
    }

    public nint Address { get; private set; }

    public Span<T> Span<T>(long element, int length)
        where T : unmanaged => new((T*)Address + element, length);

    public void Dispose()
    {
        if (Address != 0)
            _ = Unmap(Address, _bytes);
        Address = 0;
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}
