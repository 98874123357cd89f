using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Projections;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>
/// Order statistics and quantiles of an array, by radix selection: no sort, the array is left as it is. The quantile r of v(0) ≤ … ≤ v(n−1) interpolates linearly, as numpy does by default: with h = (n−1)·r
/// and i = ⌊h⌋ it is v(i) + (h−i)·(v(i+1) − v(i)).
/// </summary>
internal static unsafe class Quantile
{
    /// <summary>Copies the entries whose mask byte is not 0, in order; all where mask is null. Returns their number. destination may be values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Compact<TReal>(TReal* values, byte* mask, int count, TReal* destination)
        where TReal : unmanaged
    {
        if (mask == null)
        {
            if (destination != values)
                new ReadOnlySpan<TReal>(values, count).CopyTo(new Span<TReal>(destination, count));
            return count;
        }

        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            destination[kept] = values[i];
            kept += mask[i] != 0 ? 1 : 0;
        }

        return kept;
    }

    /// <summary>The quantile r in [0, 1] of count entries; NaN where there are none, or where one is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Of<TReal>(TReal* values, int count, double r)
        where TReal : unmanaged
    {
        if (count == 0)
            return double.NaN;
        for (int i = 0; i < count; i++)
        {
            if (double.IsNaN(Real.ToDouble(values[i])))
                return double.NaN;
        }

        double place = (count - 1) * r;
        int rank = (int)place;
        double low = KthSmallest(values, count, rank + 1L, out long ties, out long sharing);
        if (rank == place || ties < sharing)
            return low;

        // The next one lies above all that are equal to the low one.
        double high = double.PositiveInfinity;
        for (int i = 0; i < count; i++)
        {
            double value = Real.ToDouble(values[i]);
            if (value > low && value < high)
                high = value;
        }

        return Between(low, high, place - rank);
    }

    /// <summary>a + t·(b − a), from the nearer end, so that it stays within [a, b]; a where they are equal, infinities included.</summary>
    public static double Between(double a, double b, double t) => a == b ? a : t < 0.5 ? a + ((b - a) * t) : b - ((b - a) * (1 - t));

    /// <summary>The k-th smallest of count entries, 1 ≤ k ≤ count, none NaN (−0 counts as 0); ties: how many of the k smallest equal it; sharing: how many of all do.</summary>
    public static double KthSmallest<TReal>(TReal* values, int count, long k, out long ties, out long sharing)
        where TReal : unmanaged
    {
        ulong key = RadixSelection.Select(new OrderKeys<TReal>(values), count, OrderKeys<TReal>.Bits, count + 1 - k, out long above);
        double found = OrderKeys<TReal>.Value(key);
        sharing = 0;
        for (int i = 0; i < count; i++)
            sharing += Real.ToDouble(values[i]) == found ? 1 : 0;
        ties = sharing + 1 - above;
        return found;
    }

    // Bits in the order of the values; −0 is 0.
    private readonly struct OrderKeys<TReal>(TReal* values) : ISelectionKeys
        where TReal : unmanaged
    {
        private readonly TReal* _values = values;

        public static int Bits
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => 8 * sizeof(TReal);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong Key(int index)
        {
            if (typeof(TReal) == typeof(float))
            {
                uint bits = BitConverter.SingleToUInt32Bits((float)Real.ToDouble(_values[index]) + 0f);
                return (int)bits < 0 ? ~bits : bits | (1U << 31);
            }

            ulong wide = BitConverter.DoubleToUInt64Bits(Real.ToDouble(_values[index]) + 0.0);
            return (long)wide < 0 ? ~wide : wide | (1UL << 63);
        }

        public static double Value(ulong key)
        {
            if (typeof(TReal) == typeof(float))
                return BitConverter.UInt32BitsToSingle((key >> 31) != 0 ? (uint)key & ~(1U << 31) : ~(uint)key);
            return BitConverter.UInt64BitsToDouble((key >> 63) != 0 ? key & ~(1UL << 63) : ~key);
        }
    }
}
