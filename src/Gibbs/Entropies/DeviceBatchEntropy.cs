using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceBatchEntropy
{
    public static void Compute<T, TReal>(CudaStream stream, DeviceSpan2D<T> logits, in DeviceBatchEntropyOutputs<T, TReal> outputs, in BatchEntropyOptions options, in DeviceBatchEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(stream, logits, outputs, options, inputs, out gibbs_batch_entropy arguments);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_batch_entropy_run(use.Device, use.Stream, &arguments));
    }

    public static long WorkspaceBytes<T, TReal>(CudaStream stream, DeviceSpan2D<T> logits, in DeviceBatchEntropyOutputs<T, TReal> outputs, in BatchEntropyOptions options, in DeviceBatchEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(stream, logits, outputs, options, inputs, out gibbs_batch_entropy arguments);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_batch_entropy_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static void Fill<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> logits, in DeviceBatchEntropyOutputs<T, TReal> outputs, in BatchEntropyOptions options, in DeviceBatchEntropyInputs<TReal> inputs, out gibbs_batch_entropy arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        BatchEntropyValidation.CheckOptions<TReal>(options);
        BatchEntropyValidation.CheckShapes(Shapes(logits, outputs, inputs), options);
        int device = stream.Device.Ordinal;
        arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_batch_entropy);
        arguments.type = NativeTypes.Of<T>();
        arguments.rows = logits.Rows;
        arguments.columns = logits.Columns;
        arguments.logits = DeviceViews.Pointer(logits, nameof(logits), device);
        arguments.logits_stride = logits.Stride;
        arguments.offsets = DeviceViews.Pointer(inputs.Offsets, "inputs.Offsets", device);
        arguments.segments = inputs.Offsets.IsEmpty ? 0 : inputs.Offsets.Length - 1;
        arguments.row_weights = DeviceViews.Pointer(inputs.RowWeights, "inputs.RowWeights", device);
        arguments.class_weights = DeviceViews.Pointer(inputs.ClassWeights, "inputs.ClassWeights", device);
        arguments.priors = DeviceViews.Pointer(inputs.Priors, "inputs.Priors", device);
        arguments.priors_stride = inputs.Priors.Rows == 1 ? 0 : inputs.Priors.Stride;
        arguments.class_groups = DeviceViews.Pointer(inputs.ClassGroups, "inputs.ClassGroups", device);
        arguments.regime = inputs.Regime;
        arguments.workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device);
        arguments.workspace_bytes = inputs.Workspace.Length;

        arguments.groups = options.Groups;
        arguments.reduction = (int)options.Reduction;
        arguments.temperature = options.Temperature;
        arguments.marginal_weight = options.MarginalWeight;
        arguments.conditional_weight = options.ConditionalWeight;
        arguments.class_entropy_weight = options.ClassEntropyWeight;
        arguments.prior_weight = options.PriorWeight;
        arguments.between_groups_weight = options.BetweenGroupsWeight;
        arguments.within_groups_weight = options.WithinGroupsWeight;
        arguments.confidence_power = options.ConfidencePower;

        if (!outputs.Value.IsEmpty && options.Reduction == Reduction.None)
            ArgumentChecks.Fail("outputs.Value", $"outputs.Value is given without reduction; take outputs.Values, or Mean or Sum.");
        arguments.value = DeviceViews.Scalar(outputs.Value, "outputs.Value", device);
        arguments.segment_count = DeviceViews.Scalar(outputs.Segments, "outputs.Segments", device);
        arguments.values = DeviceViews.Pointer(outputs.Values, "outputs.Values", device);
        arguments.marginals = DeviceViews.Pointer(outputs.Marginals, "outputs.Marginals", device);
        arguments.marginals_stride = outputs.Marginals.Stride;
        arguments.entropies = DeviceViews.Pointer(outputs.Entropies, "outputs.Entropies", device);
        arguments.gradient = DeviceViews.Pointer(outputs.Gradient, "outputs.Gradient", device);
        arguments.gradient_stride = outputs.Gradient.Stride;
        DeviceViews.CheckInPlaceOrApart(logits, nameof(logits), outputs.Gradient, "outputs.Gradient");
        arguments.status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device);
        arguments.segment_status = DeviceViews.Pointer(outputs.SegmentStatus, "outputs.SegmentStatus", device);
    }

    private static BatchEntropyShapes Shapes<T, TReal>(DeviceSpan2D<T> logits, in DeviceBatchEntropyOutputs<T, TReal> outputs, in DeviceBatchEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged => new()
        {
            Rows = logits.Rows,
            Columns = logits.Columns,
            Offsets = inputs.Offsets.Length,
            RowWeights = inputs.RowWeights.Length,
            ClassWeights = inputs.ClassWeights.Length,
            PriorRows = inputs.Priors.Rows,
            PriorColumns = inputs.Priors.Columns,
            ClassGroups = inputs.ClassGroups.Length,
            Values = outputs.Values.Length,
            MarginalRows = outputs.Marginals.Rows,
            MarginalColumns = outputs.Marginals.Columns,
            Entropies = outputs.Entropies.Length,
            GradientRows = outputs.Gradient.Rows,
            GradientColumns = outputs.Gradient.Columns,
            Status = outputs.Status.Length,
            SegmentStatus = outputs.SegmentStatus.Length,
        };
}
