using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceProjection
{
    public static void Apply<T, TReal>(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<T> input,
        in DeviceProjectionOutputs<T, TReal> outputs,
        in DeviceProjectionInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        ProjectionShapes shapes = Shapes(input, inputs);
        shapes.OutputRows = outputs.Output.Rows;
        shapes.OutputColumns = outputs.Output.Columns;
        shapes.Thresholds = outputs.Thresholds.Length;
        shapes.SupportSize = outputs.SupportSize.Length;
        shapes.Values = outputs.Values.Length;
        shapes.MaskRows = outputs.Mask.Rows;
        shapes.MaskColumns = outputs.Mask.Columns;
        shapes.CompressedRows = outputs.Compressed.Rows;
        shapes.CompressedColumns = outputs.Compressed.Columns;
        shapes.MetadataRows = outputs.Metadata.Rows;
        shapes.MetadataColumns = outputs.Metadata.Columns;
        shapes.Status = outputs.Status.Length;
        ProjectionValidation.CheckForward<TReal>(map, shapes);

        int device = stream.Device.Ordinal;
        Fill(map, input, inputs, device, out gibbs_row_map arguments);
        FillInput(input, device, ref arguments);
        arguments.output = DeviceViews.Pointer(outputs.Output, "outputs.Output", device);
        arguments.output_stride = outputs.Output.Stride;
        DeviceViews.CheckInPlaceOrApart(input, nameof(input), outputs.Output, "outputs.Output");
        DeviceViews.CheckApart(inputs.Point, "inputs.Point", outputs.Output, "outputs.Output");
        arguments.thresholds = DeviceViews.Pointer(outputs.Thresholds, "outputs.Thresholds", device);
        arguments.support_size = DeviceViews.Pointer(outputs.SupportSize, "outputs.SupportSize", device);
        arguments.values = DeviceViews.Pointer(outputs.Values, "outputs.Values", device);
        arguments.mask = DeviceViews.Pointer(outputs.Mask, "outputs.Mask", device);
        arguments.mask_stride = outputs.Mask.Stride;
        arguments.compressed = DeviceViews.Pointer(outputs.Compressed, "outputs.Compressed", device);
        arguments.compressed_stride = outputs.Compressed.Stride;
        DeviceViews.CheckApart(input, nameof(input), outputs.Compressed, "outputs.Compressed");
        arguments.metadata = DeviceViews.Pointer(outputs.Metadata, "outputs.Metadata", device);
        arguments.metadata_stride = outputs.Metadata.Stride;
        arguments.status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_row_map_run(use.Device, use.Stream, &arguments));
    }

    public static void ApplySparse<T, TReal>(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<T> input,
        in DeviceSparseRows<T> sparse,
        in DeviceProjectionInputs<T, TReal> inputs,
        DeviceSpan<RowStatus> status)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        ProjectionShapes shapes = Shapes(input, inputs);
        shapes.RowOffsets = sparse.RowOffsets.Length;
        shapes.Indices = sparse.Indices.Length;
        shapes.SparseValues = sparse.Values.Length;
        shapes.Status = status.Length;
        ProjectionValidation.CheckSparse<TReal>(map, shapes);

        int device = stream.Device.Ordinal;
        Fill(map, input, inputs, device, out gibbs_row_map arguments);
        FillInput(input, device, ref arguments);
        arguments.row_offsets = DeviceViews.Pointer(sparse.RowOffsets, "sparse.RowOffsets", device);
        arguments.indices = DeviceViews.Pointer(sparse.Indices, "sparse.Indices", device);
        arguments.sparse_values = DeviceViews.Pointer(sparse.Values, "sparse.Values", device);
        arguments.capacity = sparse.Values.Length;
        arguments.status = DeviceViews.Pointer(status, nameof(status), device);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_row_map_sparse(use.Device, use.Stream, &arguments));
    }

    public static void Gradient<T, TReal>(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<T> upstream,
        in DeviceProjectionSaved<T, TReal> saved,
        in DeviceProjectionGradients<T, TReal> gradients,
        in DeviceProjectionInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        ProjectionShapes shapes = Shapes(upstream, inputs);
        shapes.ResultRows = saved.Output.Rows;
        shapes.ResultColumns = saved.Output.Columns;
        shapes.InputRows = saved.Input.Rows;
        shapes.InputColumns = saved.Input.Columns;
        shapes.Thresholds = saved.Thresholds.Length;
        shapes.GradientRows = gradients.Input.Rows;
        shapes.GradientColumns = gradients.Input.Columns;
        shapes.ParameterGradient = gradients.Parameter.Length;
        shapes.SecondGradient = gradients.Second.Length;
        shapes.ColumnParameterGradient = gradients.ColumnParameters.Length;
        ProjectionValidation.CheckGradient<TReal>(map, shapes);

        int device = stream.Device.Ordinal;
        Fill(map, upstream, inputs, device, out gibbs_row_map arguments);
        arguments.upstream = DeviceViews.Pointer(upstream, nameof(upstream), device);
        arguments.upstream_stride = upstream.Stride;
        arguments.result = DeviceViews.Pointer(saved.Output, "saved.Output", device);
        arguments.result_stride = saved.Output.Stride;
        arguments.input = DeviceViews.Pointer(saved.Input, "saved.Input", device);
        arguments.input_stride = saved.Input.Stride;
        arguments.saved_thresholds = DeviceViews.Pointer(saved.Thresholds, "saved.Thresholds", device);
        arguments.gradient = DeviceViews.Pointer(gradients.Input, "gradients.Input", device);
        arguments.gradient_stride = gradients.Input.Stride;
        DeviceViews.CheckInPlaceOrApart(upstream, nameof(upstream), gradients.Input, "gradients.Input");
        DeviceViews.CheckApart(saved.Output, "saved.Output", gradients.Input, "gradients.Input");
        DeviceViews.CheckApart(saved.Input, "saved.Input", gradients.Input, "gradients.Input");
        DeviceViews.CheckApart(inputs.Point, "inputs.Point", gradients.Input, "gradients.Input");
        arguments.parameter_gradient = DeviceViews.Pointer(gradients.Parameter, "gradients.Parameter", device);
        arguments.second_gradient = DeviceViews.Pointer(gradients.Second, "gradients.Second", device);
        arguments.column_parameter_gradient = DeviceViews.Pointer(gradients.ColumnParameters, "gradients.ColumnParameters", device);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_row_map_gradient(use.Device, use.Stream, &arguments));
    }

    public static long WorkspaceBytes<T, TReal>(CudaStream stream, RowMap map, DeviceSpan2D<T> input, in DeviceProjectionInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        ProjectionValidation.CheckForward<TReal>(map, Shapes(input, inputs));
        int device = stream.Device.Ordinal;
        Fill(map, input, inputs, device, out gibbs_row_map arguments);
        FillInput(input, device, ref arguments);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_row_map_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static void FillInput<T>(DeviceSpan2D<T> input, int device, ref gibbs_row_map arguments)
        where T : unmanaged
    {
        arguments.input = DeviceViews.Pointer(input, nameof(input), device);
        arguments.input_stride = input.Stride;
    }

    // What forward and gradient share: the map, the shape, the optional arrays.
    private static void Fill<T, TReal>(RowMap map, DeviceSpan2D<T> rows, in DeviceProjectionInputs<T, TReal> inputs, int device, out gibbs_row_map arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_row_map);
        arguments.type = NativeTypes.Of<T>();
        arguments.rows = rows.Rows;
        arguments.columns = rows.Columns;
        arguments.map = (int)map.Kind;
        arguments.flags = (map.Descending ? gibbs_map_flags.GIBBS_MAP_DESCENDING : 0) | (map.Regulariser == SortRegulariser.Entropic ? gibbs_map_flags.GIBBS_MAP_ENTROPIC : 0);
        arguments.regime = inputs.Regime;
        arguments.parameter = map.Parameter;
        arguments.second = map.Second;
        arguments.count = map.Count;
        arguments.group_size = map.GroupSize;
        arguments.point = DeviceViews.Pointer(inputs.Point, "inputs.Point", device);
        arguments.point_stride = inputs.Point.Stride;
        arguments.row_parameters = DeviceViews.Pointer(inputs.RowParameters, "inputs.RowParameters", device);
        arguments.column_parameters = DeviceViews.Pointer(inputs.ColumnParameters, "inputs.ColumnParameters", device);
        arguments.weights = DeviceViews.Pointer(inputs.Weights, "inputs.Weights", device);
        arguments.lower = DeviceViews.Pointer(inputs.Lower, "inputs.Lower", device);
        arguments.upper = DeviceViews.Pointer(inputs.Upper, "inputs.Upper", device);
        arguments.group_offsets = DeviceViews.Pointer(inputs.GroupOffsets, "inputs.GroupOffsets", device);
        arguments.groups = Math.Max(0, inputs.GroupOffsets.Length - 1);
        arguments.group_weights = DeviceViews.Pointer(inputs.GroupWeights, "inputs.GroupWeights", device);
        arguments.group_scales = DeviceViews.Pointer(inputs.GroupScales, "inputs.GroupScales", device);
        arguments.workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device);
        arguments.workspace_bytes = inputs.Workspace.Length;
    }

    private static ProjectionShapes Shapes<T, TReal>(DeviceSpan2D<T> rows, in DeviceProjectionInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged => new()
        {
            Rows = rows.Rows,
            Columns = rows.Columns,
            RowParameters = inputs.RowParameters.Length,
            ColumnParameters = inputs.ColumnParameters.Length,
            Weights = inputs.Weights.Length,
            Lower = inputs.Lower.Length,
            Upper = inputs.Upper.Length,
            GroupOffsets = inputs.GroupOffsets.Length,
            GroupWeights = inputs.GroupWeights.Length,
            GroupScales = inputs.GroupScales.Length,
            PointRows = inputs.Point.Rows,
            PointColumns = inputs.Point.Columns,
        };
}
