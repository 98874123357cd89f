using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Decoding;

/// <summary>A histogram of tokens along the ranking: count, Σ e^x and Σ e^x·x of each bucket, higher buckets first in the ranking. Tokens at the maximum are counted apart, so that
/// the rest of a confident row keeps its digits. Sums are in order of index.</summary>
internal unsafe struct PrefixBuckets
{
    public const int Count = 256;

    private fixed double _counts[Count];
    private fixed double _sums[Count];
    private fixed double _moments[Count];
    private fixed double _ties[Count];

    public void Clear() => Unsafe.InitBlock(ref Unsafe.As<PrefixBuckets, byte>(ref this), 0, (uint)sizeof(PrefixBuckets));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int bucket, double e, double x)
    {
        double tie = x == 0 ? 1 : 0;
        _counts[bucket]++;
        _ties[bucket] += tie;
        _sums[bucket] += e - tie;
        _moments[bucket] += e * x;
    }

    public readonly double Tokens(int bucket) => _counts[bucket];

    public readonly double Sum(int bucket) => _sums[bucket] + _ties[bucket];

    public readonly double Moment(int bucket) => _moments[bucket];

    /// <summary>A prefix and then a bucket.</summary>
    public readonly PrefixSums After(in PrefixSums prefix, int bucket) => new()
    {
        Excess = prefix.Excess + _ties[bucket] + _sums[bucket],
        Moment = prefix.Moment + _moments[bucket],
        Count = prefix.Count + (long)_counts[bucket],
    };
}
