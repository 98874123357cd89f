using System;
using System.IO;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Npy;

namespace Gibbs.Cli.Project;

/// <summary>One run of <c>gibbs project</c>: loads the other files, checks them against the rows, maps, writes all outputs or none, reports.</summary>
/// <typeparam name="T">The rows' type, after conversion.</typeparam>
/// <typeparam name="TReal">The arithmetic type.</typeparam>
/// <typeparam name="TKernels">The library's overloads for them.</typeparam>
internal sealed class ProjectRun<T, TReal, TKernels>(ProjectArguments arguments, ExecutionDevice device, ElementType type, NpyArray input)
    where T : unmanaged
    where TReal : unmanaged
    where TKernels : IKernels<T, TReal>
{
    // A vector is a matrix of one row.
    private readonly int _rows = input.Shape.Length == 1 ? 1 : input.Shape[0];
    private readonly int _columns = input.Shape[^1];

    public void Execute()
    {
        ProjectionArrays<T, TReal> arrays = Load();
        MapOutputs wanted = arguments.Wanted;
        if ((arguments.Kind.Parts & RowMapParts.SavedThresholds) != 0 && (wanted & MapOutputs.Gradients) != 0)
            wanted |= MapOutputs.Thresholds;
        ProjectionResults<T, TReal> results = new(arguments.Map, wanted, _rows, _columns);
        using OutputFiles files = new();
        foreach ((MapOutputs output, string path) in arguments.Outputs)
            files.Add(path, stream => Write(output, results, stream));

        double milliseconds = 0;
        double? gradientMilliseconds = null;
        if (_rows > 0)
            (milliseconds, gradientMilliseconds) = Compute(arrays, results, wanted);
        ProjectReport report = new(arguments, device, type, input.Shape, results.SupportSize, results.Status, milliseconds, gradientMilliseconds);
        report.FailOnWrongParameter();
        files.Commit();
        report.Write();
    }

    private ProjectionArrays<T, TReal> Load()
    {
        TReal[]? Real(MapInputs which, string what, params ReadOnlySpan<int> shape) => InputFiles.Real<TReal>(arguments.File(which), what, integersToo: true, shape);
        int[]? offsets = Offsets(arguments.File(MapInputs.GroupOffsets));
        int size = arguments.Map.GroupSize;
        int groups = offsets is not null ? offsets.Length - 1 : size > 0 ? (int)(((long)_columns + size - 1) / size) : _columns;
        return new(arguments.Map, _rows, _columns, input.ToReal<T>("rows", integersToo: false))
        {
            Upstream = InputFiles.Real<T>(arguments.Upstream, "upstream gradients", integersToo: false, input.Shape),
            RowParameters = Real(MapInputs.RowParameters, "row parameters", _rows),
            ColumnParameters = Real(MapInputs.ColumnParameters, "column parameters", _columns),
            Weights = Real(MapInputs.Weights, "weights", _columns),
            Lower = Real(MapInputs.Lower, "lower bounds", _columns),
            Upper = Real(MapInputs.Upper, "upper bounds", _columns),
            GroupOffsets = offsets,
            GroupWeights = Real(MapInputs.GroupWeights, "group weights", groups),
            GroupScales = Real(MapInputs.GroupScales, "group scales", groups),
            Point = InputFiles.Real<T>(arguments.File(MapInputs.Point), "points", integersToo: false, input.Shape),
        };
    }

    private int[]? Offsets(string? path)
    {
        if (path is null)
            return null;
        NpyArray array = NpyReader.Read(path);
        if (array.Shape.Length != 1 || array.Shape[0] < 2)
            throw new Failure($"{path}: group offsets need shape (groups + 1,), the file has {NpyArray.ShapeText(array.Shape)}");
        int[] offsets = array.Data switch
        {
            int[] narrow => narrow,
            long[] wide => Array.ConvertAll(wide, static value => (int)Math.Clamp(value, int.MinValue, int.MaxValue)),
            _ => throw new Failure($"{path}: group offsets need int32 or int64 values, the file has {array.Type.Name()}"),
        };
        for (int group = 0; group + 1 < offsets.Length; group++)
        {
            if (offsets[group + 1] < offsets[group])
                throw new Failure($"{path}: group offsets must not decrease, and {offsets[group + 1]} follows {offsets[group]}");
        }

        return offsets[0] == 0 && offsets[^1] == _columns ? offsets
            : throw new Failure($"{path}: group offsets must go from 0 to {_columns}, and these go from {offsets[0]} to {offsets[^1]}");
    }

    // A first run over one row compiles the code or loads the kernels, so that the times are the operation's alone.
    private (double Forward, double? Gradient) Compute(ProjectionArrays<T, TReal> arrays, ProjectionResults<T, TReal> results, MapOutputs wanted)
    {
        if (device.Stream is { } stream)
        {
            using DeviceProjection<T, TReal, TKernels> projection = new(stream, arrays);
            return Compute(projection, results, wanted);
        }

        return Compute(new HostProjection<T, TReal, TKernels>(arrays), results, wanted);
    }

    private (double Forward, double? Gradient) Compute(IProjection<T, TReal> projection, ProjectionResults<T, TReal> results, MapOutputs wanted)
    {
        ProjectionResults<T, TReal> scratch = new(arguments.Map, wanted, 1, _columns);
        projection.Apply(scratch);
        double forward = projection.Apply(results);
        double? gradient = null;
        if (results.HasGradients)
        {
            projection.Gradient(scratch);
            gradient = projection.Gradient(results);
        }

        if (results.CsrOffsets.Length > 0)
            projection.ApplySparse(results);
        return (forward, gradient);
    }

    private void Write(MapOutputs output, ProjectionResults<T, TReal> results, Stream stream)
    {
        switch (output)
        {
            case MapOutputs.Output:
                NpyWriter.Write<T>(stream, results.Output, input.Shape);
                break;
            case MapOutputs.Gradient:
                NpyWriter.Write<T>(stream, results.Gradient, input.Shape);
                break;
            case MapOutputs.Mask:
                NpyWriter.Write<byte>(stream, results.Mask, input.Shape);
                break;
            case MapOutputs.Compressed:
                NpyWriter.Write<T>(stream, results.Compressed, [.. input.Shape[..^1], results.KeptColumns]);
                break;
            case MapOutputs.Metadata:
                NpyWriter.Write<byte>(stream, results.Metadata, [.. input.Shape[..^1], results.KeptColumns]);
                break;
            case MapOutputs.SupportSize:
                NpyWriter.Write<long>(stream, results.SupportSize, _rows);
                break;
            case MapOutputs.Status:
                NpyWriter.Write<RowStatus>(stream, results.Status, _rows);
                break;
            case MapOutputs.CsrOffsets:
                NpyWriter.Write<long>(stream, results.CsrOffsets, results.CsrOffsets.Length);
                break;
            case MapOutputs.CsrIndices:
                NpyWriter.Write<int>(stream, results.CsrIndices, results.CsrIndices.Length);
                break;
            case MapOutputs.CsrValues:
                NpyWriter.Write<T>(stream, results.CsrValues, results.CsrValues.Length);
                break;
            default:
                TReal[] reals = output switch
                {
                    MapOutputs.Thresholds => results.Thresholds,
                    MapOutputs.Values => results.Values,
                    MapOutputs.ParameterGradient => results.ParameterGradient,
                    MapOutputs.SecondGradient => results.SecondGradient,
                    _ => results.ColumnParameterGradient,
                };
                NpyWriter.Write<TReal>(stream, reals, reals.Length);
                break;
        }
    }
}
