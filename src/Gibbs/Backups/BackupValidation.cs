namespace Gibbs;

/// <summary>The shape of a call, and the argument that sets it; one form for spans and device views.</summary>
internal readonly struct BackupShape
{
    private readonly long _rows;
    private readonly long _columns;
    private readonly string _source;
    private readonly string _perRow;
    private readonly string _alike;

    private BackupShape(long rows, long columns, string source, string perRow, string alike)
    {
        (_rows, _columns, _source, _perRow, _alike) = (rows, columns, source, perRow, alike);
        if (columns <= 0)
            ArgumentChecks.Fail(source, $"{source} is [{rows}, {columns}]; it needs at least one column, also where it has no rows.");
    }

    public static BackupShape OfQ(long rows, long columns) => new(rows, columns, "q", "one per row of q", "as q");

    public static BackupShape OfReward(long rows, long columns) => new(rows, columns, "reward", "one per row of reward", "as reward");

    public static BackupShape OfLosses(long rows, long columns) => new(rows, columns, "losses", "one per row of losses", "as losses");

    /// <summary>An optional array of one element per row.</summary>
    public void PerRow(string name, long given) => ArgumentChecks.Length(name, given, _rows, _perRow);

    /// <summary>An optional array of one element per column.</summary>
    public void PerColumn(string name, long given) => ArgumentChecks.Length(name, given, _columns, "one per column");

    /// <summary>An optional matrix of the same shape.</summary>
    public void Matrix(string name, long rows, long columns) => ArgumentChecks.Matrix(name, rows, columns, _rows, _columns, _alike);

    /// <summary>A matrix of the same shape that must be there.</summary>
    public void Needs(string name, long rows, long columns)
    {
        if (rows != _rows || columns != _columns)
            ArgumentChecks.Fail(name, $"{name} is [{rows}, {columns}]; it must be [{_rows}, {_columns}], {_alike}.");
    }

    /// <summary>A gradient needs what it carries back.</summary>
    public void Upstream(long gradientColumns, long upstreamColumns)
    {
        if (_rows > 0 && gradientColumns > 0 && upstreamColumns == 0)
            ArgumentChecks.Fail("inputs.Upstream", $"inputs.Upstream is empty, but outputs.Gradient is asked for; it must be [{_rows}, {_columns}], {_alike}.");
    }
}

/// <summary>Checks of the scalars of soft backups, tilting and follow the regularised leader.</summary>
internal static class BackupValidation
{
    /// <summary>Throws where a scalar is outside its documented range, or leaves the arithmetic type.</summary>
    public static void Check<TReal>(in SoftBackupOptions options)
        where TReal : unmanaged
    {
        NotNegative<TReal>(nameof(options.KlWeight), options.KlWeight);
        NotNegative<TReal>(nameof(options.Temperature), options.Temperature);
    }

    /// <inheritdoc cref="Check{TReal}(in SoftBackupOptions)"/>
    public static void Check<TReal>(in TiltOptions options)
        where TReal : unmanaged
    {
        NotNegative<TReal>(nameof(options.Budget), options.Budget);
        if (options.Slope is not double slope)
            return;
        ArgumentChecks.Range(double.IsFinite(slope), "options", nameof(options.Slope), slope, "finite");
        ArgumentChecks.Held<TReal>("options", nameof(options.Slope), slope);
    }

    /// <inheritdoc cref="Check{TReal}(in SoftBackupOptions)"/>
    public static void Check<TReal>(in FtrlOptions options)
        where TReal : unmanaged
    {
        ArgumentChecks.Range(options.Kind is FtrlRegulariser.Shannon or FtrlRegulariser.Tsallis or FtrlRegulariser.LogBarrier, "options", nameof(options.Kind), (int)options.Kind, "Shannon, Tsallis or LogBarrier");
        ArgumentChecks.Range(options.Alpha is > 0 and < 1, "options", nameof(options.Alpha), options.Alpha, "in (0, 1)");
        ArgumentChecks.Range(options.Rate > 0 && double.IsFinite(options.Rate), "options", nameof(options.Rate), options.Rate, "positive and finite");
        ArgumentChecks.Held<TReal>("options", nameof(options.Rate), options.Rate);
    }

    /// <summary>Throws where a tilt is asked for both a budget and a slope.</summary>
    public static void CheckTarget(in TiltOptions options, long budgets, long slopes)
    {
        if (budgets != 0 && (slopes != 0 || options.Slope is not null))
            ArgumentChecks.Fail("inputs.Budgets", $"inputs.Budgets is given together with a slope; one of them decides: leave out inputs.Budgets, or inputs.Slopes and options.Slope.");
    }

    private static void NotNegative<TReal>(string name, double value)
        where TReal : unmanaged
    {
        ArgumentChecks.Range(value >= 0 && double.IsFinite(value), "options", name, value, "finite and not negative");
        ArgumentChecks.Held<TReal>("options", name, value);
    }
}
