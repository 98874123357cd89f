namespace Gibbs;

/// <summary>Argument checks of Bures-Wasserstein distances, the same for spans and device views.</summary>
internal static class BuresWassersteinValidation
{
    /// <summary>Most dimensions: a problem keeps some d² in fp64.</summary>
    public const int MostDimensions = 4096;

    /// <summary>Throws where an option is outside its documented range.</summary>
    public static void CheckOptions(in BuresWassersteinOptions options) =>
        ArgumentChecks.Range(
            options.Regularisation >= 0 && double.IsFinite(options.Regularisation), "options", nameof(options.Regularisation), options.Regularisation, "at least 0 and finite");

    /// <summary>Throws where shapes do not fit each other. The number of problems.</summary>
    public static long CheckShapes(
        MatrixShape source, MatrixShape target, MatrixShape sourceMeans, MatrixShape targetMeans, long values, MatrixShape sourceGradient, MatrixShape targetGradient, MatrixShape meanGradient, long status)
    {
        (long rows, long dimensions) = source;
        if (dimensions is 0 or > MostDimensions || rows % dimensions != 0)
            ArgumentChecks.Fail("source", $"source is [{rows}, {dimensions}]; it must be [B·d, d], one square matrix after the other, with d from 1 to {MostDimensions}.");
        if (target.Rows != rows || target.Columns != dimensions)
            ArgumentChecks.Fail("target", $"target is [{target.Rows}, {target.Columns}]; it must be [{rows}, {dimensions}], as source.");
        long problems = rows / dimensions;
        ArgumentChecks.Matrix("inputs.SourceMeans", sourceMeans.Rows, sourceMeans.Columns, problems, dimensions, "one mean per problem");
        ArgumentChecks.Matrix("inputs.TargetMeans", targetMeans.Rows, targetMeans.Columns, problems, dimensions, "one mean per problem");
        ArgumentChecks.Length("outputs.Values", values, problems, "one per problem");
        ArgumentChecks.Matrix("outputs.SourceGradient", sourceGradient.Rows, sourceGradient.Columns, rows, dimensions, "as source");
        ArgumentChecks.Matrix("outputs.TargetGradient", targetGradient.Rows, targetGradient.Columns, rows, dimensions, "as target");
        ArgumentChecks.Matrix("outputs.MeanGradient", meanGradient.Rows, meanGradient.Columns, problems, dimensions, "one per problem");
        ArgumentChecks.Length("outputs.Status", status, problems, "one per problem");
        return problems;
    }
}
