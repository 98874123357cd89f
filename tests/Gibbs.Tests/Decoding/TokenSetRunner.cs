using System;
using System.Collections.Generic;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Decoding;

/// <summary>What a call wrote.</summary>
internal sealed record TokenSetRun
{
    public required double[] Entropies { get; init; }

    public required double[] FullEntropies { get; init; }

    public required int[] Counts { get; init; }

    public required double[] Thresholds { get; init; }

    public required byte[] Mask { get; init; }

    public required double[] LogProbabilities { get; init; }

    public required double[] ActionLogProbability { get; init; }

    public required long[] Samples { get; init; }

    public required double[] SampleLogProbability { get; init; }

    public required double[] Gradient { get; init; }

    public required RowStatus[] Status { get; init; }

    public required double Value { get; init; }

    public required double Normaliser { get; init; }

    public required long ValidRows { get; init; }
}

/// <summary>Runs a case on "cpu" or "native": padded, misaligned rows between red zones.</summary>
internal sealed unsafe class TokenSetRunner : IDisposable
{
    private readonly TestDevice _device;
    private readonly TokenSetCase _case;
    private readonly List<(GuardedImage Image, Placement Place, bool Written)> _arrays = [];

    private delegate CrossEntropyResult SpanForm<T, TReal>(ReadOnlySpan2D<T> logits, in TokenSetOutputs<T, TReal> outputs, in TokenSetOptions options, in TokenSetInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate void DeviceForm<T, TReal>(CudaStream stream, DeviceSpan2D<T> logits, in DeviceTokenSetOutputs<T, TReal> outputs, in TokenSetOptions options, in DeviceTokenSetInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private delegate long WorkspaceForm<T, TReal>(CudaStream stream, DeviceSpan2D<T> logits, in DeviceTokenSetOutputs<T, TReal> outputs, in TokenSetOptions options, in DeviceTokenSetInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private TokenSetRunner(string device, TokenSetCase c) => (_device, _case) = (device == "cpu" ? TestDevices.Get("cpu") : TestDevices.Native(), c);

    public static TokenSetRun Run(TokenSetCase c, string device = "cpu")
    {
        using TokenSetRunner runner = new(device, c);
        return c.Type switch
        {
            ElementType.Float32 => runner.Run<float, float>(TokenSet.Compute, TokenSet.Compute, TokenSet.WorkspaceBytes),
            ElementType.Float64 => runner.Run<double, double>(TokenSet.Compute, TokenSet.Compute, TokenSet.WorkspaceBytes),
            ElementType.Float16 => runner.Run<Half, float>(TokenSet.Compute, TokenSet.Compute, TokenSet.WorkspaceBytes),
            _ => runner.Run<BFloat16, float>(TokenSet.Compute, TokenSet.Compute, TokenSet.WorkspaceBytes),
        };
    }

    public void Dispose()
    {
        foreach ((_, Placement place, _) in _arrays)
            place.Dispose();
    }

    private TokenSetRun Run<T, TReal>(SpanForm<T, TReal> spans, DeviceForm<T, TReal> views, WorkspaceForm<T, TReal> workspaceBytes)
        where T : unmanaged
        where TReal : unmanaged
    {
        TokenSetCase c = _case;
        ElementType real = c.Type.Real();
        int rows = c.Rows, columns = c.Columns, size = c.Type.Size(), stride = columns + c.Padding;
        int logits = Rows(c.Logits);
        nint weights = Reals("row weights", c.RowWeights), temperatures = Reals("temperatures", c.Temperatures), actions = Actions();
        int gradient = c.InPlace ? logits : Out("gradient", columns * size, stride * size, c.Offset * size);
        int mask = Out("mask", columns, stride, c.Offset), logProbabilities = Out("log-probabilities", columns * size, stride * size, 0);
        int entropies = Out("entropies", real), fullEntropies = Out("full entropies", real), thresholds = Out("thresholds", real);
        int actionLogProbability = c.Actions is null ? -1 : Out("action log-probability", real), sampleLogProbability = Out("sample log-probability", real);
        int counts = Out("counts", 4, 4, 0), samples = Out("samples", 8, 8, 0), status = Out("status", 1, 1, 0);

        CrossEntropyResult result;
        if (_device is NativeDevice native)
        {
            int ordinal = native.Stream.Device.Ordinal, value = c.Options.Reduction == Reduction.None ? -1 : One("value", real), used = One("normaliser used", real), validRows = One("valid rows", ElementType.Float64);
            DeviceSpan2D<T> z = new(Address(logits), rows, columns, stride, ordinal);
            DeviceTokenSetInputs<TReal> inputs = new()
            {
                RowWeights = weights == 0 ? default : new(weights, rows, ordinal),
                Temperatures = temperatures == 0 ? default : new(temperatures, rows, ordinal),
                Actions = actions == 0 ? default : c.Int64 ? new DeviceSpan<long>(actions, rows, ordinal) : new DeviceSpan<int>(actions, rows, ordinal),
                Regime = c.Regime,
            };
            DeviceTokenSetOutputs<T, TReal> outputs = new()
            {
                Value = value < 0 ? default : new(Address(value), 1, ordinal),
                Entropies = new(Address(entropies), rows, ordinal),
                FullEntropies = new(Address(fullEntropies), rows, ordinal),
                Counts = new(Address(counts), rows, ordinal),
                Thresholds = new(Address(thresholds), rows, ordinal),
                Mask = new(Address(mask), rows, columns, stride, ordinal),
                LogProbabilities = new(Address(logProbabilities), rows, columns, stride, ordinal),
                ActionLogProbability = actionLogProbability < 0 ? default : new(Address(actionLogProbability), rows, ordinal),
                Samples = new(Address(samples), rows, ordinal),
                SampleLogProbability = new(Address(sampleLogProbability), rows, ordinal),
                Gradient = new(Address(gradient), rows, columns, stride, ordinal),
                Status = new(Address(status), rows, ordinal),
                ValidRows = new(Address(validRows), 1, ordinal),
                NormaliserUsed = new(Address(used), 1, ordinal),
            };
            using DeviceBuffer<byte>? workspace = c.OwnWorkspace ? native.Stream.Upload<byte>(Poison(workspaceBytes(native.Stream, z, outputs, c.Options, inputs))) : null;
            inputs.Workspace = workspace is null ? default : workspace.Span;
            views(native.Stream, z, outputs, c.Options, inputs);
            native.Stream.Synchronize();
            ReadOnlySpan<byte> Scalar(int array) => _arrays[array].Place.Fetch().AsSpan(_arrays[array].Image.Start);
            result = new(value < 0 ? double.NaN : real.Read(Scalar(value)), real.Read(Scalar(used)), BitConverter.ToInt64(Scalar(validRows)));
        }
        else
        {
            TokenSetOutputs<T, TReal> outputs = new()
            {
                Entropies = Span<TReal>(entropies),
                FullEntropies = Span<TReal>(fullEntropies),
                Counts = Span<int>(counts),
                Thresholds = Span<TReal>(thresholds),
                Mask = new((void*)Address(mask), rows, columns, c.Padding),
                LogProbabilities = new((void*)Address(logProbabilities), rows, columns, c.Padding),
                ActionLogProbability = actionLogProbability < 0 ? default : Span<TReal>(actionLogProbability),
                Samples = Span<long>(samples),
                SampleLogProbability = Span<TReal>(sampleLogProbability),
                Gradient = new((void*)Address(gradient), rows, columns, c.Padding),
                Status = Span<RowStatus>(status),
            };
            TokenSetInputs<TReal> inputs = new()
            {
                RowWeights = weights == 0 ? default : new((void*)weights, rows),
                Temperatures = temperatures == 0 ? default : new((void*)temperatures, rows),
                Actions = actions == 0 ? default : c.Int64 ? new ReadOnlySpan<long>((void*)actions, rows) : new ReadOnlySpan<int>((void*)actions, rows),
            };
            result = spans(new((void*)Address(logits), rows, columns, c.Padding), outputs, c.Options, inputs);
        }

        List<byte[]> after = [];
        foreach ((GuardedImage image, Placement place, bool written) in _arrays)
        {
            GuardedImage fetched = image.After(place.Fetch());
            if (fetched.Violation(written || (c.InPlace && after.Count == logits)) is { } violation)
                throw new InvalidOperationException($"{violation}\n{c.Describe()}");
            after.Add(fetched.Packed());
        }

        double[] Read(int array, ElementType type)
        {
            double[] values = new double[array < 0 ? 0 : after[array].Length / type.Size()];
            for (int k = 0; k < values.Length; k++)
                values[k] = type.Read(after[array].AsSpan(k * type.Size()));
            return values;
        }

        return new()
        {
            Entropies = Read(entropies, real),
            FullEntropies = Read(fullEntropies, real),
            Counts = after[counts].AsSpan().Cast<byte, int>().ToArray(),
            Thresholds = Read(thresholds, real),
            Mask = after[mask],
            LogProbabilities = Read(logProbabilities, c.Type),
            ActionLogProbability = Read(actionLogProbability, real),
            Samples = after[samples].AsSpan().Cast<byte, long>().ToArray(),
            SampleLogProbability = Read(sampleLogProbability, real),
            Gradient = Read(gradient, c.Type),
            Status = after[status].AsSpan().Cast<byte, RowStatus>().ToArray(),
            Value = result.Loss,
            Normaliser = result.Normaliser,
            ValidRows = result.ValidRows,
        };
    }

    private nint Address(int array) => _arrays[array].Place.Address + _arrays[array].Image.Start;

    private Span<TElement> Span<TElement>(int array)
        where TElement : unmanaged => new((void*)Address(array), _case.Rows);

    private int Rows(double[] values)
    {
        int columns = _case.Columns, size = _case.Type.Size();
        GuardedImage image = new("logits", _case.Rows, columns * size, (columns + _case.Padding) * size, _case.Offset * size, false, GuardedImage.Poison);
        for (int k = 0; k < values.Length; k++)
            _case.Type.Write(image.Row(k / columns)[(k % columns * size)..], values[k]);
        return Add(image, false);
    }

    private nint Reals(string name, double[]? values)
    {
        if (values is null)
            return 0;
        ElementType real = _case.Type.Real();
        GuardedImage image = new(name, values.Length, real.Size(), real.Size(), 0, true, GuardedImage.Poison);
        for (int k = 0; k < values.Length; k++)
            real.Write(image.Row(k), values[k]);
        return Address(Add(image, false));
    }

    private nint Actions()
    {
        if (_case.Actions is null)
            return 0;
        int size = _case.Int64 ? 8 : 4;
        GuardedImage image = new("actions", _case.Rows, size, size, 0, true, GuardedImage.Poison);
        for (int k = 0; k < _case.Rows; k++)
            _ = _case.Int64 ? BitConverter.TryWriteBytes(image.Row(k), _case.Actions[k]) : BitConverter.TryWriteBytes(image.Row(k), checked((int)_case.Actions[k]));
        return Address(Add(image, false));
    }

    private static byte[] Poison(long bytes)
    {
        byte[] poison = new byte[bytes];
        Array.Fill(poison, GuardedImage.Poison);
        return poison;
    }

    private int One(string name, ElementType type) => Add(new(name, 1, type.Size(), type.Size(), 0, false, GuardedImage.Canary), true);

    private int Out(string name, ElementType type) => Out(name, type.Size(), type.Size(), 0);

    private int Out(string name, int rowBytes, int strideBytes, int offsetBytes) => Add(new(name, _case.Rows, rowBytes, strideBytes, offsetBytes, false, GuardedImage.Canary), true);

    private int Add(GuardedImage image, bool written)
    {
        _arrays.Add((image, _device.Place(image.Bytes), written));
        return _arrays.Count - 1;
    }
}
