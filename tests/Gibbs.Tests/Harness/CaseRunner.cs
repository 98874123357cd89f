using System;
using System.Collections.Generic;

namespace Gibbs.Tests.Harness;

/// <summary>Lays a case out in a device's memory, runs it, reads back what it wrote and looks at everything around it.</summary>
internal sealed class CaseRunner : IDisposable
{
    private readonly TestDevice _device;
    private readonly CrossEntropyCase _case;
    private readonly List<(GuardedImage Image, Placement Place, Output Output)> _arrays = [];
    private readonly int _size;
    private readonly int _realSize;

    private CaseRunner(TestDevice device, CrossEntropyCase c)
    {
        (_device, _case) = (device, c);
        (_size, _realSize) = (c.Type.Size(), c.Type.Real().Size());
    }

    public static CrossEntropyRun Run(TestDevice device, CrossEntropyCase c)
    {
        using CaseRunner runner = new(device, c);
        return runner.Run();
    }

    /// <summary>Runs a case that must be refused; gives the exception, null where there was none, and every array that was touched all the same.</summary>
    public static (Exception? Error, List<string> Violations) Refused(TestDevice device, CrossEntropyCase c)
    {
        using CaseRunner runner = new(device, c);
        Exception? error = null;
        try
        {
            _ = runner.Run();
        }
        catch (ArgumentException refusal)
        {
            error = refusal;
        }
        List<string> violations = [];
        foreach ((GuardedImage image, Placement place, _) in runner._arrays)
        {
            if (image.After(place.Fetch()).Violation(false) is { } violation)
                violations.Add(violation);
        }
        return (error, violations);
    }

    public void Dispose()
    {
        foreach ((_, Placement place, _) in _arrays)
            place.Dispose();
    }

    private CrossEntropyRun Run()
    {
        bool fromStatistics = _case.Upstream is not null;
        Output wanted = _case.AllowedOutputs;
        bool writesLogits = _case.InPlace && (fromStatistics || wanted.HasFlag(Output.Gradient));
        RawCall call = Inputs(writesLogits ? Output.Gradient : Output.None);
        if (fromStatistics)
        {
            call.Statistics = AddOutput(Output.Statistics, StatisticsSize, _case.Rows);
            _ = _device.Run(call);
            call.FromStatistics = true;
            call.Upstream = AddReals("upstream", _case.Upstream);
            call.UpstreamLength = _case.Upstream!.Length;
            wanted = Output.Gradient;
        }
        AddOutputs(call, wanted);
        CrossEntropyResult result = _device.Run(call);
        return Collect(wanted, result);
    }

    private int StatisticsSize => (4 * _realSize) + (2 * sizeof(long));

    private RawCall Inputs(Output logits) => new()
    {
        Type = _case.Type,
        Rows = _case.Rows,
        Columns = _case.Columns,
        Options = _case.Options,
        Regime = _case.Regime,
        OwnWorkspace = _case.OwnWorkspace,
        TargetKind = _case.TargetKind,
        LogitsStride = _case.Columns + _case.LogitsPadding,
        Logits = AddRows("logits", _case.Logits, _case.LogitsPadding, _case.LogitsOffset, logits),
        Targets = AddTargets(),
        SoftStride = _case.Columns + _case.SoftPadding,
        SoftTargets = _case.TargetKind == TargetKind.Soft ? AddRows("soft targets", _case.SoftTargets!, _case.SoftPadding, _case.SoftOffset, Output.None) : 0,
        ClassWeights = AddReals("class weights", _case.ClassWeights),
        RowWeights = AddReals("row weights", _case.RowWeights),
        RowTemperatures = AddReals("row temperatures", _case.RowTemperatures),
        Normaliser = _device.ScalarsInMemory && _case.DeviceNormaliser is { } n ? AddReals("normaliser", [n]) : 0,
    };

