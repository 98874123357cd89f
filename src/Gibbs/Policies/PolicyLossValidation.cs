namespace Gibbs;

/// <summary>The lengths of everything given to a policy loss, in elements; 0 for what is absent. One form for spans and device views.</summary>
internal struct PolicyLossShapes
{
    public long Rows;
    public long Columns;
    public (long Rows, long Columns) Old;
    public (long Rows, long Columns) Reference;
    public (long Rows, long Columns) Proxy;
    public (long Rows, long Columns) Advantages;
    public long SequenceAdvantages;
    public (long Rows, long Columns) Mask;
    public (long Rows, long Columns) Entropies;
    public long GroupOffsets;
    public (long Rows, long Columns) TokenLosses;
    public (long Rows, long Columns) LogProbabilityGradient;
    public (long Rows, long Columns) EntropyGradient;
    public (long Rows, long Columns) Flags;
}

/// <summary>Argument checks of policy losses, the same for spans and device views.</summary>
internal static class PolicyLossValidation
{
    /// <summary>Throws where a scalar option is outside its documented range.</summary>
    /// <exception cref="System.ArgumentException">The message names the option, its value and the range.</exception>
    public static void CheckOptions(in PolicyLossOptions options)
    {
        Check(options.Kind is >= PolicyLossKind.Clipped and <= PolicyLossKind.ExponentialSmoothing, nameof(options.Kind), (int)options.Kind, "a PolicyLossKind");
        Check(options.KlEstimator is >= KlEstimator.K3 and <= KlEstimator.K3Clamped, nameof(options.KlEstimator), (int)options.KlEstimator, "a KlEstimator");
        Check(options.Aggregation is >= TokenAggregation.TokenMean and <= TokenAggregation.GroupMean, nameof(options.Aggregation), (int)options.Aggregation, "a TokenAggregation");
        Check(options.ClipLow >= 0 && double.IsFinite(options.ClipLow), nameof(options.ClipLow), options.ClipLow, "finite and at least 0");
        Check(options.ClipHigh >= 0 && double.IsFinite(options.ClipHigh), nameof(options.ClipHigh), options.ClipHigh, "finite and at least 0");
        Check(options.DualClip == 0 || (options.DualClip > 1 && double.IsFinite(options.DualClip)), nameof(options.DualClip), options.DualClip, "finite and above 1, or 0 for none");
        Check(options.Share is >= 0 and <= 1, nameof(options.SelectedShare), options.Share, "in [0, 1]");
        Check(double.IsFinite(options.PenaltyWeight), nameof(options.PenaltyWeight), options.PenaltyWeight, "finite");
        Check(!double.IsNaN(options.CovarianceLow), nameof(options.CovarianceLow), options.CovarianceLow, "a number");
        Check(options.CovarianceHigh >= options.CovarianceLow, nameof(options.CovarianceHigh), options.CovarianceHigh, "at least CovarianceLow");
        Check(options.Smoothing is >= 0 and <= 1, nameof(options.Smoothing), options.Smoothing, "in [0, 1]");
        Check(double.IsFinite(options.KlWeight), nameof(options.KlWeight), options.KlWeight, "finite");
        Check(double.IsFinite(options.EntropyWeight), nameof(options.EntropyWeight), options.EntropyWeight, "finite");
        Check(options.Length >= 0 && double.IsFinite(options.Length), nameof(options.Length), options.Length, "finite and positive, or 0 for the columns");
        if (options.Normaliser is not double normaliser)
            return;
        Check(normaliser >= 0 && double.IsFinite(normaliser), nameof(options.Normaliser), normaliser, "finite and at least 0");
        CheckNormaliser("options", options.Aggregation);
    }

    /// <summary>Throws where a divisor is given to an aggregation that has none.</summary>
    public static void CheckNormaliser(string argument, TokenAggregation aggregation)
    {
        if (aggregation == TokenAggregation.TokenSumNorm)
            ArgumentChecks.Fail(argument, $"Normaliser is given with TokenAggregation.TokenSumNorm, which divides by Length alone.");
    }

    /// <summary>Throws where shapes do not fit each other, or an input is missing that the options need.</summary>
    /// <exception cref="System.ArgumentException">The message names the argument, the shape given and the shape that would be right.</exception>
    public static void CheckShapes(in PolicyLossShapes shapes, in PolicyLossOptions options)
    {
        long rows = shapes.Rows, columns = shapes.Columns;
        if (rows > 0 && columns <= 0)
            ArgumentChecks.Fail("logProbabilities", $"logProbabilities is [{rows}, {columns}]; it needs at least one column.");
        CheckMatrix("inputs.OldLogProbabilities", shapes.Old, shapes);
        CheckMatrix("inputs.ReferenceLogProbabilities", shapes.Reference, shapes);
        CheckMatrix("inputs.ProxyLogProbabilities", shapes.Proxy, shapes);
        CheckMatrix("inputs.Advantages", shapes.Advantages, shapes);
        CheckMatrix("inputs.Mask", shapes.Mask, shapes);
        CheckMatrix("inputs.Entropies", shapes.Entropies, shapes);
        CheckMatrix("outputs.TokenLosses", shapes.TokenLosses, shapes);
        CheckMatrix("outputs.LogProbabilityGradient", shapes.LogProbabilityGradient, shapes);
        CheckMatrix("outputs.EntropyGradient", shapes.EntropyGradient, shapes);
        CheckMatrix("outputs.Flags", shapes.Flags, shapes);
        ArgumentChecks.Length("inputs.SequenceAdvantages", shapes.SequenceAdvantages, rows, "B, one per row of logProbabilities");
        if (options.Aggregation == TokenAggregation.GroupMean && shapes.GroupOffsets == 0)
            ArgumentChecks.Fail("inputs", $"inputs.GroupOffsets is empty; TokenAggregation.GroupMean needs it.");
        if (rows == 0)
            return;
        bool tokens = Given(shapes.Advantages), sequences = shapes.SequenceAdvantages > 0;
        if (tokens == sequences)
            ArgumentChecks.Fail("inputs", $"inputs.Advantages and inputs.SequenceAdvantages are {(tokens ? "both" : "neither")} given; give one of them.");
        Need(options.Kind == PolicyLossKind.LpReg, shapes.Proxy, "inputs.ProxyLogProbabilities", "PolicyLossKind.LpReg");
        Need(options.Kind == PolicyLossKind.ExponentialSmoothing, shapes.Old, "inputs.OldLogProbabilities", "PolicyLossKind.ExponentialSmoothing");
        Need(options.KlWeight != 0, shapes.Reference, "inputs.ReferenceLogProbabilities", "a KlWeight that is not 0");
        Need(options.EntropyWeight != 0, shapes.Entropies, "inputs.Entropies", "an EntropyWeight that is not 0");
    }

    private static bool Given((long Rows, long Columns) shape) => shape.Rows > 0 && shape.Columns > 0;

    private static void Check(bool valid, string name, double given, string right) => ArgumentChecks.Range(valid, "options", name, given, right);

    private static void CheckMatrix(string name, (long Rows, long Columns) given, in PolicyLossShapes shapes) =>
        ArgumentChecks.Matrix(name, given.Rows, given.Columns, shapes.Rows, shapes.Columns, "as logProbabilities");

    private static void Need(bool needed, (long Rows, long Columns) shape, string name, string by)
    {
        if (needed && !Given(shape))
            ArgumentChecks.Fail(name, $"{name} is empty; {by} needs it.");
    }
}
