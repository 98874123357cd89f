using System;

using Gibbs.Interop;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory. Shapes, options and outputs are those of the span overloads; values and outcome are an output, and histograms that are wrong give a status in place of an exception. Safe under CUDA graph capture.
/// </content>
public static partial class WassersteinBarycenter
{
    /// <summary>The barycentre of float32 histograms in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="histograms">b [K, N], of one mass; rows may be strided.</param>
    /// <param name="cost">C [N, M], between the points of the histograms and those of the barycentre; +∞ forbids a pair.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right. Values that are wrong set a status.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> histograms,
        DeviceSpan2D<float> cost,
        in DeviceWassersteinBarycenterOutputs<float> outputs,
        in WassersteinBarycenterOptions options,
        in DeviceWassersteinBarycenterInputs<float> inputs = default) =>
        Run(stream, histograms, cost, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceWassersteinBarycenterOutputs{float}, in WassersteinBarycenterOptions, in DeviceWassersteinBarycenterInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> histograms,
        DeviceSpan2D<double> cost,
        in DeviceWassersteinBarycenterOutputs<double> outputs,
        in WassersteinBarycenterOptions options,
        in DeviceWassersteinBarycenterInputs<double> inputs = default) =>
        Run(stream, histograms, cost, outputs, options, inputs);

    /// <summary>Bytes of scratch that <c>Compute</c> with the same arguments needs: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Compute</c>.</param>
    /// <param name="histograms">As in <c>Compute</c>.</param>
    /// <param name="cost">As in <c>Compute</c>.</param>
    /// <param name="outputs">As in <c>Compute</c>.</param>
    /// <param name="options">As in <c>Compute</c>.</param>
    /// <param name="inputs">As in <c>Compute</c>.</param>
    /// <exception cref="ArgumentException">As in <c>Compute</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<float> histograms,
        DeviceSpan2D<float> cost,
        in DeviceWassersteinBarycenterOutputs<float> outputs,
        in WassersteinBarycenterOptions options,
        in DeviceWassersteinBarycenterInputs<float> inputs = default) =>
        Bytes(stream, histograms, cost, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceWassersteinBarycenterOutputs{float}, in WassersteinBarycenterOptions, in DeviceWassersteinBarycenterInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> histograms,
        DeviceSpan2D<double> cost,
        in DeviceWassersteinBarycenterOutputs<double> outputs,
        in WassersteinBarycenterOptions options,
        in DeviceWassersteinBarycenterInputs<double> inputs = default) =>
        Bytes(stream, histograms, cost, outputs, options, inputs);

    private static unsafe void Run<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> histograms, DeviceSpan2D<TReal> cost, in DeviceWassersteinBarycenterOutputs<TReal> outputs, in WassersteinBarycenterOptions options, in DeviceWassersteinBarycenterInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, histograms, cost, outputs, options, inputs, out gibbs_wasserstein_barycenter arguments);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_wasserstein_barycenter_run(use.Device, use.Stream, &arguments));
    }

    private static unsafe long Bytes<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> histograms, DeviceSpan2D<TReal> cost, in DeviceWassersteinBarycenterOutputs<TReal> outputs, in WassersteinBarycenterOptions options, in DeviceWassersteinBarycenterInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, histograms, cost, outputs, options, inputs, out gibbs_wasserstein_barycenter arguments);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_wasserstein_barycenter_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static unsafe void Fill<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> histograms, DeviceSpan2D<TReal> cost, in DeviceWassersteinBarycenterOutputs<TReal> outputs, in WassersteinBarycenterOptions options, in DeviceWassersteinBarycenterInputs<TReal> inputs, out gibbs_wasserstein_barycenter arguments)
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        WassersteinBarycenterValidation.CheckOptions(options);
        WassersteinBarycenterValidation.CheckShapes(
            new(histograms.Rows, histograms.Columns), new(cost.Rows, cost.Columns), inputs.Weights.Length, outputs.Barycenter.Length, new(outputs.SourcePotentials.Rows, outputs.SourcePotentials.Columns),
            new(outputs.TargetPotentials.Rows, outputs.TargetPotentials.Columns), outputs.Values.Length);
        if (outputs.Result.IsEmpty)
            ArgumentChecks.Fail("outputs.Result", $"outputs.Result is empty; a call on device memory needs it for the values and the outcome.");
        DeviceViews.CheckApart(histograms, nameof(histograms), outputs.SourcePotentials, "outputs.SourcePotentials");
        int device = stream.Device.Ordinal;
        arguments = new()
        {
            struct_size = (uint)sizeof(gibbs_wasserstein_barycenter),
            type = NativeTypes.Of<TReal>(),
            count = histograms.Rows,
            rows = cost.Rows,
            columns = cost.Columns,
            histograms = DeviceViews.Pointer(histograms, nameof(histograms), device),
            histograms_stride = histograms.Stride,
            costs = DeviceViews.Pointer(cost, nameof(cost), device),
            costs_stride = cost.Stride,
            weights = DeviceViews.Pointer(inputs.Weights, "inputs.Weights", device),
            epsilon = options.Epsilon,
            tolerance = options.Tolerance,
            max_iterations = options.MaxIterations,
            result = DeviceViews.Scalar(outputs.Result, "outputs.Result", device),
            barycenter = DeviceViews.Pointer(outputs.Barycenter, "outputs.Barycenter", device),
            source_potentials = DeviceViews.Pointer(outputs.SourcePotentials, "outputs.SourcePotentials", device),
            source_potentials_stride = outputs.SourcePotentials.Stride,
            target_potentials = DeviceViews.Pointer(outputs.TargetPotentials, "outputs.TargetPotentials", device),
            target_potentials_stride = outputs.TargetPotentials.Stride,
            values = DeviceViews.Pointer(outputs.Values, "outputs.Values", device),
            workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device),
            workspace_bytes = inputs.Workspace.Length,
        };
    }
}
