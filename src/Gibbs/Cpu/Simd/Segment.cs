using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Simd;

/// <summary>The logical lanes of a reduction and the cut of a row into segments: constants of the arithmetic type, so that no result depends on the machine.</summary>
internal static class Lanes
{
    /// <summary>Element j of a segment belongs to lane j mod Count: four accumulators of 512 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Count<TReal>()
        where TReal : unmanaged => typeof(TReal) == typeof(float) ? 64 : 32;

    /// <summary>Elements per segment: 16 KiB of reals, a third of a first-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SegmentLength<TReal>()
        where TReal : unmanaged => typeof(TReal) == typeof(float) ? 4096 : 2048;

    /// <summary>Lanes merged in halves: l with l + Count/2, then l + Count/4, and so on to one. Overwrites the lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe double Sum<TReal>(TReal* lanes)
        where TReal : unmanaged
    {
        for (int half = Count<TReal>() / 2; half >= SimdVector128<TReal>.Count; half /= 2)
        {
            for (int i = 0; i < half; i += SimdVector128<TReal>.Count)
                SimdVector128<TReal>.Store(lanes + i, SimdVector128<TReal>.Load(lanes + i) + SimdVector128<TReal>.Load(lanes + half + i));
        }

        return SimdVector128<TReal>.SumOfLanes(SimdVector128<TReal>.Load(lanes));
    }

    /// <summary>The same tree over four accumulators that are all lanes together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum<TVector, TReal>(TVector a, TVector b, TVector c, TVector d)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TReal : unmanaged => TVector.SumOfLanes((a + c) + (b + d));
}

/// <summary>A piece of a row in whole blocks of <see cref="Lanes.Count"/> elements: those at <see cref="Body"/>, then perhaps one at <see cref="Tail"/>, padded.</summary>
internal readonly unsafe struct Segment<TReal>(TReal* body, int bodyBlocks, TReal* tail, int blocks)
    where TReal : unmanaged
{
    public readonly TReal* Body = body;
    public readonly TReal* Tail = tail;
    public readonly int BodyBlocks = bodyBlocks;
    public readonly int Blocks = blocks;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TReal* Block(int index) => index < BodyBlocks ? Body + ((nint)index * Lanes.Count<TReal>()) : Tail;
}
