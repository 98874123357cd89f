using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceFtrl
{
    public static void Compute<T, TReal>(CudaStream stream, DeviceSpan2D<T> losses, in DeviceFtrlOutputs<T, TReal> outputs, in FtrlOptions options, in DeviceFtrlInputs<T, TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        BackupValidation.Check<TReal>(options);
        BackupShape shape = BackupShape.OfLosses(losses.Rows, losses.Columns);
        shape.PerRow("inputs.RowRates", inputs.RowRates.Length);
        shape.PerColumn("inputs.ColumnRates", inputs.ColumnRates.Length);
        shape.Matrix("inputs.Rates", inputs.Rates.Rows, inputs.Rates.Columns);
        shape.Matrix("inputs.Upstream", inputs.Upstream.Rows, inputs.Upstream.Columns);
        shape.Matrix("outputs.Policy", outputs.Policy.Rows, outputs.Policy.Columns);
        shape.PerRow("outputs.Multipliers", outputs.Multipliers.Length);
        shape.PerRow("outputs.Regularisers", outputs.Regularisers.Length);
        shape.Matrix("outputs.Gradient", outputs.Gradient.Rows, outputs.Gradient.Columns);
        shape.PerRow("outputs.Status", outputs.Status.Length);
        shape.Upstream(outputs.Gradient.Columns, inputs.Upstream.Columns);
        int device = stream.Device.Ordinal;

        gibbs_ftrl arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_ftrl);
        arguments.type = NativeTypes.Of<T>();
        arguments.rows = losses.Rows;
        arguments.columns = losses.Columns;
        arguments.losses = DeviceViews.Pointer(losses, nameof(losses), device);
        arguments.losses_stride = losses.Stride;
        arguments.row_rates = DeviceViews.Pointer(inputs.RowRates, "inputs.RowRates", device);
        arguments.column_rates = DeviceViews.Pointer(inputs.ColumnRates, "inputs.ColumnRates", device);
        arguments.rates = DeviceViews.Pointer(inputs.Rates, "inputs.Rates", device);
        arguments.rates_stride = inputs.Rates.Stride;
        arguments.upstream = DeviceViews.Pointer(inputs.Upstream, "inputs.Upstream", device);
        arguments.upstream_stride = inputs.Upstream.Stride;
        arguments.kind = (int)options.Kind;
        arguments.regime = inputs.Regime;
        arguments.alpha = options.Alpha;
        arguments.rate = options.Rate;
        arguments.policy = DeviceViews.Pointer(outputs.Policy, "outputs.Policy", device);
        arguments.policy_stride = outputs.Policy.Stride;
        arguments.multipliers = DeviceViews.Pointer(outputs.Multipliers, "outputs.Multipliers", device);
        arguments.regularisers = DeviceViews.Pointer(outputs.Regularisers, "outputs.Regularisers", device);
        arguments.gradient = DeviceViews.Pointer(outputs.Gradient, "outputs.Gradient", device);
        arguments.gradient_stride = outputs.Gradient.Stride;
        arguments.status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device);

        DeviceViews.CheckApart(losses, nameof(losses), outputs.Policy, "outputs.Policy");
        DeviceViews.CheckApart(inputs.Upstream, "inputs.Upstream", outputs.Policy, "outputs.Policy");
        DeviceViews.CheckInPlaceOrApart(losses, nameof(losses), outputs.Gradient, "outputs.Gradient");
        DeviceViews.CheckApart(inputs.Upstream, "inputs.Upstream", outputs.Gradient, "outputs.Gradient");
        DeviceViews.CheckApart(outputs.Policy, "outputs.Policy", outputs.Gradient, "outputs.Gradient");
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_ftrl_run(use.Device, use.Stream, &arguments));
    }
}
