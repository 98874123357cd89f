using System.Numerics;
using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Simd;

/// <summary>Lanes picked one by one, where the machine has no instruction for it.</summary>
internal static unsafe class SelectedLanes
{
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Store<TVector, TReal>(double* destination, int* places, TVector value, ulong bits, double origin, int first)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TReal : unmanaged
    {
        double* wide = stackalloc double[16];
        TVector.StoreDoubles(wide, value);
        int count = 0;
        for (; bits != 0; bits &= bits - 1)
        {
            int lane = BitOperations.TrailingZeroCount(bits);
            destination[count] = wide[lane] - origin;
            places[count++] = first + lane;
        }

        return count;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack<TVector, TReal>(TReal* destination, TVector value, ulong bits)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TReal : unmanaged
    {
        TReal* lanes = stackalloc TReal[16];
        TVector.Store(lanes, value);
        for (; bits != 0; bits &= bits - 1)
            *destination++ = lanes[BitOperations.TrailingZeroCount(bits)];
    }
}
