namespace Gibbs;

/// <summary>Argument checks of Wasserstein barycentres, the same for spans and device views.</summary>
internal static class WassersteinBarycenterValidation
{
    /// <summary>Throws where a scalar option is outside its documented range.</summary>
    public static void CheckOptions(in WassersteinBarycenterOptions options)
    {
        ArgumentChecks.Range(options.Epsilon > 0 && double.IsFinite(options.Epsilon), "options", nameof(options.Epsilon), options.Epsilon, "positive and finite; it has no default");
        ArgumentChecks.Range(options.Tolerance >= 0 && double.IsFinite(options.Tolerance), "options", nameof(options.Tolerance), options.Tolerance, "0 (the type's default) or positive and finite");
        ArgumentChecks.Range(options.MaxIterations >= 1, "options", nameof(options.MaxIterations), options.MaxIterations, "at least 1");
    }

    /// <summary>Throws where shapes do not fit each other.</summary>
    public static void CheckShapes(MatrixShape histograms, MatrixShape cost, long weights, long barycenter, MatrixShape sourcePotentials, MatrixShape targetPotentials, long values)
    {
        if (histograms.Rows == 0 || histograms.Columns == 0)
            ArgumentChecks.Fail("histograms", $"histograms is [{histograms.Rows}, {histograms.Columns}]; it needs at least one row and one column.");
        if (cost.Rows != histograms.Columns || cost.Columns == 0)
            ArgumentChecks.Fail("cost", $"cost is [{cost.Rows}, {cost.Columns}]; it must be [{histograms.Columns}, M], a row for every point of the histograms, with M at least 1.");
        ArgumentChecks.Length("inputs.Weights", weights, histograms.Rows, "one per histogram");
        ArgumentChecks.Length("outputs.Barycenter", barycenter, cost.Columns, "one per column of the cost");
        ArgumentChecks.Matrix("outputs.SourcePotentials", sourcePotentials.Rows, sourcePotentials.Columns, histograms.Rows, histograms.Columns, "as histograms");
        ArgumentChecks.Matrix("outputs.TargetPotentials", targetPotentials.Rows, targetPotentials.Columns, histograms.Rows, cost.Columns, "a row for every histogram, a column for every one of the cost");
        ArgumentChecks.Length("outputs.Values", values, histograms.Rows, "one per histogram");
    }
}
