using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gibbs.Cpu.Samples;

/// <summary>Native memory of one call over point pairs, a few times the points themselves; released by Dispose. Pieces are aligned to 64 bytes and zeroed.</summary>
internal unsafe ref struct PairScratch : IDisposable
{
    private Pieces _pieces;
    private int _count;

    public TElement* Take<TElement>(long count)
        where TElement : unmanaged
    {
        nuint bytes = checked((nuint)Math.Max(1, count) * (nuint)sizeof(TElement));
        void* piece = NativeMemory.AlignedAlloc(bytes, 64);
        _pieces[_count++] = (nint)piece;
        NativeMemory.Clear(piece, bytes);
        return (TElement*)piece;
    }

    public void Dispose()
    {
        for (int i = 0; i < _count; i++)
            NativeMemory.AlignedFree((void*)_pieces[i]);
        _count = 0;
    }

    [InlineArray(40)]
    private struct Pieces
    {
        private nint _first;
    }
}
