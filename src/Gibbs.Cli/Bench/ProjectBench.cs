using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cli.Project;

namespace Gibbs.Cli.Bench;

/// <summary>A row map, or its gradient from the result and an upstream gradient.</summary>
internal sealed record ProjectBench : BenchOperation
{
    private readonly RowMap _map;
    private readonly bool _gradient;
    private readonly bool _weights;
    private readonly bool _point;
    private readonly bool _thresholds;

    public ProjectBench(ProjectionKind kind, RowMap map, bool gradient, bool inPlace)
        : base($"project {kind.Name}{(gradient ? " gradient" : string.Empty)}", kind.Summary)
    {
        _map = map;
        _gradient = gradient;
        _weights = (kind.Required & MapInputs.Weights) != 0;
        _point = (kind.Required & MapInputs.Point) != 0;
        _thresholds = gradient && (kind.Parts & RowMapParts.SavedThresholds) != 0;
        // A gradient reads upstream and result; where it reads the input too, that is not counted.
        Reads = gradient || _point ? 2 : 1;
        InPlace = inPlace;
    }

    public override HostWork<T> OnHost<T, TReal, TKernels>(BenchSettings settings)
    {
        TReal[]? weights = _weights ? Weights<TReal>(settings.Columns) : null;
        TReal[]? thresholds = _thresholds ? new TReal[settings.Rows] : null;
        (RowMap map, bool point) = (_map, _point);

        ProjectionInputs<T, TReal> Inputs(Span2D<T> second)
        {
            ProjectionInputs<T, TReal> inputs = new() { Weights = weights };
            if (point)
                inputs.Point = second;
            return inputs;
        }

        void Forward(Span2D<T> input, Span2D<T> second, Span2D<T> output)
        {
            ProjectionOutputs<T, TReal> outputs = new() { Output = output, Thresholds = thresholds };
            TKernels.Apply(map, input, outputs, Inputs(second));
        }

        void Backward(Span2D<T> input, Span2D<T> second, Span2D<T> output)
        {
            ProjectionSaved<T, TReal> saved = new() { Output = second, Input = second, Thresholds = thresholds };
            TKernels.Gradient(map, input, saved, new() { Input = output }, Inputs(second));
        }

        return _gradient ? new(Backward, (input, second, _) => Forward(input, input, second)) : new(Forward);
    }

    public override DeviceWork<T> OnDevice<T, TReal, TKernels>(BenchSettings settings, DeviceArrays arrays, DeviceSpan2D<T> input)
    {
        CudaStream stream = arrays.Stream;
        DeviceSpan<TReal> weights = _weights ? arrays.Upload(Weights<TReal>(settings.Columns)) : default;
        DeviceSpan<TReal> thresholds = arrays.Allocate<TReal>(_thresholds ? settings.Rows : 0);
        (RowMap map, bool point) = (_map, _point);
        DeviceSpan<byte> workspace = default;

        DeviceProjectionInputs<T, TReal> Inputs(DeviceSpan2D<T> second) => new() { Weights = weights, Point = point ? second : default, Workspace = workspace };

        workspace = arrays.Allocate<byte>(TKernels.WorkspaceBytes(stream, map, input, Inputs(input)));

        void Forward(DeviceSpan2D<T> rows, DeviceSpan2D<T> second, DeviceSpan2D<T> output)
        {
            DeviceProjectionOutputs<T, TReal> outputs = new() { Output = output, Thresholds = thresholds };
            TKernels.Apply(stream, map, rows, outputs, Inputs(second));
        }

        void Backward(DeviceSpan2D<T> rows, DeviceSpan2D<T> second, DeviceSpan2D<T> output)
        {
            DeviceProjectionSaved<T, TReal> saved = new() { Output = second, Input = second, Thresholds = thresholds };
            TKernels.Gradient(stream, map, rows, saved, new() { Input = output }, Inputs(second));
        }

        return _gradient ? new(Backward, (rows, second, _) => Forward(rows, rows, second)) : new(Forward);
    }

    // Positive and different.
    private static TReal[] Weights<TReal>(int columns)
        where TReal : unmanaged
    {
        TReal[] weights = new TReal[columns];
        for (int i = 0; i < columns; i++)
            weights[i] = (TReal)Convert.ChangeType(1 + (i % 1009), typeof(TReal), System.Globalization.CultureInfo.InvariantCulture);
        return weights;
    }
}
