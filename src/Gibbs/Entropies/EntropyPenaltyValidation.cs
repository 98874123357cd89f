namespace Gibbs;

/// <summary>The lengths of everything given to an entropy penalty, in elements; 0 for what is absent. One form for spans and device views.</summary>
internal struct EntropyPenaltyShapes
{
    public long Rows;
    public long Columns;
    public long MaskRows;
    public long MaskColumns;
    public long Anchors;
    public long AnchorIndices;
    public long HeadThresholds;
    public long GradientRows;
    public long GradientColumns;
    public long PenaltyRows;
    public long PenaltyColumns;
    public long SelectedRows;
    public long SelectedColumns;
    public long SequenceMeans;
    public long Quantiles;
    public long HeadThresholdGradient;
    public long Status;
}

/// <summary>Argument checks of entropy penalties, the same for spans and device views.</summary>
internal static class EntropyPenaltyValidation
{
    /// <summary>Throws where a scalar option is outside its documented range.</summary>
    /// <exception cref="System.ArgumentException">The message names the option, its value and the range.</exception>
    public static void CheckOptions(in EntropyPenaltyOptions options)
    {
        Check(options.Kind is >= EntropyPenaltyKind.Bonus and <= EntropyPenaltyKind.Attention, nameof(options.Kind), (int)options.Kind, "an EntropyPenaltyKind, from Bonus (0) to Attention (5)");
        Check(options.Aggregation is >= EntropyAggregation.TokenMean and <= EntropyAggregation.Sum, nameof(options.Aggregation), (int)options.Aggregation, "TokenMean (0), SequenceMean (1) or Sum (2)");
        Finite(nameof(options.Weight), options.Weight);
        Finite(nameof(options.Smoothing), options.Smoothing);
        Finite(nameof(options.EntropyBonus), options.EntropyBonus);
        Finite(nameof(options.Constant), options.Constant);
        Finite(nameof(options.Anchor), options.Anchor);
        Check(double.IsFinite(options.Upper) && options.Upper >= 0, nameof(options.Upper), options.Upper, "finite and at least 0");
        Check(options.Lower >= 0 && options.Lower <= options.Upper, nameof(options.Lower), options.Lower, "in [0, Upper]");
        Check(options.Quantile is >= 0 and <= 1, nameof(options.Quantile), options.Quantile, "in [0, 1]");
        Check(double.IsFinite(options.Margin) && options.Margin >= 0, nameof(options.Margin), options.Margin, "finite and at least 0");
        Check(options.Context >= 0, nameof(options.Context), options.Context, "at least 0");
    }

    /// <summary>Throws where shapes do not fit each other or the kind.</summary>
    /// <exception cref="System.ArgumentException">The message names the argument, the shape given and the shape that would be right.</exception>
    public static void CheckShapes(in EntropyPenaltyShapes shapes, in EntropyPenaltyOptions options)
    {
        long rows = shapes.Rows, columns = shapes.Columns;
        if (columns <= 0)
            ArgumentChecks.Fail("entropies", $"entropies is [{rows}, {columns}]; it needs at least one column, also where it has no rows.");
        Matrix("inputs.Mask", shapes.MaskRows, shapes.MaskColumns, rows, columns);
        Matrix("outputs.Gradient", shapes.GradientRows, shapes.GradientColumns, rows, columns);
        Matrix("outputs.Penalties", shapes.PenaltyRows, shapes.PenaltyColumns, rows, columns);
        Matrix("outputs.Selected", shapes.SelectedRows, shapes.SelectedColumns, rows, columns);
        PerRow("inputs.AnchorIndices", shapes.AnchorIndices, rows);
        PerRow("outputs.SequenceMeans", shapes.SequenceMeans, rows);
        PerRow("outputs.Quantiles", shapes.Quantiles, rows);
        PerRow("outputs.Status", shapes.Status, rows);
        if (options.Kind == EntropyPenaltyKind.Siren)
            ArgumentChecks.Length("inputs.Anchors", shapes.Anchors, 1, "Siren's one anchor");
        else if (shapes.AnchorIndices == 0)
            PerRow("inputs.Anchors", shapes.Anchors, rows);
        if (shapes.AnchorIndices != 0 && (shapes.Anchors == 0 || options.Kind == EntropyPenaltyKind.Siren))
            ArgumentChecks.Fail("inputs.AnchorIndices", $"inputs.AnchorIndices is given, but there is no table for it: give a band's inputs.Anchors too, or leave it out.");
        if (options.Kind == EntropyPenaltyKind.Attention && shapes.HeadThresholds == 0)
            ArgumentChecks.Fail("inputs.HeadThresholds", $"inputs.HeadThresholds is empty, but Attention needs one per head.");
        if (shapes.HeadThresholds != 0 && rows % shapes.HeadThresholds != 0)
            ArgumentChecks.Fail("inputs.HeadThresholds", $"inputs.HeadThresholds has {shapes.HeadThresholds} elements; it must divide the {rows} rows of entropies, row b being of head b mod heads.");
        ArgumentChecks.Length("outputs.HeadThresholdGradient", shapes.HeadThresholdGradient, shapes.HeadThresholds, "as inputs.HeadThresholds");
        if (options.Kind == EntropyPenaltyKind.Siren && shapes.PenaltyRows != 0 && shapes.PenaltyColumns != 0)
            ArgumentChecks.Fail("outputs.Penalties", $"outputs.Penalties is given, but Siren has no penalty per token; leave it out.");
    }

    private static void PerRow(string name, long given, long rows) => ArgumentChecks.Length(name, given, rows, "one per row of entropies");

    private static void Matrix(string name, long givenRows, long givenColumns, long rows, long columns) => ArgumentChecks.Matrix(name, givenRows, givenColumns, rows, columns, "as entropies");

    private static void Finite(string name, double given) => Check(double.IsFinite(given), name, given, "finite");

    private static void Check(bool valid, string name, double given, string right) => ArgumentChecks.Range(valid, "options", name, given, right);
}
