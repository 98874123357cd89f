using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceSampleEntropy
{
    public static void Compute<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> points, in DeviceSampleEntropyOutputs<T, TReal> outputs, in SampleEntropyOptions options, in DeviceSampleEntropyInputs<T> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(stream, points, outputs, options, inputs, out gibbs_sample_entropy arguments);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_sample_entropy_run(use.Device, use.Stream, &arguments));
    }

    public static long WorkspaceBytes<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> points, in DeviceSampleEntropyOutputs<T, TReal> outputs, in SampleEntropyOptions options, in DeviceSampleEntropyInputs<T> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(stream, points, outputs, options, inputs, out gibbs_sample_entropy arguments);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_sample_entropy_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static void Fill<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> points,
        in DeviceSampleEntropyOutputs<T, TReal> outputs,
        in SampleEntropyOptions options,
        in DeviceSampleEntropyInputs<T> inputs,
        out gibbs_sample_entropy arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        SampleEntropyValidation.CheckOptions<TReal>(options);
        SampleEntropyValidation.CheckShapes(
            new()
            {
                Points = Shape(points),
                Others = Shape(inputs.Others),
                Conditions = Shape(inputs.Conditions),
                Gradient = Shape(outputs.Gradient),
                OthersGradient = Shape(outputs.OthersGradient),
                ConditionsGradient = Shape(outputs.ConditionsGradient),
                RowValues = outputs.RowValues.Length,
                Nearest = outputs.Nearest.Length,
            },
            options);
        int device = stream.Device.Ordinal;

        arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_sample_entropy);
        arguments.type = NativeTypes.Of<T>();
        arguments.kind = (int)options.Kind;
        arguments.flags = Flags(options);
        arguments.rows = points.Rows;
        arguments.columns = points.Columns;
        arguments.other_rows = inputs.Others.Rows;
        arguments.other_columns = inputs.Others.Columns;
        arguments.condition_columns = inputs.Conditions.Columns;
        arguments.points = DeviceViews.Pointer(points, nameof(points), device);
        arguments.points_stride = points.Stride;
        arguments.others = DeviceViews.Pointer(inputs.Others, "inputs.Others", device);
        arguments.others_stride = inputs.Others.Stride;
        arguments.conditions = DeviceViews.Pointer(inputs.Conditions, "inputs.Conditions", device);
        arguments.conditions_stride = inputs.Conditions.Stride;
        arguments.bandwidth = options.Bandwidth;
        arguments.other_bandwidth = options.ResolvedOthersBandwidth;
        arguments.condition_bandwidth = options.ResolvedConditionsBandwidth;
        arguments.weight = options.Weight;
        arguments.value = DeviceViews.Scalar(outputs.Value, "outputs.Value", device);
        arguments.row_values = DeviceViews.Pointer(outputs.RowValues, "outputs.RowValues", device);
        arguments.nearest = DeviceViews.Pointer(outputs.Nearest, "outputs.Nearest", device);
        arguments.gradient = Gradient(outputs.Gradient, "outputs.Gradient", device, points, inputs);
        arguments.gradient_stride = outputs.Gradient.Stride;
        arguments.others_gradient = Gradient(outputs.OthersGradient, "outputs.OthersGradient", device, points, inputs);
        arguments.others_gradient_stride = outputs.OthersGradient.Stride;
        arguments.conditions_gradient = Gradient(outputs.ConditionsGradient, "outputs.ConditionsGradient", device, points, inputs);
        arguments.conditions_gradient_stride = outputs.ConditionsGradient.Stride;
        arguments.workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device);
        arguments.workspace_bytes = inputs.Workspace.Length;
    }

    private static MatrixShape Shape<T>(DeviceSpan2D<T> view)
        where T : unmanaged => new(view.Rows, view.Columns);

    private static nint Gradient<T>(DeviceSpan2D<T> gradient, string name, int device, DeviceSpan2D<T> points, in DeviceSampleEntropyInputs<T> inputs)
        where T : unmanaged
    {
        CheckApart(gradient, name, points);
        CheckApart(gradient, name, inputs.Others);
        CheckApart(gradient, name, inputs.Conditions);
        return DeviceViews.Pointer(gradient, name, device);
    }

    // Whole extents: points of another stride are read until the end too.
    private static void CheckApart<T>(DeviceSpan2D<T> gradient, string name, DeviceSpan2D<T> points)
        where T : unmanaged
    {
        if (!gradient.IsEmpty && !points.IsEmpty && gradient.Pointer < End(points) && points.Pointer < End(gradient))
            ArgumentChecks.Fail(name, $"{name} overlaps points that are read until the end; it must be memory apart.");
    }

    private static Int128 End<T>(DeviceSpan2D<T> view)
        where T : unmanaged => view.Pointer + (((((Int128)view.Rows - 1) * view.Stride) + view.Columns) * sizeof(T));

    private static gibbs_sample_flags Flags(in SampleEntropyOptions options) =>
        (options.Base2 ? gibbs_sample_flags.GIBBS_SAMPLE_BASE_2 : 0)
        | (options.Normalised ? gibbs_sample_flags.GIBBS_SAMPLE_NORMALISED : 0)
        | (options.SquaredKernelSums ? gibbs_sample_flags.GIBBS_SAMPLE_SQUARED_SUMS : 0)
        | (options.PlainRows ? gibbs_sample_flags.GIBBS_SAMPLE_PLAIN_ROWS : 0)
        | (options.OwnBuffers ? gibbs_sample_flags.GIBBS_SAMPLE_OWN_BUFFERS : 0);
}
