using System.Diagnostics.CodeAnalysis;

namespace Gibbs;

/// <summary>Argument checks of row maps, the same for spans and device views. An array given to a map that does not take it is an error, never ignored.</summary>
internal static partial class ProjectionValidation
{
    /// <summary>Throws where shapes do not fit each other or the map, or where a scalar does not fit the type.</summary>
    /// <typeparam name="TReal">The arithmetic type.</typeparam>
    /// <exception cref="System.ArgumentException">The message names the argument, what was given and what would be right.</exception>
    public static void CheckForward<TReal>(RowMap map, in ProjectionShapes shapes)
        where TReal : unmanaged
    {
        RowMapParts parts = CheckMap<TReal>(map);
        CheckRows("input", shapes);
        CheckInputs(map, parts, shapes, "input");
        long rows = shapes.Rows, columns = shapes.Columns;
        ArgumentChecks.Matrix("outputs.Output", shapes.OutputRows, shapes.OutputColumns, rows, columns, "as input");
        CheckTaken(map, parts, RowMapParts.Thresholds, shapes.Thresholds, "outputs.Thresholds", "have thresholds");
        CheckTaken(map, parts, RowMapParts.Values, shapes.Values, "outputs.Values", "has values");
        CheckTaken(map, parts, RowMapParts.Mask, shapes.MaskRows * shapes.MaskColumns, "outputs.Mask", "have a mask");
        CheckTaken(map, parts, RowMapParts.Compressed, shapes.CompressedRows * shapes.CompressedColumns, "outputs.Compressed", "has a compressed form");
        CheckTaken(map, parts, RowMapParts.Compressed, shapes.MetadataRows * shapes.MetadataColumns, "outputs.Metadata", "has a compressed form");
        CheckPerRow("outputs.Thresholds", shapes.Thresholds, rows, "input");
        CheckPerRow("outputs.SupportSize", shapes.SupportSize, rows, "input");
        CheckPerRow("outputs.Values", shapes.Values, rows, "input");
        CheckPerRow("outputs.Status", shapes.Status, rows, "input");
        ArgumentChecks.Matrix("outputs.Mask", shapes.MaskRows, shapes.MaskColumns, rows, columns, "as input");
        CheckCompressed(map, "outputs.Compressed", shapes.CompressedRows, shapes.CompressedColumns, rows, columns);
        CheckCompressed(map, "outputs.Metadata", shapes.MetadataRows, shapes.MetadataColumns, rows, columns);
    }

    /// <summary>Throws where the map has no sparse form, or shapes do not fit.</summary>
    /// <typeparam name="TReal">The arithmetic type.</typeparam>
    /// <exception cref="System.ArgumentException">The message names the argument, what was given and what would be right.</exception>
    public static void CheckSparse<TReal>(RowMap map, in ProjectionShapes shapes)
        where TReal : unmanaged
    {
        RowMapParts parts = CheckMap<TReal>(map);
        if ((parts & RowMapParts.Sparse) == 0)
            ArgumentChecks.Fail("map", $"map is {RowMapTable.Name(map)}; only {RowMapTable.Having(RowMapParts.Sparse)} have a sparse form.");
        CheckRows("input", shapes);
        CheckInputs(map, parts, shapes, "input");
        if (shapes.RowOffsets != shapes.Rows + 1)
            ArgumentChecks.Fail("sparse", $"sparse.RowOffsets has {shapes.RowOffsets} elements; it needs {shapes.Rows + 1}, one per row of input and one more.");
        if (shapes.Indices != shapes.SparseValues)
            ArgumentChecks.Fail("sparse", $"sparse.Indices has {shapes.Indices} elements and sparse.Values {shapes.SparseValues}; both need the same number, or none to count only.");
        CheckPerRow("status", shapes.Status, shapes.Rows, "input");
    }

