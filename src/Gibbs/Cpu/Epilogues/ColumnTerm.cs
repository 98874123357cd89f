namespace Gibbs.Cpu.Epilogues;

/// <summary>
/// Σ_j c_j·(−log p_j): soft targets (c = q̃), or label smoothing with class weights (c = w, times s/V) or without (c = 1, times s/V).
/// Its gradient is Σc·p_j − c_j.
/// </summary>
internal static class ColumnTerm
{
    /// <summary>Adds the term; nothing where there are no such terms.</summary>
    public static void Add(in RowContext context, ref RowCoefficients row)
    {
        double unit = context.HasTarget ? context.Options.LabelSmoothing / context.Columns : 1;
        if (unit == 0)
            return;

        if (context.HasColumnTerms)
        {
            double mass = context.Row.ColumnMass;
            row.Loss += unit * ((mass * context.Row.LogSum) - context.Row.ColumnOffset);
            row.Softmax += unit * mass;
            row.Columns -= unit;
            return;
        }

        // A masked class has −log p = ∞.
        double offset = context.Row.Unmasked < context.Columns ? double.NegativeInfinity : context.Row.UnmaskedOffset;
        row.Loss += unit * ((context.Columns * context.Row.LogSum) - offset);
        row.Softmax += context.Options.LabelSmoothing;
        row.Constant -= unit;
    }
}
