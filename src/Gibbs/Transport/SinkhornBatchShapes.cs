namespace Gibbs;

/// <summary>The lengths of a batch's arrays, on spans or on a device: checks that both share. 0 is absent.</summary>
internal ref struct SinkhornBatchShapes
{
    /// <summary>B, and of problems of one size N and M; offsets give them where those differ.</summary>
    public long Problems;
    public long Rows;
    public long Columns;
    public bool Ragged;
    public long SourceOffsets;
    public long TargetOffsets;
    public long CostOffsets;
    public long SourceWeights;
    public long TargetWeights;
    public long InitialTargetPotentials;
    public long Epsilons;
    public long Tolerances;
    public long IterationLimits;
    public long Results;
    public long SourcePotentials;
    public long TargetPotentials;
    public long PlanRows;
    public long PlanColumns;
    public long PackedPlans;

    /// <summary>Lengths of all arrays over sources, and over targets, of problems of differing sizes; points, where there are some, say them.</summary>
    public long SourceTotal;
    public long TargetTotal;

    /// <summary>Throws where shapes do not fit each other; finds the totals.</summary>
    public void Check()
    {
        if (Ragged)
            CheckOffsets();
        if (Results != Problems)
            ArgumentChecks.Fail("outputs.Results", $"outputs.Results has {Results} elements; it needs {Problems}, one per problem.");
        ArgumentChecks.Length("inputs.Epsilons", Epsilons, Problems, "one per problem");
        ArgumentChecks.Length("inputs.Tolerances", Tolerances, Problems, "one per problem");
        ArgumentChecks.Length("inputs.IterationLimits", IterationLimits, Problems, "one per problem");
        if (!Ragged)
        {
            SourceTotal = Problems * Rows;
            TargetTotal = Problems * Columns;
            ArgumentChecks.Matrix("outputs.Plans", PlanRows, PlanColumns, SourceTotal, Columns, "a row per row of a problem");
            if (PackedPlans != 0)
                ArgumentChecks.Fail("outputs.PackedPlans", $"outputs.PackedPlans has {PackedPlans} elements; problems of one size have outputs.Plans.");
        }

        Agree("inputs.SourceWeights", SourceWeights, ref SourceTotal, "one for all problems' rows");
        Agree("outputs.SourcePotentials", SourcePotentials, ref SourceTotal, "one for all problems' rows");
        Agree("inputs.TargetWeights", TargetWeights, ref TargetTotal, "one for all problems' columns");
        Agree("inputs.InitialTargetPotentials", InitialTargetPotentials, ref TargetTotal, "one for all problems' columns");
        Agree("outputs.TargetPotentials", TargetPotentials, ref TargetTotal, "one for all problems' columns");

        // Nothing is read or written by them where no array is given.
        if (Ragged && SourceTotal == 0)
            SourceTotal = long.MaxValue;
        if (Ragged && TargetTotal == 0)
            TargetTotal = long.MaxValue;
    }

    /// <summary>Throws for counts of problems that do not divide the rows of an argument; N is what comes of it.</summary>
    public static long PerProblem(string name, long rows, long problems)
    {
        if (problems < 1)
            ArgumentChecks.FailRange("problems", problems, $"problems is {problems}; it must be at least 1.");
        if (rows == 0 || rows % problems != 0)
            ArgumentChecks.Fail(name, $"{name} has {rows} rows; {problems} problems of one size need a multiple of that, and at least one each.");
        return rows / problems;
    }

    /// <summary>Throws where packed costs have no offsets, or plans another length.</summary>
    public static void CheckPackedCosts(in SinkhornBatchShapes shapes, bool shared, long costs)
    {
        if (shared)
            ArgumentChecks.Fail("inputs.SharedCost", $"inputs.SharedCost is true; problems of differing sizes cannot share a cost.");
        if (shapes.CostOffsets == 0)
            ArgumentChecks.Fail("batch.CostOffsets", $"batch.CostOffsets has 0 elements; it needs {shapes.SourceOffsets}: it says where the costs are.");
        ArgumentChecks.Length("outputs.PackedPlans", shapes.PackedPlans, costs, "as the costs");
    }

    /// <summary>Throws where gradients do not fit the points, or a cost is to be shared.</summary>
    public static void CheckPointBatch(bool shared, long sources, long targets, long dimensions, long sourceRows, long sourceColumns, long targetRows, long targetColumns)
    {
        if (shared)
            ArgumentChecks.Fail("inputs.SharedCost", $"inputs.SharedCost is true; it is for matrices of costs.");
        ArgumentChecks.Matrix("outputs.SourceGradients", sourceRows, sourceColumns, sources, dimensions, "as x");
        ArgumentChecks.Matrix("outputs.TargetGradients", targetRows, targetColumns, targets, dimensions, "as y");
    }

    private readonly void CheckOffsets()
    {
        if (SourceOffsets < 2 || SourceOffsets != Problems + 1)
            ArgumentChecks.Fail("batch.SourceOffsets", $"batch.SourceOffsets has {SourceOffsets} elements; it needs one per problem and one more, of one problem at least.");
        if (TargetOffsets != SourceOffsets)
            ArgumentChecks.Fail("batch.TargetOffsets", $"batch.TargetOffsets has {TargetOffsets} elements; it needs {SourceOffsets}, as batch.SourceOffsets.");
        ArgumentChecks.Length("batch.CostOffsets", CostOffsets, SourceOffsets, "as batch.SourceOffsets");
        if (PlanRows != 0 && PlanColumns != 0)
            ArgumentChecks.Fail("outputs.Plans", $"outputs.Plans is [{PlanRows}, {PlanColumns}]; problems of differing sizes have outputs.PackedPlans.");
        if (PackedPlans != 0 && CostOffsets == 0)
            ArgumentChecks.Fail("batch.CostOffsets", $"batch.CostOffsets has {CostOffsets} elements; it needs {SourceOffsets}: it says where the plans are.");
    }

    private static void Agree(string name, long given, ref long total, string meaning)
    {
        if (given == 0)
            return;
        if (total == 0)
            total = given;
        ArgumentChecks.Length(name, given, total, meaning);
    }
}
