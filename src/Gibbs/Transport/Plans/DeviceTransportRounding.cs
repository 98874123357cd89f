using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct of rounding and the native call.</summary>
internal static unsafe class DeviceTransportRounding
{
    public static void Round<TReal>(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<TReal> potentials,
        in DeviceTransportRoundingOutputs<TReal> outputs,
        in SinkhornOptions options,
        DeviceSpan<byte> workspace)
        where TReal : unmanaged
    {
        gibbs_transport_rounding arguments = Start(stream, cost, potentials, options);
        TransportPlanValidation.CheckRounding(
            cost.Rows, cost.Columns, outputs.SourceFactors.Length, outputs.TargetFactors.Length, outputs.SourceResidual.Length, outputs.TargetResidual.Length, outputs.Plan.Rows, outputs.Plan.Columns);
        int device = stream.Device.Ordinal;
        arguments.result = DeviceViews.Scalar(outputs.Result, "outputs.Result", device);
        arguments.source_factors = DeviceViews.Pointer(outputs.SourceFactors, "outputs.SourceFactors", device);
        arguments.target_factors = DeviceViews.Pointer(outputs.TargetFactors, "outputs.TargetFactors", device);
        arguments.source_residual = DeviceViews.Pointer(outputs.SourceResidual, "outputs.SourceResidual", device);
        arguments.target_residual = DeviceViews.Pointer(outputs.TargetResidual, "outputs.TargetResidual", device);
        arguments.plan = DeviceViews.Pointer(outputs.Plan, "outputs.Plan", device);
        arguments.plan_stride = outputs.Plan.Stride;
        arguments.workspace = DeviceViews.Pointer(workspace, "workspace", device);
        arguments.workspace_bytes = workspace.Length;
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_transport_rounding_run(use.Device, use.Stream, &arguments));
    }

    public static long WorkspaceBytes<TReal>(CudaStream stream, in DeviceTransportCost cost, in DeviceTransportPotentials<TReal> potentials, in SinkhornOptions options)
        where TReal : unmanaged
    {
        gibbs_transport_rounding arguments = Start(stream, cost, potentials, options);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_transport_rounding_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static gibbs_transport_rounding Start<TReal>(CudaStream stream, in DeviceTransportCost cost, in DeviceTransportPotentials<TReal> potentials, in SinkhornOptions options)
        where TReal : unmanaged
    {
        gibbs_transport_rounding arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_transport_rounding);
        arguments.problem = DeviceTransportPlan.Problem(stream, cost, potentials, options);
        return arguments;
    }
}
