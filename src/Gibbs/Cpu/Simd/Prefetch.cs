using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Gibbs.Cpu.Simd;

/// <summary>
/// Memory to fetch into the caches while arithmetic goes on: a segment's first read comes in one burst, and what follows it would keep the memory idle.
/// A hint: it never faults, and does nothing where the processor has none.
/// </summary>
/// <param name="start">The first byte, or null for nothing.</param>
/// <param name="blockBytes">Bytes per block of logical lanes as they are stored: 128 or 256.</param>
internal readonly unsafe struct Prefetch(byte* start, int blockBytes)
{
    private readonly byte* _start = start;
    private readonly int _blockBytes = blockBytes;

    /// <summary>Nothing.</summary>
    public static Prefetch None => default;

    /// <summary>Into the first-level cache: what is read next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Near(int block)
    {
        if (Sse.IsSupported && _start != null)
        {
            byte* p = _start + ((nint)block * _blockBytes);
            Sse.Prefetch0(p);
            Sse.Prefetch0(p + 64);
            if (_blockBytes > 128)
            {
                Sse.Prefetch0(p + 128);
                Sse.Prefetch0(p + 192);
            }
        }
    }

    /// <summary>Into the second-level cache: what is read later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Far(int block)
    {
        if (Sse.IsSupported && _start != null)
        {
            byte* p = _start + ((nint)block * _blockBytes);
            Sse.Prefetch1(p);
            Sse.Prefetch1(p + 64);
            if (_blockBytes > 128)
            {
                Sse.Prefetch1(p + 128);
                Sse.Prefetch1(p + 192);
            }
        }
    }
}
