namespace Gibbs.Cpu.Rows;

/// <summary>Sums of a row of logits; with x_j = (z_j − max z)/T. In a row that is not Ok, Sum is 1, LogSum and Moment are 0.</summary>
internal struct SoftmaxSums
{
    /// <summary>max z, as given.</summary>
    public double Maximum;

    /// <summary>Σ exp(x) − 1, accurate relative to itself.</summary>
    public double Excess;

    /// <summary>Σ exp(x)·x, at most 0.</summary>
    public double Moment;

    /// <summary>Log Σ exp(x).</summary>
    public double LogSum;

    /// <summary>Ok, NotANumber, PlusInfinity or AllMasked.</summary>
    public RowStatus Status;

    /// <summary>Σ exp(x).</summary>
    public readonly double Sum => 1 + Excess;

    /// <summary>−Σ p log p; both terms have the same sign.</summary>
    public readonly double Entropy => LogSum - (Moment / Sum);

    /// <summary>Log Σ exp(z/T).</summary>
    public readonly double LogSumExp(double temperature) => (Maximum / temperature) + LogSum;
}
