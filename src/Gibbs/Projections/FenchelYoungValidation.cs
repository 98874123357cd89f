namespace Gibbs;

/// <summary>The lengths of everything given to a Fenchel-Young loss, in elements; 0 for what is absent. One form for spans and device views.</summary>
internal struct FenchelYoungShapes
{
    public long Rows;
    public long Columns;
    public long Targets;
    public long ClassWeights;
    public long RowWeights;
    public long Alphas;
    public long Losses;
    public long GradientRows;
    public long GradientColumns;
    public long ProbabilityRows;
    public long ProbabilityColumns;
    public long SupportSize;
    public long Status;
}

/// <summary>Argument checks of Fenchel-Young losses, the same for spans and device views.</summary>
internal static class FenchelYoungValidation
{
    /// <summary>Throws where a scalar option is outside its documented range, or leaves the arithmetic type.</summary>
    /// <typeparam name="TReal">The arithmetic type: <see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
    /// <exception cref="System.ArgumentException">The message names the option, its value and the range.</exception>
    public static void CheckOptions<TReal>(in FenchelYoungOptions options)
        where TReal : unmanaged
    {
        ArgumentChecks.Range(options.Alpha is > 1 and <= 8, "options", nameof(options.Alpha), options.Alpha, "in (1, 8]");
        ArgumentChecks.Range(options.LabelSmoothing is >= 0 and <= 1, "options", nameof(options.LabelSmoothing), options.LabelSmoothing, "in [0, 1]");
        CrossEntropyValidation.CheckReduction<TReal>(options.Reduction, options.Normaliser);
    }

    /// <summary>Throws where shapes do not fit each other. Targets are needed wherever there are rows: without them a row is <see cref="RowMap.Entmax"/>.</summary>
    /// <exception cref="System.ArgumentException">The message names the argument, the shape given and the shape that would be right.</exception>
    public static void CheckShapes(in FenchelYoungShapes shapes)
    {
        long rows = shapes.Rows, columns = shapes.Columns;
        if (columns <= 0)
            ArgumentChecks.Fail("logits", $"logits is [{rows}, {columns}]; it needs at least one column, also where it has no rows.");
        if (shapes.Targets != rows)
            ArgumentChecks.Fail("targets", $"targets has {shapes.Targets} elements; it needs {rows}, one per row of logits.");
        ArgumentChecks.Length("inputs.ClassWeights", shapes.ClassWeights, columns, "V, one per column of logits");
        CheckPerRow("inputs.RowWeights", shapes.RowWeights, rows);
        CheckPerRow("inputs.Alphas", shapes.Alphas, rows);
        CheckPerRow("outputs.Losses", shapes.Losses, rows);
        CheckPerRow("outputs.SupportSize", shapes.SupportSize, rows);
        CheckPerRow("outputs.Status", shapes.Status, rows);
        ArgumentChecks.Matrix("outputs.Gradient", shapes.GradientRows, shapes.GradientColumns, rows, columns, "as logits");
        ArgumentChecks.Matrix("outputs.Probabilities", shapes.ProbabilityRows, shapes.ProbabilityColumns, rows, columns, "as logits");
    }

    private static void CheckPerRow(string name, long given, long rows) => ArgumentChecks.Length(name, given, rows, "one per row of logits");
}
