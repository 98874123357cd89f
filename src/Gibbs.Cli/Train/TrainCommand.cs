using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;

using Gibbs.Cli.CrossEntropy;
using Gibbs.Cli.Losses;
using Gibbs.Cli.Train.Bandits;

namespace Gibbs.Cli.Train;

/// <summary><c>gibbs train</c>: its options.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        DetailedCommand command = new(
            "train",
            "Train a classifier with one hidden layer (ReLU) by stochastic gradient descent with momentum; loss and gradient are the fused kernels'. With --task bandit: a softmax policy.",
            "The bandit shows how policy gradient settles on a good arm too soon, its entropy gone, and how an entropy term finds the best; both runs are shown side by side.\n"
            + "Without --data: the handwritten digits that come with Gibbs (1797 images of 8 x 8 pixels, 10 classes). Features are standardised.");
        Option<string?> data = CommonOptions.File("--data", "CSV: features, then an integer label in the last column; a first line of names is skipped. May end in .gz.");
        Option<double> testFraction = CommonOptions.Real("--test-fraction", 0.2, static f => f is > 0 and < 1, "between 0 and 1", "The share of rows kept for the test.");
        Option<long> epochs = CommonOptions.Integer("--epochs", 30, 1, 1_000_000, "Passes over the training rows.");
        Option<long> batch = CommonOptions.Integer("--batch-size", 32, 1, 65536, "Rows per step.");
        Option<long> hidden = CommonOptions.Integer("--hidden", 128, 1, 65536, "Units of the hidden layer.");
        Option<double> rate = CommonOptions.Real("--learning-rate", 0.01, static r => r > 0, "finite and positive", "The step's length. Of the bandit 0.5 where not given.");
        Option<double> momentum = CommonOptions.Real("--momentum", 0.9, static m => m is >= 0 and < 1, "in [0, 1)", "What a step keeps of the one before.");
        Option<long> seed = CommonOptions.Integer("--seed", 1, 0, long.MaxValue, "Decides split, first weights and order: the same seed gives the same run.");
        Option<TrainLoss> kind = CommonOptions.Name<TrainLoss>("--loss", "softmax|sparsemax|entmax", "Cross-entropy (default), or the Fenchel-Young loss of sparsemax or entmax.");
        Option<double> alpha = FenchelYoungCommand.Alpha();
        LossOptions loss = new();
        WeightProxOptions prox = new();
        BanditOptions bandit = new();
        Option<string?> plot = CommonOptions.File("--plot", "Write the curves to this SVG file.");
        Option<DeviceRequest> device = CommonOptions.Device();
        Option<bool> json = CommonOptions.Json();
        foreach (Option option in (ReadOnlySpan<Option>)[data, testFraction, epochs, batch, hidden, rate, momentum, seed])
            command.Add(option);
        command.Add(kind);
        command.Add(alpha);
        loss.AddTo(command);
        prox.AddTo(command);
        List<Option> ofDigits = [.. command.Options];
        ofDigits.RemoveAll(option => option == rate || option == seed);
        bandit.AddTo(command);
        command.Add(plot);
        command.Add(device);
        command.Add(json);
        command.SetAction(parsed =>
        {
            double? given = parsed.GetResult(rate) is { Implicit: false } ? parsed.GetValue(rate) : null;
            if (bandit.Read(parsed, [.. ofDigits, device], given, (ulong)parsed.GetValue(seed)) is { } policy)
            {
                new BanditRun(policy, parsed.GetValue(plot), parsed.GetValue(json)).Execute();
                return 0;
            }

            TrainSettings settings = new()
            {
                Epochs = (int)parsed.GetValue(epochs),
                BatchSize = (int)parsed.GetValue(batch),
                Hidden = (int)parsed.GetValue(hidden),
                LearningRate = parsed.GetValue(rate),
                Momentum = parsed.GetValue(momentum),
                Seed = (ulong)parsed.GetValue(seed),
                Loss = Loss(parsed, kind, alpha, loss),
                Prox = prox.Read(parsed),
            };
            string path = parsed.GetValue(data) ?? Path.Combine(AppContext.BaseDirectory, "data", "digits.csv");
            new TrainRun(path, parsed.GetValue(testFraction), settings, parsed.GetValue(device), parsed.GetValue(plot), parsed.GetValue(json)).Execute();
            return 0;
        });
        return command;
    }

    private static ITrainingLoss Loss(ParseResult parsed, Option<TrainLoss> kind, Option<double> alpha, LossOptions loss)
    {
        TrainLoss name = parsed.GetValue(kind);
        if (name != TrainLoss.Entmax && parsed.GetResult(alpha) is { Implicit: false })
            throw new UsageFailure("--alpha goes with --loss entmax");
        CrossEntropyOptions softmax = loss.Read(parsed);
        if (name == TrainLoss.Softmax)
            return new SoftmaxLoss(softmax);
        return loss.FirstBeyondSmoothing(parsed) is { } option
            ? throw new UsageFailure($"{option} goes with --loss softmax")
            : new EntmaxLoss(new() { Alpha = name == TrainLoss.Sparsemax ? 2 : parsed.GetValue(alpha), LabelSmoothing = softmax.LabelSmoothing });
    }
}

/// <summary>The losses of <c>gibbs train</c> by name.</summary>
internal enum TrainLoss
{
    Softmax,
    Sparsemax,
    Entmax,
}
