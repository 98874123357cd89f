using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Simd;

namespace Gibbs.Bench;

/// <summary>Seeded logits [N, V] of ordinary size with a target per row, and memory for a gradient, each aligned to a cache line.</summary>
internal sealed class Logits<T>
    where T : unmanaged
{
    private const int LineBytes = 64;
    private readonly T[] _values;
    private readonly T[] _gradient;
    private readonly int _offset;
    private readonly int _gradientOffset;
    private readonly int _rows;
    private readonly int _columns;

    public Logits(int rows, int columns)
    {
        _rows = rows;
        _columns = columns;
        (_values, _offset) = Aligned(rows * columns);
        (_gradient, _gradientOffset) = Aligned(rows * columns);
        Targets = new int[rows];
        uint state = 1;
        double Next()
        {
            state = (state * 1664525) + 1013904223;
            return state / 4294967296.0;
        }

        for (int i = 0; i < rows * columns; i++)
            _values[_offset + i] = Real.From<T>((16 * Next()) - 8);
        for (int row = 0; row < rows; row++)
            Targets[row] = (int)(Next() * columns);
    }

    public int[] Targets { get; }

    public Span2D<T> Values => new(_values, _offset, _rows, _columns, 0);

    public Span2D<T> Gradient => new(_gradient, _gradientOffset, _rows, _columns, 0);

    // Pinned for good, so that it stays aligned.
    private static unsafe (T[] Array, int Offset) Aligned(int length)
    {
        T[] array = GC.AllocateArray<T>(length + (LineBytes / sizeof(T)), pinned: true);
        fixed (T* start = array)
            return (array, (int)(((LineBytes - ((nint)start & (LineBytes - 1))) & (LineBytes - 1)) / sizeof(T)));
    }
}
