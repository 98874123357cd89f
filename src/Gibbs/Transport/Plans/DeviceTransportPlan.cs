using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C structs of transport plans. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceTransportPlan
{
    /// <summary>The problem that every struct of transport plans begins with.</summary>
    public static gibbs_transport_problem Problem<TReal>(CudaStream stream, in DeviceTransportCost cost, in DeviceTransportPotentials<TReal> potentials, in SinkhornOptions options)
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        TransportPlanValidation.CheckCost<TReal>(options, cost.IsPoints, cost.Rows, cost.Columns, cost.Dimensions, cost.SecondDimensions, cost.Type);
        TransportPlanValidation.CheckPotentials(
            cost.Rows, cost.Columns, potentials.SourcePotential.Length, potentials.TargetPotential.Length, potentials.SourceWeights.Length, potentials.TargetWeights.Length);
        int device = stream.Device.Ordinal, bytes = sizeof(TReal);
        if (cost.Device != device)
            DeviceViews.CheckPointer(cost.First, bytes, cost.Device, cost.IsPoints ? "x" : "cost", device);
        if (cost.SecondDevice != device)
            DeviceViews.CheckPointer(cost.Second, bytes, cost.SecondDevice, "y", device);
        gibbs_transport_problem problem = default;
        problem.type = cost.Type;
        problem.metric = options.Metric.Kind;
        problem.metric_k = options.Metric.K;
        problem.metric_parameter = options.Metric.Parameter;
        problem.rows = cost.Rows;
        problem.columns = cost.Columns;
        problem.dimensions = cost.Dimensions;
        problem.costs = cost.IsPoints ? 0 : cost.First;
        problem.costs_stride = cost.IsPoints ? 0 : cost.FirstStride;
        problem.x = cost.IsPoints ? cost.First : 0;
        problem.x_stride = cost.IsPoints ? cost.FirstStride : 0;
        problem.y = cost.Second;
        problem.y_stride = cost.SecondStride;
        problem.source_potential = DeviceViews.Pointer(potentials.SourcePotential, "potentials.SourcePotential", device);
        problem.target_potential = DeviceViews.Pointer(potentials.TargetPotential, "potentials.TargetPotential", device);
        problem.source_weights = DeviceViews.Pointer(potentials.SourceWeights, "potentials.SourceWeights", device);
        problem.target_weights = DeviceViews.Pointer(potentials.TargetWeights, "potentials.TargetWeights", device);
        problem.epsilon = options.Epsilon;
        problem.source_rho = options.SourceRho;
        problem.target_rho = options.TargetRho;
        return problem;
    }

    public static long WorkspaceBytes<TReal>(CudaStream stream, in DeviceTransportCost cost, in DeviceTransportPotentials<TReal> potentials, in SinkhornOptions options)
        where TReal : unmanaged
    {
        gibbs_transport_plan arguments = Start(stream, cost, potentials, options, default);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_transport_plan_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    public static void Apply<TReal>(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<TReal> potentials,
        DeviceSpan2D<TReal> values,
        DeviceSpan2D<TReal> result,
        in SinkhornOptions options,
        bool barycentric,
        bool transposed,
        DeviceSpan<byte> workspace)
        where TReal : unmanaged
    {
        gibbs_transport_plan arguments = Start(stream, cost, potentials, options, workspace);
        TransportPlanValidation.CheckApply(values.Rows, values.Columns, result.Rows, result.Columns, transposed ? cost.Rows : cost.Columns, transposed ? cost.Columns : cost.Rows, transposed);
        DeviceViews.CheckApart(values, "values", result, "result");
        int device = stream.Device.Ordinal;
        arguments.flags = (barycentric ? gibbs_plan_flags.GIBBS_PLAN_BARYCENTRIC : 0) | (transposed ? gibbs_plan_flags.GIBBS_PLAN_TRANSPOSED : 0);
        arguments.width = values.Columns;
        arguments.values = DeviceViews.Pointer(values, "values", device);
        arguments.values_stride = values.Stride;
        arguments.result = DeviceViews.Pointer(result, "result", device);
        arguments.result_stride = result.Stride;
        Run(stream, arguments);
    }

    public static void Marginals<TReal>(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<TReal> potentials,
        DeviceSpan<TReal> rowSums,
        DeviceSpan<TReal> columnSums,
        in SinkhornOptions options,
        DeviceSpan<byte> workspace)
        where TReal : unmanaged
    {
        gibbs_transport_plan arguments = Start(stream, cost, potentials, options, workspace);
        ArgumentChecks.Length("rowSums", rowSums.Length, cost.Rows, "one per row of the cost");
        ArgumentChecks.Length("columnSums", columnSums.Length, cost.Columns, "one per column of the cost");
        arguments.row_sums = DeviceViews.Pointer(rowSums, "rowSums", stream.Device.Ordinal);
        arguments.column_sums = DeviceViews.Pointer(columnSums, "columnSums", stream.Device.Ordinal);
        Run(stream, arguments);
    }

    public static void TopK<TReal>(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<TReal> potentials,
        DeviceSpan2D<int> ids,
        DeviceSpan2D<TReal> values,
        in SinkhornOptions options,
        DeviceSpan<byte> workspace)
        where TReal : unmanaged
    {
        gibbs_transport_plan arguments = Start(stream, cost, potentials, options, workspace);
        TransportPlanValidation.CheckLargest(cost.Rows, cost.Columns, ids.Rows, ids.Columns, values.Rows, values.Columns);
        arguments.largest = ids.Columns;
        arguments.largest_columns = DeviceViews.Pointer(ids, "ids", stream.Device.Ordinal);
        arguments.largest_columns_stride = ids.Stride;
        arguments.largest_values = DeviceViews.Pointer(values, "values", stream.Device.Ordinal);
        arguments.largest_values_stride = values.Stride;
        Run(stream, arguments);
    }

    public static void Entries<TReal>(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<TReal> potentials,
        double threshold,
        DeviceSpan<long> rowOffsets,
        bool count,
        DeviceSpan<int> columns,
        DeviceSpan<TReal> values,
        in SinkhornOptions options,
        DeviceSpan<byte> workspace)
        where TReal : unmanaged
    {
        gibbs_transport_plan arguments = Start(stream, cost, potentials, options, workspace);
        TransportPlanValidation.CheckThreshold(threshold);
        TransportPlanValidation.Required("rowOffsets", rowOffsets.Length, cost.Rows + 1, "one per row of the cost and one more");
        TransportPlanValidation.Required("values", values.Length, columns.Length, "as many as columns");
        arguments.flags = count ? gibbs_plan_flags.GIBBS_PLAN_COUNT : 0;
        arguments.threshold = threshold;
        arguments.row_offsets = DeviceViews.Pointer(rowOffsets, "rowOffsets", stream.Device.Ordinal);
        arguments.entry_columns = DeviceViews.Pointer(columns, "columns", stream.Device.Ordinal);
        arguments.entry_values = DeviceViews.Pointer(values, "values", stream.Device.Ordinal);
        arguments.entries = columns.Length;
        Run(stream, arguments);
    }

    private static gibbs_transport_plan Start<TReal>(
        CudaStream stream, in DeviceTransportCost cost, in DeviceTransportPotentials<TReal> potentials, in SinkhornOptions options, DeviceSpan<byte> workspace)
        where TReal : unmanaged
    {
        gibbs_transport_plan arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_transport_plan);
        arguments.problem = Problem(stream, cost, potentials, options);
        arguments.workspace = DeviceViews.Pointer(workspace, "workspace", stream.Device.Ordinal);
        arguments.workspace_bytes = workspace.Length;
        return arguments;
    }

    private static void Run(CudaStream stream, gibbs_transport_plan arguments)
    {
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_transport_plan_run(use.Device, use.Stream, &arguments));
    }
}
