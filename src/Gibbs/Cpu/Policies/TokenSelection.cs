using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Projections;

namespace Gibbs.Cpu.Policies;

/// <summary>Keys side by side; 0 is that of a token which does not compete.</summary>
internal readonly unsafe struct GivenKeys(ulong* keys) : ISelectionKeys
{
    private readonly ulong* _keys = keys;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Key(int index) => _keys[index];
}

/// <summary>The k tokens of a batch with the largest keys, ties to the lower index.</summary>
internal static unsafe class TokenSelection
{
    [ThreadStatic]
    private static ulong[]? t_keys;

    [ThreadStatic]
    private static byte[]? t_selected;

    /// <summary>The calling thread's array of keys, kept from call to call.</summary>
    public static ulong[] Keys(long tokens) => Kept(ref t_keys, tokens);

    /// <summary>The calling thread's array of what is selected.</summary>
    public static byte[] Selected(long tokens) => Kept(ref t_selected, tokens);

    /// <summary>How many a share of a count selects: rounded down, but one at least, and none for share 0; no more than compete.</summary>
    public static long Count(double share, long count, long eligible) => share == 0 ? 0 : Math.Min(Math.Max(1, (long)(share * count)), eligible);

    /// <summary>Marks the k largest keys, 0 ≤ k ≤ how many are not 0.</summary>
    /// <returns>The least selected key; the largest number where k is 0.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong Mark(ulong* keys, int count, long k, byte* selected)
    {
        if (k == 0)
        {
            new Span<byte>(selected, count).Clear();
            return ulong.MaxValue;
        }

        ulong least = RadixSelection.Select(new GivenKeys(keys), count, 64, k, out long ties);
        for (int i = 0; i < count; i++)
        {
            bool tie = keys[i] == least && ties > 0;
            ties -= tie ? 1 : 0;
            selected[i] = (byte)(tie || keys[i] > least ? 1 : 0);
        }

        return least;
    }

    private static T[] Kept<T>(ref T[]? array, long count)
    {
        if (array is null || array.Length < count)
            array = new T[Math.Min(Array.MaxLength, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)count))];
        return array;
    }
}
