using System;
using System.Collections.Generic;

namespace Gibbs.Cli.CrossEntropy;

/// <summary>The operation in device memory: uploads the inputs once, runs over any number of the first rows, and downloads.</summary>
internal sealed class DeviceCall<T, TReal, TKernels> : IDisposable
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IKernels<T, TReal>
{
    private readonly CudaStream _stream;
    private readonly HostInputs<T, TReal> _host;
    private readonly List<IDisposable> _owned = [];
    private readonly DeviceSpan<T> _logits;
    private readonly DeviceSpan<int> _targets32;
    private readonly DeviceSpan<long> _targets64;
    private readonly DeviceSpan<T> _softTargets;
    private readonly DeviceSpan<TReal> _classWeights;
    private readonly DeviceSpan<TReal> _rowWeights;
    private readonly DeviceSpan<TReal> _rowTemperatures;

    public DeviceCall(CudaStream stream, HostInputs<T, TReal> host)
    {
        _stream = stream;
        _host = host;
        try
        {
            _logits = Upload(host.Logits);
            _targets32 = Upload(host.Targets32);
            _targets64 = Upload(host.Targets64);
            _softTargets = Upload(host.SoftTargets);
            _classWeights = Upload(host.ClassWeights);
            _rowWeights = Upload(host.RowWeights);
            _rowTemperatures = Upload(host.RowTemperatures);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Runs over the first rows; the time is the device's own, between two events.</summary>
    /// <param name="rows">At least 1.</param>
    /// <param name="outputs">Receives what it has room for.</param>
    /// <param name="options">Scalars.</param>
    public (CrossEntropyResult Result, double Milliseconds) Compute(int rows, HostOutputs<T, TReal> outputs, in CrossEntropyOptions options)
    {
        int before = _owned.Count;
        bool hasTargets = _host.Targets32 is not null || _host.Targets64 is not null || _host.SoftTargets is not null;
        DeviceSpan<T> gradient = Allocate<T>(outputs.Gradient.Length);
        DeviceSpan<TReal> loss = Allocate<TReal>(hasTargets && options.Reduction != Reduction.None ? 1 : 0);
        DeviceSpan<TReal> normaliser = Allocate<TReal>(hasTargets ? 1 : 0);
        DeviceSpan<long> validRows = Allocate<long>(hasTargets ? 1 : 0);
        DeviceCrossEntropyOutputs<T, TReal> spans = new()
        {
            Losses = Allocate<TReal>(outputs.Losses.Length),
            Loss = loss,
            Gradient = gradient.IsEmpty ? default : gradient.AsRows(rows, _host.Columns),
            LogSumExp = Allocate<TReal>(outputs.LogSumExp.Length),
            Entropy = Allocate<TReal>(outputs.Entropy.Length),
            LogProbability = Allocate<TReal>(outputs.LogProbability.Length),
            Argmax = Allocate<long>(outputs.Argmax.Length),
            Rank = Allocate<long>(outputs.Rank.Length),
            Status = Allocate<RowStatus>(outputs.Status.Length),
            ValidRows = validRows,
            NormaliserUsed = normaliser,
        };
        DeviceCrossEntropyInputs<T, TReal> inputs = new()
        {
            SoftTargets = _softTargets.IsEmpty ? default : _softTargets.AsRows(rows, _host.Columns),
            ClassWeights = _classWeights,
            RowWeights = First(_rowWeights, rows),
            RowTemperatures = First(_rowTemperatures, rows),
        };
        DeviceTargetSpan targets = !_targets64.IsEmpty ? _targets64.Slice(0, rows) : !_targets32.IsEmpty ? _targets32.Slice(0, rows) : default(DeviceTargetSpan);
        DeviceSpan2D<T> logits = _logits.AsRows(rows, _host.Columns);
        inputs.Workspace = Allocate<byte>(TKernels.WorkspaceBytes(_stream, logits, targets, spans, options, inputs));

        using CudaEvent begin = _stream.Device.CreateEvent();
        using CudaEvent end = _stream.Device.CreateEvent();
        begin.Record(_stream);
        TKernels.Compute(_stream, logits, targets, spans, options, inputs);
        end.Record(_stream);
        double milliseconds = end.MillisecondsSince(begin);

        _stream.Copy(spans.Losses, outputs.Losses);
        _stream.Copy(gradient, outputs.Gradient);
        _stream.Copy(spans.LogSumExp, outputs.LogSumExp);
        _stream.Copy(spans.Entropy, outputs.Entropy);
        _stream.Copy(spans.LogProbability, outputs.LogProbability);
        _stream.Copy(spans.Argmax, outputs.Argmax);
        _stream.Copy(spans.Rank, outputs.Rank);
        _stream.Copy(spans.Status, outputs.Status);
        CrossEntropyResult result = new(ReadReal(loss, double.NaN), ReadReal(normaliser, 0), Read(validRows));
        while (_owned.Count > before)
        {
            _owned[^1].Dispose();
            _owned.RemoveAt(_owned.Count - 1);
        }

        return (result, milliseconds);
    }

    public void Dispose()
    {
        foreach (IDisposable buffer in _owned)
            buffer.Dispose();
        _owned.Clear();
    }

    private static DeviceSpan<TElement> First<TElement>(DeviceSpan<TElement> span, int rows)
        where TElement : unmanaged => span.IsEmpty ? default : span.Slice(0, rows);

    private DeviceSpan<TElement> Upload<TElement>(TElement[]? array)
        where TElement : unmanaged
    {
        if (array is null || array.Length == 0)
            return default;
        DeviceBuffer<TElement> buffer = _stream.Upload<TElement>(array);
        _owned.Add(buffer);
        return buffer.Span;
    }

    private DeviceSpan<TElement> Allocate<TElement>(long length)
        where TElement : unmanaged
    {
        if (length == 0)
            return default;
        DeviceBuffer<TElement> buffer = _stream.Allocate<TElement>(length);
        _owned.Add(buffer);
        return buffer.Span;
    }

    private long Read(DeviceSpan<long> span)
    {
        Span<long> value = stackalloc long[1];
        if (!span.IsEmpty)
            _stream.Copy(span, value);
        return value[0];
    }

    private double ReadReal(DeviceSpan<TReal> span, double absent)
    {
        Span<TReal> value = stackalloc TReal[1];
        if (span.IsEmpty)
            return absent;
        _stream.Copy(span, value);
        return typeof(TReal) == typeof(double) ? (double)(object)value[0] : (float)(object)value[0];
    }
}
