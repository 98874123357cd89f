using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceSinkhorn
{
    public static void Run<T, TReal>(in DeviceSinkhornCall<T, TReal> call)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(call, out gibbs_sinkhorn arguments);
        using CudaStream.Use use = new(call.Stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_sinkhorn_run(use.Device, use.Stream, &arguments));
    }

    public static long WorkspaceBytes<T, TReal>(in DeviceSinkhornCall<T, TReal> call)
        where T : unmanaged
        where TReal : unmanaged
    {
        Fill(call, out gibbs_sinkhorn arguments);
        using CudaStream.Use use = new(call.Stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_sinkhorn_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    /// <summary>The C struct of a call.</summary>
    public static void Fill<T, TReal>(in DeviceSinkhornCall<T, TReal> call, out gibbs_sinkhorn arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(call.Stream, "stream");
        SinkhornValidation.CheckOptions(call.Options, !call.Inputs.Epsilons.IsEmpty);
        SinkhornBatchShapes shapes = Shapes(call);
        int device = call.Stream.Device.Ordinal;
        arguments = default;
        arguments.struct_size = (uint)sizeof(gibbs_sinkhorn);
        arguments.type = NativeTypes.Of<T>();
        arguments.problems = shapes.Problems;
        arguments.rows = shapes.Rows;
        arguments.columns = shapes.Columns;
        if (call.Ragged)
        {
            arguments.source_offsets = DeviceViews.Pointer(call.Batch.SourceOffsets, "batch.SourceOffsets", device);
            arguments.target_offsets = DeviceViews.Pointer(call.Batch.TargetOffsets, "batch.TargetOffsets", device);
            arguments.cost_offsets = DeviceViews.Pointer(call.Batch.CostOffsets, "batch.CostOffsets", device);
            arguments.source_total = Total(shapes.SourceTotal, shapes.Problems, shapes.Rows);
            arguments.target_total = Total(shapes.TargetTotal, shapes.Problems, shapes.Columns);
            arguments.cost_total = call.Points ? call.Outputs.PackedPlans.Length : call.PackedCost.Length;
        }

        FillCosts(call, device, ref arguments);
        FillScalars(call.Options, ref arguments);
        FillInputs(call.Inputs, device, ref arguments);
        FillOutputs(call, device, ref arguments);
    }

    private static void FillCosts<T, TReal>(in DeviceSinkhornCall<T, TReal> call, int device, ref gibbs_sinkhorn arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        if (!call.Points)
        {
            arguments.costs = call.Ragged ? DeviceViews.Pointer(call.PackedCost, "cost", device) : DeviceViews.Pointer(call.Cost, "cost", device);
            arguments.costs_stride = call.Cost.Stride;
            arguments.flags |= call.Inputs.SharedCost ? gibbs_sinkhorn_flags.GIBBS_SINKHORN_SHARED_COSTS : 0;
            return;
        }

        arguments.metric = call.Options.Metric.Kind;
        arguments.metric_k = call.Options.Metric.K;
        arguments.metric_parameter = call.Options.Metric.Parameter;
        arguments.dimensions = call.X.Columns;
        arguments.x = DeviceViews.Pointer(call.X, "x", device);
        arguments.x_stride = call.X.Stride;
        arguments.y = DeviceViews.Pointer(call.Y, "y", device);
        arguments.y_stride = call.Y.Stride;
    }

    private static void FillScalars(in SinkhornOptions options, ref gibbs_sinkhorn arguments)
    {
        arguments.epsilon = options.Epsilon;
        arguments.source_rho = options.SourceRho;
        arguments.target_rho = options.TargetRho;
        arguments.tolerance = options.Tolerance;
        arguments.epsilon_start = options.EpsilonStart;
        arguments.max_iterations = options.MaxIterations;
        arguments.flags |= options.Plain ? gibbs_sinkhorn_flags.GIBBS_SINKHORN_PLAIN : 0;
    }

    private static void FillInputs<TReal>(in DeviceSinkhornInputs<TReal> inputs, int device, ref gibbs_sinkhorn arguments)
        where TReal : unmanaged
    {
        arguments.source_weights = DeviceViews.Pointer(inputs.SourceWeights, "inputs.SourceWeights", device);
        arguments.target_weights = DeviceViews.Pointer(inputs.TargetWeights, "inputs.TargetWeights", device);
        arguments.initial_target_potential = DeviceViews.Pointer(inputs.InitialTargetPotentials, "inputs.InitialTargetPotentials", device);
        arguments.epsilons = DeviceViews.Pointer(inputs.Epsilons, "inputs.Epsilons", device);
        arguments.tolerances = DeviceViews.Pointer(inputs.Tolerances, "inputs.Tolerances", device);
        arguments.iteration_limits = DeviceViews.Pointer(inputs.IterationLimits, "inputs.IterationLimits", device);
        arguments.regime = inputs.Regime;
        arguments.workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device);
        arguments.workspace_bytes = inputs.Workspace.Length;
    }

    private static void FillOutputs<T, TReal>(in DeviceSinkhornCall<T, TReal> call, int device, ref gibbs_sinkhorn arguments)
        where T : unmanaged
        where TReal : unmanaged
    {
        ref readonly DevicePointSinkhornOutputs<TReal> outputs = ref call.Outputs;
        CheckApart(outputs.Plans, "outputs.Plans", call.Cost, "cost");
        CheckApart(outputs.SourceGradients, "outputs.SourceGradients", call.X, "x");
        CheckApart(outputs.SourceGradients, "outputs.SourceGradients", call.Y, "y");
        CheckApart(outputs.TargetGradients, "outputs.TargetGradients", call.X, "x");
        CheckApart(outputs.TargetGradients, "outputs.TargetGradients", call.Y, "y");
        arguments.results = DeviceViews.Pointer(outputs.Results, "outputs.Results", device);
        arguments.source_potential = DeviceViews.Pointer(outputs.SourcePotentials, "outputs.SourcePotentials", device);
        arguments.target_potential = DeviceViews.Pointer(outputs.TargetPotentials, "outputs.TargetPotentials", device);
        arguments.plan = call.Ragged ? DeviceViews.Pointer(outputs.PackedPlans, "outputs.PackedPlans", device) : DeviceViews.Pointer(outputs.Plans, "outputs.Plans", device);
        arguments.plan_stride = outputs.Plans.Stride;
        arguments.x_gradient = DeviceViews.Pointer(outputs.SourceGradients, "outputs.SourceGradients", device);
        arguments.x_gradient_stride = outputs.SourceGradients.Stride;
        arguments.y_gradient = DeviceViews.Pointer(outputs.TargetGradients, "outputs.TargetGradients", device);
        arguments.y_gradient_stride = outputs.TargetGradients.Stride;
    }

    // Where no array says how long it is, nothing is read or written by the offsets: of problems one after another.
    private static long Total(long given, long problems, long largest) => given != long.MaxValue ? given : problems * largest;

    // Whole extents: costs and points are read until the last iteration.
    private static void CheckApart<TOutput, TInput>(DeviceSpan2D<TOutput> output, string name, DeviceSpan2D<TInput> input, string inputName)
        where TOutput : unmanaged
        where TInput : unmanaged
    {
        if (!output.IsEmpty && !input.IsEmpty && output.Pointer < End(input) && input.Pointer < End(output))
            ArgumentChecks.Fail(name, $"{name} overlaps {inputName}, which is read until the end; it must be memory apart.");
    }

    private static Int128 End<TItem>(DeviceSpan2D<TItem> view)
        where TItem : unmanaged => view.Pointer + (((((Int128)view.Rows - 1) * view.Stride) + view.Columns) * sizeof(TItem));

    private static SinkhornBatchShapes Shapes<T, TReal>(in DeviceSinkhornCall<T, TReal> call)
        where T : unmanaged
        where TReal : unmanaged
    {
        ref readonly DeviceSinkhornInputs<TReal> inputs = ref call.Inputs;
        ref readonly DevicePointSinkhornOutputs<TReal> outputs = ref call.Outputs;
        SinkhornBatchShapes shapes = new()
        {
            Problems = call.Ragged ? call.Batch.SourceOffsets.Length - 1 : call.Problems,
            Ragged = call.Ragged,
            SourceOffsets = call.Batch.SourceOffsets.Length,
            TargetOffsets = call.Batch.TargetOffsets.Length,
            CostOffsets = call.Batch.CostOffsets.Length,
            SourceTotal = call.X.Rows,
            TargetTotal = call.Y.Rows,
            SourceWeights = inputs.SourceWeights.Length,
            TargetWeights = inputs.TargetWeights.Length,
            InitialTargetPotentials = inputs.InitialTargetPotentials.Length,
            Epsilons = inputs.Epsilons.Length,
            Tolerances = inputs.Tolerances.Length,
            IterationLimits = inputs.IterationLimits.Length,
            Results = outputs.Results.Length,
            SourcePotentials = outputs.SourcePotentials.Length,
            TargetPotentials = outputs.TargetPotentials.Length,
            PlanRows = outputs.Plans.Rows,
            PlanColumns = outputs.Plans.Columns,
            PackedPlans = outputs.PackedPlans.Length,
        };
        if (call.Points)
            SinkhornValidation.CheckPoints(call.Options.Metric, call.X.Rows, call.X.Columns, call.Y.Rows, call.Y.Columns);
        Sizes(call, ref shapes);
        shapes.Check();
        if (call.Points)
        {
            SinkhornBatchShapes.CheckPointBatch(
                inputs.SharedCost, call.X.Rows, call.Y.Rows, call.X.Columns, outputs.SourceGradients.Rows, outputs.SourceGradients.Columns, outputs.TargetGradients.Rows, outputs.TargetGradients.Columns);
        }
        else if (call.Ragged)
        {
            SinkhornBatchShapes.CheckPackedCosts(shapes, inputs.SharedCost, call.PackedCost.Length);
        }

        return shapes;
    }

    private static void Sizes<T, TReal>(in DeviceSinkhornCall<T, TReal> call, ref SinkhornBatchShapes shapes)
        where T : unmanaged
        where TReal : unmanaged
    {
        if (call.Ragged)
        {
            shapes.Rows = call.Batch.LargestRows;
            shapes.Columns = call.Batch.LargestColumns;
            ArgumentChecks.Range(shapes.Rows >= 1, "batch", "batch.LargestRows", shapes.Rows, "at least 1");
            ArgumentChecks.Range(shapes.Columns >= 1, "batch", "batch.LargestColumns", shapes.Columns, "at least 1");
        }
        else if (call.Points)
        {
            shapes.Rows = SinkhornBatchShapes.PerProblem("x", call.X.Rows, call.Problems);
            shapes.Columns = SinkhornBatchShapes.PerProblem("y", call.Y.Rows, call.Problems);
        }
        else
        {
            shapes.Rows = SinkhornBatchShapes.PerProblem("cost", call.Inputs.SharedCost ? call.Cost.Rows * call.Problems : call.Cost.Rows, call.Problems);
            shapes.Columns = SinkhornBatchShapes.PerProblem("cost", call.Cost.Columns, 1);
        }
    }
}
