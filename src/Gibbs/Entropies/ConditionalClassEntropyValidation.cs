namespace Gibbs;

/// <summary>Argument checks of conditional class entropies, the same for spans and device views.</summary>
internal static class ConditionalClassEntropyValidation
{
    // 2·C·U counts of 8 bytes stay far below the address space.
    private const int MostClasses = 1 << 24;

    /// <summary>Throws where shapes do not fit each other.</summary>
    /// <exception cref="System.ArgumentException">The message names the argument, the shape given and the shape that would be right.</exception>
    public static void Check(long rows, long units, long labels, int classes, long entropies, long countRows, long countColumns, long status, in ConditionalClassEntropyOptions options)
    {
        if (units <= 0)
            ArgumentChecks.Fail("preActivations", $"preActivations is [{rows}, {units}]; it needs at least one column, also where it has no rows.");
        ArgumentChecks.Range(classes is >= 1 and <= MostClasses, nameof(classes), nameof(classes), classes, "from 1 to 16777216");
        if (labels != rows)
            ArgumentChecks.Fail("labels", $"labels has {labels} elements; it needs {rows}, one per row of preActivations.");
        ArgumentChecks.Length("outputs.Entropies", entropies, units, "one per column of preActivations");
        ArgumentChecks.Length("outputs.Status", status, units, "one per column of preActivations");
        ArgumentChecks.Matrix("outputs.Counts", countRows, countColumns, 2L * classes, units, "classes below and above 0 by units");
        if (options.Accumulate && (countRows == 0 || countColumns == 0))
            ArgumentChecks.Fail("outputs.Counts", $"outputs.Counts is empty, but Accumulate adds to it: give [{2L * classes}, {units}].");
    }
}
