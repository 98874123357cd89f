using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>What a sequence comes to, and what the gradient of its tokens is made of.</summary>
internal struct SequenceSums
{
    /// <summary>Σ v over valid tokens.</summary>
    public double Penalty;

    /// <summary>Σ H over valid tokens.</summary>
    public double Entropy;

    /// <summary>Σ H over selected tokens.</summary>
    public double SelectedEntropy;

    /// <summary>Σ dv/dθ over valid tokens, of Attention.</summary>
    public double ThresholdGradient;

    /// <summary>H̄ of the sequence, θ·log T of its head, or Siren's quantile.</summary>
    public double Reference;

    /// <summary>The mean that a band per sequence judges.</summary>
    public double Mean;

    public long Tokens;
    public long Selected;
    public RowStatus Status;

    /// <summary>Whether the value is NaN on its account.</summary>
    public readonly bool IsBad => Status is RowStatus.InvalidParameter or RowStatus.NotANumber or RowStatus.PlusInfinity;
}

/// <summary>A call as the workers see it: plain pointers, on the caller's stack while the call lasts. Null is absent. Strides are in bytes.</summary>
internal unsafe struct EntropyPenaltyJob<TReal>
    where TReal : unmanaged
{
    public EntropyPenaltyOptions Options;
    public long Rows;
    public int Columns;
    public double LogContext;

    public TReal* Entropies;
    public nint EntropiesStride;
    public byte* Mask;
    public nint MaskStride;
    public TReal* Anchors;
    public int AnchorCount;
    public int* AnchorIndices;
    public TReal* HeadThresholds;
    public int Heads;

    public TReal* Gradient;
    public nint GradientStride;
    public TReal* Penalties;
    public nint PenaltiesStride;
    public byte* Selected;
    public nint SelectedStride;
    public TReal* SequenceMeans;
    public TReal* Quantiles;
    public RowStatus* Status;

    public SequenceSums* Sums;

    /// <summary>What dv/dH of a token is multiplied by, before the tokens of its sequence divide it.</summary>
    public double GradientScale;

    /// <summary>Whether the tokens of a sequence divide it: of all valid ones, or of the selected ones.</summary>
    public bool DividesBySequence;

    public readonly TReal* EntropiesRow(long row) => (TReal*)((byte*)Entropies + ((nint)row * EntropiesStride));

    public readonly TReal* GradientRow(long row) => (TReal*)((byte*)Gradient + ((nint)row * GradientStride));

    public readonly TReal* PenaltiesRow(long row) => Penalties == null ? null : (TReal*)((byte*)Penalties + ((nint)row * PenaltiesStride));

    public readonly byte* MaskRow(long row) => Mask == null ? null : Mask + ((nint)row * MaskStride);

    public readonly byte* SelectedRow(long row) => Selected == null ? null : Selected + ((nint)row * SelectedStride);

    /// <summary>H̄ of a sequence, or θ·log T of its head; NaN where there is none.</summary>
    public readonly double Reference(long row)
    {
        switch (Options.Kind)
        {
            case EntropyPenaltyKind.Attention:
                return Real.ToDouble(HeadThresholds[row % Heads]) * LogContext;
            case EntropyPenaltyKind.EpoPublished or EntropyPenaltyKind.EpoHinge or EntropyPenaltyKind.EpoQuadratic:
                if (Anchors == null)
                    return Options.Anchor;
                long index = AnchorIndices == null ? row : AnchorIndices[row];
                return (ulong)index < (ulong)AnchorCount ? Real.ToDouble(Anchors[index]) : double.NaN;
            default:
                return 0;
        }
    }

    /// <summary>The penalty of one entropy, without the bonus, its slope, and whether it is outside the band or beyond the margin.</summary>
    public readonly double Term(double entropy, double reference, out double slope, out bool selected)
    {
        if (Options.Kind == EntropyPenaltyKind.Attention)
        {
            double d = entropy - reference;
            selected = Math.Abs(d) > Options.Margin * LogContext;
            slope = selected ? 2 * d : 0;
            return selected ? d * d : 0;
        }

        double below = (Options.Lower * reference) - entropy, above = entropy - (Options.Upper * reference);
        double distance = Math.Max(Math.Max(below, above), 0), beta = Options.Smoothing;
        switch (Options.Kind)
        {
            case EntropyPenaltyKind.EpoPublished:
                selected = !(below < 0 && above < 0);
                slope = 0;
                return selected ? beta * Options.Constant : 0;
            case EntropyPenaltyKind.EpoHinge:
                selected = distance > 0;
                slope = !selected ? 0 : below > 0 ? -beta : beta;
                return beta * distance;
            default:
                selected = distance > 0;
                slope = 2 * beta * (below > 0 ? -distance : distance);
                return beta * distance * distance;
        }
    }
}
