using System;

using Gibbs.Cli.Kernels;

namespace Gibbs.Cli.Losses;

/// <summary>The loss in device memory: uploads the inputs once, runs over any number of the first rows, and downloads.</summary>
internal sealed class FenchelYoungDeviceCall<T, TReal, TKernels> : IDisposable
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IKernels<T, TReal>
{
    private readonly FenchelYoungArrays<T, TReal> _host;
    private readonly DeviceArrays _arrays;
    private readonly DeviceSpan<T> _logits;
    private readonly DeviceSpan<int> _targets32;
    private readonly DeviceSpan<long> _targets64;
    private readonly DeviceSpan<TReal> _classWeights;
    private readonly DeviceSpan<TReal> _rowWeights;
    private readonly DeviceSpan<TReal> _alphas;

    public FenchelYoungDeviceCall(CudaStream stream, FenchelYoungArrays<T, TReal> host)
    {
        _host = host;
        _arrays = new(stream);
        try
        {
            _logits = _arrays.Upload(host.Logits);
            _targets32 = _arrays.Upload(host.Targets32);
            _targets64 = _arrays.Upload(host.Targets64);
            _classWeights = _arrays.Upload(host.ClassWeights);
            _rowWeights = _arrays.Upload(host.RowWeights);
            _alphas = _arrays.Upload(host.Alphas);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Runs over the first rows, as many as the results have; the time is the device's own, between two events.</summary>
    public (CrossEntropyResult Result, double Milliseconds) Compute(FenchelYoungResults<T, TReal> results, in FenchelYoungOptions options)
    {
        CudaStream stream = _arrays.Stream;
        using DeviceArrays scratch = new(stream);
        int rows = results.Rows;
        DeviceSpan<T> gradient = scratch.Allocate<T>(results.Gradient.Length);
        DeviceSpan<T> probabilities = scratch.Allocate<T>(results.Probabilities.Length);
        DeviceFenchelYoungOutputs<T, TReal> outputs = new()
        {
            Losses = scratch.Allocate<TReal>(results.Losses.Length),
            Loss = scratch.Allocate<TReal>(options.Reduction != Reduction.None ? 1 : 0),
            Gradient = DeviceArrays.Rows(gradient, rows, _host.Columns),
            Probabilities = DeviceArrays.Rows(probabilities, rows, _host.Columns),
            SupportSize = scratch.Allocate<long>(results.SupportSize.Length),
            Status = scratch.Allocate<RowStatus>(rows),
            ValidRows = scratch.Allocate<long>(1),
            NormaliserUsed = scratch.Allocate<TReal>(1),
        };
        DeviceFenchelYoungInputs<TReal> inputs = new()
        {
            ClassWeights = _classWeights,
            RowWeights = DeviceArrays.First(_rowWeights, rows),
            Alphas = DeviceArrays.First(_alphas, rows),
        };
        DeviceTargetSpan targets = _targets64.IsEmpty ? _targets32.Slice(0, rows) : _targets64.Slice(0, rows);
        DeviceSpan2D<T> logits = _logits.AsRows(rows, _host.Columns);
        inputs.Workspace = scratch.Allocate<byte>(TKernels.WorkspaceBytes(stream, logits, targets, outputs, options, inputs));
        using DeviceTimer timer = new(stream);
        TKernels.Compute(stream, logits, targets, outputs, options, inputs);
        double milliseconds = timer.Stop();

        stream.Copy(outputs.Losses, results.Losses);
        stream.Copy(gradient, results.Gradient);
        stream.Copy(probabilities, results.Probabilities);
        stream.Copy(outputs.SupportSize, results.SupportSize);
        stream.Copy(outputs.Status, results.Status);
        CrossEntropyResult result = new(scratch.ReadReal(outputs.Loss, double.NaN), scratch.ReadReal(outputs.NormaliserUsed, 0), scratch.Read(outputs.ValidRows, 0));
        return (result, milliseconds);
    }

    public void Dispose() => _arrays.Dispose();
}
