namespace Gibbs;

/// <summary>Argument checks of elastic maps, the same for spans and device views.</summary>
internal static class ElasticValidation
{
    /// <summary>Throws where ε is not given.</summary>
    public static void CheckOptions(in ElasticMapOptions options) =>
        ArgumentChecks.Range(options.Epsilon > 0 && double.IsFinite(options.Epsilon), "options", nameof(options.Epsilon), options.Epsilon, "positive and finite; it has no default");

    /// <summary>Throws where clouds do not fit each other, or the cost.</summary>
    public static void CheckPoints(ElasticCost cost, long rows, long dimensions, long targets, long targetDimensions)
    {
        CheckRows("points", cost, rows, dimensions);
        if (targets == 0 || targetDimensions != dimensions)
            ArgumentChecks.Fail("targets", $"targets is [{targets}, {targetDimensions}]; it needs at least one row, and {dimensions} columns, as points.");
    }

    /// <summary>Throws where rows have no coordinates, or more than a cost sorts.</summary>
    public static void CheckRows(string name, ElasticCost cost, long rows, long dimensions)
    {
        if (dimensions == 0)
            ArgumentChecks.Fail(name, $"{name} is [{rows}, {dimensions}]; it needs at least one column, also where it has no rows.");
        if (cost.Kind == ElasticCostKind.KSupport && dimensions > SinkhornValidation.MostSortedDimensions)
            ArgumentChecks.Fail(name, $"{name} has {dimensions} columns; the k-support cost is for at most {SinkhornValidation.MostSortedDimensions}.");
    }

    /// <summary>Throws where a cost that takes a matrix has none that fits, or another has one.</summary>
    public static void CheckMatrix(string name, ElasticCost cost, long rows, long columns, long dimensions)
    {
        if (cost.TakesMatrix && (rows == 0 || columns != dimensions))
            ArgumentChecks.Fail(name, $"{name} is [{rows}, {columns}]; the cost {cost.Kind} needs at least one row, and {dimensions} columns, as points.");
        if (!cost.TakesMatrix && rows != 0 && columns != 0)
            ArgumentChecks.Fail(name, $"{name} is [{rows}, {columns}]; the cost {cost.Kind} takes none.");
        if (cost.Kind == ElasticCostKind.Complement && rows > dimensions)
            ArgumentChecks.Fail(name, $"{name} is [{rows}, {columns}]; more than {dimensions} rows of {dimensions} coordinates cannot be orthonormal.");
    }

    /// <summary>Throws where points cannot be embedded, or their embedding does not fit.</summary>
    public static void CheckEmbedded(ElasticCost cost, long rows, long dimensions, long matrixRows, long matrixColumns, long embeddedRows, long embeddedColumns)
    {
        CheckRows("points", cost, rows, dimensions);
        if (!cost.TakesMatrix)
            ArgumentChecks.Fail("cost", $"cost is {cost.Kind}; only costs that take a matrix, Linear and Complement, are squared distances of embedded points.");
        CheckMatrix("matrix", cost, matrixRows, matrixColumns, dimensions);
        if (embeddedRows != rows || (embeddedColumns != dimensions + matrixRows && rows != 0))
            ArgumentChecks.Fail("embedded", $"embedded is [{embeddedRows}, {embeddedColumns}]; it must be [{rows}, {dimensions + matrixRows}].");
    }

    /// <summary>Throws where an input or an output does not fit.</summary>
    public static void CheckShapes(long rows, long dimensions, long targets, long potential, long weights, MatrixShape mapped, long values, MatrixShape gradient)
    {
        if (potential != targets)
            ArgumentChecks.Fail("targetPotential", $"targetPotential has {potential} elements; it needs {targets}, one per target.");
        ArgumentChecks.Length("inputs.TargetWeights", weights, targets, "one per target");
        ArgumentChecks.Matrix("outputs.Mapped", mapped.Rows, mapped.Columns, rows, dimensions, "as points");
        ArgumentChecks.Length("outputs.Potential", values, rows, "one per point");
        ArgumentChecks.Matrix("outputs.Gradient", gradient.Rows, gradient.Columns, rows, dimensions, "as points");
    }
}
