namespace Gibbs;

/// <summary>The lengths of everything given to a batch entropy, in elements; 0 for what is absent. One form for spans and device views.</summary>
internal struct BatchEntropyShapes
{
    public long Rows;
    public long Columns;
    public long Offsets;
    public long RowWeights;
    public long ClassWeights;
    public long PriorRows;
    public long PriorColumns;
    public long ClassGroups;
    public long Values;
    public long MarginalRows;
    public long MarginalColumns;
    public long Entropies;
    public long GradientRows;
    public long GradientColumns;
    public long Status;
    public long SegmentStatus;

    /// <summary>Segments: one where there are no offsets.</summary>
    public readonly long Segments => Offsets == 0 ? 1 : Offsets - 1;
}

/// <summary>Argument checks of batch entropies, the same for spans and device views.</summary>
internal static class BatchEntropyValidation
{
    /// <summary>Throws where a scalar option is outside its documented range, or leaves the arithmetic type.</summary>
    /// <typeparam name="TReal">The arithmetic type: <see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
    /// <exception cref="System.ArgumentException">The message names the option, its value and the range.</exception>
    public static void CheckOptions<TReal>(in BatchEntropyOptions options)
        where TReal : unmanaged
    {
        Check(double.IsFinite(options.Temperature) && options.Temperature > 0, nameof(options.Temperature), options.Temperature, "positive and finite");
        Finite(nameof(options.MarginalWeight), options.MarginalWeight);
        Finite(nameof(options.ConditionalWeight), options.ConditionalWeight);
        Finite(nameof(options.ClassEntropyWeight), options.ClassEntropyWeight);
        Finite(nameof(options.PriorWeight), options.PriorWeight);
        Finite(nameof(options.BetweenGroupsWeight), options.BetweenGroupsWeight);
        Finite(nameof(options.WithinGroupsWeight), options.WithinGroupsWeight);
        Check(options.Groups >= 0, nameof(options.Groups), options.Groups, "at least 0");
        Check(double.IsFinite(options.ConfidencePower) && options.ConfidencePower >= 0, nameof(options.ConfidencePower), options.ConfidencePower, "finite and at least 0");
        CrossEntropyValidation.CheckReduction<TReal>(options.Reduction, null);
    }

    /// <summary>Throws where shapes do not fit each other or the options.</summary>
    /// <exception cref="System.ArgumentException">The message names the argument, the shape given and the shape that would be right.</exception>
    public static void CheckShapes(in BatchEntropyShapes shapes, in BatchEntropyOptions options)
    {
        long rows = shapes.Rows, columns = shapes.Columns, segments = shapes.Segments;
        if (columns <= 0)
            ArgumentChecks.Fail("logits", $"logits is [{rows}, {columns}]; it needs at least one column, also where it has no rows.");
        PerRow("inputs.RowWeights", shapes.RowWeights, rows);
        PerClass("inputs.ClassWeights", shapes.ClassWeights, columns);
        PerClass("inputs.ClassGroups", shapes.ClassGroups, columns);
        bool priors = shapes.PriorRows != 0 && shapes.PriorColumns != 0;
        if (priors && ((shapes.PriorRows != segments && shapes.PriorRows != 1) || shapes.PriorColumns != columns))
            ArgumentChecks.Fail("inputs.Priors", $"inputs.Priors is [{shapes.PriorRows}, {shapes.PriorColumns}]; it must be [{segments}, {columns}], one per segment, or [1, {columns}], or empty.");
        PerSegment("outputs.Values", shapes.Values, segments);
        PerSegment("outputs.SegmentStatus", shapes.SegmentStatus, segments);
        ArgumentChecks.Matrix("outputs.Marginals", shapes.MarginalRows, shapes.MarginalColumns, segments, columns, "one per segment");
        PerRow("outputs.Entropies", shapes.Entropies, rows);
        PerRow("outputs.Status", shapes.Status, rows);
        ArgumentChecks.Matrix("outputs.Gradient", shapes.GradientRows, shapes.GradientColumns, rows, columns, "as logits");
        bool grouped = options.BetweenGroupsWeight != 0 || options.WithinGroupsWeight != 0;
        if (grouped && shapes.ClassGroups == 0)
            ArgumentChecks.Fail("inputs.ClassGroups", $"inputs.ClassGroups is empty, but grouped entropies need one group per class.");
        if (grouped && (options.Groups < 1 || options.Groups > columns))
            ArgumentChecks.FailRange("options", options.Groups, $"Groups is {options.Groups}; grouped entropies need it from 1 to the {columns} classes.");
    }

    private static void PerRow(string name, long given, long rows) => ArgumentChecks.Length(name, given, rows, "one per row of logits");

    private static void PerClass(string name, long given, long columns) => ArgumentChecks.Length(name, given, columns, "one per column of logits");

    private static void PerSegment(string name, long given, long segments) => ArgumentChecks.Length(name, given, segments, "one per segment");

    private static void Finite(string name, double given) => Check(double.IsFinite(given), name, given, "finite");

    private static void Check(bool valid, string name, double given, string right) => ArgumentChecks.Range(valid, "options", name, given, right);
}
