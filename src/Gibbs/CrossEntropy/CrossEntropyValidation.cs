using System;

namespace Gibbs;

/// <summary>The lengths of everything given to softmax cross-entropy, in elements; 0 for what is absent. One form for spans and device views.</summary>
internal struct CrossEntropyShapes
{
    public long Rows;
    public long Columns;
    public long Targets;
    public long SoftTargetRows;
    public long SoftTargetColumns;
    public long ClassWeights;
    public long RowWeights;
    public long RowTemperatures;
    public long Losses;
    public long GradientRows;
    public long GradientColumns;
    public long LogSumExp;
    public long Entropy;
    public long LogProbability;
    public long Argmax;
    public long Rank;
    public long Status;
    public long Statistics;

    /// <summary>Whether the reduced loss is asked for (device outputs); spans always return it where there are targets.</summary>
    public bool WantsLoss;

    public readonly bool HasHardTargets => Targets > 0;

    public readonly bool HasSoftTargets => SoftTargetRows > 0 && SoftTargetColumns > 0;

    public readonly bool HasGradient => GradientRows > 0 && GradientColumns > 0;
}

/// <summary>Argument checks of softmax cross-entropy, the same for spans and device views.</summary>
internal static class CrossEntropyValidation
{
    /// <summary>Throws where a scalar option is outside its documented range, or leaves the arithmetic type.</summary>
    /// <typeparam name="TReal">The arithmetic type: <see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names it, its value and the range.</exception>
    /// <exception cref="ArgumentException">A normaliser is given with a reduction that has none.</exception>
    public static void CheckOptions<TReal>(in CrossEntropyOptions options)
        where TReal : unmanaged
    {
        Check(options.LabelSmoothing is >= 0 and <= 1, nameof(options.LabelSmoothing), options.LabelSmoothing, "in [0, 1]");
        Check(double.IsFinite(options.ZLoss) && options.ZLoss >= 0, nameof(options.ZLoss), options.ZLoss, "finite and at least 0");
        Check(double.IsFinite(options.Softcap) && options.Softcap >= 0, nameof(options.Softcap), options.Softcap, "0 (none) or positive and finite");
        Check(double.IsFinite(options.Temperature) && options.Temperature > 0, nameof(options.Temperature), options.Temperature, "positive and finite");
        Check(double.IsFinite(options.EntropyWeight), nameof(options.EntropyWeight), options.EntropyWeight, "finite");
        Check(double.IsFinite(options.MaxSuppression), nameof(options.MaxSuppression), options.MaxSuppression, "finite");
        Check(double.IsFinite(options.LogitPenalty) && options.LogitPenalty >= 0, nameof(options.LogitPenalty), options.LogitPenalty, "finite and at least 0");
        Check(double.IsFinite(options.LogitPenaltyCenter), nameof(options.LogitPenaltyCenter), options.LogitPenaltyCenter, "finite");
        Check(options.TargetLoss is >= TargetLoss.CrossEntropy and <= TargetLoss.CompSum, nameof(options.TargetLoss), (int)options.TargetLoss, "CrossEntropy (0), Focal (1), Poly1 (2) or CompSum (3)");

        double parameter = options.TargetLossParameter;
        switch (options.TargetLoss)
        {
            case TargetLoss.Focal:
                Check(double.IsFinite(parameter) && parameter >= 0, nameof(options.TargetLossParameter), parameter, "finite and at least 0, being γ of the focal loss");
                break;
            case TargetLoss.Poly1:
                Check(double.IsFinite(parameter), nameof(options.TargetLossParameter), parameter, "finite, being ε of Poly-1");
                break;
            case TargetLoss.CompSum:
                Check(double.IsFinite(parameter) && parameter >= 0, nameof(options.TargetLossParameter), parameter, "finite and at least 0, being τ of the comp-sum family");
                break;
        }

        CheckReduction<TReal>(options.Reduction, options.Normaliser);
        CheckHeld<TReal>(options);
    }

    /// <summary>Throws where shapes do not fit each other, or an output lacks the input that it needs.</summary>
    /// <exception cref="ArgumentException">The message names the argument, the shape given and the shape that would be right.</exception>
    public static void CheckShapes(in CrossEntropyShapes shapes, in CrossEntropyOptions options)
    {
        long rows = shapes.Rows;
        if (shapes.Columns <= 0)
            ArgumentChecks.Fail("logits", $"logits is [{rows}, {shapes.Columns}]; it needs at least one column, also where it has no rows.");
        if (rows < 0)
            ArgumentChecks.Fail("logits", $"logits is [{rows}, {shapes.Columns}]; the number of rows must be at least 0.");

        CheckPerRow("targets", shapes.Targets, rows);
        ArgumentChecks.Matrix("inputs.SoftTargets", shapes.SoftTargetRows, shapes.SoftTargetColumns, rows, shapes.Columns, "as logits");
        if (shapes.HasHardTargets && shapes.HasSoftTargets)
            ArgumentChecks.Fail("inputs", $"targets and inputs.SoftTargets are both given; give hard or soft targets, not both.");
        if (shapes.HasSoftTargets && options.TargetLoss != TargetLoss.CrossEntropy)
            ArgumentChecks.Fail("options", $"TargetLoss is {options.TargetLoss} with inputs.SoftTargets; it needs hard targets.");

        ArgumentChecks.Length("inputs.ClassWeights", shapes.ClassWeights, shapes.Columns, "V, one per column of logits");
        CheckPerRow("inputs.RowWeights", shapes.RowWeights, rows);
        CheckPerRow("inputs.RowTemperatures", shapes.RowTemperatures, rows);
        ArgumentChecks.Matrix("outputs.Gradient", shapes.GradientRows, shapes.GradientColumns, rows, shapes.Columns, "as logits");
        CheckPerRow("outputs.Losses", shapes.Losses, rows);
        CheckPerRow("outputs.LogSumExp", shapes.LogSumExp, rows);
        CheckPerRow("outputs.Entropy", shapes.Entropy, rows);
        CheckPerRow("outputs.LogProbability", shapes.LogProbability, rows);
        CheckPerRow("outputs.Argmax", shapes.Argmax, rows);
        CheckPerRow("outputs.Rank", shapes.Rank, rows);
        CheckPerRow("outputs.Status", shapes.Status, rows);
        CheckPerRow("outputs.Statistics", shapes.Statistics, rows);

        if (rows == 0 || shapes.HasHardTargets)
            return;
        if (shapes.LogProbability > 0)
            ArgumentChecks.Fail("outputs", $"outputs.LogProbability is given without targets; it needs hard targets.");
        if (shapes.Rank > 0)
            ArgumentChecks.Fail("outputs", $"outputs.Rank is given without targets; it needs hard targets.");
        if (shapes.HasSoftTargets)
            return;
        if (shapes.Losses > 0)
            ArgumentChecks.Fail("outputs", $"outputs.Losses is given without targets; it needs targets or inputs.SoftTargets.");
        if (shapes.HasGradient)
            ArgumentChecks.Fail("outputs", $"outputs.Gradient is given without targets; it needs targets or inputs.SoftTargets.");
        if (shapes.WantsLoss)
            ArgumentChecks.Fail("outputs", $"outputs.Loss is given without targets; it needs targets or inputs.SoftTargets.");
    }

