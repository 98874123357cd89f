using System;
using System.CommandLine;
using System.Globalization;

using Gibbs.Cli.Kernels;

namespace Gibbs.Cli.Bench;

/// <summary><c>gibbs bench</c>: an operation as a fraction of a copy of the same bytes.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        DetailedCommand command = new(
            "bench",
            "Time an operation against a copy of the same bytes, in the same run.",
            string.Join('\n', Array.ConvertAll(BenchOperation.All, static operation => $"  {operation.Name,-24}{operation.Summary}"))
            + "\nFigures are medians over sweeps of rotated buffers that together are four times the cache, after a warm-up. On the CPU the yardstick uses the same\n"
            + "threads and is the fastest of plain and streaming-store copies; on a device it is the faster of a copy kernel and the driver's copy, and events time it.\n"
            + "In place, the logits are restored before every sweep, outside the time.");
        Argument<string?> name = new("operation")
        {
            Description = "One of the above.",
            HelpName = "OPERATION",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<long> rows = CommonOptions.Integer("--rows", 1024, 1, int.MaxValue, "N.");
        Option<long> columns = CommonOptions.Integer("--columns", 32000, 1, int.MaxValue, "V.");
        Option<ElementType?> type = CommonOptions.Type("The logits' type. Default: float32.");
        Option<double> seconds = CommonOptions.Real("--seconds", 4, static s => s is > 0 and <= 3600, "in (0, 3600]", "How long to measure, after half a second of warm-up.");
        Option<DeviceRequest> device = CommonOptions.Device();
        Option<bool> json = CommonOptions.Json();
        command.Add(name);
        foreach (Option option in (ReadOnlySpan<Option>)[rows, columns, type, seconds, device, json])
            command.Add(option);
        command.SetAction(parsed =>
        {
            string? given = parsed.GetValue(name);
            BenchOperation operation = BenchOperation.Find(given)
                ?? throw new UsageFailure(given is null ? $"bench needs an operation: {BenchOperation.Names}" : $"'{given}' is no operation: {BenchOperation.Names} are");
            BenchSettings settings = new(
                operation,
                (int)parsed.GetValue(rows),
                (int)parsed.GetValue(columns),
                parsed.GetValue(type) ?? ElementType.Float32,
                TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            using ExecutionDevice target = ExecutionDevice.Open(parsed.GetValue(device));
            Report(settings, target, Measure(settings, target.Stream), parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static BenchFigures Measure(BenchSettings settings, CudaStream? stream) => settings.Type switch
    {
        ElementType.Float32 => Measure<float, float, Float32Kernels>(settings, stream),
        ElementType.Float64 => Measure<double, double, Float64Kernels>(settings, stream),
        ElementType.Float16 => Measure<Half, float, Float16Kernels>(settings, stream),
        _ => Measure<BFloat16, float, BFloat16Kernels>(settings, stream),
    };

    private static BenchFigures Measure<T, TReal, TKernels>(BenchSettings settings, CudaStream? stream)
        where T : unmanaged
        where TReal : unmanaged
        where TKernels : IKernels<T, TReal> =>
        stream is null ? CpuBench<T, TReal, TKernels>.Run(settings) : DeviceBench<T, TReal, TKernels>.Run(settings, stream);

    private static void Report(BenchSettings settings, ExecutionDevice device, BenchFigures figures, bool json)
    {
        long bytes = settings.Operation.Bytes(settings.Rows, settings.Columns, settings.ElementSize);
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
        Console.WriteLine(string.Create(culture, $"fraction   {100 * fraction:0.0} % (medians of {figures.Samples} sweeps over {buffers})"));
    }
}
