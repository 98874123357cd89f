using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Losses;
using Gibbs.Cli.Project;

namespace Gibbs.Cli.Bench;

/// <summary><c>gibbs bench</c>: an operation as a fraction of a copy of the same bytes.</summary>
internal static class BenchCommand
{
    private static readonly Option<long> Rows = CommonOptions.Integer("--rows", 1024, 1, int.MaxValue, "N.");
    private static readonly Option<long> Columns = CommonOptions.Integer("--columns", 32000, 1, int.MaxValue, "V.");
    private static readonly Option<ElementType?> Type = CommonOptions.Type("The rows' type. Default: float32.");
    private static readonly Option<double> Seconds = CommonOptions.Real(
        "--seconds", 4, static s => s is > 0 and <= 3600, "in (0, 3600]", "How long to measure, after half a second of warm-up.");

    private static readonly Option<DeviceRequest> Device = CommonOptions.Device();
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        DetailedCommand command = new(
            "bench",
            "Time an operation against a copy of the same bytes, in the same run.",
            "Figures are medians over sweeps of rotated buffers that together are four times the cache, after a warm-up. On the CPU the yardstick uses the same\n"
            + "threads and is the fastest of plain and streaming-store copies; on a device it is the faster of a copy kernel and the driver's copy, and events time it.\n"
            + "In place, the rows are restored before every sweep, outside the time.");
        foreach (BenchOperation operation in CrossEntropyBench.All)
            command.Add(Leaf(operation.Name, operation.Summary, [], _ => operation));
        Option<double> alpha = FenchelYoungCommand.Alpha();
        foreach (FenchelYoungBench operation in FenchelYoungBench.All)
            command.Add(Leaf(operation.Name, operation.Summary, [alpha], parsed => operation with { Alpha = parsed.GetValue(alpha) }));

        foreach (BenchOperation operation in (IEnumerable<BenchOperation>)[.. EntropyBench.All, .. DivergenceBench.All, .. TokenSetBench.All, .. SinkhornBench.All, .. DoublyStochasticBench.All])
            command.Add(Leaf(operation.Name, operation.Summary, [], _ => operation));

        Command project = new("project", "a row map, its gradient with --gradient; against a copy");
        foreach (ProjectionKind kind in ProjectionKinds.All)
            project.Add(Leaf(kind));
        command.Add(project);
        return command;
    }

    private static Command Leaf(ProjectionKind kind)
    {
        WordOptions words = new(kind.Words);
        Option<bool> gradient = new("--gradient") { Description = "Time the gradient: upstream and result read, a matrix written." };
        Option<bool> inPlace = new("--in-place") { Description = "Write over the rows (the upstream gradient with --gradient)." };
        Command leaf = Leaf(
            kind.Name,
            kind.Summary,
            [gradient, inPlace],
            parsed => new ProjectBench(kind, words.Read(parsed).WithTypical().Create(kind), parsed.GetValue(gradient), parsed.GetValue(inPlace)));
        words.AddTo(leaf);
        return leaf;
    }

    private static Command Leaf(string name, string summary, IEnumerable<Option> options, Func<ParseResult, BenchOperation> read)
    {
        Command leaf = new(name, summary);
        foreach (Option option in options)
            leaf.Add(option);
        foreach (Option option in (ReadOnlySpan<Option>)[Rows, Columns, Type, Seconds, Device, Json])
            leaf.Add(option);
        leaf.SetAction(parsed =>
        {
            BenchSettings settings = new(
                read(parsed),
                (int)parsed.GetValue(Rows),
                (int)parsed.GetValue(Columns),
                parsed.GetValue(Type) ?? ElementType.Float32,
                TimeSpan.FromSeconds(parsed.GetValue(Seconds)));
            using ExecutionDevice target = ExecutionDevice.Open(parsed.GetValue(Device));
            Report(settings, target, new Typed(settings, target.Stream).Run(settings.Type), parsed.GetValue(Json));
            return 0;
        });
        return leaf;
    }

    private static void Report(BenchSettings settings, ExecutionDevice device, BenchFigures figures, bool json)
    {
        long bytes = settings.Bytes;
        double fraction = figures.CopyMilliseconds / figures.MedianMilliseconds;
        string type = settings.Type.ToString().ToLowerInvariant();
        if (json)
        {
            JsonLine.Write(writer =>
            {
                writer.WriteString("operation", settings.Operation.Name);
                writer.WriteNumber("rows", settings.Rows);
                writer.WriteNumber("columns", settings.Columns);
                writer.WriteString("type", type);
                writer.WriteString("device", device.Name);
                writer.WriteNumber("medianMilliseconds", Math.Round(figures.MedianMilliseconds, 6));
                writer.WriteNumber("bytes", bytes);
                writer.WriteNumber("copyMilliseconds", Math.Round(figures.CopyMilliseconds, 6));
                writer.WriteReal("fractionOfCopy", Math.Round(fraction, 6));
                if (settings.Operation.CountsRows)
                    writer.WriteReal("problemsPerSecond", settings.RowsPerSecond(figures));
                if (settings.Operation.Passes > 1)
                    writer.WriteReal("entriesPerSecond", settings.EntriesPerSecond(figures));
            });
            return;
        }

        CultureInfo culture = CultureInfo.InvariantCulture;
        string Rate(double milliseconds) => string.Create(culture, $"{milliseconds,10:0.0000} ms  {bytes / milliseconds / 1e6,8:0.00} GB/s");
        Console.WriteLine(string.Create(culture, $"{settings.Operation.Name}, {settings.Rows} x {settings.Columns} {type}, {bytes} bytes moved"));
        Console.WriteLine($"device     {device.Name} ({device.Description}), {device.Reason}");
        Console.WriteLine($"operation  {Rate(figures.MedianMilliseconds)}");
        Console.WriteLine($"yardstick  {Rate(figures.CopyMilliseconds)}  {figures.Yardstick}");
        string buffers = figures.Buffers == 1 ? "1 buffer" : string.Create(culture, $"{figures.Buffers} buffers");
        if (settings.Operation.Passes > 1)
            Console.WriteLine(string.Create(culture, $"entries    {settings.EntriesPerSecond(figures):0.000e+0} per second and pass"));
        if (settings.Operation.CountsRows)
            Console.WriteLine(string.Create(culture, $"problems   {settings.RowsPerSecond(figures):0.000e+0} per second"));
        Console.WriteLine(string.Create(culture, $"fraction   {100 * fraction:0.0} % (medians of {figures.Samples} sweeps over {buffers})"));
    }

    private sealed class Typed(BenchSettings settings, CudaStream? stream) : ITypedWork<BenchFigures>
    {
        public BenchFigures Run<T, TReal, TKernels>(ElementType type)
            where T : unmanaged
            where TReal : unmanaged
            where TKernels : IKernels<T, TReal> =>
            stream is null ? CpuBench<T, TReal, TKernels>.Run(settings) : DeviceBench<T, TReal, TKernels>.Run(settings, stream);
    }
}