    /// <summary>Throws where shapes do not fit, or what the map's gradient needs is missing.</summary>
    /// <typeparam name="TReal">The arithmetic type.</typeparam>
    /// <exception cref="System.ArgumentException">The message names the argument, what was given and what would be right.</exception>
    public static void CheckGradient<TReal>(RowMap map, in ProjectionShapes shapes)
        where TReal : unmanaged
    {
        RowMapParts parts = CheckMap<TReal>(map);
        CheckRows("upstream", shapes);
        CheckInputs(map, parts, shapes, "upstream");
        long rows = shapes.Rows, columns = shapes.Columns;

        // More than the map's gradient needs may be saved: whoever saves need not know the map.
        ArgumentChecks.Matrix("saved.Output", shapes.ResultRows, shapes.ResultColumns, rows, columns, "as upstream");
        ArgumentChecks.Matrix("saved.Input", shapes.InputRows, shapes.InputColumns, rows, columns, "as upstream");
        CheckPerRow("saved.Thresholds", shapes.Thresholds, rows, "upstream");
        if (rows > 0)
        {
            CheckSaved(map, parts, RowMapParts.Result, shapes.ResultRows * shapes.ResultColumns, "saved.Output", "the result");
            CheckSaved(map, parts, RowMapParts.SavedInput, shapes.InputRows * shapes.InputColumns, "saved.Input", "the input");
            CheckSaved(map, parts, RowMapParts.SavedThresholds, shapes.Thresholds, "saved.Thresholds", "the thresholds");
        }

        ArgumentChecks.Matrix("gradients.Input", shapes.GradientRows, shapes.GradientColumns, rows, columns, "as upstream");
        CheckTaken(map, parts, RowMapParts.RowParameters, shapes.ParameterGradient, "gradients.Parameter", "have a parameter");
        CheckTaken(map, parts, RowMapParts.SecondGradient, shapes.SecondGradient, "gradients.Second", "have a second scalar with a gradient");
        CheckPerRow("gradients.Parameter", shapes.ParameterGradient, rows, "upstream");
        CheckPerRow("gradients.Second", shapes.SecondGradient, rows, "upstream");
        ArgumentChecks.Length("gradients.ColumnParameters", shapes.ColumnParameterGradient, columns, "V, one per column of upstream");
        if (shapes.ParameterGradient > 0 && shapes.ColumnParameters > 0)
            ArgumentChecks.Fail("gradients", $"gradients.Parameter is given with inputs.ColumnParameters, which take the parameter's place; ask for gradients.ColumnParameters.");
        if (shapes.ColumnParameterGradient > 0 && shapes.ColumnParameters == 0)
            ArgumentChecks.Fail("gradients", $"gradients.ColumnParameters is given without inputs.ColumnParameters; it needs them.");
    }

    private static void CheckRows(string name, in ProjectionShapes shapes)
    {
        if (shapes.Columns <= 0)
            ArgumentChecks.Fail(name, $"{name} is [{shapes.Rows}, {shapes.Columns}]; it needs at least one column, also where it has no rows.");
    }

    // The optional arrays, which forward and gradient share. rowsOf: the matrix that gave the shape.
    private static void CheckInputs(RowMap map, RowMapParts parts, in ProjectionShapes shapes, string rowsOf)
    {
        long rows = shapes.Rows, columns = shapes.Columns;
        if (map.Kind != RowMapKind.NOfM && map.Count > columns)
            ArgumentChecks.Fail("map", $"map is {RowMapTable.Name(map)} with k = {map.Count} and {rowsOf} has {columns} columns; k must be in [1, {columns}].");
        CheckTaken(map, parts, RowMapParts.RowParameters, shapes.RowParameters, "inputs.RowParameters", "take them");
        CheckTaken(map, parts, RowMapParts.ColumnParameters, shapes.ColumnParameters, "inputs.ColumnParameters", "take them");
        CheckTaken(map, parts, RowMapParts.Weights, shapes.Weights, "inputs.Weights", "take them");
        CheckTaken(map, parts, RowMapParts.Bounds, shapes.Lower, "inputs.Lower", "takes it");
        CheckTaken(map, parts, RowMapParts.Bounds, shapes.Upper, "inputs.Upper", "takes it");
        CheckTaken(map, parts, RowMapParts.Groups, shapes.GroupOffsets, "inputs.GroupOffsets", "take them");
        CheckTaken(map, parts, RowMapParts.GroupWeights, shapes.GroupWeights, "inputs.GroupWeights", "take them");
        CheckTaken(map, parts, RowMapParts.GroupScales, shapes.GroupScales, "inputs.GroupScales", "takes them");
        CheckTaken(map, parts, RowMapParts.Point, shapes.PointRows * shapes.PointColumns, "inputs.Point", "takes it");
        CheckPerRow("inputs.RowParameters", shapes.RowParameters, rows, rowsOf);
        CheckPerColumn("inputs.ColumnParameters", shapes.ColumnParameters, columns, rowsOf);
        CheckPerColumn("inputs.Weights", shapes.Weights, columns, rowsOf);
        CheckPerColumn("inputs.Lower", shapes.Lower, columns, rowsOf);
        CheckPerColumn("inputs.Upper", shapes.Upper, columns, rowsOf);
        if (shapes.RowParameters > 0 && shapes.ColumnParameters > 0)
            ArgumentChecks.Fail("inputs", $"inputs.RowParameters and inputs.ColumnParameters are both given; the parameter is by row or by column.");
        if (map.Kind == RowMapKind.Permutahedron && shapes.Weights == 0)
            ArgumentChecks.Fail("inputs", $"inputs.Weights has 0 elements; Permutahedron needs {columns}, V, one per column of {rowsOf}.");
        CheckGroups(map, shapes, columns);

        bool point = shapes.PointRows > 0 && shapes.PointColumns > 0;
        if (map.Kind == RowMapKind.Tangent && rows > 0 && !point)
            ArgumentChecks.Fail("inputs", $"inputs.Point is empty; Tangent needs the point [{rows}, {columns}], as {rowsOf}.");
        if (point && (shapes.PointRows != rows || shapes.PointColumns != columns))
            ArgumentChecks.Fail("inputs", $"inputs.Point is [{shapes.PointRows}, {shapes.PointColumns}]; it must be [{rows}, {columns}], as {rowsOf}.");
    }