    /// <summary>As <see cref="CheckShapes"/>, for the gradient from saved statistics: <see cref="CrossEntropyShapes.Statistics"/> and the gradient are inputs that must be there.</summary>
    /// <exception cref="ArgumentException">The message names the argument, the shape given and the shape that would be right.</exception>
    public static void CheckGradientShapes(in CrossEntropyShapes shapes, long upstream, in CrossEntropyOptions options)
    {
        long rows = shapes.Rows;
        if (rows > 0 && shapes.Columns > 0)
        {
            if (shapes.Statistics != rows)
                ArgumentChecks.Fail("statistics", $"statistics has {shapes.Statistics} elements; it needs {rows}, one per row of logits.");
            if (upstream != rows && upstream != 1)
                ArgumentChecks.Fail(nameof(upstream), $"upstream has {upstream} elements; it needs {rows}, one per row of logits, or 1 for all rows.");
            if (shapes.GradientRows != rows || shapes.GradientColumns != shapes.Columns)
                ArgumentChecks.Fail("gradient", $"gradient is [{shapes.GradientRows}, {shapes.GradientColumns}]; it must be [{rows}, {shapes.Columns}], as logits.");
            if (!shapes.HasHardTargets && !shapes.HasSoftTargets)
                ArgumentChecks.Fail("targets", $"No targets are given; a gradient needs targets or inputs.SoftTargets.");
        }

        CheckShapes(shapes, options);
    }

    /// <summary>Throws where a reduction is unknown, or its normaliser out of range or given to one that has none.</summary>
    /// <typeparam name="TReal">The arithmetic type.</typeparam>
    public static void CheckReduction<TReal>(Reduction reduction, double? normaliser)
        where TReal : unmanaged
    {
        Check(reduction is >= Reduction.Mean and <= Reduction.None, "Reduction", (int)reduction, "Mean (0), Sum (1) or None (2)");
        if (normaliser is not double value)
            return;
        Check(double.IsFinite(value) && value >= 0, "Normaliser", value, "finite and at least 0");
        ArgumentChecks.Held<TReal>("options", "Normaliser", value);
        if (reduction != Reduction.Mean)
            ArgumentChecks.Fail("options", $"Normaliser is {value} with Reduction.{reduction}; a normaliser goes with Reduction.Mean only.");
    }

    /// <summary>Throws where a normaliser in device memory is given beside another, or with a reduction that has none.</summary>
    public static void CheckDeviceNormaliser(bool given, Reduction reduction, double? normaliser)
    {
        if (!given)
            return;
        if (normaliser is not null)
            ArgumentChecks.Fail("inputs", $"inputs.Normaliser and options.Normaliser are both given; the divisor is one or the other.");
        if (reduction != Reduction.Mean)
            ArgumentChecks.Fail("inputs", $"inputs.Normaliser is given with Reduction.{reduction}; a normaliser goes with Reduction.Mean only.");
    }

    // The temperature is not among them: what divides by it keeps it in fp64, and its inverse finite.
    private static void CheckHeld<TReal>(in CrossEntropyOptions options)
        where TReal : unmanaged
    {
        ArgumentChecks.Held<TReal>("options", nameof(options.ZLoss), options.ZLoss);
        ArgumentChecks.Held<TReal>("options", nameof(options.Softcap), options.Softcap);
        ArgumentChecks.Held<TReal>("options", nameof(options.EntropyWeight), options.EntropyWeight);
        ArgumentChecks.Held<TReal>("options", nameof(options.MaxSuppression), options.MaxSuppression);
        ArgumentChecks.Held<TReal>("options", nameof(options.LogitPenalty), options.LogitPenalty);
        ArgumentChecks.Held<TReal>("options", nameof(options.LogitPenaltyCenter), options.LogitPenaltyCenter);
        if (options.TargetLoss != TargetLoss.CrossEntropy)
            ArgumentChecks.Held<TReal>("options", nameof(options.TargetLossParameter), options.TargetLossParameter);
    }

    private static void CheckPerRow(string name, long given, long rows) => ArgumentChecks.Length(name, given, rows, "one per row of logits");

    private static void Check(bool valid, string name, double given, string right) => ArgumentChecks.Range(valid, "options", name, given, right);
}
