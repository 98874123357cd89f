namespace Gibbs.Cpu.Entropies;

/// <summary>What became of a row, in double, whatever the input.</summary>
internal struct EntropyRow
{
    /// <summary>What the row's entries say, whatever the action.</summary>
    public RowStatus Status;

    /// <summary>H.</summary>
    public double Entropy;

    /// <summary>log Σ exp(z/T).</summary>
    public double LogSumExp;

    /// <summary>log p_a; NaN without an action in range.</summary>
    public double LogProbability;

    /// <summary>The outputs of a row that is not <see cref="RowStatus.Ok"/>.</summary>
    public static EntropyRow Irregular(RowStatus status) => new()
    {
        Status = status,
        Entropy = status == RowStatus.AllMasked ? 0 : double.NaN,
        LogSumExp = status == RowStatus.AllMasked ? double.NegativeInfinity : status == RowStatus.PlusInfinity ? double.PositiveInfinity : double.NaN,
        LogProbability = status == RowStatus.AllMasked ? double.NegativeInfinity : double.NaN,
    };

    /// <summary>r·H + u·log p_a; a weight of 0 silences an infinite term.</summary>
    public readonly double Value(RowStatus status, double weight, double actionWeight)
    {
        if (status is not (RowStatus.Ok or RowStatus.AllMasked))
            return double.NaN;
        double entropy = weight == 0 ? 0 : weight * Entropy;
        return actionWeight == 0 ? entropy : entropy + (actionWeight * LogProbability);
    }
}
