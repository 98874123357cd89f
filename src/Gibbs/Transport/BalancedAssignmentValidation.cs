using System;

namespace Gibbs;

/// <summary>Argument checks of balanced assignments, the same for spans and device views.</summary>
internal static class BalancedAssignmentValidation
{
    /// <summary>Throws where an option is outside its range or shapes do not fit each other; gives N.</summary>
    /// <exception cref="ArgumentException">The message names the argument, what was given and what would be right.</exception>
    public static int Check(in BalancedAssignmentOptions options, MatrixShape scores, long capacities, long experts, long prices, long results)
    {
        ArgumentChecks.Range(options.Problems >= 1, "options", nameof(options.Problems), options.Problems, "at least 1");
        ArgumentChecks.Range(options.Tolerance is >= 1e-9 and <= 1, "options", nameof(options.Tolerance), options.Tolerance, "from 1e-9 to 1");
        ArgumentChecks.Range(options.MaxBids >= 0, "options", nameof(options.MaxBids), options.MaxBids, "0 (10000 per token) or at least 1");
        if (scores.Rows == 0 || scores.Columns == 0 || scores.Rows % options.Problems != 0)
            ArgumentChecks.Fail("scores", $"scores is [{scores.Rows}, {scores.Columns}]; it needs an expert or more, and rows for {options.Problems} problems (options.Problems), a token or more for each.");
        long tokens = scores.Rows / options.Problems;
        if (tokens > MostTokens || scores.Columns > MostTokens)
            ArgumentChecks.Fail("scores", $"scores holds problems of [{tokens}, {scores.Columns}]; at most {MostTokens} tokens and as many experts fit one.");
        long perExpert = scores.Columns * options.Problems;
        if (capacities != 0 && capacities != scores.Columns && capacities != perExpert)
            ArgumentChecks.Fail("inputs.Capacities", $"inputs.Capacities has {capacities} elements; it needs {scores.Columns}, the same for all problems, or {perExpert}, {scores.Columns} for each, or none.");
        ArgumentChecks.Length("outputs.Experts", experts, scores.Rows, "one per token");
        ArgumentChecks.Length("outputs.Prices", prices, perExpert, "one per expert and problem");
        ArgumentChecks.Length("outputs.Results", results, options.Problems, "one per problem");
        return (int)tokens;
    }

    /// <summary>Tokens of a problem, or experts; places then fit 64 bits, and indices 32.</summary>
    public const int MostTokens = 1 << 24;
}
