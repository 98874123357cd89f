using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>
/// Points [N, d] as reals in the two orders that pairs are read in: whole rows, padded with zeros to 64 bytes and to groups of <see cref="PairTile.Rows"/>, and tiles of <see cref="Lanes.Count{TReal}"/> points, coordinate by
/// coordinate, so that a vector holds one coordinate of several points.
/// </summary>
internal unsafe struct PackedPoints<TReal>
    where TReal : unmanaged
{
    public TReal* Rows;
    public TReal* Tiles;
    public long Count;
    public int Dimensions;

    /// <summary>Reals from a row to the next.</summary>
    public int Stride;

    public static PackedPoints<TReal> Pack<T>(ref PairScratch scratch, byte* source, nint sourceStride, long count, int dimensions)
        where T : unmanaged
    {
        int line = 64 / sizeof(TReal), width = Lanes.Count<TReal>();
        PackedPoints<TReal> p = new() { Count = count, Dimensions = dimensions, Stride = (dimensions + line - 1) / line * line };
        long tiles = (count + width - 1) / width;
        p.Rows = scratch.Take<TReal>((count + PairTile.Rows) * p.Stride);
        p.Tiles = scratch.Take<TReal>(tiles * width * dimensions);
        for (long i = 0; i < count; i++)
        {
            T* from = (T*)(source + ((nint)i * sourceStride));
            TReal* row = p.Rows + (i * p.Stride), tile = p.Tile(i / width) + (i % width);
            for (int k = 0; k < dimensions; k++)
            {
                TReal value = typeof(T) == typeof(TReal) ? ((TReal*)from)[k] : Real.From<TReal>(Real.ToDouble(from[k]));
                row[k] = value;
                tile[(long)k * width] = value;
            }
        }

        return p;
    }

    /// <summary>Coordinate k of the tile's points begins at k·<see cref="Lanes.Count{TReal}"/>.</summary>
    public readonly TReal* Tile(long tile) => Tiles + (tile * Lanes.Count<TReal>() * Dimensions);

    public readonly TReal* Row(long row) => Rows + (row * Stride);
}
