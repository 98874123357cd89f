using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gibbs.Cpu.Decoding;

/// <summary>
/// A histogram of tokens along the ranking: count, Σ e^x and Σ e^x·x of each bucket, higher buckets first in the ranking. Tokens at the maximum are counted apart, so that the rest of a confident row
/// keeps its digits. Sums are in order of index.
/// </summary>
internal unsafe struct PrefixBuckets
{
    public const int Count = 256;

    private const int Cell = 4;

    // Of each bucket: tokens, Σ e^x without those at the maximum, Σ e^x·x, tokens at the maximum.
    private fixed double _cells[Count * Cell];

    public void Clear() => Unsafe.InitBlock(ref Unsafe.As<PrefixBuckets, byte>(ref this), 0, (uint)sizeof(PrefixBuckets));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int bucket, double e, double x)
    {
        ref double cell = ref _cells[bucket * Cell];
        Vector256<double> term = x == 0 ? Vector256.Create(1, e - 1, 0, 1) : Vector256.Create(1, e, e * x, 0);
        (Vector256.LoadUnsafe(ref cell) + term).StoreUnsafe(ref cell);
    }

    /// <summary>Each bucket becomes the sum of itself and those above it.</summary>
    public void Accumulate()
    {
        Vector256<double> sum = default;
        for (int bucket = Count - 1; bucket >= 0; bucket--)
        {
            ref double cell = ref _cells[bucket * Cell];
            sum += Vector256.LoadUnsafe(ref cell);
            sum.StoreUnsafe(ref cell);
        }
    }

    /// <summary>After <see cref="Accumulate"/>: a prefix and then the buckets from this one up.</summary>
    public readonly PrefixSums After(in PrefixSums prefix, int bucket) => new()
    {
        Excess = prefix.Excess + _cells[(bucket * Cell) + 3] + _cells[(bucket * Cell) + 1],
        Moment = prefix.Moment + _cells[(bucket * Cell) + 2],
        Count = prefix.Count + (long)_cells[bucket * Cell],
    };

    /// <summary>After <see cref="Accumulate"/>: tokens, Σ e^x and Σ e^x·x of the buckets below this one.</summary>
    public readonly (double Tokens, double Sum, double Moment) Below(int bucket)
    {
        if (bucket >= Count)
            return (_cells[0], _cells[1] + _cells[3], _cells[2]);
        int at = bucket * Cell;
        return (_cells[0] - _cells[at], (_cells[1] - _cells[at + 1]) + (_cells[3] - _cells[at + 3]), _cells[2] - _cells[at + 2]);
    }
}
