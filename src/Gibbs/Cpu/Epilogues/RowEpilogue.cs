namespace Gibbs.Cpu.Epilogues;

/// <summary>A row's loss and gradient coefficients: the sum of its terms. A new term is one line here and a few in a file of its own.</summary>
internal static class RowEpilogue
{
    public static RowCoefficients Evaluate(in RowContext context)
    {
        RowCoefficients row = default;
        TargetTerm.Add(context, ref row);
        ColumnTerm.Add(context, ref row);
        ZLoss.Add(context, ref row);
        EntropyTerm.Add(context, ref row);
        MaxSuppression.Add(context, ref row);
        LogitPenalty.Add(context, ref row);
        return row;
    }
}
