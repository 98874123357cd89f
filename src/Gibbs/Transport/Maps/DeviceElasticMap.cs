using System;

using Gibbs.Interop;

namespace Gibbs;

/// <summary>From the managed arguments to the C struct and the native call. Nothing is allocated; argument errors are found before anything is enqueued.</summary>
internal static unsafe class DeviceElasticMap
{
    public static void Apply<TReal>(
        CudaStream stream,
        DeviceSpan2D<TReal> points,
        DeviceSpan2D<TReal> targets,
        DeviceSpan<TReal> potential,
        in DeviceElasticMapOutputs<TReal> outputs,
        in ElasticMapOptions options,
        in DeviceElasticMapInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, points, targets, potential, outputs, options, inputs, out gibbs_elastic_map arguments);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_elastic_map_run(use.Device, use.Stream, &arguments));
    }

    public static long WorkspaceBytes<TReal>(
        CudaStream stream,
        DeviceSpan2D<TReal> points,
        DeviceSpan2D<TReal> targets,
        DeviceSpan<TReal> potential,
        in DeviceElasticMapOutputs<TReal> outputs,
        in ElasticMapOptions options,
        in DeviceElasticMapInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, points, targets, potential, outputs, options, inputs, out gibbs_elastic_map arguments);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_elastic_map_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    public static void Embed<TReal>(CudaStream stream, DeviceSpan2D<TReal> points, DeviceSpan2D<TReal> embedded, ElasticCost cost, DeviceSpan2D<TReal> matrix)
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        ElasticValidation.CheckEmbedded(cost, points.Rows, points.Columns, matrix.Rows, matrix.Columns, embedded.Rows, embedded.Columns);
        int device = stream.Device.Ordinal;
        gibbs_elastic_map arguments = default;
        Fill(points, cost, matrix, nameof(matrix), device, ref arguments);
        arguments.embedded = DeviceViews.Pointer(embedded, nameof(embedded), device);
        arguments.embedded_stride = embedded.Stride;
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_elastic_map_embed(use.Device, use.Stream, &arguments));
    }

    private static void Fill<TReal>(
        CudaStream stream,
        DeviceSpan2D<TReal> points,
        DeviceSpan2D<TReal> targets,
        DeviceSpan<TReal> potential,
        in DeviceElasticMapOutputs<TReal> outputs,
        in ElasticMapOptions options,
        in DeviceElasticMapInputs<TReal> inputs,
        out gibbs_elastic_map arguments)
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        ElasticValidation.CheckOptions(options);
        ElasticValidation.CheckPoints(options.Cost, points.Rows, points.Columns, targets.Rows, targets.Columns);
        ElasticValidation.CheckMatrix("inputs.Matrix", options.Cost, inputs.Matrix.Rows, inputs.Matrix.Columns, points.Columns);
        ElasticValidation.CheckShapes(
            points.Rows, points.Columns, targets.Rows, potential.Length, inputs.TargetWeights.Length, new(outputs.Mapped.Rows, outputs.Mapped.Columns), outputs.Potential.Length, new(outputs.Gradient.Rows, outputs.Gradient.Columns));
        int device = stream.Device.Ordinal;
        arguments = default;
        Fill(points, options.Cost, inputs.Matrix, "inputs.Matrix", device, ref arguments);
        arguments.targets = targets.Rows;
        arguments.epsilon = options.Epsilon;
        arguments.target_points = DeviceViews.Pointer(targets, nameof(targets), device);
        arguments.target_points_stride = targets.Stride;
        arguments.target_potential = DeviceViews.Pointer(potential, "targetPotential", device);
        arguments.target_weights = DeviceViews.Pointer(inputs.TargetWeights, "inputs.TargetWeights", device);
        arguments.mapped = DeviceViews.Pointer(outputs.Mapped, "outputs.Mapped", device);
        arguments.mapped_stride = outputs.Mapped.Stride;
        arguments.potential = DeviceViews.Pointer(outputs.Potential, "outputs.Potential", device);
        arguments.gradient = DeviceViews.Pointer(outputs.Gradient, "outputs.Gradient", device);
        arguments.gradient_stride = outputs.Gradient.Stride;
        arguments.workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device);
        arguments.workspace_bytes = inputs.Workspace.Length;
    }

    private static void Fill<TReal>(DeviceSpan2D<TReal> points, ElasticCost cost, DeviceSpan2D<TReal> matrix, string matrixName, int device, ref gibbs_elastic_map arguments)
        where TReal : unmanaged
    {
        arguments.struct_size = (uint)sizeof(gibbs_elastic_map);
        arguments.type = NativeTypes.Of<TReal>();
        arguments.cost = (int)cost.Kind;
        arguments.k = cost.K;
        arguments.gamma = cost.Gamma;
        arguments.rows = points.Rows;
        arguments.dimensions = points.Columns;
        arguments.matrix_rows = cost.TakesMatrix ? matrix.Rows : 0;
        arguments.points = DeviceViews.Pointer(points, nameof(points), device);
        arguments.points_stride = points.Stride;
        arguments.matrix = DeviceViews.Pointer(matrix, matrixName, device);
        arguments.matrix_stride = matrix.Stride;
    }
}