    private void AddOutputs(RawCall call, Output wanted)
    {
        // On spans the divisor is an option.
        if (!_device.ScalarsInMemory && _case.DeviceNormaliser is { } normaliser)
            call.Options = call.Options with { Normaliser = normaliser };
        int rows = _case.Rows;
        nint Add(Output output, int size, int count) => wanted.HasFlag(output) ? AddOutput(output, size, count) : 0;
        if (wanted.HasFlag(Output.Gradient))
        {
            call.GradientStride = _case.InPlace ? call.LogitsStride : _case.Columns + _case.GradientPadding;
            call.Gradient = _case.InPlace ? call.Logits : AddGradient();
        }
        if (call.FromStatistics)
            return;
        call.Losses = Add(Output.Losses, _realSize, rows);
        call.LogSumExp = Add(Output.LogSumExp, _realSize, rows);
        call.Entropy = Add(Output.Entropy, _realSize, rows);
        call.LogProbability = Add(Output.LogProbability, _realSize, rows);
        call.Argmax = Add(Output.Argmax, sizeof(long), rows);
        call.Rank = Add(Output.Rank, sizeof(long), rows);
        call.Status = Add(Output.Status, 1, rows);
        call.Statistics = Add(Output.Statistics, StatisticsSize, rows);
        if (!_device.ScalarsInMemory)
            return;
        // None has no reduced loss.
        call.Loss = _case.Options.Reduction == Reduction.None ? 0 : Add(Output.Loss, _realSize, 1);
        call.ValidRows = Add(Output.ValidRows, sizeof(long), 1);
        call.NormaliserUsed = Add(Output.NormaliserUsed, _realSize, 1);
    }

    private CrossEntropyRun Collect(Output wanted, CrossEntropyResult result)
    {
        CrossEntropyRun run = new(_case.Type);
        foreach ((GuardedImage image, Placement place, Output output) in _arrays)
        {
            GuardedImage after = image.After(place.Fetch());
            bool written = wanted.HasFlag(output) && output != Output.None;
            if (after.Violation(written) is { } violation && !(_case.Upstream is not null && output == Output.Statistics))
                run.Violations.Add(violation);
            if (!written)
                continue;
            byte[] bytes = after.Packed();
            run.Bytes[output] = output is Output.Loss or Output.NormaliserUsed ? BitConverter.GetBytes(_case.Type.Real().Read(bytes)) : bytes;
        }
        if (!_device.ScalarsInMemory && _case.Upstream is null)
        {
            if (wanted.HasFlag(Output.Loss))
                run.Bytes[Output.Loss] = BitConverter.GetBytes(result.Loss);
            if (wanted.HasFlag(Output.NormaliserUsed))
                run.Bytes[Output.NormaliserUsed] = BitConverter.GetBytes(result.Normaliser);
            if (wanted.HasFlag(Output.ValidRows))
                run.Bytes[Output.ValidRows] = BitConverter.GetBytes(result.ValidRows);
        }
        return run;
    }

    private nint AddRows(string name, double[] values, int padding, int offset, Output output)
    {
        int columns = _case.Columns;
        GuardedImage image = new(name, _case.Rows, columns * _size, (columns + padding) * _size, offset * _size, _case.Tight, GuardedImage.Poison);
        for (int i = 0; i < _case.Rows; i++)
        {
            Span<byte> row = image.Row(i);
            for (int j = 0; j < columns; j++)
                _case.Type.Write(row[(j * _size)..], values[(i * columns) + j]);
        }
        return Add(image, output);
    }

    private nint AddTargets()
    {
        if (_case.TargetKind is not (TargetKind.Int32 or TargetKind.Int64))
            return 0;
        int size = _case.TargetKind == TargetKind.Int32 ? sizeof(int) : sizeof(long);
        GuardedImage image = new("targets", _case.Rows, size, size, 0, _case.Tight, GuardedImage.Poison);
        for (int i = 0; i < _case.Rows; i++)
        {
            _ = size == sizeof(int)
                ? BitConverter.TryWriteBytes(image.Row(i), checked((int)_case.Targets[i]))
                : BitConverter.TryWriteBytes(image.Row(i), _case.Targets[i]);
        }
        return Add(image, Output.None);
    }

    private nint AddReals(string name, double[]? values)
    {
        if (values is null)
            return 0;
        GuardedImage image = new(name, values.Length, _realSize, _realSize, 0, _case.Tight, GuardedImage.Poison);
        for (int i = 0; i < values.Length; i++)
            _case.Type.Real().Write(image.Row(i), values[i]);
        return Add(image, Output.None);
    }

    private nint AddGradient() =>
        Add(
            new("gradient", _case.Rows, _case.Columns * _size, (_case.Columns + _case.GradientPadding) * _size, _case.GradientOffset * _size, _case.Tight, GuardedImage.Canary),
            Output.Gradient);

    private nint AddOutput(Output output, int size, int count) =>
        Add(new(output.ToString(), count, size, size, 0, _case.Tight, GuardedImage.Canary), output);

    private nint Add(GuardedImage image, Output output)
    {
        Placement place = _device.Place(image.Bytes);
        _arrays.Add((image, place, output));
        return place.Address + image.Start;
    }
}
