using System;
using System.Collections.Generic;

using Gibbs.Tests.Harness;

namespace Gibbs.Tests.Projections.Harness;

/// <summary>Lays a case out in a device's memory, runs it, reads back what it wrote and looks at everything around it.</summary>
internal sealed class ProjectionRunner : IDisposable
{
    private readonly ProjectionDevice _device;
    private readonly ProjectionCase _case;
    private readonly List<(GuardedImage Image, Placement Place, MapOutput Output)> _arrays = [];
    private readonly int _size;
    private readonly ElementType _real;

    private ProjectionRunner(ProjectionDevice device, ProjectionCase c)
    {
        (_device, _case) = (device, c);
        (_size, _real) = (c.Type.Size(), c.Type.Real());
    }

    public static ProjectionRun Forward(ProjectionDevice device, ProjectionCase c)
    {
        using ProjectionRunner runner = new(device, c);
        RawProjection call = runner.Forward();
        device.Forward(call);
        return runner.Collect();
    }

    /// <summary>The gradient from what a forward call left: y and thresholds, as they are stored.</summary>
    public static ProjectionRun Gradient(ProjectionDevice device, ProjectionCase c, double[] y, double[]? thresholds)
    {
        using ProjectionRunner runner = new(device, c);
        RawProjection call = runner.Gradient(y, thresholds);
        device.Gradient(call);
        return runner.Collect();
    }

    /// <summary>The sparse form, with room for so many entries.</summary>
    public static ProjectionRun Sparse(ProjectionDevice device, ProjectionCase c, int capacity)
    {
        using ProjectionRunner runner = new(device, c);
        RawProjection call = runner.Inputs(MapOutput.None);
        call.RowOffsets = runner.AddOutput(MapOutput.RowOffsets, sizeof(long), c.Rows + 1);
        call.Capacity = capacity;
        call.Indices = capacity == 0 ? 0 : runner.AddOutput(MapOutput.Indices, sizeof(int), capacity);
        call.SparseValues = capacity == 0 ? 0 : runner.AddOutput(MapOutput.SparseValues, runner._size, capacity);
        call.Status = runner.AddOutput(MapOutput.Status, 1, c.Rows);
        long entries = device.Sparse(call);
        ProjectionRun run = runner.Collect();
        run.Entries = entries;
        return run;
    }

    public void Dispose()
    {
        foreach ((_, Placement place, _) in _arrays)
            place.Dispose();
    }

    private RawProjection Forward()
    {
        ProjectionCase c = _case;
        MapOutput wanted = c.ForwardOutputs;
        bool inPlace = c.InPlace && wanted.HasFlag(MapOutput.Output);
        RawProjection call = Inputs(inPlace ? MapOutput.Output : MapOutput.None);
        call.OutputStride = inPlace ? call.InputStride : c.Columns + c.OutputPadding;
        call.Output = !wanted.HasFlag(MapOutput.Output) ? 0 : inPlace ? call.Input : AddResult(MapOutput.Output);
        nint Add(MapOutput output, int size, int count) => wanted.HasFlag(output) ? AddOutput(output, size, count) : 0;
        call.Thresholds = Add(MapOutput.Thresholds, _real.Size(), c.Rows);
        call.SupportSize = Add(MapOutput.SupportSize, sizeof(long), c.Rows);
        call.Values = Add(MapOutput.Values, _real.Size(), c.Rows);
        call.Mask = Add(MapOutput.Mask, 1, c.Rows * c.Columns);
        if (wanted.HasFlag(MapOutput.Compressed) || wanted.HasFlag(MapOutput.Metadata))
        {
            call.CompressedColumns = c.CompressedColumns;
            call.Compressed = Add(MapOutput.Compressed, _size, c.Rows * c.CompressedColumns);
            call.Metadata = Add(MapOutput.Metadata, 1, c.Rows * c.CompressedColumns);
        }
        call.Status = Add(MapOutput.Status, 1, c.Rows);
        return call;
    }

