using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>The shape of a tile of pairs: <see cref="Rows"/> rows against <see cref="Lanes.Count{TReal}"/> columns. Each row of a tile is an array of that many reals.</summary>
internal static class PairTile
{
    public const int Rows = 4;
}

/// <summary>
/// What every operation over pairs of points does with a tile: squared distances from differences of coordinates, never from a Gram expansion, whose cancellation would cost near pairs their digits; and the contraction of
/// weights with differences, Σ_j w_ij·(x_i − y_j). Terms are added in an order fixed by their indices, whatever the vector's width.
/// </summary>
internal static unsafe class PairTile<TReal, TVector>
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    // Coordinates summed at a stretch: two levels keep the rounding of long rows small.
    private const int Depth = 32;

    /// <summary>squares[r·width + c] = |x_r − y_c|², +∞ for columns from valid on: pairs that are none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Squares(TReal* rows, int stride, TReal* tile, int dimensions, int valid, TReal* squares)
    {
        int width = Lanes.Count<TReal>();
        for (int v = 0; v < width; v += 2 * TVector.Count)
        {
            for (int first = 0; first < dimensions; first += Depth)
            {
                int end = Math.Min(first + Depth, dimensions);
                TVector a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
                for (int k = first; k < end; k++)
                {
                    TReal* column = tile + ((nint)k * width) + v;
                    TVector y = TVector.Load(column), z = TVector.Load(column + TVector.Count);
                    Add(TVector.Create(rows[k]), y, z, ref a0, ref b0);
                    Add(TVector.Create(rows[stride + k]), y, z, ref a1, ref b1);
                    Add(TVector.Create(rows[(2 * stride) + k]), y, z, ref a2, ref b2);
                    Add(TVector.Create(rows[(3 * stride) + k]), y, z, ref a3, ref b3);
                }

                Put(squares + v, a0, b0, first > 0);
                Put(squares + width + v, a1, b1, first > 0);
                Put(squares + (2 * width) + v, a2, b2, first > 0);
                Put(squares + (3 * width) + v, a3, b3, first > 0);
            }
        }

        for (int r = 0; r < PairTile.Rows && valid < width; r++)
            new Span<TReal>(squares + (r * width) + valid, width - valid).Fill(Real.From<TReal>(double.PositiveInfinity));
    }

    /// <summary>sums[r·stride + k] += Σ_c weights[r·width + c]·(x_rk − y_ck), for columns below valid; sums in fp64, a tile's in the arithmetic type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Contract(TReal* rows, TReal* columns, int stride, int valid, TReal* weights, double* sums)
    {
        int width = Lanes.Count<TReal>();
        for (int k = 0; k < stride; k += TVector.Count)
        {
            TVector x0 = TVector.Load(rows + k), x1 = TVector.Load(rows + stride + k), x2 = TVector.Load(rows + (2 * stride) + k), x3 = TVector.Load(rows + (3 * stride) + k);
            TVector g0 = default, g1 = default, g2 = default, g3 = default;
            TReal* column = columns + k;
            for (int c = 0; c < valid; c++, column += stride)
            {
                TVector y = TVector.Load(column);
                g0 = TVector.FusedMultiplyAdd(TVector.Create(weights[c]), x0 - y, g0);
                g1 = TVector.FusedMultiplyAdd(TVector.Create(weights[width + c]), x1 - y, g1);
                g2 = TVector.FusedMultiplyAdd(TVector.Create(weights[(2 * width) + c]), x2 - y, g2);
                g3 = TVector.FusedMultiplyAdd(TVector.Create(weights[(3 * width) + c]), x3 - y, g3);
            }

            TVector.AddTo(sums + k, g0);
            TVector.AddTo(sums + stride + k, g1);
            TVector.AddTo(sums + (2 * stride) + k, g2);
            TVector.AddTo(sums + (3 * stride) + k, g3);
        }
    }

    /// <summary>e^x for x up to a rounding above 0; 0 below the normal range, −∞ included. NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x) =>
        Exponential.OfProduct<TVector, TReal>(Clamped(x), TVector.Constant(Log2E), TVector.Constant(Log2ELow));

    /// <summary>x, or where that is below all exponentials that are not 0, the largest such number: 0 times it is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Clamped(TVector x) => TVector.Max(TVector.Constant(Exponential.LowestExponent<TReal>() / Log2E), x);

    private const double Log2E = 1.4426950408889634;
    private const double Log2ELow = 2.0355273740931033e-17;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(TVector x, TVector y, TVector z, ref TVector a, ref TVector b)
    {
        TVector d = x - y, e = x - z;
        a = TVector.FusedMultiplyAdd(d, d, a);
        b = TVector.FusedMultiplyAdd(e, e, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TReal* at, TVector a, TVector b, bool add)
    {
        TVector.Store(at, add ? TVector.Load(at) + a : a);
        TVector.Store(at + TVector.Count, add ? TVector.Load(at + TVector.Count) + b : b);
    }
}
