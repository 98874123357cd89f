using System.Runtime.InteropServices;

namespace Gibbs;

/// <summary>What a policy loss found, in double whatever the type. A mean over no tokens is 0.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct PolicyMetrics
{
    /// <summary>The reduced loss.</summary>
    public double Loss { get; init; }

    /// <summary>Of it, the policy terms with the penalties of selected tokens.</summary>
    public double Policy { get; init; }

    /// <summary>The estimate of KL to the reference, aggregated as the loss is, before its weight; 0 without a reference.</summary>
    public double ReferenceKl { get; init; }

    /// <summary>The entropy, aggregated as the loss is, before its weight; 0 without entropies.</summary>
    public double Entropy { get; init; }

    /// <summary>The count of tokens, sequences or groups that the mean divided by, or what was given in its place; 1 for <see cref="TokenAggregation.TokenSumNorm"/>.</summary>
    public double Normaliser { get; init; }

    /// <summary>Mean over tokens of ρ.</summary>
    public double Ratio { get; init; }

    /// <summary>Mean over tokens of ℓ₀ − ℓ, the k1 estimate of KL from the policy that drew them.</summary>
    public double OldKl { get; init; }

    /// <summary>Mean over tokens of ℓ; less it is an estimate of the entropy.</summary>
    public double LogProbability { get; init; }

    /// <summary>Tokens that are not masked.</summary>
    public long Tokens { get; init; }

    /// <summary>Sequences that have some.</summary>
    public long Sequences { get; init; }

    /// <summary>Groups that have some; 0 without groups.</summary>
    public long Groups { get; init; }

    /// <summary>Tokens with <see cref="PolicyFlags.Clipped"/>.</summary>
    public long Clipped { get; init; }

    /// <summary>Tokens with <see cref="PolicyFlags.DualClipped"/>.</summary>
    public long DualClipped { get; init; }

    /// <summary>Tokens with <see cref="PolicyFlags.Penalised"/> or <see cref="PolicyFlags.Detached"/>.</summary>
    public long Selected { get; init; }

    /// <summary>Tokens with <see cref="PolicyFlags.NotFinite"/>.</summary>
    public long NotFinite { get; init; }

    /// <summary>Share of the tokens that are clipped.</summary>
    public double ClipFraction => Fraction(Clipped);

    /// <summary>Share of the tokens that are dual-clipped.</summary>
    public double DualClipFraction => Fraction(DualClipped);

    /// <summary>Share of the tokens that are selected.</summary>
    public double SelectedFraction => Fraction(Selected);

    private double Fraction(long count) => Tokens == 0 ? 0 : (double)count / Tokens;
}
