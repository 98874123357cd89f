namespace Gibbs;

/// <summary>Argument checks of couplings, the same for spans and device views.</summary>
internal static class CouplingValidation
{
    /// <summary>Atoms that a coupling may need.</summary>
    public static long MostAtoms(long source, long target) => source + target - 1;

    /// <summary>Throws where distributions do not come in pairs.</summary>
    public static void CheckPairs(long problems, long source, long targetProblems, long target)
    {
        CheckSymbols("source", problems, source);
        if (targetProblems != problems || target == 0)
            ArgumentChecks.Fail("target", $"target is [{targetProblems}, {target}]; it needs {problems} rows, one per row of source, and at least one column.");
        if (source + target - 1 > int.MaxValue)
            ArgumentChecks.Fail("target", $"source has {source} columns and target {target}; together there may be at most {int.MaxValue}.");
    }

    /// <summary>Throws where a distribution has no symbols.</summary>
    public static void CheckSymbols(string name, long problems, long symbols)
    {
        if (symbols == 0)
            ArgumentChecks.Fail(name, $"{name} is [{problems}, {symbols}]; it needs at least one column, also where it has no rows.");
    }

    /// <summary>Throws where an array of atoms does not fit.</summary>
    public static void CheckAtoms(string name, long rows, long columns, long problems, long atoms) =>
        ArgumentChecks.Matrix(name, rows, columns, problems, atoms, "as many atoms as a coupling may have (n + m - 1)");

    /// <summary>Throws where an array with one number per problem does not fit.</summary>
    public static void CheckValues(string name, long given, long problems) => ArgumentChecks.Length(name, given, problems, "one per problem");
}
