using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceCrossEntropy
{
    public static void Compute<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<T, TReal> outputs,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(stream, logits, targets, outputs, "outputs.Gradient", options, inputs, out gibbs_softmax_cross_entropy arguments);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_softmax_cross_entropy_run(use.Device, use.Stream, &arguments));
    }

    public static long WorkspaceBytes<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<T, TReal> outputs,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(stream, logits, targets, outputs, "outputs.Gradient", options, inputs, out gibbs_softmax_cross_entropy arguments);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_softmax_cross_entropy_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    public static void Gradient<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        DeviceTargetSpan targets,
        DeviceSpan<RowStatistics<TReal>> statistics,
        DeviceSpan<TReal> upstream,
        DeviceSpan2D<T> gradient,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        DeviceCrossEntropyOutputs<T, TReal> outputs = new() { Gradient = gradient };
        CrossEntropyShapes shapes = Shapes(logits, targets, outputs, inputs);
        shapes.Statistics = statistics.Length;
        CrossEntropyValidation.CheckGradientShapes(shapes, upstream.Length, options);
        Fill(stream, logits, targets, outputs, nameof(gradient), options, inputs, out gibbs_softmax_cross_entropy arguments);
        arguments.saved_statistics = DeviceViews.Pointer(statistics, nameof(statistics), stream.Device.Ordinal);
        arguments.upstream = DeviceViews.Pointer(upstream, nameof(upstream), stream.Device.Ordinal);
        arguments.upstream_stride = upstream.Length == 1 ? 0 : 1;
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_softmax_cross_entropy_gradient(use.Device, use.Stream, &arguments));
    }

    private static void Fill<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<T, TReal> outputs,
        string gradientName,
        in CrossEntropyOptions options,
        in DeviceCrossEntropyInputs<T, TReal> inputs,
        out gibbs_softmax_cross_entropy arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        CrossEntropyValidation.CheckOptions<TReal>(options);
        CrossEntropyValidation.CheckShapes(Shapes(logits, targets, outputs, inputs), options);
        CrossEntropyValidation.CheckDeviceNormaliser(!inputs.Normaliser.IsEmpty, options.Reduction, options.Normaliser);
        int device = stream.Device.Ordinal;

        arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_softmax_cross_entropy);
        arguments.type = NativeTypes.Of<T>();
        arguments.rows = logits.Rows;
        arguments.columns = logits.Columns;
        FillInputs(logits, targets, inputs, device, ref arguments);
        FillOptions(options, ref arguments);
        FillOutputs(logits, outputs, gradientName, device, ref arguments);
    }

    private static void FillInputs<T, TReal>(
        DeviceSpan2D<T> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyInputs<T, TReal> inputs,
        int device,
        ref gibbs_softmax_cross_entropy arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        arguments.logits = DeviceViews.Pointer(logits, nameof(logits), device);
        arguments.logits_stride = logits.Stride;
        arguments.targets = DeviceViews.Pointer(targets, nameof(targets), device);
        arguments.target_type = NativeTypes.OfTargets(targets, logits.Rows);
        arguments.soft_targets = DeviceViews.Pointer(inputs.SoftTargets, "inputs.SoftTargets", device);
        arguments.soft_targets_stride = inputs.SoftTargets.Stride;
        arguments.class_weights = DeviceViews.Pointer(inputs.ClassWeights, "inputs.ClassWeights", device);
        arguments.row_weights = DeviceViews.Pointer(inputs.RowWeights, "inputs.RowWeights", device);
        arguments.row_temperatures = DeviceViews.Pointer(inputs.RowTemperatures, "inputs.RowTemperatures", device);
        arguments.normaliser = DeviceViews.Scalar(inputs.Normaliser, "inputs.Normaliser", device);
        arguments.regime = inputs.Regime;
        arguments.workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device);
        arguments.workspace_bytes = inputs.Workspace.Length;
    }

    private static void FillOptions(in CrossEntropyOptions options, ref gibbs_softmax_cross_entropy arguments)
    {
        arguments.reduction = (int)options.Reduction;
        arguments.target_loss = (int)options.TargetLoss;
        arguments.ignore_index = options.IgnoreIndex;
        arguments.label_smoothing = options.LabelSmoothing;
        arguments.z_loss = options.ZLoss;
        arguments.softcap = options.Softcap;
        arguments.temperature = options.Temperature;
        arguments.entropy_weight = options.EntropyWeight;
        arguments.target_loss_parameter = options.TargetLossParameter;
        arguments.max_suppression = options.MaxSuppression;
        arguments.logit_penalty = options.LogitPenalty;
        arguments.logit_penalty_center = options.LogitPenaltyCenter;
        arguments.has_normaliser_value = options.Normaliser.HasValue ? 1 : 0;
        arguments.normaliser_value = options.Normaliser.GetValueOrDefault();
    }

    private static void FillOutputs<T, TReal>(
        DeviceSpan2D<T> logits,
        in DeviceCrossEntropyOutputs<T, TReal> outputs,
        string gradientName,
        int device,
        ref gibbs_softmax_cross_entropy arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        arguments.losses = DeviceViews.Pointer(outputs.Losses, "outputs.Losses", device);
        arguments.loss = DeviceViews.Scalar(outputs.Loss, "outputs.Loss", device);
        arguments.gradient = DeviceViews.Pointer(outputs.Gradient, gradientName, device);

        // The stride of a single row says nothing.
        arguments.gradient_stride = logits.Rows == 1 ? logits.Stride : outputs.Gradient.Stride;
        if (!outputs.Gradient.IsEmpty)
            DeviceViews.CheckInPlaceOrApart(logits, nameof(logits), outputs.Gradient, gradientName);
        arguments.log_sum_exp = DeviceViews.Pointer(outputs.LogSumExp, "outputs.LogSumExp", device);
        arguments.entropy = DeviceViews.Pointer(outputs.Entropy, "outputs.Entropy", device);
        arguments.log_probability = DeviceViews.Pointer(outputs.LogProbability, "outputs.LogProbability", device);
        arguments.argmax = DeviceViews.Pointer(outputs.Argmax, "outputs.Argmax", device);
        arguments.rank = DeviceViews.Pointer(outputs.Rank, "outputs.Rank", device);
        arguments.status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device);
        arguments.statistics = DeviceViews.Pointer(outputs.Statistics, "outputs.Statistics", device);
        arguments.valid_rows = DeviceViews.Scalar(outputs.ValidRows, "outputs.ValidRows", device);
        arguments.normaliser_used = DeviceViews.Scalar(outputs.NormaliserUsed, "outputs.NormaliserUsed", device);
    }

    private static CrossEntropyShapes Shapes<T, TReal>(
        DeviceSpan2D<T> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<T, TReal> outputs,
        in DeviceCrossEntropyInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged => new()
        {
            Rows = logits.Rows,
            Columns = logits.Columns,
            Targets = targets.Length,
            SoftTargetRows = inputs.SoftTargets.Rows,
            SoftTargetColumns = inputs.SoftTargets.Columns,
            ClassWeights = inputs.ClassWeights.Length,
            RowWeights = inputs.RowWeights.Length,
            RowTemperatures = inputs.RowTemperatures.Length,
            Losses = outputs.Losses.Length,
            GradientRows = outputs.Gradient.Rows,
            GradientColumns = outputs.Gradient.Columns,
            LogSumExp = outputs.LogSumExp.Length,
            Entropy = outputs.Entropy.Length,
            LogProbability = outputs.LogProbability.Length,
            Argmax = outputs.Argmax.Length,
            Rank = outputs.Rank.Length,
            Status = outputs.Status.Length,
            Statistics = outputs.Statistics.Length,
            WantsLoss = !outputs.Loss.IsEmpty,
        };
}
