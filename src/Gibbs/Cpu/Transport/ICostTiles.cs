namespace Gibbs.Cpu.Transport;

/// <summary>Where costs come from: a matrix, or points. A solver never knows which.</summary>
internal unsafe interface ICostTiles<TReal>
    where TReal : unmanaged
{
    /// <summary>C_ij for columns [start, start + count) as reals in whole blocks of <see cref="CostLanes.Count{TReal}"/>, padded with +∞: in place, or in scratch.</summary>
    TReal* Tile(long row, int start, int count, TReal* scratch);
}

/// <summary>The logical lanes of sums over a row of costs: a constant of the type, so that no result depends on the machine's vectors.</summary>
internal static class CostLanes
{
    /// <summary>Columns of a tile: with its exponentials it stays in the first-level cache.</summary>
    public const int Tile = 1024;

    /// <summary>Rows that are swept together: their column sums are one read and one write.</summary>
    public const int Group = 4;

    public static int Count<TReal>()
        where TReal : unmanaged => typeof(TReal) == typeof(float) ? 16 : 8;

    /// <summary>Columns in whole blocks.</summary>
    public static int Padded<TReal>(long columns)
        where TReal : unmanaged => checked((int)((columns + Count<TReal>() - 1) / Count<TReal>() * Count<TReal>()));

    /// <summary>Lanes merged in halves, in double.</summary>
    public static unsafe double Sum<TReal>(TReal* lanes)
        where TReal : unmanaged
    {
        double* sums = stackalloc double[16];
        int count = Count<TReal>();
        for (int l = 0; l < count; l++)
            sums[l] = Simd.Real.ToDouble(lanes[l]);
        for (int half = count / 2; half > 0; half /= 2)
        {
            for (int l = 0; l < half; l++)
                sums[l] += sums[l + half];
        }

        return sums[0];
    }
}
