namespace Gibbs;

/// <summary>Argument checks of sparsity-constrained solves, the same for spans and device views.</summary>
internal static class SparseTransportValidation
{
    /// <summary>Throws where a scalar option is outside its documented range.</summary>
    /// <exception cref="System.ArgumentException">The message names the option, its value and the range.</exception>
    public static void CheckOptions(in SparseTransportOptions options)
    {
        ArgumentChecks.Range(options.Gamma > 0 && double.IsFinite(options.Gamma), "options", nameof(options.Gamma), options.Gamma, "positive and finite; it has no default");
        ArgumentChecks.Range(options.K >= 0, "options", nameof(options.K), options.K, "0 (no limit) or at least 1");
        ArgumentChecks.Range(options.Form is SparseTransportForm.SemiDual or SparseTransportForm.Dual, "options", nameof(options.Form), (int)options.Form, "SemiDual (0) or Dual (1)");
        ArgumentChecks.Range(options.Tolerance >= 0 && double.IsFinite(options.Tolerance), "options", nameof(options.Tolerance), options.Tolerance, "0 (the type's default) or positive and finite");
        ArgumentChecks.Range(options.MaxIterations >= 1, "options", nameof(options.MaxIterations), options.MaxIterations, "at least 1");
    }

    /// <summary>Throws where shapes do not fit each other.</summary>
    public static void CheckShapes(long rows, long columns, long sourceWeights, long targetWeights, long initialSource, long sourcePotential, long targetPotential, long planRows, long planColumns)
    {
        if (rows == 0 || columns == 0)
            ArgumentChecks.Fail("cost", $"the cost is [{rows}, {columns}]; it needs at least one row and one column.");
        if (rows > int.MaxValue)
            ArgumentChecks.Fail("cost", $"the cost is [{rows}, {columns}]; its rows are numbered by 32 bits, at most {int.MaxValue}.");
        ArgumentChecks.Length("inputs.SourceWeights", sourceWeights, rows, "one per row of the cost");
        ArgumentChecks.Length("inputs.TargetWeights", targetWeights, columns, "one per column of the cost");
        ArgumentChecks.Length("inputs.InitialSourcePotential", initialSource, rows, "one per row of the cost");
        ArgumentChecks.Length("outputs.SourcePotential", sourcePotential, rows, "one per row of the cost");
        ArgumentChecks.Length("outputs.TargetPotential", targetPotential, columns, "one per column of the cost");
        ArgumentChecks.Matrix("outputs.Plan", planRows, planColumns, rows, columns, "as the cost");
    }

    /// <summary>Throws where a sparse plan does not fit the columns and k.</summary>
    public static void CheckSparse(in SparseTransportOptions options, long columns, long rowsHeight, long rowsWidth, long valuesHeight, long valuesWidth)
    {
        if (options.K == 0 && (rowsHeight * rowsWidth != 0 || valuesHeight * valuesWidth != 0))
            ArgumentChecks.Fail("outputs.Rows", $"outputs.Rows or outputs.Values is given and options.K is 0, no limit; a sparse plan needs options.K of at least 1, or take outputs.Plan.");
        ArgumentChecks.Matrix("outputs.Rows", rowsHeight, rowsWidth, columns, options.K, "k for every column of the cost");
        ArgumentChecks.Matrix("outputs.Values", valuesHeight, valuesWidth, columns, options.K, "k for every column of the cost");
    }
}
