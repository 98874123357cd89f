using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceTilt
{
    public static void Compute<T, TReal>(
        CudaStream stream,
        DeviceSpan2D<T> logPrior,
        DeviceSpan2D<T> reward,
        in DeviceTiltOutputs<T, TReal> outputs,
        in TiltOptions options,
        in DeviceTiltInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        BackupValidation.Check<TReal>(options);
        BackupValidation.CheckTarget(options, inputs.Budgets.Length, inputs.Slopes.Length);
        BackupShape shape = BackupShape.OfReward(reward.Rows, reward.Columns);
        shape.Needs("logPrior", logPrior.Rows, logPrior.Columns);
        shape.PerRow("inputs.Budgets", inputs.Budgets.Length);
        shape.PerRow("inputs.Slopes", inputs.Slopes.Length);
        shape.Matrix("inputs.Upstream", inputs.Upstream.Rows, inputs.Upstream.Columns);
        shape.PerRow("outputs.Slopes", outputs.Slopes.Length);
        shape.Matrix("outputs.LogProbabilities", outputs.LogProbabilities.Rows, outputs.LogProbabilities.Columns);
        shape.PerRow("outputs.Cumulants", outputs.Cumulants.Length);
        shape.PerRow("outputs.Kl", outputs.Kl.Length);
        shape.PerRow("outputs.ExpectedRewards", outputs.ExpectedRewards.Length);
        shape.Matrix("outputs.Gradient", outputs.Gradient.Rows, outputs.Gradient.Columns);
        shape.PerRow("outputs.Status", outputs.Status.Length);
        shape.Upstream(outputs.Gradient.Columns, inputs.Upstream.Columns);
        int device = stream.Device.Ordinal;

        gibbs_tilt arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_tilt);
        arguments.type = NativeTypes.Of<T>();
        arguments.rows = reward.Rows;
        arguments.columns = reward.Columns;
        arguments.log_prior = DeviceViews.Pointer(logPrior, nameof(logPrior), device);
        arguments.log_prior_stride = logPrior.Stride;
        arguments.reward = DeviceViews.Pointer(reward, nameof(reward), device);
        arguments.reward_stride = reward.Stride;
        arguments.upstream = DeviceViews.Pointer(inputs.Upstream, "inputs.Upstream", device);
        arguments.upstream_stride = inputs.Upstream.Stride;
        arguments.budgets = DeviceViews.Pointer(inputs.Budgets, "inputs.Budgets", device);
        arguments.given_slopes = DeviceViews.Pointer(inputs.Slopes, "inputs.Slopes", device);
        arguments.has_slope = options.Slope.HasValue ? 1 : 0;
        arguments.regime = inputs.Regime;
        arguments.budget = options.Budget;
        arguments.slope = options.Slope.GetValueOrDefault();
        arguments.slopes = DeviceViews.Pointer(outputs.Slopes, "outputs.Slopes", device);
        arguments.log_probabilities = DeviceViews.Pointer(outputs.LogProbabilities, "outputs.LogProbabilities", device);
        arguments.log_probabilities_stride = outputs.LogProbabilities.Stride;
        arguments.cumulants = DeviceViews.Pointer(outputs.Cumulants, "outputs.Cumulants", device);
        arguments.kl = DeviceViews.Pointer(outputs.Kl, "outputs.Kl", device);
        arguments.expected_rewards = DeviceViews.Pointer(outputs.ExpectedRewards, "outputs.ExpectedRewards", device);
        arguments.gradient = DeviceViews.Pointer(outputs.Gradient, "outputs.Gradient", device);
        arguments.gradient_stride = outputs.Gradient.Stride;
        arguments.status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device);

        DeviceViews.CheckApart(logPrior, nameof(logPrior), outputs.LogProbabilities, "outputs.LogProbabilities");
        DeviceViews.CheckApart(reward, nameof(reward), outputs.LogProbabilities, "outputs.LogProbabilities");
        DeviceViews.CheckApart(inputs.Upstream, "inputs.Upstream", outputs.LogProbabilities, "outputs.LogProbabilities");
        DeviceViews.CheckInPlaceOrApart(reward, nameof(reward), outputs.Gradient, "outputs.Gradient");
        DeviceViews.CheckApart(logPrior, nameof(logPrior), outputs.Gradient, "outputs.Gradient");
        DeviceViews.CheckApart(inputs.Upstream, "inputs.Upstream", outputs.Gradient, "outputs.Gradient");
        DeviceViews.CheckApart(outputs.LogProbabilities, "outputs.LogProbabilities", outputs.Gradient, "outputs.Gradient");
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_tilt_run(use.Device, use.Stream, &arguments));
    }
}
