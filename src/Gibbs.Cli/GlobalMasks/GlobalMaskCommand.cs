using System;
using System.CommandLine;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Npy;

namespace Gibbs.Cli.GlobalMasks;

/// <summary>What the command line of <c>gibbs global-mask</c> said.</summary>
/// <param name="Weights">The tensors.</param>
/// <param name="Others">σ, g or the scores, one per tensor; empty for magnitude.</param>
/// <param name="Masks">Where the masks go, one per tensor, or empty.</param>
/// <param name="Masked">Where the masked weights go, one per tensor, or empty.</param>
/// <param name="Keep">How many entries to keep; null: by sparsity.</param>
/// <param name="Sparsity">The share of zeros.</param>
/// <param name="Score">What they compete by.</param>
/// <param name="Device">Where.</param>
/// <param name="Type">As which type; null: the first file's.</param>
/// <param name="Json">One line of JSON.</param>
internal sealed record GlobalMaskArguments(
    string[] Weights, string[] Others, string[] Masks, string[] Masked, long? Keep, double Sparsity, MaskScore Score, DeviceRequest Device, ElementType? Type, bool Json);

/// <summary><c>gibbs global-mask</c>: one mask over many tensors in .npy files.</summary>
internal static class GlobalMaskCommand
{
    public static Command Create()
    {
        DetailedCommand command = new(
            "global-mask",
            "Keep the entries with the largest scores over many tensors in .npy files together (global pruning).",
            "Tensors have any shape; their masks have the same, uint8. All are read as one type. Ties go to the earlier tensor, then to the lower index.");
        Option<string[]> weights = Files("--weights", "The tensors, in order.");
        weights.Required = true;
        Option<string[]> others = Files("--other", "Of each tensor in order, in its shape: standard deviations, gradients or scores, by --score.");
        Option<string[]> masks = Files("--mask", "Write 1 where an entry is kept, else 0; one file per tensor.");
        Option<string[]> masked = Files("--masked", "Write the weights where they are kept, else 0; one file per tensor.");
        Option<long> keep = CommonOptions.Integer("--keep", null, 0, long.MaxValue, "How many entries to keep.");
        Option<double> sparsity = CommonOptions.Real("--sparsity", double.NaN, static s => s is >= 0 and <= 1, "in [0, 1]", "The share of zeros, in place of --keep.");
        Option<MaskScore> score = CommonOptions.Name<MaskScore>(
            "--score", "magnitude|signal-to-noise|sensitivity|given", "|w| (default), |w/other|, |w·other|, or other itself.");
        Option<DeviceRequest> device = CommonOptions.Device();
        Option<ElementType?> type = CommonOptions.Type("Convert all tensors to this type on load. Default: the first file's.");
        Option<bool> json = CommonOptions.Json();
        foreach (Option option in (ReadOnlySpan<Option>)[weights, others, keep, sparsity, score, masks, masked, device, type, json])
            command.Add(option);
        command.SetAction(parsed =>
        {
            bool byCount = parsed.GetResult(keep) is { Implicit: false };
            bool byShare = parsed.GetResult(sparsity) is { Implicit: false };
            if (byCount == byShare)
                throw new UsageFailure(byCount ? "--keep and --sparsity exclude each other" : "--keep or --sparsity is missing");
            GlobalMaskArguments arguments = new(
                parsed.GetRequiredValue(weights),
                parsed.GetValue(others) ?? [],
                parsed.GetValue(masks) ?? [],
                parsed.GetValue(masked) ?? [],
                byCount ? parsed.GetValue(keep) : null,
                byShare ? parsed.GetValue(sparsity) : 0,
                parsed.GetValue(score),
                parsed.GetValue(device),
                parsed.GetValue(type),
                parsed.GetValue(json));
            if ((arguments.Score == MaskScore.Magnitude) != (arguments.Others.Length == 0))
                throw new UsageFailure(arguments.Score == MaskScore.Magnitude ? "--other goes with --score signal-to-noise, sensitivity or given" : "--other is missing: --score needs it");
            CheckCount("--other", arguments.Others, arguments.Weights);
            CheckCount("--mask", arguments.Masks, arguments.Weights);
            CheckCount("--masked", arguments.Masked, arguments.Weights);
            Run(arguments);
            return 0;
        });
        return command;
    }

    private static Option<string[]> Files(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "file ...",
        AllowMultipleArgumentsPerToken = true,
    };

    private static void CheckCount(string option, string[] files, string[] weights)
    {
        if (files.Length > 0 && files.Length != weights.Length)
            throw new UsageFailure($"{option} has {files.Length} file{(files.Length == 1 ? string.Empty : "s")}, --weights {weights.Length}: one of each per tensor");
    }

    private static void Run(GlobalMaskArguments arguments)
    {
        using ExecutionDevice device = ExecutionDevice.Open(arguments.Device);
        NpyArray[] weights = Array.ConvertAll(arguments.Weights, NpyReader.Read);
        new Typed(arguments, device, weights).Run(arguments.Type ?? ElementTypes.Of(weights[0], "weights"));
    }

    private sealed class Typed(GlobalMaskArguments arguments, ExecutionDevice device, NpyArray[] weights) : ITypedWork<int>
    {
        public int Run<T, TReal, TKernels>(ElementType type)
            where T : unmanaged
            where TReal : unmanaged
            where TKernels : IKernels<T, TReal>
        {
            new GlobalMaskRun<T, TReal, TKernels>(arguments, device, type, weights).Execute();
            return 0;
        }
    }
}
