using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gibbs.Cpu.Decoding;

/// <summary>A histogram of the sample of a row along the ranking, in float: tokens, Σ e^x and Σ e^x·x of each bucket, higher buckets first in the ranking. Only ever an estimate.</summary>
internal unsafe struct SampleBuckets
{
    /// <summary>As many as a byte tells apart.</summary>
    public const int Count = 256;

    private const int Cell = 4;

    private fixed float _cells[Count * Cell];

    public void Clear() => Unsafe.InitBlock(ref Unsafe.As<SampleBuckets, byte>(ref this), 0, (uint)sizeof(SampleBuckets));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(byte bucket, float e, float moment)
    {
        ref float cell = ref _cells[bucket * Cell];
        (Vector128.LoadUnsafe(ref cell) + Vector128.Create(1, e, moment, 0)).StoreUnsafe(ref cell);
    }

    /// <summary>Each bucket becomes the sum of those below it and itself.</summary>
    public void Accumulate()
    {
        Vector128<float> sum = default;
        for (int bucket = 0; bucket < Count; bucket++)
        {
            ref float cell = ref _cells[bucket * Cell];
            sum += Vector128.LoadUnsafe(ref cell);
            sum.StoreUnsafe(ref cell);
        }
    }

    /// <summary>After <see cref="Accumulate"/>: tokens of the buckets below this one.</summary>
    public readonly double TokensBelow(int bucket) => bucket == 0 ? 0 : _cells[(bucket - 1) * Cell];

    /// <summary>Σ e^x of those.</summary>
    public readonly double SumBelow(int bucket) => bucket == 0 ? 0 : _cells[((bucket - 1) * Cell) + 1];

    /// <summary>Σ e^x·x of those.</summary>
    public readonly double MomentBelow(int bucket) => bucket == 0 ? 0 : _cells[((bucket - 1) * Cell) + 2];
}
