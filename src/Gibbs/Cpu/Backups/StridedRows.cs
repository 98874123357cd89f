using CommunityToolkit.HighPerformance;

namespace Gibbs.Cpu.Backups;

/// <summary>A matrix as the workers see it: pinned by the caller while the call lasts. Null is absent.</summary>
internal readonly unsafe struct StridedRows<T>(T* start, nint strideBytes)
    where T : unmanaged
{
    private readonly T* _start = start;
    private readonly nint _strideBytes = strideBytes;

    public StridedRows(T* start, ReadOnlySpan2D<T> view)
        : this(start, RowSplit.StrideBytes(view))
    {
    }

    public bool IsNull => _start == null;

    public T* Row(long row) => _start == null ? null : (T*)((byte*)_start + ((nint)row * _strideBytes));

    /// <summary>Throws where an output shares memory with another matrix, unless it is the same rows and that is allowed.</summary>
    public void CheckApart(string name, in StridedRows<T> other, string otherName, long rows, int columns, bool sameAllowed = false)
    {
        if (_start == null || other._start == null || (sameAllowed && _start == other._start && (rows == 1 || _strideBytes == other._strideBytes)))
            return;
        nint width = (nint)columns * sizeof(T);
        RowMemory own = new((byte*)_start, _strideBytes, rows, width), others = new((byte*)other._start, other._strideBytes, rows, width);
        if (own.Overlaps(others) && sameAllowed)
            ArgumentChecks.Fail(name, $"{name} overlaps {otherName} in part; it must be the memory of {otherName} with the same stride, or disjoint.");
        else if (own.Overlaps(others))
            ArgumentChecks.Fail(name, $"{name} overlaps {otherName}; it must be disjoint from it.");
    }
}
