using System;
using System.Collections.Generic;
using System.CommandLine;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Npy;

namespace Gibbs.Cli.Losses;

/// <summary>The losses by name.</summary>
internal enum FenchelYoungKind
{
    Entmax,
    Sparsemax,
}

/// <summary><c>gibbs fenchel-young</c>: the losses on .npy files. This file is their options; <see cref="FenchelYoungRun{T, TReal, TKernels}"/> the work.</summary>
internal static class FenchelYoungCommand
{
    /// <summary>α as an option.</summary>
    public static Option<double> Alpha() => CommonOptions.Real(
        "--alpha", 1.5, static alpha => alpha is > 1 and <= 8, "in (1, 8]", "α of entmax: near 1 softmax, 2 sparsemax.");

    public static Command Create()
    {
        DetailedCommand command = new(
            "fenchel-young",
            "Sparsemax and entmax losses of logits [N, V] in .npy files: loss, gradient and probabilities in one pass.",
            "Files are in C order: float32, float64, float16, int32, int64. Real outputs are float32 (float64 for float64 logits), gradient and probabilities have the\n"
            + "logits' type (float32 for bfloat16), the support size is int64, status is uint8. Output files appear whole or not at all.\n"
            + "A target outside [0, V) that is not the ignore index fails; rows with NaN or +infinity are a warning.");

        Option<FenchelYoungKind> kind = CommonOptions.Name<FenchelYoungKind>("--kind", "sparsemax|entmax", "Which loss (default entmax); sparsemax is entmax with α = 2.");
        Option<double> alpha = Alpha();
        Option<string?> logits = CommonOptions.File("--logits", "z [N, V].");
        logits.Required = true;
        Option<string?> targets = CommonOptions.File("--targets", "y [N]: class indices, int32, int64 or uint8.");
        targets.Required = true;
        Option<string?> classWeights = CommonOptions.File("--class-weights", "w [V].");
        Option<string?> rowWeights = CommonOptions.File("--row-weights", "r [N].");
        Option<string?> rowAlphas = CommonOptions.File("--row-alphas", "α [N], in place of --alpha.");
        Option<double> labelSmoothing = ReductionOptions.LabelSmoothing();
        ReductionOptions reduction = new();
        foreach (Option option in (ReadOnlySpan<Option>)[kind, alpha, logits, targets, classWeights, rowWeights, rowAlphas, labelSmoothing])
            command.Add(option);
        reduction.AddTo(command);

        (LossOutputs Output, Option<string?> Option)[] outputs =
        [
            (LossOutputs.Losses, CommonOptions.File("--losses", "Write the row losses [N].")),
            (LossOutputs.Gradient, CommonOptions.File("--gradient", "Write the gradient of the loss with respect to the logits [N, V].")),
            (LossOutputs.Probabilities, CommonOptions.File("--probabilities", "Write p = entmax(z) [N, V].")),
            (LossOutputs.SupportSize, CommonOptions.File("--support-size", "Write how many entries of every row of p are not 0 [N].")),
            (LossOutputs.Status, CommonOptions.File("--status", "Write the status of every row [N]: 0 ok, 1 ignored, 4 NaN, 5 +infinity, 6 all −infinity.")),
        ];
        foreach ((_, Option<string?> option) in outputs)
            command.Add(option);

        Option<DeviceRequest> device = CommonOptions.Device();
        Option<ElementType?> type = CommonOptions.Type("Convert the logits to this type on load. Default: the file's.");
        Option<bool> json = CommonOptions.Json();
        command.Add(device);
        command.Add(type);
        command.Add(json);

        command.SetAction(parsed =>
        {
            bool sparsemax = parsed.GetValue(kind) == FenchelYoungKind.Sparsemax;
            bool alphaGiven = parsed.GetResult(alpha) is { Implicit: false };
            string? alphas = parsed.GetValue(rowAlphas);
            if (sparsemax && (alphaGiven || alphas is not null))
                throw new UsageFailure("--alpha and --row-alphas go with --kind entmax: sparsemax has α = 2");
            if (alphaGiven && alphas is not null)
                throw new UsageFailure("--alpha and --row-alphas exclude each other");
            (long ignoreIndex, Reduction reduced, double? normaliser) = reduction.Read(parsed);
            Dictionary<LossOutputs, string> files = [];
            foreach ((LossOutputs output, Option<string?> option) in outputs)
            {
                if (parsed.GetValue(option) is { } path)
                    files[output] = path;
            }

            Run(new()
            {
                Logits = parsed.GetRequiredValue(logits)!,
                Targets = parsed.GetRequiredValue(targets)!,
                ClassWeights = parsed.GetValue(classWeights),
                RowWeights = parsed.GetValue(rowWeights),
                RowAlphas = alphas,
                Options = new()
                {
                    Alpha = sparsemax ? 2 : parsed.GetValue(alpha),
                    LabelSmoothing = parsed.GetValue(labelSmoothing),
                    IgnoreIndex = ignoreIndex,
                    Reduction = reduced,
                    Normaliser = normaliser,
                },
                Device = parsed.GetValue(device),
                Type = parsed.GetValue(type),
                Json = parsed.GetValue(json),
                Files = files,
            });
            return 0;
        });
        return command;
    }

    private static void Run(FenchelYoungArguments arguments)
    {
        using ExecutionDevice device = ExecutionDevice.Open(arguments.Device);
        NpyArray logits = NpyReader.Read(arguments.Logits);
        logits.ExpectRank(2, "logits");
        if (logits.Shape[1] == 0)
            throw new Failure($"{arguments.Logits}: logits have shape {NpyArray.ShapeText(logits.Shape)}: V must be at least 1");
        new Typed(arguments, device, logits).Run(arguments.Type ?? ElementTypes.Of(logits, "logits"));
    }

    private sealed class Typed(FenchelYoungArguments arguments, ExecutionDevice device, NpyArray logits) : ITypedWork<int>
    {
        public int Run<T, TReal, TKernels>(ElementType type)
            where T : unmanaged
            where TReal : unmanaged
            where TKernels : IKernels<T, TReal>
        {
            new FenchelYoungRun<T, TReal, TKernels>(arguments, device, type, logits).Execute();
            return 0;
        }
    }
}
