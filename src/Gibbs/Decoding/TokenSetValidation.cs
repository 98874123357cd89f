using System;

namespace Gibbs;

/// <summary>The lengths of everything given to a token set, in elements; 0 for what is absent. One form for spans and device views.</summary>
internal struct TokenSetShapes
{
    public long Rows;
    public long Columns;
    public long RowWeights;
    public long Temperatures;
    public long Actions;
    public long Entropies;
    public long FullEntropies;
    public long Counts;
    public long Thresholds;
    public long MaskRows;
    public long MaskColumns;
    public long LogProbabilityRows;
    public long LogProbabilityColumns;
    public long ActionLogProbability;
    public long Samples;
    public long SampleLogProbability;
    public long GradientRows;
    public long GradientColumns;
    public long Status;
}

/// <summary>Argument checks of token sets, the same for spans and device views.</summary>
internal static class TokenSetValidation
{
    /// <summary>Throws where a scalar option is outside its documented range, or leaves the arithmetic type.</summary>
    /// <typeparam name="TReal">The arithmetic type: <see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
    /// <exception cref="ArgumentException">The message names the option, its value and the range.</exception>
    public static void CheckOptions<TReal>(in TokenSetOptions options)
        where TReal : unmanaged
    {
        Check(options.TopK >= 0, nameof(options.TopK), options.TopK, "at least 1, or 0 for none");
        Check(options.TopP is > 0 and <= 1, nameof(options.TopP), options.TopP, "in (0, 1], 1 for none");
        Check(options.MinP is >= 0 and <= 1, nameof(options.MinP), options.MinP, "in [0, 1], 0 for none");
        Check(options.MinProbability is >= 0 and <= 1, nameof(options.MinProbability), options.MinProbability, "in [0, 1], 0 for none");
        Check(options.TopH is > 0 and <= 1, nameof(options.TopH), options.TopH, "in (0, 1], 1 for no bound");
        Check(options.TopHVariant is >= TopHVariant.Paper and <= TopHVariant.Transformers, nameof(options.TopHVariant), (int)options.TopHVariant, "Paper (0), Released (1) or Transformers (2)");
        Check(options.TopHCap >= 1, nameof(options.TopHCap), options.TopHCap, "at least 1");
        Check(double.IsFinite(options.Temperature) && options.Temperature > 0, nameof(options.Temperature), options.Temperature, "positive and finite");
        Check(options.RowOffset >= 0, nameof(options.RowOffset), options.RowOffset, "at least 0");
        CrossEntropyValidation.CheckReduction<TReal>(options.Reduction, options.Normaliser);
        ArgumentChecks.Held<TReal>("options", nameof(options.TopP), options.TopP);
        ArgumentChecks.Held<TReal>("options", nameof(options.TopH), options.TopH);
    }

    /// <summary>Throws where shapes do not fit each other, or an output lacks the input that it needs.</summary>
    /// <exception cref="ArgumentException">The message names the argument, the shape given and the shape that would be right.</exception>
    public static void CheckShapes(in TokenSetShapes shapes)
    {
        long rows = shapes.Rows, columns = shapes.Columns;
        if (columns <= 0)
            ArgumentChecks.Fail("logits", $"logits is [{rows}, {columns}]; it needs at least one column, also where it has no rows.");
        CheckPerRow("inputs.RowWeights", shapes.RowWeights, rows);
        CheckPerRow("inputs.Temperatures", shapes.Temperatures, rows);
        CheckPerRow("inputs.Actions", shapes.Actions, rows);
        CheckPerRow("outputs.Entropies", shapes.Entropies, rows);
        CheckPerRow("outputs.FullEntropies", shapes.FullEntropies, rows);
        CheckPerRow("outputs.Counts", shapes.Counts, rows);
        CheckPerRow("outputs.Thresholds", shapes.Thresholds, rows);
        ArgumentChecks.Matrix("outputs.Mask", shapes.MaskRows, shapes.MaskColumns, rows, columns, "as logits");
        ArgumentChecks.Matrix("outputs.LogProbabilities", shapes.LogProbabilityRows, shapes.LogProbabilityColumns, rows, columns, "as logits");
        CheckPerRow("outputs.ActionLogProbability", shapes.ActionLogProbability, rows);
        CheckPerRow("outputs.Samples", shapes.Samples, rows);
        CheckPerRow("outputs.SampleLogProbability", shapes.SampleLogProbability, rows);
        ArgumentChecks.Matrix("outputs.Gradient", shapes.GradientRows, shapes.GradientColumns, rows, columns, "as logits");
        CheckPerRow("outputs.Status", shapes.Status, rows);
        if (shapes.ActionLogProbability > 0 && shapes.Actions == 0)
            ArgumentChecks.Fail("outputs", $"outputs.ActionLogProbability is given without inputs.Actions; it needs them.");
    }

    private static void CheckPerRow(string name, long given, long rows) => ArgumentChecks.Length(name, given, rows, "one per row of logits");

    private static void Check(bool valid, string name, double given, string right) => ArgumentChecks.Range(valid, "options", name, given, right);
}
