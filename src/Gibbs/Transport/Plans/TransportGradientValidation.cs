namespace Gibbs;

/// <summary>Argument checks of transport gradients, the same for spans and device views.</summary>
internal static class TransportGradientValidation
{
    /// <summary>Throws where a scalar of the solver is outside its documented range.</summary>
    public static void CheckSolver(in ConjugateGradientOptions solver)
    {
        ArgumentChecks.Range(solver.Tolerance >= 0 && double.IsFinite(solver.Tolerance), nameof(solver), nameof(solver.Tolerance), solver.Tolerance, "0 (the type's default) or positive and finite");
        ArgumentChecks.Range(solver.MaxIterations >= 1, nameof(solver), nameof(solver.MaxIterations), solver.MaxIterations, "at least 1");
    }

    /// <summary>Throws where potentials, weights and their gradients do not fit each other.</summary>
    public static void CheckWeights(long rows, long columns, long sourceWeights, long targetWeights, long source, long target)
    {
        if (rows == 0 || columns == 0)
            ArgumentChecks.Fail("potentials", $"potentials have {rows} and {columns} elements; each side needs at least one.");
        ArgumentChecks.Length("potentials.SourceWeights", sourceWeights, rows, "one per source potential");
        ArgumentChecks.Length("potentials.TargetWeights", targetWeights, columns, "one per target potential");
        ArgumentChecks.Length("source", source, rows, "one per source potential");
        ArgumentChecks.Length("target", target, columns, "one per target potential");
    }

    /// <summary>Throws where upstream or outputs do not fit the costs.</summary>
    public static void CheckShapes(
        long rows, long columns, long planRows, long planColumns, long source, long target, long costRows, long costColumns, long sourceWeights, long targetWeights)
    {
        ArgumentChecks.Matrix("upstream.Plan", planRows, planColumns, rows, columns, "as the cost");
        ArgumentChecks.Length("upstream.SourcePotential", source, rows, "one per row of the cost");
        ArgumentChecks.Length("upstream.TargetPotential", target, columns, "one per column of the cost");
        ArgumentChecks.Matrix("outputs.Cost", costRows, costColumns, rows, columns, "as the cost");
        ArgumentChecks.Length("outputs.SourceWeights", sourceWeights, rows, "one per row of the cost");
        ArgumentChecks.Length("outputs.TargetWeights", targetWeights, columns, "one per column of the cost");
    }

    /// <summary>Throws where gradients by points do not fit them, or there are no points.</summary>
    public static void CheckPoints(long rows, long columns, long dimensions, bool points, long sourceRows, long sourceColumns, long targetRows, long targetColumns)
    {
        if (!points && (sourceRows * sourceColumns) + (targetRows * targetColumns) != 0)
            ArgumentChecks.Fail("outputs", $"outputs.SourcePoints or outputs.TargetPoints are given, but the cost is a matrix; they need TransportCost.Points.");
        ArgumentChecks.Matrix("outputs.SourcePoints", sourceRows, sourceColumns, rows, dimensions, "as x");
        ArgumentChecks.Matrix("outputs.TargetPoints", targetRows, targetColumns, columns, dimensions, "as y");
    }
}
