using System.CommandLine;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Npy;
using Gibbs.Cli.Rows;

namespace Gibbs.Cli.Entropies;

/// <summary><c>gibbs entropy</c>: entropies of rows in .npy files. This file is their options; <see cref="EntropyRun{T, TReal, TKernels}"/> the work.</summary>
internal static class EntropyCommand
{
    public static Command Create()
    {
        DetailedCommand command = new(
            "entropy",
            "Shannon, Tsallis, Rényi and min-entropy of the rows of logits or probabilities [N, V] in .npy files, with their gradients, in one pass.",
            "Files are in C order. Row outputs are float32 (float64 for float64 rows), the gradient has the rows' type. Output files appear whole or not at all.\n"
            + "An action outside [0, V) fails; rows with NaN or +infinity are a warning.");
        Option<EntropyKind> kind = CommonOptions.Name<EntropyKind>("--kind", "shannon|tsallis|renyi|min", "Which entropy (default shannon).");
        Option<double> alpha = CommonOptions.Real("--alpha", 2, static a => a > 0, "positive", "α of tsallis and renyi; 1 is shannon.");
        Option<double> temperature = CommonOptions.Real("--temperature", 1, static t => t > 0, "positive", "T of p = softmax(z/T).");
        Option<bool> probabilities = new("--probabilities") { Description = "The rows are probabilities, not logits." };
        Option<string?> logits = CommonOptions.File("--logits", "z [N, V], or probabilities.");
        logits.Required = true;
        Option<string?> rowWeights = CommonOptions.File("--row-weights", "r [N].");
        Option<string?> rowTemperatures = CommonOptions.File("--row-temperatures", "T [N], in place of --temperature.");
        Option<string?> actions = CommonOptions.File("--actions", "a [N]: the class whose log-probability is wanted, int32, int64 or uint8.");
        Option<string?> actionWeights = CommonOptions.File("--action-weights", "u [N]: adds u·log p_a to the value, and to what the gradient is of.");
        Option<string?> entropy = CommonOptions.File("--entropy", "Write the entropies [N], in nats.");
        Option<string?> logSumExp = CommonOptions.File("--lse", "Write log Σ exp(z/T) [N].");
        Option<string?> logProbability = CommonOptions.File("--log-probability", "Write log p_a [N]; needs --actions.");
        Option<string?> gradient = CommonOptions.File("--gradient", "Write the gradient of the reduced entropy by what is given [N, V].");
        RowOptions rows = new();
        foreach (Option option in new Option[] { kind, alpha, temperature, probabilities, logits, rowWeights, rowTemperatures, actions, actionWeights, entropy, logSumExp, logProbability, gradient })
            command.Add(option);
        rows.AddTo(command);
        command.SetAction(parsed =>
        {
            EntropyKind which = parsed.GetValue(kind);
            if (parsed.GetResult(alpha) is { Implicit: false } && which is EntropyKind.Shannon or EntropyKind.Min)
                throw new UsageFailure("--alpha goes with --kind tsallis or renyi");
            if (parsed.GetValue(probabilities) && (parsed.GetResult(temperature) is { Implicit: false } || parsed.GetValue(rowTemperatures) is not null || parsed.GetValue(logSumExp) is not null))
                throw new UsageFailure("--temperature, --row-temperatures and --lse go with logits, not with --probabilities");
            if (parsed.GetValue(actions) is null && (parsed.GetValue(actionWeights) ?? parsed.GetValue(logProbability)) is not null)
                throw new UsageFailure("--action-weights and --log-probability need --actions");
            EntropyFiles files = new()
            {
                RowWeights = parsed.GetValue(rowWeights),
                RowTemperatures = parsed.GetValue(rowTemperatures),
                Actions = parsed.GetValue(actions),
                ActionWeights = parsed.GetValue(actionWeights),
                Entropy = parsed.GetValue(entropy),
                LogSumExp = parsed.GetValue(logSumExp),
                LogProbability = parsed.GetValue(logProbability),
                Gradient = parsed.GetValue(gradient),
            };
            RowEntropyOptions options = new()
            {
                Kind = which,
                Alpha = parsed.GetValue(alpha),
                Temperature = parsed.GetValue(temperature),
                Input = parsed.GetValue(probabilities) ? EntropyInput.Probabilities : EntropyInput.Logits,
            };
            rows.Run(parsed, "entropy", "entropy", parsed.GetRequiredValue(logits)!, "logits", (line, matrix) => new Typed(line, matrix, files, options));
            return 0;
        });
        return command;
    }

    private sealed class Typed(RowCommandLine line, NpyArray matrix, EntropyFiles files, RowEntropyOptions options) : ITypedWork<int>
    {
        public int Run<T, TReal, TKernels>(ElementType type)
            where T : unmanaged
            where TReal : unmanaged
            where TKernels : IKernels<T, TReal>
        {
            new EntropyRun<T, TReal, TKernels>(line, type, matrix, files, options with { Reduction = line.Reduction, Normaliser = line.Normaliser }).Execute();
            return 0;
        }
    }
}

/// <summary>The files of <c>gibbs entropy</c> beside the rows; null where not given.</summary>
internal sealed record EntropyFiles
{
    public string? RowWeights { get; init; }

    public string? RowTemperatures { get; init; }

    public string? Actions { get; init; }

    public string? ActionWeights { get; init; }

    public string? Entropy { get; init; }

    public string? LogSumExp { get; init; }

    public string? LogProbability { get; init; }

    public string? Gradient { get; init; }
}
