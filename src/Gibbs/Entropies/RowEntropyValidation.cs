using System;

namespace Gibbs;

/// <summary>The lengths of everything given to row entropies, in elements; 0 for what is absent. One form for spans and device views, dense rows and ragged.</summary>
internal struct RowEntropyShapes
{
    /// <summary>What the rows are called in messages.</summary>
    public string Name;
    public long Rows;

    /// <summary>1 where rows are ragged: then the gradient is a column of Total rows.</summary>
    public long Columns;
    public long Total;
    public bool Ragged;
    public long RowWeights;
    public long Temperatures;
    public long Actions;
    public long ActionWeights;
    public long Entropies;
    public long LogSumExp;
    public long LogProbability;
    public long GradientRows;
    public long GradientColumns;
    public long Status;
}

/// <summary>Argument checks of row entropies, the same for spans and device views.</summary>
internal static class RowEntropyValidation
{
    /// <summary>Throws where a scalar option is outside its documented range, or leaves the arithmetic type.</summary>
    /// <typeparam name="TReal">The arithmetic type: <see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
    /// <exception cref="ArgumentException">The message names the option, its value and the range.</exception>
    public static void CheckOptions<TReal>(in RowEntropyOptions options)
        where TReal : unmanaged
    {
        Check(options.Kind is >= EntropyKind.Shannon and <= EntropyKind.Min, nameof(options.Kind), (int)options.Kind, "Shannon (0), Tsallis (1), Renyi (2) or Min (3)");
        Check(options.Input is EntropyInput.Logits or EntropyInput.Probabilities, nameof(options.Input), (int)options.Input, "Logits (0) or Probabilities (1)");
        Check(double.IsFinite(options.Alpha) && options.Alpha > 0, nameof(options.Alpha), options.Alpha, "positive and finite");
        ArgumentChecks.Held<TReal>("options", nameof(options.Alpha), options.Alpha);
        Check(double.IsFinite(options.Temperature) && options.Temperature > 0, nameof(options.Temperature), options.Temperature, "positive and finite");
        if (options.Input == EntropyInput.Probabilities)
            Check(options.Temperature == 1, nameof(options.Temperature), options.Temperature, "1 for probabilities, which have none");
        CrossEntropyValidation.CheckReduction<TReal>(options.Reduction, options.Normaliser);
    }

    /// <summary>Throws where shapes do not fit each other, or an output or a weight lacks the input that it needs.</summary>
    /// <exception cref="ArgumentException">The message names the argument, the shape given and the shape that would be right.</exception>
    public static void CheckShapes(in RowEntropyShapes shapes, in RowEntropyOptions options)
    {
        long rows = shapes.Rows;
        if (!shapes.Ragged && shapes.Columns <= 0)
            ArgumentChecks.Fail(shapes.Name, $"{shapes.Name} is [{rows}, {shapes.Columns}]; it needs at least one column, also where it has no rows.");
        CheckPerRow("inputs.RowWeights", shapes.RowWeights, rows);
        CheckPerRow("inputs.Temperatures", shapes.Temperatures, rows);
        CheckPerRow("inputs.Actions", shapes.Actions, rows);
        CheckPerRow("inputs.ActionWeights", shapes.ActionWeights, rows);
        CheckPerRow("outputs.Entropies", shapes.Entropies, rows);
        CheckPerRow("outputs.LogSumExp", shapes.LogSumExp, rows);
        CheckPerRow("outputs.LogProbability", shapes.LogProbability, rows);
        CheckPerRow("outputs.Status", shapes.Status, rows);
        if (shapes.Ragged)
            ArgumentChecks.Length("outputs.Gradient", shapes.GradientRows, shapes.Total, "one per value");
        else
            ArgumentChecks.Matrix("outputs.Gradient", shapes.GradientRows, shapes.GradientColumns, rows, shapes.Columns, "as logits");
        if (rows == 0)
            return;
        if (shapes.Actions == 0 && shapes.ActionWeights > 0)
            ArgumentChecks.Fail("inputs", $"inputs.ActionWeights is given without inputs.Actions; it needs them.");
        if (shapes.Actions == 0 && shapes.LogProbability > 0)
            ArgumentChecks.Fail("outputs", $"outputs.LogProbability is given without inputs.Actions; it needs them.");
        if (options.Input == EntropyInput.Logits)
            return;
        if (shapes.Temperatures > 0)
            ArgumentChecks.Fail("inputs", $"inputs.Temperatures is given with probabilities, which have no temperature; leave it out, or give logits.");
        if (shapes.LogSumExp > 0)
            ArgumentChecks.Fail("outputs", $"outputs.LogSumExp is given with probabilities, which have none; leave it out, or give logits.");
    }

    /// <summary>Throws where offsets do not cut the values into rows. Host memory only: device memory is not read.</summary>
    public static void CheckOffsets(ReadOnlySpan<long> offsets, long total)
    {
        CheckOffsetCount(offsets.Length);
        long before = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            if (offsets[i] < before || offsets[i] > total)
                ArgumentChecks.Fail("offsets", $"offsets[{i}] is {offsets[i]}; it must be from {before} to {total}, ascending within values.");
            before = offsets[i];
        }
    }

    /// <summary>Throws where there is not even one offset.</summary>
    public static void CheckOffsetCount(long count)
    {
        if (count == 0)
            ArgumentChecks.Fail("offsets", $"offsets is empty; it needs one element more than there are rows.");
    }

    private static void CheckPerRow(string name, long given, long rows) => ArgumentChecks.Length(name, given, rows, "one per row");

    private static void Check(bool valid, string name, double given, string right) => ArgumentChecks.Range(valid, "options", name, given, right);
}
