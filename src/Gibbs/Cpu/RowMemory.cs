namespace Gibbs.Cpu;

/// <summary>The bytes of strided rows.</summary>
internal readonly unsafe struct RowMemory(byte* start, nint stride, long rows, nint width)
{
    private readonly byte* _start = start;
    private readonly nint _stride = stride;
    private readonly long _rows = rows;
    private readonly nint _width = width;

    /// <summary>Whether any row of one shares a byte with any row of the other; rows of interleaved views need not. Strides are not negative.</summary>
    public bool Overlaps(RowMemory other)
    {
        if (Last <= other._start || other.Last <= _start)
            return false;

        // Rows of both in order of address, each compared with the next of the other.
        long i = 0, j = 0;
        while (i < _rows && j < other._rows)
        {
            byte* a = _start + ((nint)i * _stride);
            byte* b = other._start + ((nint)j * other._stride);
            if (a < b + other._width && b < a + _width)
                return true;
            if (a < b)
                i++;
            else
                j++;
        }

        return false;
    }

    private byte* Last => _start + ((nint)(_rows - 1) * _stride) + _width;
}
