using System;

namespace Gibbs.Cpu.Projections;

/// <summary>The order of a row from its largest entry down, ties by index.</summary>
internal static unsafe class RowOrder
{
    /// <summary>order[i] is the index of the i-th largest of sign·values, sorted sign·values[order[i]]. Numbers only.</summary>
    public static void Downwards(double* values, double sign, int count, double* sorted, int* order)
    {
        for (int j = 0; j < count; j++)
        {
            sorted[j] = -sign * values[j];
            order[j] = j;
        }

        Span<double> keys = new(sorted, count);
        Span<int> indices = new(order, count);
        keys.Sort(indices);

        // The sort is not stable.
        for (int start = 0; start < count;)
        {
            int stop = start + 1;
            while (stop < count && keys[stop] == keys[start])
                stop++;
            if (stop > start + 1)
                indices[start..stop].Sort();
            start = stop;
        }

        for (int i = 0; i < count; i++)
            sorted[i] = sign * values[order[i]];
    }
}
