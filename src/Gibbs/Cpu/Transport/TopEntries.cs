using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Transport;

/// <summary>The k largest of values that come in order of their ids, the lower id where values are equal: a heap whose root is the one to leave first.</summary>
internal unsafe ref struct TopEntries(double* values, int* ids, int count)
{
    private readonly double* _values = values;
    private readonly int* _ids = ids;

    public int Count = count;

    /// <summary>The least value held.</summary>
    public readonly double Root => _values[0];

    /// <summary>Adds an entry; with capacity many held it takes the root's place, and must be greater.</summary>
    public void Add(double value, int id, int capacity)
    {
        if (Count == capacity)
        {
            Sink(0, value, id);
            return;
        }

        int place = Count++;
        while (place > 0)
        {
            int parent = (place - 1) / 2;
            if (!Before(value, id, _values[parent], _ids[parent]))
                break;
            (_values[place], _ids[place]) = (_values[parent], _ids[parent]);
            place = parent;
        }

        (_values[place], _ids[place]) = (value, id);
    }

    /// <summary>Drops what is at most a bound, and sorts the rest, the greatest first.</summary>
    public void Sort(double bound)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_values[i] > bound)
                (_values[kept], _ids[kept++]) = (_values[i], _ids[i]);
        }

        Count = kept;
        for (int i = (kept / 2) - 1; i >= 0; i--)
            Sink(i, _values[i], _ids[i]);
        for (int last = kept - 1; last > 0; last--)
        {
            (double value, int id) = (_values[last], _ids[last]);
            (_values[last], _ids[last]) = (_values[0], _ids[0]);
            Count = last;
            Sink(0, value, id);
        }

        Count = kept;
    }

    // Whether the first leaves before the second.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Before(double value, int id, double other, int otherId) => value < other || (value == other && id > otherId);

    // Puts an entry below a place, at or under it.
    private readonly void Sink(int place, double value, int id)
    {
        while (true)
        {
            int child = (2 * place) + 1;
            if (child >= Count)
                break;
            if (child + 1 < Count && Before(_values[child + 1], _ids[child + 1], _values[child], _ids[child]))
                child++;
            if (!Before(_values[child], _ids[child], value, id))
                break;
            (_values[place], _ids[place]) = (_values[child], _ids[child]);
            place = child;
        }

        (_values[place], _ids[place]) = (value, id);
    }
}
