using System;

using Gibbs.Interop;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory. Shapes, options and outputs are those of the span overloads. Safe under CUDA graph capture.
/// </content>
public static partial class BuresWasserstein
{
    /// <summary>Distances and gradients of float32 covariances in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="source">S [B·d, d], one symmetric matrix after the other; rows may be strided.</param>
    /// <param name="target">T [B·d, d].</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right. Values that are wrong set a status.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> source,
        DeviceSpan2D<float> target,
        in DeviceBuresWassersteinOutputs<float> outputs,
        in BuresWassersteinOptions options = default,
        in DeviceBuresWassersteinInputs<float> inputs = default) =>
        Run(stream, source, target, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceBuresWassersteinOutputs{float}, in BuresWassersteinOptions, in DeviceBuresWassersteinInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> source,
        DeviceSpan2D<double> target,
        in DeviceBuresWassersteinOutputs<double> outputs,
        in BuresWassersteinOptions options = default,
        in DeviceBuresWassersteinInputs<double> inputs = default) =>
        Run(stream, source, target, outputs, options, inputs);

    /// <summary>Bytes of scratch that <c>Compute</c> with the same arguments needs: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Compute</c>.</param>
    /// <param name="source">As in <c>Compute</c>.</param>
    /// <param name="target">As in <c>Compute</c>.</param>
    /// <param name="outputs">As in <c>Compute</c>.</param>
    /// <param name="options">As in <c>Compute</c>.</param>
    /// <param name="inputs">As in <c>Compute</c>.</param>
    /// <exception cref="ArgumentException">As in <c>Compute</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<float> source,
        DeviceSpan2D<float> target,
        in DeviceBuresWassersteinOutputs<float> outputs,
        in BuresWassersteinOptions options = default,
        in DeviceBuresWassersteinInputs<float> inputs = default) =>
        Bytes(stream, source, target, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceBuresWassersteinOutputs{float}, in BuresWassersteinOptions, in DeviceBuresWassersteinInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> source,
        DeviceSpan2D<double> target,
        in DeviceBuresWassersteinOutputs<double> outputs,
        in BuresWassersteinOptions options = default,
        in DeviceBuresWassersteinInputs<double> inputs = default) =>
        Bytes(stream, source, target, outputs, options, inputs);

    private static unsafe void Run<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> source, DeviceSpan2D<TReal> target, in DeviceBuresWassersteinOutputs<TReal> outputs, in BuresWassersteinOptions options, in DeviceBuresWassersteinInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, source, target, outputs, options, inputs, out gibbs_bures_wasserstein arguments);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_bures_wasserstein_run(use.Device, use.Stream, &arguments));
    }

    private static unsafe long Bytes<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> source, DeviceSpan2D<TReal> target, in DeviceBuresWassersteinOutputs<TReal> outputs, in BuresWassersteinOptions options, in DeviceBuresWassersteinInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, source, target, outputs, options, inputs, out gibbs_bures_wasserstein arguments);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_bures_wasserstein_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static unsafe void Fill<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> source, DeviceSpan2D<TReal> target, in DeviceBuresWassersteinOutputs<TReal> outputs, in BuresWassersteinOptions options, in DeviceBuresWassersteinInputs<TReal> inputs, out gibbs_bures_wasserstein arguments)
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        BuresWassersteinValidation.CheckOptions(options);
        long problems = BuresWassersteinValidation.CheckShapes(
            new(source.Rows, source.Columns), new(target.Rows, target.Columns), new(inputs.SourceMeans.Rows, inputs.SourceMeans.Columns), new(inputs.TargetMeans.Rows, inputs.TargetMeans.Columns), outputs.Values.Length,
            new(outputs.SourceGradient.Rows, outputs.SourceGradient.Columns), new(outputs.TargetGradient.Rows, outputs.TargetGradient.Columns), new(outputs.MeanGradient.Rows, outputs.MeanGradient.Columns),
            outputs.Status.Length);
        DeviceViews.CheckApart(source, nameof(source), outputs.SourceGradient, "outputs.SourceGradient");
        DeviceViews.CheckApart(target, nameof(target), outputs.TargetGradient, "outputs.TargetGradient");
        int device = stream.Device.Ordinal;
        arguments = new()
        {
            struct_size = (uint)sizeof(gibbs_bures_wasserstein),
            type = NativeTypes.Of<TReal>(),
            problems = problems,
            dimensions = source.Columns,
            source = DeviceViews.Pointer(source, nameof(source), device),
            source_stride = source.Stride,
            target = DeviceViews.Pointer(target, nameof(target), device),
            target_stride = target.Stride,
            source_means = DeviceViews.Pointer(inputs.SourceMeans, "inputs.SourceMeans", device),
            source_means_stride = inputs.SourceMeans.Stride,
            target_means = DeviceViews.Pointer(inputs.TargetMeans, "inputs.TargetMeans", device),
            target_means_stride = inputs.TargetMeans.Stride,
            regularisation = options.Regularisation,
            values = DeviceViews.Pointer(outputs.Values, "outputs.Values", device),
            source_gradient = DeviceViews.Pointer(outputs.SourceGradient, "outputs.SourceGradient", device),
            source_gradient_stride = outputs.SourceGradient.Stride,
            target_gradient = DeviceViews.Pointer(outputs.TargetGradient, "outputs.TargetGradient", device),
            target_gradient_stride = outputs.TargetGradient.Stride,
            mean_gradient = DeviceViews.Pointer(outputs.MeanGradient, "outputs.MeanGradient", device),
            mean_gradient_stride = outputs.MeanGradient.Stride,
            status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device),
            workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device),
            workspace_bytes = inputs.Workspace.Length,
        };
    }
}
