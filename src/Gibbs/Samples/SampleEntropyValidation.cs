namespace Gibbs;

/// <summary>Rows and columns of a matrix; 0 for what is absent.</summary>
internal readonly record struct MatrixShape(long Rows, long Columns)
{
    public bool IsEmpty => Rows == 0 || Columns == 0;
}

/// <summary>The shapes of everything given to a sample entropy. One form for spans and device views.</summary>
internal struct SampleEntropyShapes
{
    public MatrixShape Points;
    public MatrixShape Others;
    public MatrixShape Conditions;
    public MatrixShape Gradient;
    public MatrixShape OthersGradient;
    public MatrixShape ConditionsGradient;
    public long RowValues;
    public long Nearest;
}

/// <summary>Argument checks of sample entropies, the same for spans and device views.</summary>
internal static class SampleEntropyValidation
{
    /// <summary>Throws where an option is outside its documented range, leaves the arithmetic type, or belongs to another kind.</summary>
    /// <typeparam name="TReal">The arithmetic type: <see cref="float"/>, or <see cref="double"/> for float64 points.</typeparam>
    /// <exception cref="System.ArgumentException">The message names the option, its value and the range.</exception>
    public static void CheckOptions<TReal>(in SampleEntropyOptions options)
        where TReal : unmanaged
    {
        SampleEntropyKind kind = options.Kind;
        ArgumentChecks.Range(
            kind is >= SampleEntropyKind.RenyiQuadratic and <= SampleEntropyKind.ConditionalCauchySchwarz, "options", nameof(options.Kind), (int)kind, "a SampleEntropyKind, from 0 to 6");
        CheckBandwidth<TReal>(nameof(options.Bandwidth), options.Bandwidth);
        CheckBandwidth<TReal>(nameof(options.OthersBandwidth), options.ResolvedOthersBandwidth);
        CheckBandwidth<TReal>(nameof(options.ConditionsBandwidth), options.ResolvedConditionsBandwidth);
        ArgumentChecks.Range(double.IsFinite(options.Weight), "options", nameof(options.Weight), options.Weight, "finite");
        ArgumentChecks.Held<TReal>("options", nameof(options.Weight), options.Weight);
        Belongs(options.OthersBandwidth.HasValue, nameof(options.OthersBandwidth), kind, SampleEntropyKind.CauchySchwarzInformation);
        Belongs(options.ConditionsBandwidth.HasValue, nameof(options.ConditionsBandwidth), kind, SampleEntropyKind.ConditionalCauchySchwarz);
        Belongs(options.Normalised, nameof(options.Normalised), kind, SampleEntropyKind.CauchySchwarzInformation);
        Belongs(options.SquaredKernelSums, nameof(options.SquaredKernelSums), kind, SampleEntropyKind.ConditionalCauchySchwarz);
        Belongs(options.PlainRows, nameof(options.PlainRows), kind, SampleEntropyKind.DiffusionEntries);
        Belongs(options.OwnBuffers, nameof(options.OwnBuffers), kind, SampleEntropyKind.NearestNeighbour);
    }

