namespace Gibbs.Tests.Reference;

/// <summary>What the formulas say of one row, in fp64, and the magnitudes that its error bounds are made of.</summary>
internal sealed class ReferenceRow
{
    public RowStatus Status { get; set; }

    /// <summary>Row weight included, before the reduction.</summary>
    public double Loss { get; set; }

    /// <summary>∂Loss/∂z_j with respect to the given logits.</summary>
    public required double[] Gradient { get; init; }

    public double LogSumExp { get; set; }

    public double Entropy { get; set; }

    public double LogProbability { get; set; }

    public long Argmax { get; set; } = -1;

    public long Rank { get; set; } = -1;

    public double Maximum { get; set; }

    public double LogSum { get; set; }

    public double MeanOffset { get; set; }

    public double TargetMass { get; set; }

    public long Unmasked { get; set; }

    /// <summary>Whether the row is in the normaliser, and with what.</summary>
    public bool Valid { get; set; }

    public double NormaliserShare { get; set; }

    /// <summary>Whether the row has numbers to compare; otherwise everything is one of the constants of the table of bad rows.</summary>
    public bool HasNumbers { get; set; }

    /// <summary>A weight of the gradient beyond the arithmetic type (comp-sum, τ &lt; 1): the result saturates, and only has to be a number.</summary>
    public bool Overflows { get; set; }

    /// <summary>Δ: the gap between the largest effective logit and the next one.</summary>
    public double Gap { get; set; }

    /// <summary>The same to the next lower one, past ties: Σ p·x is made of what lies there.</summary>
    public double DistinctGap { get; set; }

    /// <summary>|β|·|Σ p·x|, which has the relative error of x.</summary>
    public double MomentScale { get; set; }

    /// <summary>The same, of the gradient.</summary>
    public double GradientMomentScale { get; set; }

    /// <summary>Σ|weights| of what probabilities are multiplied by: with it a probability that was flushed to 0 reaches the loss.</summary>
    public double UnderflowScale { get; set; }

    /// <summary>The same, of the gradient.</summary>
    public double GradientUnderflowScale { get; set; }

    /// <summary>max |ẑ_j| over unmasked entries.</summary>
    public double LargestEffective { get; set; }

    /// <summary>Σ of the absolute values of what is added up to the loss.</summary>
    public double LossScale { get; set; }

    /// <summary>The part of it that is of the order of exp(−Δ), where an error in x is a relative error.</summary>
    public double LossGapScale { get; set; }

    /// <summary>|∂loss/∂ẑ| summed, for terms that are small while ẑ is large.</summary>
    public double LossShiftScale { get; set; }

    /// <summary>Relative error of the target's term per unit of relative error of p (focal, comp-sum).</summary>
    public double LossExtraScale { get; set; }

    /// <summary>Per entry, Σ of the absolute values of what is added up to the gradient.</summary>
    public required double[] GradientScale { get; init; }

    /// <summary>The part of the gradient's bound that goes with Δ.</summary>
    public double GradientGapScale { get; set; }

    /// <summary>|∂g_j/∂ẑ| of terms that are small while ẑ is large.</summary>
    public double GradientShiftScale { get; set; }

    /// <summary>As <see cref="LossExtraScale"/>, for the gradient.</summary>
    public double GradientExtraScale { get; set; }
}
