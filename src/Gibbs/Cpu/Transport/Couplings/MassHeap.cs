using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Transport;

/// <summary>Masses by size: the largest on top, of equal ones the lowest index. A binary heap of indices.</summary>
internal unsafe struct MassHeap
{
    private double* _masses;
    private int* _order;
    private int _count;

    /// <summary>Of count masses; order is room for as many indices. Both stay the caller's.</summary>
    public static MassHeap Build(double* masses, int* order, int count)
    {
        MassHeap heap = new() { _masses = masses, _order = order, _count = count };
        for (int i = 0; i < count; i++)
            order[i] = i;
        for (int i = (count / 2) - 1; i >= 0; i--)
            heap.Sink(i);
        return heap;
    }

    /// <summary>The largest mass's index.</summary>
    public readonly int Top => _order[0];

    /// <summary>The largest mass; 0 where none is left.</summary>
    public readonly double Mass => _count == 0 ? 0 : _masses[_order[0]];

    /// <summary>Gives the largest another mass, not above what it had.</summary>
    public readonly void Lower(double mass)
    {
        _masses[_order[0]] = mass;
        Sink(0);
    }

    /// <summary>Takes the largest out, its mass unchanged.</summary>
    public int Pop()
    {
        int top = _order[0];
        _order[0] = _order[--_count];
        Sink(0);
        return top;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Sink(int place)
    {
        if (place >= _count)
            return;
        int item = _order[place];
        while (true)
        {
            int child = (2 * place) + 1;
            if (child >= _count)
                break;
            if (child + 1 < _count && Before(_order[child + 1], _order[child]))
                child++;
            if (!Before(_order[child], item))
                break;
            _order[place] = _order[child];
            place = child;
        }

        _order[place] = item;
    }

    private readonly bool Before(int left, int right) => _masses[left] > _masses[right] || (_masses[left] == _masses[right] && left < right);
}
