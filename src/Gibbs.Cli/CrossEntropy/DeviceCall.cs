using System;

using Gibbs.Cli.Kernels;

namespace Gibbs.Cli.CrossEntropy;

/// <summary>The operation in device memory: uploads the inputs once, runs over any number of the first rows, and downloads.</summary>
internal sealed class DeviceCall<T, TReal, TKernels> : IDisposable
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IKernels<T, TReal>
{
    private readonly HostInputs<T, TReal> _host;
    private readonly DeviceArrays _arrays;
    private readonly DeviceSpan<T> _logits;
    private readonly DeviceSpan<int> _targets32;
    private readonly DeviceSpan<long> _targets64;
    private readonly DeviceSpan<T> _softTargets;
    private readonly DeviceSpan<TReal> _classWeights;
    private readonly DeviceSpan<TReal> _rowWeights;
    private readonly DeviceSpan<TReal> _rowTemperatures;

    public DeviceCall(CudaStream stream, HostInputs<T, TReal> host)
    {
        _host = host;
        _arrays = new(stream);
        try
        {
            _logits = _arrays.Upload(host.Logits);
            _targets32 = _arrays.Upload(host.Targets32);
            _targets64 = _arrays.Upload(host.Targets64);
            _softTargets = _arrays.Upload(host.SoftTargets);
            _classWeights = _arrays.Upload(host.ClassWeights);
            _rowWeights = _arrays.Upload(host.RowWeights);
            _rowTemperatures = _arrays.Upload(host.RowTemperatures);
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
        CudaStream stream = _arrays.Stream;
        using DeviceArrays scratch = new(stream);
        bool hasTargets = _host.Targets32 is not null || _host.Targets64 is not null || _host.SoftTargets is not null;
        DeviceSpan<T> gradient = scratch.Allocate<T>(outputs.Gradient.Length);
        DeviceSpan<TReal> loss = scratch.Allocate<TReal>(hasTargets && options.Reduction != Reduction.None ? 1 : 0);
        DeviceSpan<TReal> normaliser = scratch.Allocate<TReal>(hasTargets ? 1 : 0);
        DeviceSpan<long> validRows = scratch.Allocate<long>(hasTargets ? 1 : 0);
        DeviceCrossEntropyOutputs<T, TReal> spans = new()
        {
            Losses = scratch.Allocate<TReal>(outputs.Losses.Length),
            Loss = loss,
            Gradient = DeviceArrays.Rows(gradient, rows, _host.Columns),
            LogSumExp = scratch.Allocate<TReal>(outputs.LogSumExp.Length),
            Entropy = scratch.Allocate<TReal>(outputs.Entropy.Length),
            LogProbability = scratch.Allocate<TReal>(outputs.LogProbability.Length),
            Argmax = scratch.Allocate<long>(outputs.Argmax.Length),
            Rank = scratch.Allocate<long>(outputs.Rank.Length),
            Status = scratch.Allocate<RowStatus>(outputs.Status.Length),
            ValidRows = validRows,
            NormaliserUsed = normaliser,
        };
        DeviceCrossEntropyInputs<T, TReal> inputs = new()
        {
            SoftTargets = DeviceArrays.Rows(_softTargets, rows, _host.Columns),
            ClassWeights = _classWeights,
            RowWeights = DeviceArrays.First(_rowWeights, rows),
            RowTemperatures = DeviceArrays.First(_rowTemperatures, rows),
        };
        DeviceTargetSpan targets = !_targets64.IsEmpty ? _targets64.Slice(0, rows) : !_targets32.IsEmpty ? _targets32.Slice(0, rows) : default(DeviceTargetSpan);
        DeviceSpan2D<T> logits = _logits.AsRows(rows, _host.Columns);
        inputs.Workspace = scratch.Allocate<byte>(TKernels.WorkspaceBytes(stream, logits, targets, spans, options, inputs));
        using DeviceTimer timer = new(stream);
        TKernels.Compute(stream, logits, targets, spans, options, inputs);
        double milliseconds = timer.Stop();

        stream.Copy(spans.Losses, outputs.Losses);
        stream.Copy(gradient, outputs.Gradient);
        stream.Copy(spans.LogSumExp, outputs.LogSumExp);
        stream.Copy(spans.Entropy, outputs.Entropy);
        stream.Copy(spans.LogProbability, outputs.LogProbability);
        stream.Copy(spans.Argmax, outputs.Argmax);
        stream.Copy(spans.Rank, outputs.Rank);
        stream.Copy(spans.Status, outputs.Status);
        CrossEntropyResult result = new(scratch.ReadReal(loss, double.NaN), scratch.ReadReal(normaliser, 0), scratch.Read(validRows, 0));
        return (result, milliseconds);
    }

    public void Dispose() => _arrays.Dispose();
}
