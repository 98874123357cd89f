using System.CommandLine;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Npy;
using Gibbs.Cli.Rows;

namespace Gibbs.Cli.Decoding;

/// <summary>The rules by the names of the command line.</summary>
internal enum DecodeKind
{
    TopP,
    TopK,
    MinP,
    TopH,
}

/// <summary><c>gibbs decode</c>: which tokens of every row are kept, and a sample of them. This file is the options; <see cref="DecodeRun{T, TReal, TKernels}"/> the work.</summary>
internal static class DecodeCommand
{
    public static Command Create()
    {
        DetailedCommand command = new(
            "decode",
            "The tokens of the rows of logits [N, V] that a rule keeps, the entropy of what is left, and samples, reproducible on every device.",
            "Samples are drawn by Gumbel noise from a counter-based generator: the same seed, step and row give the same token on the CPU and on a GPU.\n"
            + "Row outputs are float32 (float64 for float64 logits), matrices have the logits' type, the mask is uint8, counts are int32, samples int64.");
        Option<DecodeKind> kind = CommonOptions.Name<DecodeKind>("--kind", "top-p|top-k|min-p|top-h", "The rule (default top-p).");
        Option<double> p = CommonOptions.Real("--p", double.NaN, static p => p is > 0 and <= 1, "in (0, 1]", "The mass that top-p keeps (default 0.9); the share of the largest probability that min-p asks for (default 0.1).");
        Option<long> k = CommonOptions.Integer("--k", null, 1, int.MaxValue, "How many tokens top-k keeps (default 50).");
        Option<double> alpha = CommonOptions.Real("--alpha", double.NaN, static a => a is > 0 and <= 1, "in (0, 1]", "The share of the row's entropy that top-h keeps (default 0.4).");
        Option<TopHVariant> variant = CommonOptions.Name<TopHVariant>("--variant", "paper|released|transformers", "Which of the published definitions of top-h (default paper).");
        Option<bool> exclusive = new("--exclusive") { Description = "top-p without the token that crosses: the set may be empty." };
        Option<double> temperature = CommonOptions.Real("--temperature", 1, static t => t > 0, "positive", "T of p = softmax(z/T).");
        Option<long> seed = CommonOptions.Integer("--seed", 0, 0, long.MaxValue, "The key of the random words.");
        Option<long> step = CommonOptions.Integer("--step", 0, 0, uint.MaxValue, "The number of the draw: another one for every step of a sequence.");
        Option<string?> logits = CommonOptions.File("--logits", "z [N, V].");
        logits.Required = true;
        Option<string?> mask = CommonOptions.File("--mask", "Write 1 where a token is kept, 0 elsewhere [N, V].");
        Option<string?> samples = CommonOptions.File("--samples", "Write a token drawn from every row [N].");
        Option<string?> sampleLogProbability = CommonOptions.File("--sample-log-probability", "Write the log-probability of the drawn token over the whole row [N].");
        Option<string?> entropy = CommonOptions.File("--entropy", "Write the entropy of the kept tokens [N], in nats.");
        Option<string?> fullEntropy = CommonOptions.File("--full-entropy", "Write the entropy of the whole row [N], in nats.");
        Option<string?> counts = CommonOptions.File("--counts", "Write how many tokens are kept [N].");
        Option<string?> logProbabilities = CommonOptions.File("--log-probabilities", "Write the log-probabilities over the kept tokens, −infinity elsewhere [N, V].");
        Option<string?> gradient = CommonOptions.File("--gradient", "Write the gradient of the reduced entropy of the kept tokens [N, V].");
        RowOptions rows = new();
        foreach (Option option in new Option[]
        {
            kind, p, k, alpha, variant, exclusive, temperature, seed, step, logits, mask, samples, sampleLogProbability, entropy, fullEntropy, counts, logProbabilities, gradient,
        })
        {
            command.Add(option);
        }

        rows.AddTo(command);
        command.SetAction(parsed =>
        {
            DecodeKind which = parsed.GetValue(kind);
            CommonOptions.Only(parsed, p, which is DecodeKind.TopP or DecodeKind.MinP, "top-p or min-p");
            CommonOptions.Only(parsed, k, which == DecodeKind.TopK, "top-k");
            CommonOptions.Only(parsed, alpha, which == DecodeKind.TopH, "top-h");
            CommonOptions.Only(parsed, variant, which == DecodeKind.TopH, "top-h");
            CommonOptions.Only(parsed, exclusive, which == DecodeKind.TopP, "top-p");
            bool Given(Option option) => parsed.GetResult(option) is { Implicit: false };
            TokenSetOptions options = new()
            {
                TopP = which == DecodeKind.TopP ? Given(p) ? parsed.GetValue(p) : 0.9 : 1,
                MinP = which == DecodeKind.MinP ? Given(p) ? parsed.GetValue(p) : 0.1 : 0,
                TopK = which == DecodeKind.TopK ? Given(k) ? (int)parsed.GetValue(k) : 50 : 0,
                TopH = which == DecodeKind.TopH ? Given(alpha) ? parsed.GetValue(alpha) : 0.4 : 1,
                TopHVariant = parsed.GetValue(variant),
                IncludeCrossing = !parsed.GetValue(exclusive),
                Temperature = parsed.GetValue(temperature),
                Seed = (ulong)parsed.GetValue(seed),
                Step = (uint)parsed.GetValue(step),
            };
            DecodeFiles files = new()
            {
                Mask = parsed.GetValue(mask),
                Samples = parsed.GetValue(samples),
                SampleLogProbability = parsed.GetValue(sampleLogProbability),
                Entropy = parsed.GetValue(entropy),
                FullEntropy = parsed.GetValue(fullEntropy),
                Counts = parsed.GetValue(counts),
                LogProbabilities = parsed.GetValue(logProbabilities),
                Gradient = parsed.GetValue(gradient),
            };
            rows.Run(parsed, "decode", "entropy", parsed.GetRequiredValue(logits)!, "logits", (line, matrix) => new Typed(line, matrix, files, options));
            return 0;
        });
        return command;
    }

    private sealed class Typed(RowCommandLine line, NpyArray matrix, DecodeFiles files, TokenSetOptions options) : ITypedWork<int>
    {
        public int Run<T, TReal, TKernels>(ElementType type)
            where T : unmanaged
            where TReal : unmanaged
            where TKernels : IKernels<T, TReal>
        {
            new DecodeRun<T, TReal, TKernels>(line, type, matrix, files, options with { Reduction = line.Reduction, Normaliser = line.Normaliser }).Execute();
            return 0;
        }
    }
}

/// <summary>The files of <c>gibbs decode</c> beside the logits; null where not given.</summary>
internal sealed record DecodeFiles
{
    public string? Mask { get; init; }

    public string? Samples { get; init; }

    public string? SampleLogProbability { get; init; }

    public string? Entropy { get; init; }

    public string? FullEntropy { get; init; }

    public string? Counts { get; init; }

    public string? LogProbabilities { get; init; }

    public string? Gradient { get; init; }
}
