using System;

using Gibbs.Cli.Kernels;

namespace Gibbs.Cli.Project;

/// <summary>The map in device memory: uploads the inputs once, runs over any number of the first rows, and downloads. Times are the device's own, between two events.</summary>
internal sealed class DeviceProjection<T, TReal, TKernels> : IProjection<T, TReal>, IDisposable
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IKernels<T, TReal>
{
    private readonly ProjectionArrays<T, TReal> _host;
    private readonly DeviceArrays _arrays;
    private readonly DeviceSpan<T> _input;
    private readonly DeviceSpan<T> _upstream;
    private readonly DeviceSpan<T> _point;
    private readonly DeviceSpan<TReal> _rowParameters;
    private readonly DeviceSpan<TReal> _columnParameters;
    private readonly DeviceSpan<TReal> _weights;
    private readonly DeviceSpan<TReal> _lower;
    private readonly DeviceSpan<TReal> _upper;
    private readonly DeviceSpan<int> _groupOffsets;
    private readonly DeviceSpan<TReal> _groupWeights;
    private readonly DeviceSpan<TReal> _groupScales;

    public DeviceProjection(CudaStream stream, ProjectionArrays<T, TReal> host)
    {
        _host = host;
        _arrays = new(stream);
        try
        {
            _input = _arrays.Upload(host.Input);
            _upstream = _arrays.Upload(host.Upstream);
            _point = _arrays.Upload(host.Point);
            _rowParameters = _arrays.Upload(host.RowParameters);
            _columnParameters = _arrays.Upload(host.ColumnParameters);
            _weights = _arrays.Upload(host.Weights);
            _lower = _arrays.Upload(host.Lower);
            _upper = _arrays.Upload(host.Upper);
            _groupOffsets = _arrays.Upload(host.GroupOffsets);
            _groupWeights = _arrays.Upload(host.GroupWeights);
            _groupScales = _arrays.Upload(host.GroupScales);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public double Apply(ProjectionResults<T, TReal> results)
    {
        CudaStream stream = _arrays.Stream;
        using DeviceArrays scratch = new(stream);
        int rows = results.Rows;
        DeviceSpan<T> output = scratch.Allocate<T>(results.Output.Length);
        DeviceSpan<byte> mask = scratch.Allocate<byte>(results.Mask.Length);
        DeviceSpan<T> compressed = scratch.Allocate<T>(results.Compressed.Length);
        DeviceSpan<byte> metadata = scratch.Allocate<byte>(results.Metadata.Length);
        DeviceProjectionOutputs<T, TReal> outputs = new()
        {
            Output = output.AsRows(rows, _host.Columns),
            Thresholds = scratch.Allocate<TReal>(results.Thresholds.Length),
            SupportSize = scratch.Allocate<long>(rows),
            Values = scratch.Allocate<TReal>(results.Values.Length),
            Mask = DeviceArrays.Rows(mask, rows, _host.Columns),
            Compressed = DeviceArrays.Rows(compressed, rows, results.KeptColumns),
            Metadata = DeviceArrays.Rows(metadata, rows, results.KeptColumns),
            Status = scratch.Allocate<RowStatus>(rows),
        };
        DeviceSpan2D<T> input = _input.AsRows(rows, _host.Columns);
        DeviceProjectionInputs<T, TReal> inputs = Inputs(rows, scratch);
        using DeviceTimer timer = new(stream);
        TKernels.Apply(stream, _host.Map, input, outputs, inputs);
        double milliseconds = timer.Stop();

        stream.Copy(output, results.Output);
        stream.Copy(outputs.Thresholds, results.Thresholds);
        stream.Copy(outputs.SupportSize, results.SupportSize);
        stream.Copy(outputs.Values, results.Values);
        stream.Copy(mask, results.Mask);
        stream.Copy(compressed, results.Compressed);
        stream.Copy(metadata, results.Metadata);
        stream.Copy(outputs.Status, results.Status);
        return milliseconds;
    }

    public double Gradient(ProjectionResults<T, TReal> results)
    {
        CudaStream stream = _arrays.Stream;
        using DeviceArrays scratch = new(stream);
        int rows = results.Rows;
        DeviceSpan<T> gradient = scratch.Allocate<T>(results.Gradient.Length);
        DeviceProjectionSaved<T, TReal> saved = new()
        {
            Output = scratch.Upload(results.Output).AsRows(rows, _host.Columns),
            Input = _input.AsRows(rows, _host.Columns),
            Thresholds = scratch.Upload(results.Thresholds),
        };
        DeviceProjectionGradients<T, TReal> gradients = new()
        {
            Input = DeviceArrays.Rows(gradient, rows, _host.Columns),
            Parameter = scratch.Allocate<TReal>(results.ParameterGradient.Length),
            Second = scratch.Allocate<TReal>(results.SecondGradient.Length),
            ColumnParameters = scratch.Allocate<TReal>(results.ColumnParameterGradient.Length),
        };
        DeviceSpan2D<T> upstream = _upstream.AsRows(rows, _host.Columns);
        DeviceProjectionInputs<T, TReal> inputs = Inputs(rows, scratch);
        using DeviceTimer timer = new(stream);
        TKernels.Gradient(stream, _host.Map, upstream, saved, gradients, inputs);
        double milliseconds = timer.Stop();

        stream.Copy(gradient, results.Gradient);
        stream.Copy(gradients.Parameter, results.ParameterGradient);
        stream.Copy(gradients.Second, results.SecondGradient);
        stream.Copy(gradients.ColumnParameters, results.ColumnParameterGradient);
        return milliseconds;
    }

    public void ApplySparse(ProjectionResults<T, TReal> results)
    {
        CudaStream stream = _arrays.Stream;
        using DeviceArrays scratch = new(stream);
        int rows = results.Rows;
        DeviceSpan2D<T> input = _input.AsRows(rows, _host.Columns);
        DeviceProjectionInputs<T, TReal> inputs = Inputs(rows, scratch);
        DeviceSparseRows<T> sparse = new() { RowOffsets = scratch.Allocate<long>(rows + 1) };
        // Without room it counts.
        TKernels.ApplySparse(stream, _host.Map, input, sparse, inputs);
        stream.Copy(sparse.RowOffsets, results.CsrOffsets);
        long entries = results.CsrOffsets[rows];
        results.CsrIndices = new int[entries];
        results.CsrValues = new T[entries];
        if (entries == 0)
            return;
        sparse.Indices = scratch.Allocate<int>(entries);
        sparse.Values = scratch.Allocate<T>(entries);
        TKernels.ApplySparse(stream, _host.Map, input, sparse, inputs);
        stream.Copy(sparse.Indices, results.CsrIndices);
        stream.Copy(sparse.Values, results.CsrValues);
    }

    public void Dispose() => _arrays.Dispose();

    private DeviceProjectionInputs<T, TReal> Inputs(int rows, DeviceArrays scratch)
    {
        DeviceProjectionInputs<T, TReal> inputs = new()
        {
            RowParameters = DeviceArrays.First(_rowParameters, rows),
            ColumnParameters = _columnParameters,
            Weights = _weights,
            Lower = _lower,
            Upper = _upper,
            GroupOffsets = _groupOffsets,
            GroupWeights = _groupWeights,
            GroupScales = _groupScales,
            Point = DeviceArrays.Rows(_point, rows, _host.Columns),
        };
        inputs.Workspace = scratch.Allocate<byte>(TKernels.WorkspaceBytes(_arrays.Stream, _host.Map, _input.AsRows(rows, _host.Columns), inputs));
        return inputs;
    }
}
