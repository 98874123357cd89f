using System;
using System.Collections.Generic;
using System.CommandLine;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Losses;
using Gibbs.Cli.Npy;

namespace Gibbs.Cli.CrossEntropy;

/// <summary><c>gibbs cross-entropy</c>: the operation on .npy files. This file is its options; <see cref="CrossEntropyRun{T, TReal, TKernels}"/> the work.</summary>
internal static class CrossEntropyCommand
{
    public static Command Create()
    {
        DetailedCommand command = new(
            "cross-entropy",
            "Softmax cross-entropy of logits [N, V] in .npy files: loss, gradient and statistics in one pass.",
            "Files are in C order: float32, float64, float16, int32, int64. Real outputs are float32 (float64 for float64 logits), the gradient has the logits' type\n"
            + "(float32 for bfloat16), argmax and rank are int64, status is uint8. Output files appear whole or not at all.\n"
            + "A target outside [0, V) that is not the ignore index fails; rows with NaN or +infinity are a warning.");

        Option<string?> logits = CommonOptions.File("--logits", "z [N, V].");
        logits.Required = true;
        Option<string?> targets = CommonOptions.File("--targets", "y [N]: class indices, int32, int64 or uint8.");
        Option<string?> softTargets = CommonOptions.File("--soft-targets", "q [N, V]: a distribution per row, in place of --targets.");
        Option<string?> classWeights = CommonOptions.File("--class-weights", "w [V].");
        Option<string?> rowWeights = CommonOptions.File("--row-weights", "r [N].");
        Option<string?> rowTemperatures = CommonOptions.File("--row-temperatures", "T [N], in place of --temperature.");
        LossOptions loss = new();
        ReductionOptions reduction = new();
        foreach (Option option in (ReadOnlySpan<Option>)[logits, targets, softTargets, classWeights, rowWeights, rowTemperatures])
            command.Add(option);
        loss.AddTo(command);
        reduction.AddTo(command);

        (ArrayOutputs Output, Option<string?> Option)[] outputs =
        [
            (ArrayOutputs.Losses, CommonOptions.File("--losses", "Write the row losses [N].")),
            (ArrayOutputs.Gradient, CommonOptions.File("--gradient", "Write the gradient of the loss with respect to the logits [N, V].")),
            (ArrayOutputs.LogSumExp, CommonOptions.File("--log-sum-exp", "Write the log-sum-exp of every row [N].")),
            (ArrayOutputs.Entropy, CommonOptions.File("--entropy", "Write the entropy of every row in nats [N].")),
            (ArrayOutputs.LogProbability, CommonOptions.File("--log-probability", "Write the log-probability of every target [N].")),
            (ArrayOutputs.Argmax, CommonOptions.File("--argmax", "Write the index of the first largest logit of every row [N].")),
            (ArrayOutputs.Rank, CommonOptions.File("--rank", "Write the rank of every target [N], 0 = correct.")),
            (ArrayOutputs.Status, CommonOptions.File("--status", "Write the status of every row [N]: 0 ok, 1 ignored, 4 NaN, 5 +infinity, 6 all −infinity.")),
        ];
        foreach ((_, Option<string?> option) in outputs)
            command.Add(option);

        Option<DeviceRequest> device = CommonOptions.Device();
        Option<ElementType?> type = CommonOptions.Type("Convert logits and soft targets to this type on load. Default: the file's.");
        Option<bool> json = CommonOptions.Json();
        command.Add(device);
        command.Add(type);
        command.Add(json);

        command.SetAction(parsed =>
        {
            (long ignoreIndex, Reduction reduced, double? normaliser) = reduction.Read(parsed);
            CrossEntropyOptions options = loss.Read(parsed) with { IgnoreIndex = ignoreIndex, Reduction = reduced, Normaliser = normaliser };
            List<(ArrayOutputs Output, string Path)> files = [];
            foreach ((ArrayOutputs output, Option<string?> option) in outputs)
            {
                if (parsed.GetValue(option) is { } path)
                    files.Add((output, path));
            }

            Run(new CrossEntropyArguments
            {
                Logits = parsed.GetRequiredValue(logits)!,
                Targets = parsed.GetValue(targets),
                SoftTargets = parsed.GetValue(softTargets),
                ClassWeights = parsed.GetValue(classWeights),
                RowWeights = parsed.GetValue(rowWeights),
                RowTemperatures = parsed.GetValue(rowTemperatures),
                Options = options,
                Device = parsed.GetValue(device),
                Type = parsed.GetValue(type),
                Json = parsed.GetValue(json),
                Files = [.. files],
            });
            return 0;
        });
        return command;
    }

    private static void Run(CrossEntropyArguments arguments)
    {
        CheckUsage(arguments);
        using ExecutionDevice device = ExecutionDevice.Open(arguments.Device);
        NpyArray logits = NpyReader.Read(arguments.Logits);
        logits.ExpectRank(2, "logits");
        if (logits.Shape[1] == 0)
            throw new Failure($"{arguments.Logits}: logits have shape {NpyArray.ShapeText(logits.Shape)}: V must be at least 1");
        new Typed(arguments, device, logits).Run(arguments.Type ?? ElementTypes.Of(logits, "logits"));
    }

    private static void CheckUsage(CrossEntropyArguments arguments)
    {
        const ArrayOutputs WithTargets = ArrayOutputs.Losses | ArrayOutputs.Gradient;
        const ArrayOutputs WithClasses = ArrayOutputs.LogProbability | ArrayOutputs.Rank;
        if (arguments.Targets is not null && arguments.SoftTargets is not null)
            throw new UsageFailure("--targets and --soft-targets exclude each other");
        if (!arguments.HasTargets && (arguments.Wanted == ArrayOutputs.None || (arguments.Wanted & (WithTargets | WithClasses)) != 0))
            throw new UsageFailure("--targets or --soft-targets is missing (without them --log-sum-exp, --entropy, --argmax and --status can be computed)");
        if (arguments.SoftTargets is not null && (arguments.Wanted & WithClasses) != 0)
            throw new UsageFailure("--log-probability and --rank need --targets");
        if (arguments.SoftTargets is not null && arguments.Options.TargetLoss != TargetLoss.CrossEntropy)
            throw new UsageFailure("--target-loss needs --targets");
        if (arguments.RowTemperatures is not null && arguments.Options.Temperature != 1)
            throw new UsageFailure("--temperature and --row-temperatures exclude each other");
    }

    private sealed class Typed(CrossEntropyArguments arguments, ExecutionDevice device, NpyArray logits) : ITypedWork<int>
    {
        public int Run<T, TReal, TKernels>(ElementType type)
            where T : unmanaged
            where TReal : unmanaged
            where TKernels : IKernels<T, TReal>
        {
            new CrossEntropyRun<T, TReal, TKernels>(arguments, device, type, logits).Execute();
            return 0;
        }
    }
}
