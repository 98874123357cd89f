using Gibbs.Interop;

namespace Gibbs;

/// <summary>Argument checks of what is made of a plan, the same for spans and device views.</summary>
internal static class TransportPlanValidation
{
    /// <summary>The most entries of a row that are asked for at once.</summary>
    public const int MostPerRow = 128;

    /// <summary>Throws where costs, metric and arithmetic type do not fit each other.</summary>
    public static void CheckCost<TReal>(in SinkhornOptions options, bool points, long rows, long columns, long dimensions, long secondDimensions, gibbs_type type)
        where TReal : unmanaged
    {
        SinkhornValidation.CheckOptions(options);
        if (points)
            SinkhornValidation.CheckPoints(options.Metric, rows, dimensions, columns, secondDimensions);
        else if (rows == 0 || columns == 0)
            ArgumentChecks.Fail("cost", $"the cost is [{rows}, {columns}]; it needs at least one row and one column.");
        bool wide = type == gibbs_type.GIBBS_FLOAT64;
        if (wide != (typeof(TReal) == typeof(double)))
            ArgumentChecks.Fail("cost", $"the cost is of {Name(type)}; the potentials' type, {(wide ? "float32" : "float64")}, belongs to costs of {(wide ? "float32, float16 or bfloat16" : "float64")}.");
    }

    /// <summary>Throws where potentials or weights do not fit the costs.</summary>
    public static void CheckPotentials(long rows, long columns, long sourcePotential, long targetPotential, long sourceWeights, long targetWeights)
    {
        Required("potentials.SourcePotential", sourcePotential, rows, "one per row of the cost");
        Required("potentials.TargetPotential", targetPotential, columns, "one per column of the cost");
        ArgumentChecks.Length("potentials.SourceWeights", sourceWeights, rows, "one per row of the cost");
        ArgumentChecks.Length("potentials.TargetWeights", targetWeights, columns, "one per column of the cost");
    }

    /// <summary>An array that must be given.</summary>
    public static void Required(string name, long given, long expected, string meaning)
    {
        if (given != expected)
            ArgumentChecks.Fail(name, $"{name} has {given} elements; it needs {expected}, {meaning}.");
    }

    /// <summary>A matrix that must be given.</summary>
    public static void RequiredMatrix(string name, long givenRows, long givenColumns, long rows, long columns, string meaning)
    {
        if (givenRows != rows || givenColumns != columns)
            ArgumentChecks.Fail(name, $"{name} is [{givenRows}, {givenColumns}]; it must be [{rows}, {columns}], {meaning}.");
    }

    /// <summary>Values that a plan is applied to, and what comes of them.</summary>
    public static void CheckApply(long valueRows, long valueColumns, long resultRows, long resultColumns, long from, long to, bool transposed)
    {
        if (valueRows != from || valueColumns == 0)
            ArgumentChecks.Fail("values", $"values are [{valueRows}, {valueColumns}]; they need {from} rows, one per {(transposed ? "row" : "column")} of the cost, and at least one column.");
        RequiredMatrix("result", resultRows, resultColumns, to, valueColumns, transposed ? "a row per column of the cost" : "a row per row of the cost");
    }

    /// <summary>Outputs of rounding.</summary>
    public static void CheckRounding(long rows, long columns, long sourceFactors, long targetFactors, long sourceResidual, long targetResidual, long planRows, long planColumns)
    {
        ArgumentChecks.Length("outputs.SourceFactors", sourceFactors, rows, "one per row of the cost");
        ArgumentChecks.Length("outputs.TargetFactors", targetFactors, columns, "one per column of the cost");
        ArgumentChecks.Length("outputs.SourceResidual", sourceResidual, rows, "one per row of the cost");
        ArgumentChecks.Length("outputs.TargetResidual", targetResidual, columns, "one per column of the cost");
        ArgumentChecks.Matrix("outputs.Plan", planRows, planColumns, rows, columns, "as the cost");
    }

    /// <summary>The largest entries of rows.</summary>
    public static void CheckLargest(long rows, long columns, long idRows, long k, long valueRows, long valueColumns)
    {
        if (idRows != rows || k < 1 || k > columns || k > MostPerRow)
            ArgumentChecks.Fail("ids", $"ids are [{idRows}, {k}]; they need {rows} rows, one per row of the cost, and from 1 to {System.Math.Min(columns, MostPerRow)} columns.");
        ArgumentChecks.Matrix("values", valueRows, valueColumns, rows, k, "as ids");
    }

    /// <summary>A bound of entries.</summary>
    public static void CheckThreshold(double threshold) =>
        ArgumentChecks.Range(threshold >= 0 && double.IsFinite(threshold), nameof(threshold), nameof(threshold), threshold, "at least 0 and finite");

    private static string Name(gibbs_type type) => type switch
    {
        gibbs_type.GIBBS_FLOAT32 => "float32",
        gibbs_type.GIBBS_FLOAT64 => "float64",
        gibbs_type.GIBBS_FLOAT16 => "float16",
        _ => "bfloat16",
    };
}
