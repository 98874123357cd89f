using System;

using Gibbs.Interop;

namespace Gibbs;

/// <content>The loss of a matrix of costs on device memory: asynchronous on the stream, on the device that owns the memory. The result is an output. Safe under CUDA graph capture.</content>
public static unsafe partial class InverseTransport
{
    /// <summary>The loss of float32 costs in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C [N, M]; rows may be strided.</param>
    /// <param name="observed">P̂ [N, M], at least 0.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars of the solve.</param>
    /// <param name="inputs">A potential to start from, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Loss(
        CudaStream stream, DeviceSpan2D<float> cost, DeviceSpan2D<float> observed, in DeviceInverseTransportOutputs<float> outputs, in SinkhornOptions options, in DeviceInverseTransportInputs<float> inputs = default) =>
        Run(stream, cost, observed, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Loss(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceInverseTransportOutputs{float}, in SinkhornOptions, in DeviceInverseTransportInputs{float})"/>
    public static void Loss(
        CudaStream stream, DeviceSpan2D<double> cost, DeviceSpan2D<double> observed, in DeviceInverseTransportOutputs<double> outputs, in SinkhornOptions options, in DeviceInverseTransportInputs<double> inputs = default) =>
        Run(stream, cost, observed, outputs, options, inputs);

    /// <summary>Bytes of scratch that <c>Loss</c> with the same arguments needs; give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Loss</c>.</param>
    /// <param name="cost">As in <c>Loss</c>.</param>
    /// <param name="observed">As in <c>Loss</c>.</param>
    /// <param name="outputs">As in <c>Loss</c>.</param>
    /// <param name="options">As in <c>Loss</c>.</param>
    /// <param name="inputs">As in <c>Loss</c>.</param>
    /// <exception cref="ArgumentException">As in <c>Loss</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<float> cost, DeviceSpan2D<float> observed, in DeviceInverseTransportOutputs<float> outputs, in SinkhornOptions options, in DeviceInverseTransportInputs<float> inputs = default) =>
        Bytes(stream, cost, observed, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceInverseTransportOutputs{float}, in SinkhornOptions, in DeviceInverseTransportInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<double> cost, DeviceSpan2D<double> observed, in DeviceInverseTransportOutputs<double> outputs, in SinkhornOptions options, in DeviceInverseTransportInputs<double> inputs = default) =>
        Bytes(stream, cost, observed, outputs, options, inputs);

    private static void Run<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> cost, DeviceSpan2D<TReal> observed, in DeviceInverseTransportOutputs<TReal> outputs, in SinkhornOptions options, in DeviceInverseTransportInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, cost, observed, outputs, options, inputs, out gibbs_inverse_transport arguments);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_inverse_transport_run(use.Device, use.Stream, &arguments));
    }

    private static long Bytes<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> cost, DeviceSpan2D<TReal> observed, in DeviceInverseTransportOutputs<TReal> outputs, in SinkhornOptions options, in DeviceInverseTransportInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, cost, observed, outputs, options, inputs, out gibbs_inverse_transport arguments);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_inverse_transport_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static void Fill<TReal>(
        CudaStream stream,
        DeviceSpan2D<TReal> cost,
        DeviceSpan2D<TReal> observed,
        in DeviceInverseTransportOutputs<TReal> outputs,
        in SinkhornOptions options,
        in DeviceInverseTransportInputs<TReal> inputs,
        out gibbs_inverse_transport arguments)
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        MapValidation.CheckHeld(options);
        SinkhornValidation.CheckShapes(cost.Rows, cost.Columns, 0, 0, inputs.InitialTargetPotential.Length, 0, outputs.TargetPotential.Length, 0, 0);
        MapValidation.CheckObserved(cost.Rows, cost.Columns, new(observed.Rows, observed.Columns));
        ArgumentChecks.Matrix("outputs.CostGradient", outputs.CostGradient.Rows, outputs.CostGradient.Columns, cost.Rows, cost.Columns, "as the cost");
        if (outputs.Result.Length != 1)
            ArgumentChecks.Fail("outputs.Result", $"outputs.Result has {outputs.Result.Length} elements; it needs 1.");
        int device = stream.Device.Ordinal;
        arguments = new()
        {
            struct_size = (uint)sizeof(gibbs_inverse_transport),
            type = NativeTypes.Of<TReal>(),
            rows = cost.Rows,
            columns = cost.Columns,
            costs = DeviceViews.Pointer(cost, nameof(cost), device),
            costs_stride = cost.Stride,
            observed = DeviceViews.Pointer(observed, nameof(observed), device),
            observed_stride = observed.Stride,
            initial_target_potential = DeviceViews.Pointer(inputs.InitialTargetPotential, "inputs.InitialTargetPotential", device),
            epsilon = options.Epsilon,
            tolerance = options.Tolerance,
            epsilon_start = options.EpsilonStart,
            max_iterations = options.MaxIterations,
            flags = options.Plain ? gibbs_sinkhorn_flags.GIBBS_SINKHORN_PLAIN : 0,
            result = DeviceViews.Scalar(outputs.Result, "outputs.Result", device),
            cost_gradient = DeviceViews.Pointer(outputs.CostGradient, "outputs.CostGradient", device),
            cost_gradient_stride = outputs.CostGradient.Stride,
            target_potential = DeviceViews.Pointer(outputs.TargetPotential, "outputs.TargetPotential", device),
            workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device),
            workspace_bytes = inputs.Workspace.Length,
        };
    }
}
