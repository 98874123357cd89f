using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct of implicit differentiation and the native call.</summary>
internal static unsafe class DeviceTransportGradient
{
    public static void Backward<TReal>(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<TReal> potentials,
        in DeviceTransportUpstream<TReal> upstream,
        in DeviceTransportGradientOutputs<TReal> outputs,
        in SinkhornOptions options,
        in ConjugateGradientOptions solver,
        DeviceSpan<byte> workspace)
        where TReal : unmanaged
    {
        TransportGradientValidation.CheckSolver(solver);
        gibbs_transport_gradient arguments = Start(stream, cost, potentials, options);
        TransportGradientValidation.CheckShapes(
            cost.Rows, cost.Columns,
            upstream.Plan.Rows, upstream.Plan.Columns, upstream.SourcePotential.Length, upstream.TargetPotential.Length,
            outputs.Cost.Rows, outputs.Cost.Columns, outputs.SourceWeights.Length, outputs.TargetWeights.Length);
        TransportGradientValidation.CheckPoints(
            cost.Rows, cost.Columns, cost.Dimensions, cost.IsPoints, outputs.SourcePoints.Rows, outputs.SourcePoints.Columns, outputs.TargetPoints.Rows, outputs.TargetPoints.Columns);
        DeviceViews.CheckInPlaceOrApart(upstream.Plan, "upstream.Plan", outputs.Cost, "outputs.Cost");
        int device = stream.Device.Ordinal;
        arguments.max_iterations = solver.MaxIterations;
        arguments.tolerance = solver.Tolerance;
        arguments.upstream_plan = DeviceViews.Pointer(upstream.Plan, "upstream.Plan", device);
        arguments.upstream_plan_stride = upstream.Plan.Stride;
        arguments.upstream_source = DeviceViews.Pointer(upstream.SourcePotential, "upstream.SourcePotential", device);
        arguments.upstream_target = DeviceViews.Pointer(upstream.TargetPotential, "upstream.TargetPotential", device);
        arguments.result = DeviceViews.Scalar(outputs.Result, "outputs.Result", device);
        arguments.cost_gradient = DeviceViews.Pointer(outputs.Cost, "outputs.Cost", device);
        arguments.cost_gradient_stride = outputs.Cost.Stride;
        arguments.source_gradient = DeviceViews.Pointer(outputs.SourceWeights, "outputs.SourceWeights", device);
        arguments.target_gradient = DeviceViews.Pointer(outputs.TargetWeights, "outputs.TargetWeights", device);
        arguments.x_gradient = DeviceViews.Pointer(outputs.SourcePoints, "outputs.SourcePoints", device);
        arguments.x_gradient_stride = outputs.SourcePoints.Stride;
        arguments.y_gradient = DeviceViews.Pointer(outputs.TargetPoints, "outputs.TargetPoints", device);
        arguments.y_gradient_stride = outputs.TargetPoints.Stride;
        arguments.workspace = DeviceViews.Pointer(workspace, "workspace", device);
        arguments.workspace_bytes = workspace.Length;
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_transport_gradient_run(use.Device, use.Stream, &arguments));
    }

    public static long WorkspaceBytes<TReal>(CudaStream stream, in DeviceTransportCost cost, in DeviceTransportPotentials<TReal> potentials, in SinkhornOptions options)
        where TReal : unmanaged
    {
        gibbs_transport_gradient arguments = Start(stream, cost, potentials, options);
        arguments.max_iterations = 1;
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_transport_gradient_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static gibbs_transport_gradient Start<TReal>(CudaStream stream, in DeviceTransportCost cost, in DeviceTransportPotentials<TReal> potentials, in SinkhornOptions options)
        where TReal : unmanaged
    {
        gibbs_transport_gradient arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_transport_gradient);
        arguments.problem = DeviceTransportPlan.Problem(stream, cost, potentials, options);
        return arguments;
    }
}
