using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceRowEntropy
{
    public static void Compute<T, TReal>(CudaStream stream, DeviceSpan2D<T> logits, in DeviceRowEntropyOutputs<T, TReal> outputs, in RowEntropyOptions options, in DeviceRowEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(stream, logits, outputs, options, inputs, out gibbs_row_entropy arguments);
        Run(stream, ref arguments);
    }

    public static long WorkspaceBytes<T, TReal>(CudaStream stream, DeviceSpan2D<T> logits, in DeviceRowEntropyOutputs<T, TReal> outputs, in RowEntropyOptions options, in DeviceRowEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(stream, logits, outputs, options, inputs, out gibbs_row_entropy arguments);
        return WorkspaceBytes(stream, ref arguments);
    }

    public static void ComputeRagged<T, TReal>(
        CudaStream stream, DeviceSpan<T> values, DeviceSpan<long> offsets, in DeviceRaggedEntropyOutputs<T, TReal> outputs, in RowEntropyOptions options, in DeviceRowEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        FillRagged(stream, values, offsets, outputs, options, inputs, out gibbs_row_entropy arguments);
        Run(stream, ref arguments);
    }

    public static long RaggedWorkspaceBytes<T, TReal>(
        CudaStream stream, DeviceSpan<T> values, DeviceSpan<long> offsets, in DeviceRaggedEntropyOutputs<T, TReal> outputs, in RowEntropyOptions options, in DeviceRowEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        FillRagged(stream, values, offsets, outputs, options, inputs, out gibbs_row_entropy arguments);
        return WorkspaceBytes(stream, ref arguments);
    }

    private static void Run(CudaStream stream, ref gibbs_row_entropy arguments)
    {
        using CudaStream.Use use = new(stream);
        fixed (gibbs_row_entropy* pointer = &arguments)
            NativeStatus.ThrowIfFailed(NativeMethods.gibbs_row_entropy_run(use.Device, use.Stream, pointer));
    }

    private static long WorkspaceBytes(CudaStream stream, ref gibbs_row_entropy arguments)
    {
        using CudaStream.Use use = new(stream);
        long bytes;
        fixed (gibbs_row_entropy* pointer = &arguments)
            NativeStatus.ThrowIfFailed(NativeMethods.gibbs_row_entropy_workspace(use.Device, pointer, &bytes));
        return bytes;
    }

    private static void Fill<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> logits, in DeviceRowEntropyOutputs<T, TReal> outputs, in RowEntropyOptions options, in DeviceRowEntropyInputs<TReal> inputs, out gibbs_row_entropy arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        RowEntropyShapes shapes = new() { Name = "logits", Rows = logits.Rows, Columns = logits.Columns, GradientRows = outputs.Gradient.Rows, GradientColumns = outputs.Gradient.Columns };
        Vectors<TReal> vectors = new() { Value = outputs.Value, Entropies = outputs.Entropies, LogSumExp = outputs.LogSumExp, LogProbability = outputs.LogProbability, Status = outputs.Status, ValidRows = outputs.ValidRows, NormaliserUsed = outputs.NormaliserUsed };
        Fill<T, TReal>(stream, ref shapes, vectors, options, inputs, out arguments);
        int device = stream.Device.Ordinal;
        arguments.columns = logits.Columns;
        arguments.values = DeviceViews.Pointer(logits, nameof(logits), device);
        arguments.values_stride = logits.Stride;
        arguments.gradient = DeviceViews.Pointer(outputs.Gradient, "outputs.Gradient", device);
        arguments.gradient_stride = outputs.Gradient.Stride;
        DeviceViews.CheckInPlaceOrApart(logits, nameof(logits), outputs.Gradient, "outputs.Gradient");
    }

    private static void FillRagged<T, TReal>(
        CudaStream stream, DeviceSpan<T> values, DeviceSpan<long> offsets, in DeviceRaggedEntropyOutputs<T, TReal> outputs, in RowEntropyOptions options, in DeviceRowEntropyInputs<TReal> inputs, out gibbs_row_entropy arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        RowEntropyValidation.CheckOffsetCount(offsets.Length);
        RowEntropyShapes shapes = new() { Name = "values", Ragged = true, Rows = offsets.Length - 1, Total = values.Length, GradientRows = outputs.Gradient.Length };
        Vectors<TReal> vectors = new() { Value = outputs.Value, Entropies = outputs.Entropies, LogSumExp = outputs.LogSumExp, LogProbability = outputs.LogProbability, Status = outputs.Status, ValidRows = outputs.ValidRows, NormaliserUsed = outputs.NormaliserUsed };
        Fill<T, TReal>(stream, ref shapes, vectors, options, inputs, out arguments);
        int device = stream.Device.Ordinal;
        arguments.columns = values.Length;
        arguments.values = DeviceViews.Pointer(values, nameof(values), device);
        arguments.offsets = DeviceViews.Pointer(offsets, nameof(offsets), device);
        arguments.gradient = DeviceViews.Pointer(outputs.Gradient, "outputs.Gradient", device);
        DeviceSpan2D<T> all = new(values.Pointer, 1, values.Length, values.Length, values.Device), gradient = new(outputs.Gradient.Pointer, 1, outputs.Gradient.Length, outputs.Gradient.Length, outputs.Gradient.Device);
        DeviceViews.CheckInPlaceOrApart(all, nameof(values), gradient, "outputs.Gradient");
    }

    // All but the values and their gradient.
    private static void Fill<T, TReal>(CudaStream stream, ref RowEntropyShapes shapes, in Vectors<TReal> outputs, in RowEntropyOptions options, in DeviceRowEntropyInputs<TReal> inputs, out gibbs_row_entropy arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        shapes.RowWeights = inputs.RowWeights.Length;
        shapes.Temperatures = inputs.Temperatures.Length;
        shapes.Actions = inputs.Actions.Length;
        shapes.ActionWeights = inputs.ActionWeights.Length;
        shapes.Entropies = outputs.Entropies.Length;
        shapes.LogSumExp = outputs.LogSumExp.Length;
        shapes.LogProbability = outputs.LogProbability.Length;
        shapes.Status = outputs.Status.Length;
        RowEntropyValidation.CheckOptions<TReal>(options);
        RowEntropyValidation.CheckShapes(shapes, options);
        CrossEntropyValidation.CheckDeviceNormaliser(!inputs.Normaliser.IsEmpty, options.Reduction, options.Normaliser);
        int device = stream.Device.Ordinal;

        arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_row_entropy);
        arguments.type = NativeTypes.Of<T>();
        arguments.rows = shapes.Rows;
        arguments.actions = DeviceViews.Pointer(inputs.Actions, "inputs.Actions", device);
        arguments.action_type = inputs.Actions.Length == 0 ? gibbs_target_type.GIBBS_TARGETS_NONE : NativeTypes.OfTargets(inputs.Actions, shapes.Rows);
        arguments.action_weights = DeviceViews.Pointer(inputs.ActionWeights, "inputs.ActionWeights", device);
        arguments.row_weights = DeviceViews.Pointer(inputs.RowWeights, "inputs.RowWeights", device);
        arguments.temperatures = DeviceViews.Pointer(inputs.Temperatures, "inputs.Temperatures", device);
        arguments.normaliser = DeviceViews.Scalar(inputs.Normaliser, "inputs.Normaliser", device);
        arguments.regime = inputs.Regime;
        arguments.workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device);
        arguments.workspace_bytes = inputs.Workspace.Length;

        arguments.kind = (int)options.Kind;
        arguments.input = (int)options.Input;
        arguments.reduction = (int)options.Reduction;
        arguments.has_normaliser_value = options.Normaliser.HasValue ? 1 : 0;
        arguments.normaliser_value = options.Normaliser.GetValueOrDefault();
        arguments.alpha = options.Alpha;
        arguments.temperature = options.Temperature;

        arguments.value = DeviceViews.Scalar(outputs.Value, "outputs.Value", device);
        arguments.entropies = DeviceViews.Pointer(outputs.Entropies, "outputs.Entropies", device);
        arguments.log_sum_exp = DeviceViews.Pointer(outputs.LogSumExp, "outputs.LogSumExp", device);
        arguments.log_probability = DeviceViews.Pointer(outputs.LogProbability, "outputs.LogProbability", device);
        arguments.status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device);
        arguments.valid_rows = DeviceViews.Scalar(outputs.ValidRows, "outputs.ValidRows", device);
        arguments.normaliser_used = DeviceViews.Scalar(outputs.NormaliserUsed, "outputs.NormaliserUsed", device);
    }

    // Outputs that dense rows and ragged ones have in common.
    private ref struct Vectors<TReal>
        where TReal : unmanaged
    {
        public DeviceSpan<TReal> Value;
        public DeviceSpan<TReal> Entropies;
        public DeviceSpan<TReal> LogSumExp;
        public DeviceSpan<TReal> LogProbability;
        public DeviceSpan<RowStatus> Status;
        public DeviceSpan<long> ValidRows;
        public DeviceSpan<TReal> NormaliserUsed;
    }
}
