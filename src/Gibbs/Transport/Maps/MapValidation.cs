namespace Gibbs;

/// <summary>Argument checks of Monge gaps and inverse transport, the same for spans and device views.</summary>
internal static class MapValidation
{
    /// <summary>Throws where a marginal is relaxed.</summary>
    public static void CheckHeld(in SinkhornOptions options)
    {
        SinkhornValidation.CheckOptions(options);
        ArgumentChecks.Range(double.IsPositiveInfinity(options.SourceRho), "options", nameof(options.SourceRho), options.SourceRho, "+infinity, the default: both marginals are held");
        ArgumentChecks.Range(double.IsPositiveInfinity(options.TargetRho), "options", nameof(options.TargetRho), options.TargetRho, "+infinity, the default: both marginals are held");
    }

    /// <summary>Throws where points and images do not come in pairs, or an array does not fit them.</summary>
    public static void CheckGap(long rows, long dimensions, long mappedRows, long mappedDimensions, long weights, MatrixShape pointGradient, MatrixShape mappedGradient)
    {
        if (rows == 0 || dimensions == 0)
            ArgumentChecks.Fail("points", $"points is [{rows}, {dimensions}]; it needs at least one point and one coordinate.");
        if (mappedRows != rows || mappedDimensions != dimensions)
            ArgumentChecks.Fail("mapped", $"mapped is [{mappedRows}, {mappedDimensions}]; it must be [{rows}, {dimensions}], as points.");
        ArgumentChecks.Length("inputs.Weights", weights, rows, "one per point");
        ArgumentChecks.Matrix("outputs.PointGradient", pointGradient.Rows, pointGradient.Columns, rows, dimensions, "as points");
        ArgumentChecks.Matrix("outputs.MappedGradient", mappedGradient.Rows, mappedGradient.Columns, rows, dimensions, "as points");
    }

    /// <summary>Throws where an observed coupling does not fit the costs.</summary>
    public static void CheckObserved(long rows, long columns, MatrixShape observed)
    {
        if (observed.Rows != rows || observed.Columns != columns)
            ArgumentChecks.Fail("observed", $"observed is [{observed.Rows}, {observed.Columns}]; it must be [{rows}, {columns}], an entry per cost.");
    }

    /// <summary>Throws where features, affinity and observation do not fit each other.</summary>
    public static void CheckAffinity(MatrixShape x, MatrixShape y, MatrixShape affinity, MatrixShape observed)
    {
        if (x.IsEmpty)
            ArgumentChecks.Fail("x", $"x is [{x.Rows}, {x.Columns}]; it needs at least one row and one column.");
        if (y.IsEmpty)
            ArgumentChecks.Fail("y", $"y is [{y.Rows}, {y.Columns}]; it needs at least one row and one column.");
        if (affinity.Rows != x.Columns || affinity.Columns != y.Columns)
            ArgumentChecks.Fail("affinity", $"affinity is [{affinity.Rows}, {affinity.Columns}]; it must be [{x.Columns}, {y.Columns}], columns of x by columns of y.");
        if (!observed.IsEmpty)
            CheckObserved(x.Rows, y.Rows, observed);
        else if (x.Rows != y.Rows)
            ArgumentChecks.Fail("observed", $"observed is empty, which pairs row i of x with row i of y, but they have {x.Rows} and {y.Rows} rows.");
    }

    /// <summary>Throws where a scalar of a fit is outside its documented range.</summary>
    public static void CheckFit(in AffinityFitOptions options)
    {
        CheckHeld(options.Transport);
        ArgumentChecks.Range(options.Sparsity >= 0 && double.IsFinite(options.Sparsity), "options", nameof(options.Sparsity), options.Sparsity, "at least 0 and finite");
        ArgumentChecks.Range(options.Tolerance >= 0 && double.IsFinite(options.Tolerance), "options", nameof(options.Tolerance), options.Tolerance, "0 (the type's default) or positive and finite");
        ArgumentChecks.Range(options.MaxIterations >= 1, "options", nameof(options.MaxIterations), options.MaxIterations, "at least 1");
    }
}
