using System;

using Gibbs.Interop;

namespace Gibbs;

/// <content>The overloads on device memory: asynchronous on the stream, on the device that owns the memory. The result is an output. Safe under CUDA graph capture.</content>
public static unsafe partial class MongeGap
{
    /// <summary>The gap of float32 points and their images in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="points">x [N, d]; rows may be strided.</param>
    /// <param name="mapped">y = T(x) [N, d].</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars of the solve, the cost among them; both marginals are held.</param>
    /// <param name="inputs">Weights, a potential to start from, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Compute(
        CudaStream stream, DeviceSpan2D<float> points, DeviceSpan2D<float> mapped, in DeviceMongeGapOutputs<float> outputs, in SinkhornOptions options, in DeviceMongeGapInputs<float> inputs = default) =>
        Run(stream, points, mapped, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceMongeGapOutputs{float}, in SinkhornOptions, in DeviceMongeGapInputs{float})"/>
    public static void Compute(
        CudaStream stream, DeviceSpan2D<double> points, DeviceSpan2D<double> mapped, in DeviceMongeGapOutputs<double> outputs, in SinkhornOptions options, in DeviceMongeGapInputs<double> inputs = default) =>
        Run(stream, points, mapped, outputs, options, inputs);

    /// <summary>Bytes of scratch that <c>Compute</c> with the same arguments needs; give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Compute</c>.</param>
    /// <param name="points">As in <c>Compute</c>.</param>
    /// <param name="mapped">As in <c>Compute</c>.</param>
    /// <param name="outputs">As in <c>Compute</c>.</param>
    /// <param name="options">As in <c>Compute</c>.</param>
    /// <param name="inputs">As in <c>Compute</c>.</param>
    /// <exception cref="ArgumentException">As in <c>Compute</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<float> points, DeviceSpan2D<float> mapped, in DeviceMongeGapOutputs<float> outputs, in SinkhornOptions options, in DeviceMongeGapInputs<float> inputs = default) =>
        Bytes(stream, points, mapped, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceMongeGapOutputs{float}, in SinkhornOptions, in DeviceMongeGapInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<double> points, DeviceSpan2D<double> mapped, in DeviceMongeGapOutputs<double> outputs, in SinkhornOptions options, in DeviceMongeGapInputs<double> inputs = default) =>
        Bytes(stream, points, mapped, outputs, options, inputs);

    private static void Run<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> points, DeviceSpan2D<TReal> mapped, in DeviceMongeGapOutputs<TReal> outputs, in SinkhornOptions options, in DeviceMongeGapInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, points, mapped, outputs, options, inputs, out gibbs_monge_gap arguments);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_monge_gap_run(use.Device, use.Stream, &arguments));
    }

    private static long Bytes<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> points, DeviceSpan2D<TReal> mapped, in DeviceMongeGapOutputs<TReal> outputs, in SinkhornOptions options, in DeviceMongeGapInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, points, mapped, outputs, options, inputs, out gibbs_monge_gap arguments);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_monge_gap_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static void Fill<TReal>(
        CudaStream stream,
        DeviceSpan2D<TReal> points,
        DeviceSpan2D<TReal> mapped,
        in DeviceMongeGapOutputs<TReal> outputs,
        in SinkhornOptions options,
        in DeviceMongeGapInputs<TReal> inputs,
        out gibbs_monge_gap arguments)
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        MapValidation.CheckHeld(options);
        MapValidation.CheckGap(points.Rows, points.Columns, mapped.Rows, mapped.Columns, inputs.Weights.Length, new(outputs.PointGradient.Rows, outputs.PointGradient.Columns), new(outputs.MappedGradient.Rows, outputs.MappedGradient.Columns));
        SinkhornValidation.CheckPoints(options.Metric, points.Rows, points.Columns, mapped.Rows, mapped.Columns);
        ArgumentChecks.Length("inputs.InitialTargetPotential", inputs.InitialTargetPotential.Length, points.Rows, "one per point");
        ArgumentChecks.Length("outputs.TargetPotential", outputs.TargetPotential.Length, points.Rows, "one per point");
        if (outputs.Result.Length != 1)
            ArgumentChecks.Fail("outputs.Result", $"outputs.Result has {outputs.Result.Length} elements; it needs 1.");
        int device = stream.Device.Ordinal;
        arguments = new()
        {
            struct_size = (uint)sizeof(gibbs_monge_gap),
            type = NativeTypes.Of<TReal>(),
            metric = options.Metric.Kind,
            metric_k = options.Metric.K,
            metric_parameter = options.Metric.Parameter,
            rows = points.Rows,
            dimensions = points.Columns,
            points = DeviceViews.Pointer(points, nameof(points), device),
            points_stride = points.Stride,
            mapped = DeviceViews.Pointer(mapped, nameof(mapped), device),
            mapped_stride = mapped.Stride,
            weights = DeviceViews.Pointer(inputs.Weights, "inputs.Weights", device),
            initial_target_potential = DeviceViews.Pointer(inputs.InitialTargetPotential, "inputs.InitialTargetPotential", device),
            epsilon = options.Epsilon,
            tolerance = options.Tolerance,
            epsilon_start = options.EpsilonStart,
            max_iterations = options.MaxIterations,
            flags = options.Plain ? gibbs_sinkhorn_flags.GIBBS_SINKHORN_PLAIN : 0,
            result = DeviceViews.Scalar(outputs.Result, "outputs.Result", device),
            target_potential = DeviceViews.Pointer(outputs.TargetPotential, "outputs.TargetPotential", device),
            point_gradient = DeviceViews.Pointer(outputs.PointGradient, "outputs.PointGradient", device),
            point_gradient_stride = outputs.PointGradient.Stride,
            mapped_gradient = DeviceViews.Pointer(outputs.MappedGradient, "outputs.MappedGradient", device),
            mapped_gradient_stride = outputs.MappedGradient.Stride,
            workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device),
            workspace_bytes = inputs.Workspace.Length,
        };
    }
}