    private static void CheckGroups(RowMap map, in ProjectionShapes shapes, long columns)
    {
        if (shapes.GroupOffsets > 0 && map.GroupSize > 0)
            ArgumentChecks.Fail("inputs", $"inputs.GroupOffsets is given with a group size of {map.GroupSize}; groups are by offsets or of equal size (group size 0 for offsets).");
        if (shapes.GroupOffsets == 1)
            ArgumentChecks.Fail("inputs", $"inputs.GroupOffsets has 1 element; it needs one more than there are groups, from 0 to {columns}.");
        if (map.Kind is RowMapKind.L1InfBall or RowMapKind.LInf1Prox && map.GroupSize == 0 && shapes.GroupOffsets == 0)
            ArgumentChecks.Fail("map", $"{map.Kind} has a group size of 0 and inputs.GroupOffsets is empty; it needs groups, by one or the other.");
        long groups = shapes.GroupOffsets > 0 ? shapes.GroupOffsets - 1 : map.GroupSize > 0 ? (columns + map.GroupSize - 1) / map.GroupSize : columns;
        ArgumentChecks.Length("inputs.GroupWeights", shapes.GroupWeights, groups, "one per group");
        ArgumentChecks.Length("inputs.GroupScales", shapes.GroupScales, groups, "one per group");
    }

    private static void CheckCompressed(RowMap map, string name, long givenRows, long givenColumns, long rows, long columns)
    {
        if (givenRows == 0 || givenColumns == 0)
            return;
        if (columns % map.GroupSize != 0)
            ArgumentChecks.Fail(name, $"{name} is given with {columns} columns of input in groups of {map.GroupSize}; the compressed form needs a multiple of {map.GroupSize}.");
        long kept = columns / map.GroupSize * map.Count;
        if (givenRows != rows || givenColumns != kept)
            ArgumentChecks.Fail(name, $"{name} is [{givenRows}, {givenColumns}]; it must be [{rows}, {kept}], {map.Count} of every {map.GroupSize} columns of input, or empty.");
    }

    private static void CheckPerRow(string name, long given, long rows, string rowsOf)
    {
        if (given != 0 && given != rows)
            ArgumentChecks.Fail(name, $"{name} has {given} elements; it needs {rows}, one per row of {rowsOf}, or none.");
    }

    private static void CheckPerColumn(string name, long given, long columns, string rowsOf)
    {
        if (given != 0 && given != columns)
            ArgumentChecks.Fail(name, $"{name} has {given} elements; it needs {columns}, V, one per column of {rowsOf}, or none.");
    }

    private static void CheckTaken(RowMap map, RowMapParts parts, RowMapParts part, long given, string name, string verb)
    {
        if (given != 0 && (parts & part) == 0)
            FailTaken(map, part, name, verb);
    }

    [DoesNotReturn]
    private static void FailTaken(RowMap map, RowMapParts part, string name, string verb) =>
        ArgumentChecks.Fail(name, $"{name} is given to {RowMapTable.Name(map)}; only {RowMapTable.Having(part)} {verb}.");

    private static void CheckSaved(RowMap map, RowMapParts parts, RowMapParts part, long given, string name, string what)
    {
        if (given == 0 && (parts & part) != 0)
            ArgumentChecks.Fail(name, $"{name} is empty; the gradient of {RowMapTable.Name(map)} needs {what} of the forward call.");
    }
}