    /// <summary>Throws where shapes do not fit each other or the kind.</summary>
    /// <exception cref="System.ArgumentException">The message names the argument, the shape given and the shape that would be right.</exception>
    public static void CheckShapes(in SampleEntropyShapes shapes, in SampleEntropyOptions options)
    {
        SampleEntropyKind kind = options.Kind;
        (long rows, long columns) = shapes.Points;
        if (columns <= 0)
            ArgumentChecks.Fail("points", $"points is [{rows}, {columns}]; it needs at least one column, also where it has no rows.");
        bool takesOthers = kind >= SampleEntropyKind.NearestNeighbour;
        if (!takesOthers && !shapes.Others.IsEmpty)
            ArgumentChecks.Fail("inputs.Others", $"inputs.Others is [{shapes.Others.Rows}, {shapes.Others.Columns}]; {kind} takes none.");
        if (takesOthers && rows > 0)
            CheckOthers(shapes, options);
        if (kind != SampleEntropyKind.ConditionalCauchySchwarz && !shapes.Conditions.IsEmpty)
            ArgumentChecks.Fail("inputs.Conditions", $"inputs.Conditions is [{shapes.Conditions.Rows}, {shapes.Conditions.Columns}]; {kind} takes none.");
        if (kind == SampleEntropyKind.ConditionalCauchySchwarz && rows > 0 && (shapes.Conditions.IsEmpty || shapes.Conditions.Rows != rows))
            ArgumentChecks.Fail("inputs.Conditions", $"inputs.Conditions is [{shapes.Conditions.Rows}, {shapes.Conditions.Columns}]; it needs {rows} rows, one per point, and at least one column.");

        ArgumentChecks.Matrix("outputs.Gradient", shapes.Gradient.Rows, shapes.Gradient.Columns, rows, columns, "as points");
        CheckGradient("outputs.OthersGradient", shapes.OthersGradient, shapes.Others, "as inputs.Others", kind >= SampleEntropyKind.CauchySchwarzDivergence, kind);
        CheckGradient("outputs.ConditionsGradient", shapes.ConditionsGradient, shapes.Conditions, "as inputs.Conditions", kind == SampleEntropyKind.ConditionalCauchySchwarz, kind);
        ArgumentChecks.Length("outputs.RowValues", shapes.RowValues, rows, "one per point");
        ArgumentChecks.Length("outputs.Nearest", shapes.Nearest, rows, "one per point");
        if (shapes.RowValues > 0 && kind > SampleEntropyKind.NearestNeighbour)
            ArgumentChecks.Fail("outputs.RowValues", $"outputs.RowValues is given, but {kind} has no value per point.");
        if (shapes.Nearest > 0 && kind != SampleEntropyKind.NearestNeighbour)
            ArgumentChecks.Fail("outputs.Nearest", $"outputs.Nearest is given, but only NearestNeighbour finds it, not {kind}.");
    }

    private static void CheckOthers(in SampleEntropyShapes shapes, in SampleEntropyOptions options)
    {
        (long rows, long columns) = shapes.Points;
        (long otherRows, long otherColumns) = shapes.Others;
        switch (options.Kind)
        {
            case SampleEntropyKind.CauchySchwarzInformation when otherRows != rows || otherColumns == 0:
                ArgumentChecks.Fail("inputs.Others", $"inputs.Others is [{otherRows}, {otherColumns}]; it needs {rows} rows, one per point, and at least one column.");
                break;
            case SampleEntropyKind.ConditionalCauchySchwarz when otherRows != rows || otherColumns != columns:
                ArgumentChecks.Fail("inputs.Others", $"inputs.Others is [{otherRows}, {otherColumns}]; it must be [{rows}, {columns}], as points.");
                break;
            case SampleEntropyKind.CauchySchwarzDivergence or SampleEntropyKind.NearestNeighbour when otherRows == 0 || otherColumns != columns:
                ArgumentChecks.Fail("inputs.Others", $"inputs.Others is [{otherRows}, {otherColumns}]; it needs at least one row, and {columns} columns, as points.");
                break;
            case SampleEntropyKind.NearestNeighbour when options.OwnBuffers && otherRows % rows != 0:
                ArgumentChecks.Fail("inputs.Others", $"inputs.Others has {otherRows} rows; with OwnBuffers it needs a multiple of {rows}, the number of points.");
                break;
            default:
                break;
        }
    }

    private static void CheckGradient(string name, MatrixShape given, MatrixShape expected, string meaning, bool exists, SampleEntropyKind kind)
    {
        if (!exists && !given.IsEmpty)
            ArgumentChecks.Fail(name, $"{name} is given, but {kind} has no such gradient.");
        ArgumentChecks.Matrix(name, given.Rows, given.Columns, expected.Rows, expected.Columns, meaning);
    }

    private static void CheckBandwidth<TReal>(string name, double bandwidth)
        where TReal : unmanaged
    {
        ArgumentChecks.Range(bandwidth > 0 && double.IsFinite(bandwidth), "options", name, bandwidth, "positive and finite");

        // 1/(2σ²) and 1/σ² are what the kernels hold.
        bool held = typeof(TReal) == typeof(float) ? bandwidth is >= 1e-18 and <= 1e18 : bandwidth is >= 1e-150 and <= 1e150;
        ArgumentChecks.Range(held, "options", name, bandwidth, typeof(TReal) == typeof(float) ? "in [1e-18, 1e18] for fp32 arithmetic" : "in [1e-150, 1e150]");
    }

    private static void Belongs(bool given, string name, SampleEntropyKind kind, SampleEntropyKind owner)
    {
        if (given && kind != owner)
            ArgumentChecks.Range(false, "options", nameof(SampleEntropyOptions.Kind), (int)kind, $"{owner} ({(int)owner}) where {name} is set");
    }
}
