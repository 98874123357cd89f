using System;
using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Projections;

/// <summary>Keys of entries, the larger the better.</summary>
internal interface ISelectionKeys
{
    ulong Key(int index);
}

/// <summary>|x| of a storage type by its bits, which order as the magnitudes do; NaN is the largest.</summary>
internal readonly unsafe struct MagnitudeKeys<T>(T* values) : ISelectionKeys
    where T : unmanaged
{
    private readonly T* _values = values;

    public static int Bits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (8 * sizeof(T)) - 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Key(int index) => Of(_values[index]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(T value)
    {
        ulong all = (1UL << Bits) - 1;
        ulong bits = (sizeof(T) == 2 ? *(ushort*)&value : sizeof(T) == 4 ? *(uint*)&value : *(ulong*)&value) & all;
        return bits > Infinity ? all : bits;
    }

    /// <summary>The key of ∞.</summary>
    public static ulong Infinity
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(double) ? 0x7FF0000000000000UL : typeof(T) == typeof(float) ? 0x7F800000UL : typeof(T) == typeof(Half) ? 0x7C00UL : 0x7F80UL;
    }
}

/// <summary>x of candidates: their differences from the maximum may be equal where they are not. −0 is 0.</summary>
internal readonly unsafe struct CandidateKeys<TReal>(TReal* row, int* indices) : ISelectionKeys
    where TReal : unmanaged
{
    public const int Bits = 64;

    private readonly TReal* _row = row;
    private readonly int* _indices = indices;

    public ulong Key(int index)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(Simd.Real.ToDouble(_row[_indices[index]]) + 0.0);
        return (long)bits < 0 ? ~bits : bits | (1UL << 63);
    }
}

/// <summary>The k-th largest key, digit by digit from the top: counts per digit, then only what shares the digits found. O(n) per digit, no sort.</summary>
internal static unsafe class RadixSelection
{
    private const int DigitBits = 11;

    /// <summary>The k-th largest of n keys, 1 ≤ k ≤ n; ties: how many entries with that very key are among the k.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong Select<TKeys>(TKeys keys, int count, int bits, long k, out long ties)
        where TKeys : struct, ISelectionKeys
    {
        int* histogram = stackalloc int[1 << DigitBits];
        ulong found = 0;
        int rest = bits;
        while (rest > 0)
        {
            int width = Math.Min(DigitBits, rest);
            int shift = rest - width;
            new Span<int>(histogram, 1 << width).Clear();
            for (int i = 0; i < count; i++)
            {
                ulong key = keys.Key(i);
                if ((rest < 64 ? key >> rest : 0) == found)
                    histogram[(int)(key >> shift) & ((1 << width) - 1)]++;
            }

            int digit = (1 << width) - 1;
            for (; histogram[digit] < k; digit--)
                k -= histogram[digit];
            found = (found << width) | (uint)digit;
            rest = shift;
        }

        ties = k;
        return found;
    }
}
