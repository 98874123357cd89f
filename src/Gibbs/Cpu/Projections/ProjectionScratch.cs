using System;
using System.Runtime.InteropServices;

namespace Gibbs.Cpu.Projections;

/// <summary>Scratch of the calling thread, kept between calls so that a steady state allocates nothing: a few buffers by slot, 64-byte aligned, contents undefined.</summary>
internal sealed unsafe class ProjectionScratch
{
    public const int Slots = 16;

    [ThreadStatic]
    private static ProjectionScratch? t_scratch;

    private readonly nuint[] _bytes = new nuint[Slots];
    private readonly void*[] _buffers = new void*[Slots];

    // The buffers of a thread that has ended.
    ~ProjectionScratch()
    {
        foreach (void* buffer in _buffers)
            NativeMemory.AlignedFree(buffer);
    }

    /// <summary>Room for count elements; a buffer taken before from the same slot is no longer valid.</summary>
    public static TElement* Take<TElement>(int slot, long count)
        where TElement : unmanaged
    {
        ProjectionScratch scratch = t_scratch ??= new();
        nuint bytes = (nuint)Math.Max(1, count) * (nuint)sizeof(TElement);
        if (scratch._bytes[slot] < bytes)
        {
            NativeMemory.AlignedFree(scratch._buffers[slot]);
            scratch._buffers[slot] = null;
            scratch._bytes[slot] = 0;
            nuint rounded = ((bytes + (bytes / 4)) | 63) + 1;
            scratch._buffers[slot] = NativeMemory.AlignedAlloc(rounded, 64);
            scratch._bytes[slot] = rounded;
        }

        return (TElement*)scratch._buffers[slot];
    }
}
