using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DevicePolicyLoss
{
    public static void Compute<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> logProbabilities, in DevicePolicyLossOutputs<TReal> outputs, in PolicyLossOptions options, in DevicePolicyLossInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, logProbabilities, outputs, options, inputs, out gibbs_policy_loss arguments);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_policy_loss_run(use.Device, use.Stream, &arguments));
    }

    public static long WorkspaceBytes<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> logProbabilities, in DevicePolicyLossOutputs<TReal> outputs, in PolicyLossOptions options, in DevicePolicyLossInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, logProbabilities, outputs, options, inputs, out gibbs_policy_loss arguments);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_policy_loss_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static void Fill<TReal>(
        CudaStream stream,
        DeviceSpan2D<TReal> logProbabilities,
        in DevicePolicyLossOutputs<TReal> outputs,
        in PolicyLossOptions options,
        in DevicePolicyLossInputs<TReal> inputs,
        out gibbs_policy_loss arguments)
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        PolicyLossValidation.CheckOptions(options);
        PolicyLossValidation.CheckShapes(Shapes(logProbabilities, outputs, inputs), options);
        if (!inputs.Normaliser.IsEmpty)
        {
            PolicyLossValidation.CheckNormaliser("inputs", options.Aggregation);
            if (options.Normaliser is not null)
                ArgumentChecks.Fail("inputs", $"inputs.Normaliser and options.Normaliser are both given; the divisor is one or the other.");
        }

        arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_policy_loss);
        arguments.type = NativeTypes.Of<TReal>();
        arguments.rows = logProbabilities.Rows;
        arguments.columns = logProbabilities.Columns;
        FillOptions(options, ref arguments);
        FillInputs(logProbabilities, inputs, stream.Device.Ordinal, ref arguments);
        FillOutputs(outputs, stream.Device.Ordinal, ref arguments);
    }

    private static void FillOptions(in PolicyLossOptions options, ref gibbs_policy_loss arguments)
    {
        arguments.kind = (int)options.Kind;
        arguments.kl_estimator = (int)options.KlEstimator;
        arguments.aggregation = (int)options.Aggregation;
        arguments.has_normaliser_value = options.Normaliser.HasValue ? 1 : 0;
        arguments.normaliser_value = options.Normaliser.GetValueOrDefault();
        arguments.clip_low = options.ClipLow;
        arguments.clip_high = options.ClipHigh;
        arguments.dual_clip = options.DualClip;
        arguments.selected_share = options.Share;
        arguments.penalty_weight = options.PenaltyWeight;
        arguments.covariance_low = options.CovarianceLow;
        arguments.covariance_high = options.CovarianceHigh;
        arguments.smoothing = options.Smoothing;
        arguments.kl_weight = options.KlWeight;
        arguments.entropy_weight = options.EntropyWeight;
        arguments.length = options.Length;
        arguments.seed = options.Seed;
    }

    private static void FillInputs<TReal>(DeviceSpan2D<TReal> logProbabilities, in DevicePolicyLossInputs<TReal> inputs, int device, ref gibbs_policy_loss arguments)
        where TReal : unmanaged
    {
        arguments.log_probabilities = DeviceViews.Pointer(logProbabilities, nameof(logProbabilities), device);
        arguments.log_probabilities_stride = logProbabilities.Stride;
        arguments.old_log_probabilities = DeviceViews.Pointer(inputs.OldLogProbabilities, "inputs.OldLogProbabilities", device);
        arguments.old_stride = inputs.OldLogProbabilities.Stride;
        arguments.reference_log_probabilities = DeviceViews.Pointer(inputs.ReferenceLogProbabilities, "inputs.ReferenceLogProbabilities", device);
        arguments.reference_stride = inputs.ReferenceLogProbabilities.Stride;
        arguments.proxy_log_probabilities = DeviceViews.Pointer(inputs.ProxyLogProbabilities, "inputs.ProxyLogProbabilities", device);
        arguments.proxy_stride = inputs.ProxyLogProbabilities.Stride;
        arguments.advantages = DeviceViews.Pointer(inputs.Advantages, "inputs.Advantages", device);
        arguments.advantages_stride = inputs.Advantages.Stride;
        arguments.sequence_advantages = DeviceViews.Pointer(inputs.SequenceAdvantages, "inputs.SequenceAdvantages", device);
        arguments.mask = DeviceViews.Pointer(inputs.Mask, "inputs.Mask", device);
        arguments.mask_stride = inputs.Mask.Stride;
        arguments.entropies = DeviceViews.Pointer(inputs.Entropies, "inputs.Entropies", device);
        arguments.entropies_stride = inputs.Entropies.Stride;
        arguments.group_offsets = DeviceViews.Pointer(inputs.GroupOffsets, "inputs.GroupOffsets", device);
        arguments.groups = Math.Max(0, inputs.GroupOffsets.Length - 1);
        arguments.normaliser = DeviceViews.Scalar(inputs.Normaliser, "inputs.Normaliser", device);
        arguments.workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device);
        arguments.workspace_bytes = inputs.Workspace.Length;
    }

    private static void FillOutputs<TReal>(in DevicePolicyLossOutputs<TReal> outputs, int device, ref gibbs_policy_loss arguments)
        where TReal : unmanaged
    {
        arguments.token_losses = DeviceViews.Pointer(outputs.TokenLosses, "outputs.TokenLosses", device);
        arguments.token_losses_stride = outputs.TokenLosses.Stride;
        arguments.log_probability_gradient = DeviceViews.Pointer(outputs.LogProbabilityGradient, "outputs.LogProbabilityGradient", device);
        arguments.log_probability_gradient_stride = outputs.LogProbabilityGradient.Stride;
        arguments.entropy_gradient = DeviceViews.Pointer(outputs.EntropyGradient, "outputs.EntropyGradient", device);
        arguments.entropy_gradient_stride = outputs.EntropyGradient.Stride;
        arguments.flags = DeviceViews.Pointer(outputs.Flags, "outputs.Flags", device);
        arguments.flags_stride = outputs.Flags.Stride;
        arguments.loss = DeviceViews.Scalar(outputs.Loss, "outputs.Loss", device);
        arguments.metrics = DeviceViews.Scalar(outputs.Metrics, "outputs.Metrics", device);
    }

    private static PolicyLossShapes Shapes<TReal>(DeviceSpan2D<TReal> logProbabilities, in DevicePolicyLossOutputs<TReal> outputs, in DevicePolicyLossInputs<TReal> inputs)
        where TReal : unmanaged => new()
        {
            Rows = logProbabilities.Rows,
            Columns = logProbabilities.Columns,
            Old = (inputs.OldLogProbabilities.Rows, inputs.OldLogProbabilities.Columns),
            Reference = (inputs.ReferenceLogProbabilities.Rows, inputs.ReferenceLogProbabilities.Columns),
            Proxy = (inputs.ProxyLogProbabilities.Rows, inputs.ProxyLogProbabilities.Columns),
            Advantages = (inputs.Advantages.Rows, inputs.Advantages.Columns),
            SequenceAdvantages = inputs.SequenceAdvantages.Length,
            Mask = (inputs.Mask.Rows, inputs.Mask.Columns),
            Entropies = (inputs.Entropies.Rows, inputs.Entropies.Columns),
            GroupOffsets = inputs.GroupOffsets.Length,
            TokenLosses = (outputs.TokenLosses.Rows, outputs.TokenLosses.Columns),
            LogProbabilityGradient = (outputs.LogProbabilityGradient.Rows, outputs.LogProbabilityGradient.Columns),
            EntropyGradient = (outputs.EntropyGradient.Rows, outputs.EntropyGradient.Columns),
            Flags = (outputs.Flags.Rows, outputs.Flags.Columns),
        };
}
