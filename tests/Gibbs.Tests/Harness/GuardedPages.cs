using System;
using System.Runtime.InteropServices;

namespace Gibbs.Tests.Harness;

/// <summary>Memory between two pages that no one may touch: a read or write of one byte too many ends the process. Linux only.</summary>
internal sealed unsafe partial class GuardedPages : IDisposable
{
    private const int None = 0;
    private readonly ReservedMemory _memory;
    private readonly nint _page = Environment.SystemPageSize;

    public GuardedPages(int bytes)
    {
        Bytes = (int)((bytes + _page - 1) / _page * _page);
        _memory = new(Bytes + (2 * _page));
        if (Protect(_memory.Address, (nuint)_page, None) != 0 || Protect(_memory.Address + _page + Bytes, (nuint)_page, None) != 0)
            throw new InvalidOperationException($"mprotect: errno {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>A whole number of pages.</summary>
    public int Bytes { get; }

    /// <summary>The first bytes behind the forbidden page.</summary>
    public nint First => _memory.Address + _page;

    /// <summary>Where something of that size ends with the last byte before the other one.</summary>
    public nint Last(int bytes) => First + Bytes - bytes;

    public void Dispose() => _memory.Dispose();

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);
}
