using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Policies;

/// <summary>An array over tokens [B, T]: null is absent. The stride is in bytes.</summary>
internal unsafe struct TokenArray<T>
    where T : unmanaged
{
    public T* Start;
    public nint Stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly T* Row(long row) => Start == null ? null : (T*)((byte*)Start + ((nint)row * Stride));
}

/// <summary>What the tokens of a sequence add up to.</summary>
internal struct SequenceSums
{
    // Found before the tokens' losses.
    public long Tokens;
    public long Eligible;
    public double Advantage;
    public double LogProbabilityBefore;
    public double Weight;

    public double Policy;
    public double Kl;
    public double Entropy;
    public double Ratio;
    public double OldKl;
    public double LogProbability;
    public long Clipped;
    public long DualClipped;
    public long Selected;
    public long NotFinite;
}

/// <summary>A call as the workers see it: plain pointers, on the caller's stack while the call lasts.</summary>
internal unsafe struct PolicyJob<TReal>
    where TReal : unmanaged
{
    public PolicyLossOptions Options;
    public PolicyTerms Terms;
    public long Rows;
    public int Columns;

    public TokenArray<TReal> LogProbabilities;
    public TokenArray<TReal> Old;
    public TokenArray<TReal> Reference;
    public TokenArray<TReal> Proxy;
    public TokenArray<TReal> Advantages;
    public TReal* SequenceAdvantages;
    public TokenArray<byte> Mask;
    public TokenArray<TReal> Entropies;
    public long* GroupOffsets;
    public long Groups;

    public TokenArray<TReal> TokenLosses;
    public TokenArray<TReal> LogProbabilityGradient;
    public TokenArray<TReal> EntropyGradient;
    public TokenArray<PolicyFlags> Flags;

    /// <summary>One per sequence.</summary>
    public SequenceSums* Sums;

    /// <summary>Means over the batch's tokens, for the covariance.</summary>
    public double MeanAdvantage;
    public double MeanLogProbability;

    /// <summary>[B·T]: keys of the tokens that compete to be selected, 0 for the others; and what became of them.</summary>
    public ulong* Keys;
    public byte* Selected;

    /// <summary>Whether a kind selects among the tokens of the batch.</summary>
    public readonly bool Selects => Options.Kind is PolicyLossKind.LpReg or PolicyLossKind.ClipCov or PolicyLossKind.KlCov && Options.Share > 0;
}
