using System;

using Gibbs.Interop;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory. Shapes, options and outputs are those of the span overloads; the value is an output, and weights that are wrong give a status in place of an exception. Safe under CUDA graph capture.
/// </content>
public static partial class SlicedWasserstein
{
    /// <summary>The distance of float32 clouds in device memory, to the power of p, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="x">[N, d]; rows may be strided.</param>
    /// <param name="y">[M, d].</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right. Values that are wrong set a status.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> x,
        DeviceSpan2D<float> y,
        in DeviceSlicedWassersteinOutputs<float> outputs,
        in SlicedWassersteinOptions options = default,
        in DeviceSlicedWassersteinInputs<float> inputs = default) =>
        Run(stream, x, y, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceSlicedWassersteinOutputs{float}, in SlicedWassersteinOptions, in DeviceSlicedWassersteinInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> x,
        DeviceSpan2D<double> y,
        in DeviceSlicedWassersteinOutputs<double> outputs,
        in SlicedWassersteinOptions options = default,
        in DeviceSlicedWassersteinInputs<double> inputs = default) =>
        Run(stream, x, y, outputs, options, inputs);

    /// <summary>Bytes of scratch that <c>Compute</c> with the same arguments needs: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Compute</c>.</param>
    /// <param name="x">As in <c>Compute</c>.</param>
    /// <param name="y">As in <c>Compute</c>.</param>
    /// <param name="outputs">As in <c>Compute</c>.</param>
    /// <param name="options">As in <c>Compute</c>.</param>
    /// <param name="inputs">As in <c>Compute</c>.</param>
    /// <exception cref="ArgumentException">As in <c>Compute</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<float> x,
        DeviceSpan2D<float> y,
        in DeviceSlicedWassersteinOutputs<float> outputs,
        in SlicedWassersteinOptions options = default,
        in DeviceSlicedWassersteinInputs<float> inputs = default) =>
        Bytes(stream, x, y, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceSlicedWassersteinOutputs{float}, in SlicedWassersteinOptions, in DeviceSlicedWassersteinInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> x,
        DeviceSpan2D<double> y,
        in DeviceSlicedWassersteinOutputs<double> outputs,
        in SlicedWassersteinOptions options = default,
        in DeviceSlicedWassersteinInputs<double> inputs = default) =>
        Bytes(stream, x, y, outputs, options, inputs);

    private static unsafe void Run<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> x, DeviceSpan2D<TReal> y, in DeviceSlicedWassersteinOutputs<TReal> outputs, in SlicedWassersteinOptions options, in DeviceSlicedWassersteinInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, x, y, outputs, options, inputs, out gibbs_wasserstein arguments);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_wasserstein_run(use.Device, use.Stream, &arguments));
    }

    private static unsafe long Bytes<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> x, DeviceSpan2D<TReal> y, in DeviceSlicedWassersteinOutputs<TReal> outputs, in SlicedWassersteinOptions options, in DeviceSlicedWassersteinInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, x, y, outputs, options, inputs, out gibbs_wasserstein arguments);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_wasserstein_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static unsafe void Fill<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> x, DeviceSpan2D<TReal> y, in DeviceSlicedWassersteinOutputs<TReal> outputs, in SlicedWassersteinOptions options, in DeviceSlicedWassersteinInputs<TReal> inputs, out gibbs_wasserstein arguments)
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        int slices = WassersteinValidation.CheckSlices(
            new(x.Rows, x.Columns), new(y.Rows, y.Columns), options, new(inputs.Directions.Rows, inputs.Directions.Columns), inputs.SourceWeights.Length, inputs.TargetWeights.Length,
            new(outputs.SourceGradient.Rows, outputs.SourceGradient.Columns), new(outputs.TargetGradient.Rows, outputs.TargetGradient.Columns), outputs.SliceValues.Length,
            new(outputs.Directions.Rows, outputs.Directions.Columns));
        ArgumentChecks.Length("outputs.Status", outputs.Status.Length, slices, "one per slice");
        DeviceViews.CheckApart(x, nameof(x), outputs.SourceGradient, "outputs.SourceGradient");
        DeviceViews.CheckApart(y, nameof(y), outputs.TargetGradient, "outputs.TargetGradient");
        int device = stream.Device.Ordinal;
        arguments = new()
        {
            struct_size = (uint)sizeof(gibbs_wasserstein),
            type = NativeTypes.Of<TReal>(),
            rows = slices,
            sources = x.Rows,
            targets = y.Rows,
            dimensions = x.Columns,
            x = DeviceViews.Pointer(x, nameof(x), device),
            x_stride = x.Stride,
            y = DeviceViews.Pointer(y, nameof(y), device),
            y_stride = y.Stride,
            source_weights = DeviceViews.Pointer(inputs.SourceWeights, "inputs.SourceWeights", device),
            target_weights = DeviceViews.Pointer(inputs.TargetWeights, "inputs.TargetWeights", device),
            directions = DeviceViews.Pointer(inputs.Directions, "inputs.Directions", device),
            directions_stride = inputs.Directions.Stride,
            seed = options.Seed,
            power = options.Power,
            values = DeviceViews.Pointer(outputs.SliceValues, "outputs.SliceValues", device),
            mean = DeviceViews.Scalar(outputs.Value, "outputs.Value", device),
            x_gradient = DeviceViews.Pointer(outputs.SourceGradient, "outputs.SourceGradient", device),
            x_gradient_stride = outputs.SourceGradient.Stride,
            y_gradient = DeviceViews.Pointer(outputs.TargetGradient, "outputs.TargetGradient", device),
            y_gradient_stride = outputs.TargetGradient.Stride,
            status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device),
            used_directions = DeviceViews.Pointer(outputs.Directions, "outputs.Directions", device),
            used_directions_stride = outputs.Directions.Stride,
            workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device),
            workspace_bytes = inputs.Workspace.Length,
        };
    }
}
