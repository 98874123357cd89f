using System;
using System.Collections.Generic;
using System.Linq;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>The k largest, by a stable sort: ties go to the lower index, a NaN counts as the largest.</summary>
internal static class TopReference
{
    public static MapResult SparseSimplex(MapRow row)
    {
        bool[] kept = Keep(row.X, 0, row.Columns, row.Map.Count);
        MapResult result = SimplexReference.Project([.. row.X.Select((x, j) => kept[j] ? x : double.NegativeInfinity)], row.Parameter);
        for (int j = 0; j < row.Columns; j++)
            result.Scale[j] = kept[j] ? result.Scale[j] : 0;
        return result;
    }

    public static MapResult L0Ball(MapRow row)
    {
        double[] magnitude = [.. row.X.Select(Math.Abs)];
        MapResult result = Masked(row, Keep(magnitude, 0, row.Columns, row.Map.Count));
        double least = Enumerable.Range(0, row.Columns).Where(j => result.Kept![j]).Min(j => magnitude[j]);
        result.SetThreshold(least, magnitude.Any(double.IsNaN) ? double.NaN : 0);
        return result;
    }

    public static MapResult NOfM(MapRow row)
    {
        double[] magnitude = [.. row.X.Select(Math.Abs)];
        bool[] kept = new bool[row.Columns];
        for (int begin = 0; begin < row.Columns; begin += row.Map.GroupSize)
        {
            int length = Math.Min(row.Map.GroupSize, row.Columns - begin);
            Keep(magnitude, begin, length, Math.Min(row.Map.Count, length)).CopyTo(kept, begin);
        }
        return Masked(row, kept);
    }

    /// <summary>Which of x[begin, begin + length) are among its count largest.</summary>
    public static bool[] Keep(double[] x, int begin, int length, int count)
    {
        bool[] kept = new bool[length];
        IEnumerable<int> order = Enumerable.Range(0, length).OrderByDescending(i => double.IsNaN(x[begin + i])).ThenByDescending(i => x[begin + i]);
        foreach (int i in order.Take(count))
            kept[i] = true;
        return kept;
    }

    private static MapResult Masked(MapRow row, bool[] kept)
    {
        MapResult result = new(row.Columns) { Kept = kept };
        for (int j = 0; j < row.Columns; j++)
            result.Y[j] = kept[j] ? row.X[j] : 0;
        return result;
    }
}
