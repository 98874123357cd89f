using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceEntropyPenalty
{
    public static void Compute<TReal>(CudaStream stream, DeviceSpan2D<TReal> entropies, in DeviceEntropyPenaltyOutputs<TReal> outputs, in EntropyPenaltyOptions options, in DeviceEntropyPenaltyInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, entropies, outputs, options, inputs, out gibbs_entropy_penalty arguments);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_entropy_penalty_run(use.Device, use.Stream, &arguments));
    }

    public static long WorkspaceBytes<TReal>(CudaStream stream, DeviceSpan2D<TReal> entropies, in DeviceEntropyPenaltyOutputs<TReal> outputs, in EntropyPenaltyOptions options, in DeviceEntropyPenaltyInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, entropies, outputs, options, inputs, out gibbs_entropy_penalty arguments);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_entropy_penalty_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static void Fill<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> entropies, in DeviceEntropyPenaltyOutputs<TReal> outputs, in EntropyPenaltyOptions options, in DeviceEntropyPenaltyInputs<TReal> inputs, out gibbs_entropy_penalty arguments)
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        EntropyPenaltyValidation.CheckOptions(options);
        EntropyPenaltyValidation.CheckShapes(Shapes(entropies, outputs, inputs), options);
        int device = stream.Device.Ordinal;
        arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_entropy_penalty);
        arguments.type = NativeTypes.Of<TReal>();
        arguments.rows = entropies.Rows;
        arguments.columns = entropies.Columns;
        arguments.entropies = DeviceViews.Pointer(entropies, nameof(entropies), device);
        arguments.entropies_stride = entropies.Stride;
        arguments.mask = DeviceViews.Pointer(inputs.Mask, "inputs.Mask", device);
        arguments.mask_stride = inputs.Mask.Stride;
        arguments.anchors = DeviceViews.Pointer(inputs.Anchors, "inputs.Anchors", device);
        arguments.anchor_indices = DeviceViews.Pointer(inputs.AnchorIndices, "inputs.AnchorIndices", device);
        arguments.anchor_count = inputs.Anchors.Length;
        arguments.head_thresholds = DeviceViews.Pointer(inputs.HeadThresholds, "inputs.HeadThresholds", device);
        arguments.heads = inputs.HeadThresholds.Length;
        arguments.workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device);
        arguments.workspace_bytes = inputs.Workspace.Length;

        arguments.kind = (int)options.Kind;
        arguments.aggregation = (int)options.Aggregation;
        arguments.per_sequence = options.PerSequence ? 1 : 0;
        arguments.context = options.Context;
        arguments.weight = options.Weight;
        arguments.smoothing = options.Smoothing;
        arguments.entropy_bonus = options.EntropyBonus;
        arguments.constant = options.Constant;
        arguments.lower = options.Lower;
        arguments.upper = options.Upper;
        arguments.anchor = options.Anchor;
        arguments.quantile = options.Quantile;
        arguments.margin = options.Margin;
        FillOutputs(entropies, outputs, device, ref arguments);
    }

    private static void FillOutputs<TReal>(DeviceSpan2D<TReal> entropies, in DeviceEntropyPenaltyOutputs<TReal> outputs, int device, ref gibbs_entropy_penalty arguments)
        where TReal : unmanaged
    {
        arguments.value = DeviceViews.Scalar(outputs.Value, "outputs.Value", device);
        arguments.mean_entropy = DeviceViews.Scalar(outputs.MeanEntropy, "outputs.MeanEntropy", device);
        arguments.tokens = DeviceViews.Scalar(outputs.Tokens, "outputs.Tokens", device);
        arguments.selected_count = DeviceViews.Scalar(outputs.SelectedCount, "outputs.SelectedCount", device);
        arguments.gradient = DeviceViews.Pointer(outputs.Gradient, "outputs.Gradient", device);
        arguments.gradient_stride = outputs.Gradient.Stride;
        arguments.penalties = DeviceViews.Pointer(outputs.Penalties, "outputs.Penalties", device);
        arguments.penalties_stride = outputs.Penalties.Stride;
        arguments.selected = DeviceViews.Pointer(outputs.Selected, "outputs.Selected", device);
        arguments.selected_stride = outputs.Selected.Stride;
        DeviceViews.CheckInPlaceOrApart(entropies, nameof(entropies), outputs.Gradient, "outputs.Gradient");
        DeviceViews.CheckApart(entropies, nameof(entropies), outputs.Penalties, "outputs.Penalties");
        DeviceViews.CheckApart(outputs.Gradient, "outputs.Gradient", outputs.Penalties, "outputs.Penalties");
        arguments.sequence_means = DeviceViews.Pointer(outputs.SequenceMeans, "outputs.SequenceMeans", device);
        arguments.quantiles = DeviceViews.Pointer(outputs.Quantiles, "outputs.Quantiles", device);
        arguments.head_threshold_gradient = DeviceViews.Pointer(outputs.HeadThresholdGradient, "outputs.HeadThresholdGradient", device);
        arguments.status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device);
    }

    private static EntropyPenaltyShapes Shapes<TReal>(DeviceSpan2D<TReal> entropies, in DeviceEntropyPenaltyOutputs<TReal> outputs, in DeviceEntropyPenaltyInputs<TReal> inputs)
        where TReal : unmanaged => new()
        {
            Rows = entropies.Rows,
            Columns = entropies.Columns,
            MaskRows = inputs.Mask.Rows,
            MaskColumns = inputs.Mask.Columns,
            Anchors = inputs.Anchors.Length,
            AnchorIndices = inputs.AnchorIndices.Length,
            HeadThresholds = inputs.HeadThresholds.Length,
            GradientRows = outputs.Gradient.Rows,
            GradientColumns = outputs.Gradient.Columns,
            PenaltyRows = outputs.Penalties.Rows,
            PenaltyColumns = outputs.Penalties.Columns,
            SelectedRows = outputs.Selected.Rows,
            SelectedColumns = outputs.Selected.Columns,
            SequenceMeans = outputs.SequenceMeans.Length,
            Quantiles = outputs.Quantiles.Length,
            HeadThresholdGradient = outputs.HeadThresholdGradient.Length,
            Status = outputs.Status.Length,
        };
}
