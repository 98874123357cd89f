using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceTokenSet
{
    public static void Compute<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        in DeviceTokenSetOutputs<T, TReal> outputs,
        in TokenSetOptions options,
        in DeviceTokenSetInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(stream, logits, outputs, options, inputs, out gibbs_token_set arguments);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_token_set_run(use.Device, use.Stream, &arguments));
    }

    public static long WorkspaceBytes<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        in DeviceTokenSetOutputs<T, TReal> outputs,
        in TokenSetOptions options,
        in DeviceTokenSetInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(stream, logits, outputs, options, inputs, out gibbs_token_set arguments);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_token_set_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static void Fill<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> logits,
        in DeviceTokenSetOutputs<T, TReal> outputs,
        in TokenSetOptions options,
        in DeviceTokenSetInputs<TReal> inputs,
        out gibbs_token_set arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        TokenSetValidation.CheckOptions<TReal>(options);
        TokenSetValidation.CheckShapes(Shapes(logits, outputs, inputs));
        CrossEntropyValidation.CheckDeviceNormaliser(!inputs.Normaliser.IsEmpty, options.Reduction, options.Normaliser);
        int device = stream.Device.Ordinal;

        arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_token_set);
        arguments.type = NativeTypes.Of<T>();
        arguments.rows = logits.Rows;
        arguments.columns = logits.Columns;
        arguments.logits = DeviceViews.Pointer(logits, nameof(logits), device);
        arguments.logits_stride = logits.Stride;
        arguments.actions = DeviceViews.Pointer(inputs.Actions, "inputs.Actions", device);
        arguments.action_type = NativeTypes.OfTargets(inputs.Actions, logits.Rows);
        arguments.row_weights = DeviceViews.Pointer(inputs.RowWeights, "inputs.RowWeights", device);
        arguments.temperatures = DeviceViews.Pointer(inputs.Temperatures, "inputs.Temperatures", device);
        arguments.normaliser = DeviceViews.Scalar(inputs.Normaliser, "inputs.Normaliser", device);
        arguments.regime = inputs.Regime;
        arguments.workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device);
        arguments.workspace_bytes = inputs.Workspace.Length;
        FillOptions(options, ref arguments);
        FillOutputs(logits, outputs, device, ref arguments);
    }

    private static void FillOptions(in TokenSetOptions options, ref gibbs_token_set arguments)
    {
        arguments.reduction = (int)options.Reduction;
        arguments.has_normaliser_value = options.Normaliser.HasValue ? 1 : 0;
        arguments.normaliser_value = options.Normaliser.GetValueOrDefault();
        arguments.temperature = options.Temperature;
        arguments.top_k = options.TopK;
        arguments.top_p = options.TopP;
        arguments.excludes_crossing = options.IncludeCrossing ? 0 : 1;
        arguments.min_p = options.MinP;
        arguments.min_probability = options.MinProbability;
        arguments.top_h = options.TopH;
        arguments.top_h_variant = (int)options.TopHVariant;
        arguments.top_h_cap = options.TopHCap;
        arguments.seed = options.Seed;
        arguments.step = options.Step;
        arguments.row_offset = options.RowOffset;
    }

    private static void FillOutputs<T, TReal>(DeviceSpan2D<T> logits, in DeviceTokenSetOutputs<T, TReal> outputs, int device, ref gibbs_token_set arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        arguments.value = DeviceViews.Scalar(outputs.Value, "outputs.Value", device);
        arguments.entropies = DeviceViews.Pointer(outputs.Entropies, "outputs.Entropies", device);
        arguments.full_entropies = DeviceViews.Pointer(outputs.FullEntropies, "outputs.FullEntropies", device);
        arguments.counts = DeviceViews.Pointer(outputs.Counts, "outputs.Counts", device);
        arguments.thresholds = DeviceViews.Pointer(outputs.Thresholds, "outputs.Thresholds", device);
        arguments.mask = DeviceViews.Pointer(outputs.Mask, "outputs.Mask", device);
        arguments.mask_stride = outputs.Mask.Stride;
        arguments.log_probabilities = DeviceViews.Pointer(outputs.LogProbabilities, "outputs.LogProbabilities", device);
        arguments.log_probabilities_stride = outputs.LogProbabilities.Stride;
        arguments.gradient = DeviceViews.Pointer(outputs.Gradient, "outputs.Gradient", device);
        arguments.gradient_stride = outputs.Gradient.Stride;
        DeviceViews.CheckInPlaceOrApart(logits, nameof(logits), outputs.Gradient, "outputs.Gradient");
        DeviceViews.CheckApart(logits, nameof(logits), outputs.LogProbabilities, "outputs.LogProbabilities");
        DeviceViews.CheckApart(outputs.Gradient, "outputs.Gradient", outputs.LogProbabilities, "outputs.LogProbabilities");
        arguments.action_log_probability = DeviceViews.Pointer(outputs.ActionLogProbability, "outputs.ActionLogProbability", device);
        arguments.samples = DeviceViews.Pointer(outputs.Samples, "outputs.Samples", device);
        arguments.sample_log_probability = DeviceViews.Pointer(outputs.SampleLogProbability, "outputs.SampleLogProbability", device);
        arguments.status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device);
        arguments.valid_rows = DeviceViews.Scalar(outputs.ValidRows, "outputs.ValidRows", device);
        arguments.normaliser_used = DeviceViews.Scalar(outputs.NormaliserUsed, "outputs.NormaliserUsed", device);
    }

    private static TokenSetShapes Shapes<T, TReal>(DeviceSpan2D<T> logits, in DeviceTokenSetOutputs<T, TReal> outputs, in DeviceTokenSetInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged => new()
        {
            Rows = logits.Rows,
            Columns = logits.Columns,
            RowWeights = inputs.RowWeights.Length,
            Temperatures = inputs.Temperatures.Length,
            Actions = inputs.Actions.Length,
            Entropies = outputs.Entropies.Length,
            FullEntropies = outputs.FullEntropies.Length,
            Counts = outputs.Counts.Length,
            Thresholds = outputs.Thresholds.Length,
            MaskRows = outputs.Mask.Rows,
            MaskColumns = outputs.Mask.Columns,
            LogProbabilityRows = outputs.LogProbabilities.Rows,
            LogProbabilityColumns = outputs.LogProbabilities.Columns,
            ActionLogProbability = outputs.ActionLogProbability.Length,
            Samples = outputs.Samples.Length,
            SampleLogProbability = outputs.SampleLogProbability.Length,
            GradientRows = outputs.Gradient.Rows,
            GradientColumns = outputs.Gradient.Columns,
            Status = outputs.Status.Length,
        };
}
