using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>What a sparsity-constrained solve on a device is given: a matrix of costs, or point clouds.</summary>
internal ref struct DeviceSparseTransportCall<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public CudaStream Stream;
    public SparseTransportOptions Options;
    public DeviceSparseTransportInputs<TReal> Inputs;
    public DeviceSparseTransportOutputs<TReal> Outputs;
    public long Problems;
    public bool Points;
    public DeviceSpan2D<T> Cost;
    public DeviceSpan2D<T> X;
    public DeviceSpan2D<T> Y;
}

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceSparseTransport
{
    public static DeviceSparseTransportCall<T, TReal> Matrix<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> cost, int problems, in DeviceSparseTransportOutputs<TReal> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged => new() { Stream = stream, Options = options, Inputs = inputs, Outputs = outputs, Problems = problems, Cost = cost };

    public static DeviceSparseTransportCall<T, T> Points<T>(
        CudaStream stream, DeviceSpan2D<T> x, DeviceSpan2D<T> y, in DeviceSparseTransportOutputs<T> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<T> inputs)
        where T : unmanaged => new() { Stream = stream, Options = options, Inputs = inputs, Outputs = outputs, Problems = 1, Points = true, X = x, Y = y };

    public static void Run<T, TReal>(in DeviceSparseTransportCall<T, TReal> call)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(call, out gibbs_sparse_transport arguments);
        using CudaStream.Use use = new(call.Stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_sparse_transport_run(use.Device, use.Stream, &arguments));
    }

    public static long WorkspaceBytes<T, TReal>(in DeviceSparseTransportCall<T, TReal> call)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(call, out gibbs_sparse_transport arguments);
        using CudaStream.Use use = new(call.Stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_sparse_transport_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static void Fill<T, TReal>(in DeviceSparseTransportCall<T, TReal> call, out gibbs_sparse_transport arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(call.Stream, "stream");
        SparseTransportValidation.CheckOptions(call.Options);
        ref readonly DeviceSparseTransportInputs<TReal> inputs = ref call.Inputs;
        ref readonly DeviceSparseTransportOutputs<TReal> outputs = ref call.Outputs;
        int device = call.Stream.Device.Ordinal;
        arguments = default;
        Sizes(call, ref arguments);
        arguments.struct_size = (uint)sizeof(gibbs_sparse_transport);
        arguments.type = NativeTypes.Of<T>();
        arguments.metric = (int)call.Options.Metric.Kind;
        arguments.metric_k = call.Options.Metric.K;
        arguments.metric_parameter = call.Options.Metric.Parameter;
        arguments.costs = DeviceViews.Pointer(call.Cost, "cost", device);
        arguments.costs_stride = call.Cost.Stride;
        arguments.x = DeviceViews.Pointer(call.X, "x", device);
        arguments.x_stride = call.X.Stride;
        arguments.y = DeviceViews.Pointer(call.Y, "y", device);
        arguments.y_stride = call.Y.Stride;
        arguments.source_weights = DeviceViews.Pointer(inputs.SourceWeights, "inputs.SourceWeights", device);
        arguments.target_weights = DeviceViews.Pointer(inputs.TargetWeights, "inputs.TargetWeights", device);
        arguments.initial_source_potential = DeviceViews.Pointer(inputs.InitialSourcePotential, "inputs.InitialSourcePotential", device);
        arguments.gamma = call.Options.Gamma;
        arguments.tolerance = call.Options.Tolerance;
        arguments.k = call.Options.K;
        arguments.form = (int)call.Options.Form;
        arguments.max_iterations = call.Options.MaxIterations;
        arguments.regime = inputs.Regime;
        arguments.results = DeviceViews.Pointer(outputs.Results, "outputs.Results", device);
        arguments.source_potential = DeviceViews.Pointer(outputs.SourcePotential, "outputs.SourcePotential", device);
        arguments.target_potential = DeviceViews.Pointer(outputs.TargetPotential, "outputs.TargetPotential", device);
        arguments.plan_rows = DeviceViews.Pointer(outputs.Rows, "outputs.Rows", device);
        arguments.plan_rows_stride = outputs.Rows.Stride;
        arguments.plan_values = DeviceViews.Pointer(outputs.Values, "outputs.Values", device);
        arguments.plan_values_stride = outputs.Values.Stride;
        arguments.plan = DeviceViews.Pointer(outputs.Plan, "outputs.Plan", device);
        arguments.plan_stride = outputs.Plan.Stride;
        arguments.workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device);
        arguments.workspace_bytes = inputs.Workspace.Length;
    }

    private static void Sizes<T, TReal>(in DeviceSparseTransportCall<T, TReal> call, ref gibbs_sparse_transport arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        ref readonly DeviceSparseTransportInputs<TReal> inputs = ref call.Inputs;
        ref readonly DeviceSparseTransportOutputs<TReal> outputs = ref call.Outputs;
        long sources = call.Points ? call.X.Rows : call.Cost.Rows, columns = call.Points ? call.Y.Rows : call.Cost.Columns;
        ArgumentChecks.Range(call.Problems >= 0, "problems", "problems", call.Problems, "0 or more");
        if (call.Points)
            SinkhornValidation.CheckPoints(call.Options.Metric, call.X.Rows, call.X.Columns, call.Y.Rows, call.Y.Columns);
        else if (call.Problems == 0 ? sources != 0 : sources % call.Problems != 0)
            ArgumentChecks.Fail("cost", $"cost has {sources} rows; they must be a multiple of problems, {call.Problems}, the same number for each.");
        if (call.Problems > 0)
        {
            long targets = call.Problems * columns;
            SparseTransportValidation.CheckShapes(
                sources, columns, inputs.SourceWeights.Length, call.Problems == 1 ? inputs.TargetWeights.Length : 0, inputs.InitialSourcePotential.Length,
                outputs.SourcePotential.Length, call.Problems == 1 ? outputs.TargetPotential.Length : 0, outputs.Plan.Rows, outputs.Plan.Columns);
            ArgumentChecks.Length("inputs.TargetWeights", inputs.TargetWeights.Length, targets, "one per column of every problem");
            ArgumentChecks.Length("outputs.TargetPotential", outputs.TargetPotential.Length, targets, "one per column of every problem");
            SparseTransportValidation.CheckSparse(call.Options, targets, outputs.Rows.Rows, outputs.Rows.Columns, outputs.Values.Rows, outputs.Values.Columns);
            if (outputs.Results.Length != call.Problems)
                ArgumentChecks.Fail("outputs.Results", $"outputs.Results has {outputs.Results.Length} elements; it needs {call.Problems}, one per problem.");
            CheckApart(outputs.Plan, call.Cost);
        }

        arguments.problems = call.Problems;
        arguments.rows = call.Problems == 0 ? 1 : sources / call.Problems;
        arguments.columns = Math.Max(1, columns);
        arguments.dimensions = call.X.Columns;
    }

    // Costs are read until the end.
    private static void CheckApart<TOutput, TInput>(DeviceSpan2D<TOutput> output, DeviceSpan2D<TInput> input)
        where TOutput : unmanaged
        where TInput : unmanaged
    {
        if (!output.IsEmpty && !input.IsEmpty && output.Pointer < End(input) && input.Pointer < End(output))
            ArgumentChecks.Fail("outputs.Plan", $"outputs.Plan overlaps the cost, which is read until the end; it must be memory apart.");
    }

    private static Int128 End<TItem>(DeviceSpan2D<TItem> view)
        where TItem : unmanaged => view.Pointer + (((((Int128)view.Rows - 1) * view.Stride) + view.Columns) * sizeof(TItem));
}
