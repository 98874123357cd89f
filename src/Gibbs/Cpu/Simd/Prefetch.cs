using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Gibbs.Cpu.Simd;

/// <summary>
/// Fetches memory into the second-level cache while arithmetic goes on: a segment's first read comes in one burst, and what follows it would keep the memory idle.
/// A hint: it never faults, and does nothing where the processor has none.
/// </summary>
internal static unsafe class Prefetch
{
    private const int BlockBytes = 256;

    /// <summary>The index-th 256 bytes from start on; nothing for null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block(byte* start, int index)
    {
        if (Sse.IsSupported && start != null)
        {
            byte* p = start + ((nint)index * BlockBytes);
            Sse.Prefetch1(p);
            Sse.Prefetch1(p + 64);
            Sse.Prefetch1(p + 128);
            Sse.Prefetch1(p + 192);
        }
    }
}
