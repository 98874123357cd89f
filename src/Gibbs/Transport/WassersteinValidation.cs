namespace Gibbs;

/// <summary>Argument checks of one-dimensional and sliced transport, the same for spans and device views.</summary>
internal static class WassersteinValidation
{
    /// <summary>Throws where p is outside its range.</summary>
    public static void CheckPower(double power) =>
        ArgumentChecks.Range(power >= 1 && double.IsFinite(power), "options", "Power", power, "at least 1 and finite");

    /// <summary>Throws where the rows of points do not fit each other, or there are too many in one.</summary>
    public static void CheckRows(MatrixShape x, MatrixShape y, long sourceWeights, long targetWeights)
    {
        if (x.Columns == 0 || y.Columns == 0)
            ArgumentChecks.Fail("x", $"x is [{x.Rows}, {x.Columns}] and y [{y.Rows}, {y.Columns}]; each needs at least one point in a row.");
        if (x.Rows != y.Rows)
            ArgumentChecks.Fail("y", $"y is [{y.Rows}, {y.Columns}]; it needs the {x.Rows} rows of x.");
        CheckCount(x.Columns, y.Columns);
        CheckWeights("inputs.SourceWeights", sourceWeights, x);
        CheckWeights("inputs.TargetWeights", targetWeights, y);
    }

    /// <summary>Throws where segments of a row could not be counted in 31 bits.</summary>
    public static void CheckCount(long sources, long targets)
    {
        if (sources + targets > MostPoints)
            ArgumentChecks.Fail("x", $"x and y have {sources} and {targets} points a row; together they may have {MostPoints}.");
    }

    /// <summary>Throws where an optional output of the rows does not fit them.</summary>
    public static void CheckOutputs(
        MatrixShape x, MatrixShape y, long values, MatrixShape sourceGradient, MatrixShape targetGradient, MatrixShape planSources, MatrixShape planTargets, MatrixShape planMasses, long planLengths, long status)
    {
        long segments = x.Columns + y.Columns - 1;
        ArgumentChecks.Length("outputs.Values", values, x.Rows, "one per row of x");
        ArgumentChecks.Matrix("outputs.SourceGradient", sourceGradient.Rows, sourceGradient.Columns, x.Rows, x.Columns, "as x");
        ArgumentChecks.Matrix("outputs.TargetGradient", targetGradient.Rows, targetGradient.Columns, y.Rows, y.Columns, "as y");
        ArgumentChecks.Matrix("outputs.PlanSources", planSources.Rows, planSources.Columns, x.Rows, segments, "a segment for every point of both but one");
        ArgumentChecks.Matrix("outputs.PlanTargets", planTargets.Rows, planTargets.Columns, x.Rows, segments, "a segment for every point of both but one");
        ArgumentChecks.Matrix("outputs.PlanMasses", planMasses.Rows, planMasses.Columns, x.Rows, segments, "a segment for every point of both but one");
        ArgumentChecks.Length("outputs.PlanLengths", planLengths, x.Rows, "one per row of x");
        ArgumentChecks.Length("outputs.Status", status, x.Rows, "one per row of x");
    }

    /// <summary>Throws where clouds, directions and outputs of sliced transport do not fit each other. The number of slices.</summary>
    public static int CheckSlices(
        MatrixShape x, MatrixShape y, in SlicedWassersteinOptions options, MatrixShape directions, long sourceWeights, long targetWeights, MatrixShape sourceGradient, MatrixShape targetGradient, long sliceValues, MatrixShape directionsUsed)
    {
        CheckPower(options.Power);
        SinkhornValidation.CheckPoints(default, x.Rows, x.Columns, y.Rows, y.Columns);
        CheckCount(x.Rows, y.Rows);
        ArgumentChecks.Range(options.Slices >= 1, "options", nameof(options.Slices), options.Slices, "at least 1");
        bool given = directions.Rows > 0 && directions.Columns > 0;
        long slices = given ? directions.Rows : options.Slices;
        ArgumentChecks.Matrix("inputs.Directions", directions.Rows, directions.Columns, slices, x.Columns, "one per slice, of the coordinates of x");
        ArgumentChecks.Length("inputs.SourceWeights", sourceWeights, x.Rows, "one per point of x");
        ArgumentChecks.Length("inputs.TargetWeights", targetWeights, y.Rows, "one per point of y");
        ArgumentChecks.Matrix("outputs.SourceGradient", sourceGradient.Rows, sourceGradient.Columns, x.Rows, x.Columns, "as x");
        ArgumentChecks.Matrix("outputs.TargetGradient", targetGradient.Rows, targetGradient.Columns, y.Rows, y.Columns, "as y");
        ArgumentChecks.Length("outputs.SliceValues", sliceValues, slices, "one per slice");
        ArgumentChecks.Matrix("outputs.Directions", directionsUsed.Rows, directionsUsed.Columns, slices, x.Columns, "one per slice, of the coordinates of x");
        return checked((int)slices);
    }

    private const long MostPoints = 1L << 27;

    private static void CheckWeights(string name, long given, MatrixShape points)
    {
        if (given != 0 && given != points.Columns && given != points.Rows * points.Columns)
            ArgumentChecks.Fail(name, $"{name} has {given} elements; it needs {points.Columns}, one per point of a row, or {points.Rows * points.Columns}, one per point, or none.");
    }
}
