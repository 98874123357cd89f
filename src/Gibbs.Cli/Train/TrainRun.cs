using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;

using Spectre.Console;

namespace Gibbs.Cli.Train;

/// <summary>One run of <c>gibbs train</c>: reads, splits, trains with a progress bar (plain lines where nobody watches), plots, reports.</summary>
internal sealed class TrainRun(string path, double testFraction, TrainSettings settings, DeviceRequest request, string? plot, bool json)
{
    private readonly List<EpochFigures> _figures = [];

    public void Execute()
    {
        long begin = Stopwatch.GetTimestamp();
        using ExecutionDevice device = ExecutionDevice.Open(request);
        LabelledData all = CsvData.Read(path);
        (LabelledData train, LabelledData test) = all.Split(testFraction, new SeededRandom(settings.Seed));
        train.Standardise(test);

        using OutputFiles files = new();
        if (plot is not null)
            files.Add(plot, stream => stream.Write(Encoding.UTF8.GetBytes(Curves(device))));
        using Trainer trainer = new(settings, train, test, device);
        if (json)
        {
            RunEpochs(trainer, static _ => { }, null);
        }
        else
        {
            Console.WriteLine(
                $"data    {Path.GetFileName(path)}: {all.Rows} rows, {all.Columns} features, {all.Classes} classes; {train.Rows} rows to train, {test.Rows} to test");
            Console.WriteLine($"device  {device.Name} ({device.Description}), {device.Reason}");
            Console.WriteLine("epoch   train loss  accuracy    test loss  accuracy");
            if (AnsiConsole.Profile.Capabilities.Interactive && AnsiConsole.Profile.Capabilities.Ansi)
                RunWithBar(trainer);
            else
                RunEpochs(trainer, static figures => Console.WriteLine(Line(figures)), null);
        }

        files.Commit();
        Report(device, trainer, Stopwatch.GetElapsedTime(begin));
    }

    private void RunEpochs(Trainer trainer, Action<EpochFigures> done, Action<double>? progress)
    {
        for (int epoch = 1; epoch <= settings.Epochs; epoch++)
        {
            EpochFigures figures = trainer.RunEpoch(epoch, progress);
            _figures.Add(figures);
            done(figures);
        }
    }

    private void RunWithBar(Trainer trainer) =>
        AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("epoch 1", maxValue: settings.Epochs);
                RunEpochs(
                    trainer,
                    figures =>
                    {
                        // Through the same console, so that the bar moves down by a line.
                        AnsiConsole.WriteLine(Line(figures));
                        task.Value = figures.Epoch;
                        task.Description = string.Create(CultureInfo.InvariantCulture, $"epoch {Math.Min(figures.Epoch + 1, settings.Epochs)}");
                    },
                    fraction => task.Value = _figures.Count + fraction);
            });

    private void Report(ExecutionDevice device, Trainer trainer, TimeSpan elapsed)
    {
        EpochFigures last = _figures[^1];
        double rowsPerSecond = trainer.RowsTrained / trainer.StepTime.TotalSeconds;
        if (json)
        {
            JsonLine.Write(writer =>
            {
                writer.WriteString("device", device.Name);
                writer.WriteString("reason", device.Reason);
                writer.WriteNumber("epochs", settings.Epochs);
                writer.WriteReal("trainLoss", last.TrainLoss);
                writer.WriteReal("trainAccuracy", last.TrainAccuracy);
                writer.WriteReal("testLoss", last.TestLoss);
                writer.WriteReal("testAccuracy", last.TestAccuracy);
                WriteSparsity(writer, trainer.Sparsity);
                writer.WriteNumber("rowsPerSecond", Math.Round(rowsPerSecond, 1));
                writer.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 6));
            });
            return;
        }

        CultureInfo culture = CultureInfo.InvariantCulture;
        Console.WriteLine();
        Console.WriteLine(string.Create(culture, $"test accuracy {100 * last.TestAccuracy:0.00} % after {settings.Epochs} epochs"));
        foreach (LayerSparsity layer in trainer.Sparsity)
        {
            string groups = layer.ZeroGroups is { } zero ? string.Create(culture, $", {zero} of {layer.Groups} groups zero throughout") : string.Empty;
            Console.WriteLine(string.Create(culture, $"{layer.Layer} weights: {100 * layer.Zeros:0.00} % zero{groups}"));
        }

        Console.WriteLine(string.Create(culture, $"{rowsPerSecond:0} rows per second in training steps, {elapsed.TotalSeconds:0.00} s in all"));
        Console.WriteLine($"loss and gradient ran on {device.Name} ({device.Description}), {device.Reason}");
        if (plot is not null)
            Console.WriteLine($"curves in {plot}");
    }

    private static void WriteSparsity(Utf8JsonWriter writer, LayerSparsity[] layers)
    {
        if (layers.Length == 0)
            return;
        writer.WriteStartObject("sparsity");
        foreach (LayerSparsity layer in layers)
            writer.WriteNumber(layer.Layer, Math.Round(layer.Zeros, 6));
        writer.WriteEndObject();
        if (layers[0].ZeroGroups is null)
            return;
        writer.WriteStartObject("zeroGroups");
        foreach (LayerSparsity layer in layers)
            writer.WriteNumber(layer.Layer, layer.ZeroGroups!.Value);
        writer.WriteEndObject();
    }

    private string Curves(ExecutionDevice device) => CurvesSvg.Draw(
        Title(device),
        "epoch",
        [.. _figures.ConvertAll(static f => f.Epoch)],
        ("training rows", "test rows"),
        [
            new("loss", false, [.. _figures.ConvertAll(static f => f.TrainLoss)], [.. _figures.ConvertAll(static f => f.TestLoss)]),
            new("accuracy", true, [.. _figures.ConvertAll(static f => f.TrainAccuracy)], [.. _figures.ConvertAll(static f => f.TestAccuracy)]),
        ]);

    private string Title(ExecutionDevice device) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Path.GetFileName(path)}, {settings.Hidden} hidden units, on {device.Name}: test accuracy {100 * _figures[^1].TestAccuracy:0.00} %");

    private static string Line(EpochFigures figures) => string.Create(
        CultureInfo.InvariantCulture,
        $"{figures.Epoch,5}   {figures.TrainLoss,10:0.0000}  {100 * figures.TrainAccuracy,6:0.00} %   {figures.TestLoss,10:0.0000}  {100 * figures.TestAccuracy,6:0.00} %");
}