    private RawProjection Gradient(double[] y, double[]? thresholds)
    {
        ProjectionCase c = _case;
        MapOutput wanted = c.GradientOutputs;
        bool inPlace = c.InPlace && wanted.HasFlag(MapOutput.Gradient);
        RawProjection call = Inputs(MapOutput.None, withInput: ProjectionCase.NeedsSavedInput(c.Map.Kind));
        call.OutputStride = c.Columns + c.OutputPadding;
        call.Output = c.Map.Kind == RowMapKind.Tangent ? 0 : AddRows("result", y, c.OutputPadding, c.OutputOffset, MapOutput.None);
        call.Thresholds = ProjectionCase.NeedsSavedThresholds(c.Map.Kind) ? AddReals("thresholds", thresholds) : 0;
        call.UpstreamStride = c.Columns + c.InputPadding;
        call.Upstream = AddRows("upstream", c.Upstream!, c.InputPadding, c.InputOffset, inPlace ? MapOutput.Gradient : MapOutput.None);
        call.GradientStride = inPlace ? call.UpstreamStride : c.Columns + c.OutputPadding;
        call.Gradient = !wanted.HasFlag(MapOutput.Gradient) ? 0 : inPlace ? call.Upstream : AddResult(MapOutput.Gradient);
        call.ParameterGradient = wanted.HasFlag(MapOutput.Parameter) ? AddOutput(MapOutput.Parameter, _real.Size(), c.Rows) : 0;
        call.SecondGradient = wanted.HasFlag(MapOutput.Second) ? AddOutput(MapOutput.Second, _real.Size(), c.Rows) : 0;
        call.ColumnGradient = wanted.HasFlag(MapOutput.ColumnParameters) ? AddOutput(MapOutput.ColumnParameters, _real.Size(), c.Columns) : 0;
        return call;
    }

    private RawProjection Inputs(MapOutput output, bool withInput = true)
    {
        ProjectionCase c = _case;
        return new()
        {
            Type = c.Type,
            Map = c.Map,
            Rows = c.Rows,
            Columns = c.Columns,
            Regime = c.Regime,
            OwnWorkspace = c.OwnWorkspace,
            InputStride = c.Columns + c.InputPadding,
            Input = withInput ? AddRows("input", c.Input, c.InputPadding, c.InputOffset, output) : 0,
            RowParameters = AddReals("row parameters", c.RowParameters),
            ColumnParameters = AddReals("column parameters", c.ColumnParameters),
            Weights = AddReals("weights", c.Weights),
            Lower = AddReals("lower", c.Lower),
            Upper = AddReals("upper", c.Upper),
            GroupOffsets = AddOffsets(),
            Groups = c.GroupOffsets is null ? c.Map.GroupSize == 0 ? c.Columns : (c.Columns + c.Map.GroupSize - 1) / c.Map.GroupSize : c.GroupOffsets.Length - 1,
            GroupWeights = AddReals("group weights", c.GroupWeights),
            GroupScales = AddReals("group scales", c.GroupScales),
            Point = c.Point is null ? 0 : AddRows("point", c.Point, 0, 0, MapOutput.None),
        };
    }

    private ProjectionRun Collect()
    {
        ProjectionRun run = new(_case.Type);
        foreach ((GuardedImage image, Placement place, MapOutput output) in _arrays)
        {
            GuardedImage after = image.After(place.Fetch());
            if (after.Violation(output != MapOutput.None) is { } violation)
                run.Violations.Add(violation);
            if (output != MapOutput.None)
                run.Bytes[output] = after.Packed();
        }
        return run;
    }

    private nint AddRows(string name, double[] values, int padding, int offset, MapOutput output)
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

    private nint AddReals(string name, double[]? values)
    {
        if (values is null)
            return 0;
        GuardedImage image = new(name, values.Length, _real.Size(), _real.Size(), 0, _case.Tight, GuardedImage.Poison);
        for (int i = 0; i < values.Length; i++)
            _real.Write(image.Row(i), values[i]);
        return Add(image, MapOutput.None);
    }

    private nint AddOffsets()
    {
        if (_case.GroupOffsets is not { } offsets)
            return 0;
        GuardedImage image = new("group offsets", offsets.Length, sizeof(int), sizeof(int), 0, _case.Tight, GuardedImage.Poison);
        for (int i = 0; i < offsets.Length; i++)
            BitConverter.TryWriteBytes(image.Row(i), offsets[i]);
        return Add(image, MapOutput.None);
    }

    private nint AddResult(MapOutput output)
    {
        ProjectionCase c = _case;
        return Add(new(output.ToString(), c.Rows, c.Columns * _size, (c.Columns + c.OutputPadding) * _size, c.OutputOffset * _size, c.Tight, GuardedImage.Canary), output);
    }

    private nint AddOutput(MapOutput output, int size, int count) => Add(new(output.ToString(), count, size, size, 0, _case.Tight, GuardedImage.Canary), output);

    private nint Add(GuardedImage image, MapOutput output)
    {
        Placement place = _device.Memory.Place(image.Bytes);
        _arrays.Add((image, place, output));
        return place.Address + image.Start;
    }
}
