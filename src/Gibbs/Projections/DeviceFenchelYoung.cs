using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceFenchelYoung
{
    public static void Compute<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        DeviceTargetSpan targets,
        in DeviceFenchelYoungOutputs<T, TReal> outputs,
        in FenchelYoungOptions options,
        in DeviceFenchelYoungInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(stream, logits, targets, outputs, options, inputs, out gibbs_fenchel_young arguments);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_fenchel_young_run(use.Device, use.Stream, &arguments));
    }

    public static long WorkspaceBytes<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        DeviceTargetSpan targets,
        in DeviceFenchelYoungOutputs<T, TReal> outputs,
        in FenchelYoungOptions options,
        in DeviceFenchelYoungInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(stream, logits, targets, outputs, options, inputs, out gibbs_fenchel_young arguments);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_fenchel_young_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static void Fill<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        DeviceTargetSpan targets,
        in DeviceFenchelYoungOutputs<T, TReal> outputs,
        in FenchelYoungOptions options,
        in DeviceFenchelYoungInputs<TReal> inputs,
        out gibbs_fenchel_young arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        FenchelYoungValidation.CheckOptions<TReal>(options);
        FenchelYoungValidation.CheckShapes(Shapes(logits, targets, outputs, inputs));
        CrossEntropyValidation.CheckDeviceNormaliser(!inputs.Normaliser.IsEmpty, options.Reduction, options.Normaliser);
        int device = stream.Device.Ordinal;

        arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_fenchel_young);
        arguments.type = NativeTypes.Of<T>();
        arguments.rows = logits.Rows;
        arguments.columns = logits.Columns;
        arguments.logits = DeviceViews.Pointer(logits, nameof(logits), device);
        arguments.logits_stride = logits.Stride;
        arguments.targets = DeviceViews.Pointer(targets, nameof(targets), device);
        arguments.target_type = NativeTypes.OfTargets(targets, logits.Rows);
        arguments.class_weights = DeviceViews.Pointer(inputs.ClassWeights, "inputs.ClassWeights", device);
        arguments.row_weights = DeviceViews.Pointer(inputs.RowWeights, "inputs.RowWeights", device);
        arguments.alphas = DeviceViews.Pointer(inputs.Alphas, "inputs.Alphas", device);
        arguments.normaliser = DeviceViews.Scalar(inputs.Normaliser, "inputs.Normaliser", device);
        arguments.regime = inputs.Regime;
        arguments.workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device);
        arguments.workspace_bytes = inputs.Workspace.Length;

        arguments.reduction = (int)options.Reduction;
        arguments.has_normaliser_value = options.Normaliser.HasValue ? 1 : 0;
        arguments.normaliser_value = options.Normaliser.GetValueOrDefault();
        arguments.ignore_index = options.IgnoreIndex;
        arguments.alpha = options.Alpha;
        arguments.label_smoothing = options.LabelSmoothing;
        FillOutputs(logits, outputs, device, ref arguments);
    }

    private static void FillOutputs<T, TReal>(DeviceSpan2D<T> logits, in DeviceFenchelYoungOutputs<T, TReal> outputs, int device, ref gibbs_fenchel_young arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        arguments.losses = DeviceViews.Pointer(outputs.Losses, "outputs.Losses", device);
        arguments.loss = DeviceViews.Scalar(outputs.Loss, "outputs.Loss", device);
        arguments.gradient = DeviceViews.Pointer(outputs.Gradient, "outputs.Gradient", device);
        arguments.gradient_stride = outputs.Gradient.Stride;
        arguments.probabilities = DeviceViews.Pointer(outputs.Probabilities, "outputs.Probabilities", device);
        arguments.probabilities_stride = outputs.Probabilities.Stride;
        DeviceViews.CheckInPlaceOrApart(logits, nameof(logits), outputs.Gradient, "outputs.Gradient");
        DeviceViews.CheckApart(logits, nameof(logits), outputs.Probabilities, "outputs.Probabilities");
        DeviceViews.CheckApart(outputs.Gradient, "outputs.Gradient", outputs.Probabilities, "outputs.Probabilities");
        arguments.support_size = DeviceViews.Pointer(outputs.SupportSize, "outputs.SupportSize", device);
        arguments.status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device);
        arguments.valid_rows = DeviceViews.Scalar(outputs.ValidRows, "outputs.ValidRows", device);
        arguments.normaliser_used = DeviceViews.Scalar(outputs.NormaliserUsed, "outputs.NormaliserUsed", device);
    }

    private static FenchelYoungShapes Shapes<T, TReal>(DeviceSpan2D<T> logits, DeviceTargetSpan targets, in DeviceFenchelYoungOutputs<T, TReal> outputs, in DeviceFenchelYoungInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged => new()
        {
            Rows = logits.Rows,
            Columns = logits.Columns,
            Targets = targets.Length,
            ClassWeights = inputs.ClassWeights.Length,
            RowWeights = inputs.RowWeights.Length,
            Alphas = inputs.Alphas.Length,
            Losses = outputs.Losses.Length,
            GradientRows = outputs.Gradient.Rows,
            GradientColumns = outputs.Gradient.Columns,
            ProbabilityRows = outputs.Probabilities.Rows,
            ProbabilityColumns = outputs.Probabilities.Columns,
            SupportSize = outputs.SupportSize.Length,
            Status = outputs.Status.Length,
        };
}
