using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceSoftBackup
{
    public static void Compute<T, TReal>(CudaStream stream, DeviceSpan2D<T> q, in DeviceSoftBackupOutputs<T, TReal> outputs, in SoftBackupOptions options, in DeviceSoftBackupInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        BackupValidation.Check<TReal>(options);
        CheckShapes(q, outputs, inputs);
        int device = stream.Device.Ordinal;

        gibbs_soft_backup arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_soft_backup);
        arguments.type = NativeTypes.Of<T>();
        arguments.rows = q.Rows;
        arguments.columns = q.Columns;
        arguments.q = DeviceViews.Pointer(q, nameof(q), device);
        arguments.q_stride = q.Stride;
        arguments.log_prior = DeviceViews.Pointer(inputs.LogPrior, "inputs.LogPrior", device);
        arguments.log_prior_stride = inputs.LogPrior.Stride;
        arguments.kl_weights = DeviceViews.Pointer(inputs.KlWeights, "inputs.KlWeights", device);
        arguments.temperatures = DeviceViews.Pointer(inputs.Temperatures, "inputs.Temperatures", device);
        arguments.upstream = DeviceViews.Pointer(inputs.Upstream, "inputs.Upstream", device);
        arguments.minimise = options.Minimise ? 1 : 0;
        arguments.regime = inputs.Regime;
        arguments.kl_weight = options.KlWeight;
        arguments.temperature = options.Temperature;
        FillOutputs(outputs, device, ref arguments);
        CheckMemory(q, outputs, inputs);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_soft_backup_run(use.Device, use.Stream, &arguments));
    }

    private static void CheckShapes<T, TReal>(DeviceSpan2D<T> q, in DeviceSoftBackupOutputs<T, TReal> outputs, in DeviceSoftBackupInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        BackupShape shape = BackupShape.OfQ(q.Rows, q.Columns);
        shape.Matrix("inputs.LogPrior", inputs.LogPrior.Rows, inputs.LogPrior.Columns);
        shape.PerRow("inputs.KlWeights", inputs.KlWeights.Length);
        shape.PerRow("inputs.Temperatures", inputs.Temperatures.Length);
        shape.PerRow("inputs.Upstream", inputs.Upstream.Length);
        shape.PerRow("outputs.Values", outputs.Values.Length);
        shape.Matrix("outputs.Policy", outputs.Policy.Rows, outputs.Policy.Columns);
        shape.Matrix("outputs.LogPolicy", outputs.LogPolicy.Rows, outputs.LogPolicy.Columns);
        shape.PerRow("outputs.Entropies", outputs.Entropies.Length);
        shape.PerRow("outputs.Kl", outputs.Kl.Length);
        shape.Matrix("outputs.QGradient", outputs.QGradient.Rows, outputs.QGradient.Columns);
        shape.Matrix("outputs.LogPriorGradient", outputs.LogPriorGradient.Rows, outputs.LogPriorGradient.Columns);
        shape.PerRow("outputs.TemperatureGradient", outputs.TemperatureGradient.Length);
        shape.PerRow("outputs.KlWeightGradient", outputs.KlWeightGradient.Length);
        shape.PerRow("outputs.Status", outputs.Status.Length);
    }

    private static void FillOutputs<T, TReal>(in DeviceSoftBackupOutputs<T, TReal> outputs, int device, ref gibbs_soft_backup arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        arguments.values = DeviceViews.Pointer(outputs.Values, "outputs.Values", device);
        arguments.policy = DeviceViews.Pointer(outputs.Policy, "outputs.Policy", device);
        arguments.policy_stride = outputs.Policy.Stride;
        arguments.log_policy = DeviceViews.Pointer(outputs.LogPolicy, "outputs.LogPolicy", device);
        arguments.log_policy_stride = outputs.LogPolicy.Stride;
        arguments.entropies = DeviceViews.Pointer(outputs.Entropies, "outputs.Entropies", device);
        arguments.kl = DeviceViews.Pointer(outputs.Kl, "outputs.Kl", device);
        arguments.q_gradient = DeviceViews.Pointer(outputs.QGradient, "outputs.QGradient", device);
        arguments.q_gradient_stride = outputs.QGradient.Stride;
        arguments.log_prior_gradient = DeviceViews.Pointer(outputs.LogPriorGradient, "outputs.LogPriorGradient", device);
        arguments.log_prior_gradient_stride = outputs.LogPriorGradient.Stride;
        arguments.temperature_gradient = DeviceViews.Pointer(outputs.TemperatureGradient, "outputs.TemperatureGradient", device);
        arguments.kl_weight_gradient = DeviceViews.Pointer(outputs.KlWeightGradient, "outputs.KlWeightGradient", device);
        arguments.status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device);
    }

    private static void CheckMemory<T, TReal>(DeviceSpan2D<T> q, in DeviceSoftBackupOutputs<T, TReal> outputs, in DeviceSoftBackupInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        DeviceViews.CheckApart(q, "q", outputs.Policy, "outputs.Policy");
        DeviceViews.CheckApart(inputs.LogPrior, "inputs.LogPrior", outputs.Policy, "outputs.Policy");
        DeviceViews.CheckApart(q, "q", outputs.LogPolicy, "outputs.LogPolicy");
        DeviceViews.CheckApart(inputs.LogPrior, "inputs.LogPrior", outputs.LogPolicy, "outputs.LogPolicy");
        DeviceViews.CheckApart(outputs.Policy, "outputs.Policy", outputs.LogPolicy, "outputs.LogPolicy");
        DeviceViews.CheckInPlaceOrApart(q, "q", outputs.QGradient, "outputs.QGradient");
        DeviceViews.CheckApart(inputs.LogPrior, "inputs.LogPrior", outputs.QGradient, "outputs.QGradient");
        DeviceViews.CheckApart(outputs.Policy, "outputs.Policy", outputs.QGradient, "outputs.QGradient");
        DeviceViews.CheckApart(outputs.LogPolicy, "outputs.LogPolicy", outputs.QGradient, "outputs.QGradient");
        DeviceViews.CheckApart(q, "q", outputs.LogPriorGradient, "outputs.LogPriorGradient");
        DeviceViews.CheckInPlaceOrApart(inputs.LogPrior, "inputs.LogPrior", outputs.LogPriorGradient, "outputs.LogPriorGradient");
        DeviceViews.CheckApart(outputs.Policy, "outputs.Policy", outputs.LogPriorGradient, "outputs.LogPriorGradient");
        DeviceViews.CheckApart(outputs.LogPolicy, "outputs.LogPolicy", outputs.LogPriorGradient, "outputs.LogPriorGradient");
        DeviceViews.CheckApart(outputs.QGradient, "outputs.QGradient", outputs.LogPriorGradient, "outputs.LogPriorGradient");
    }
}
