using System;

using Gibbs.Interop;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory. Shapes, options and outputs are those of the span overloads. Safe under CUDA graph capture.
/// </content>
public static partial class Wasserstein1D
{
    /// <summary>Values, gradients and plans of float32 points in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="x">[B, N]; rows may be strided, points in any order.</param>
    /// <param name="y">[B, M].</param>
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
        in DeviceWasserstein1DOutputs<float> outputs,
        in Wasserstein1DOptions options = default,
        in DeviceWasserstein1DInputs<float> inputs = default) =>
        Run(stream, x, y, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceWasserstein1DOutputs{float}, in Wasserstein1DOptions, in DeviceWasserstein1DInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> x,
        DeviceSpan2D<double> y,
        in DeviceWasserstein1DOutputs<double> outputs,
        in Wasserstein1DOptions options = default,
        in DeviceWasserstein1DInputs<double> inputs = default) =>
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
        in DeviceWasserstein1DOutputs<float> outputs,
        in Wasserstein1DOptions options = default,
        in DeviceWasserstein1DInputs<float> inputs = default) =>
        Bytes(stream, x, y, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceWasserstein1DOutputs{float}, in Wasserstein1DOptions, in DeviceWasserstein1DInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> x,
        DeviceSpan2D<double> y,
        in DeviceWasserstein1DOutputs<double> outputs,
        in Wasserstein1DOptions options = default,
        in DeviceWasserstein1DInputs<double> inputs = default) =>
        Bytes(stream, x, y, outputs, options, inputs);

    private static unsafe void Run<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> x, DeviceSpan2D<TReal> y, in DeviceWasserstein1DOutputs<TReal> outputs, in Wasserstein1DOptions options, in DeviceWasserstein1DInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, x, y, outputs, options, inputs, out gibbs_wasserstein arguments);
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_wasserstein_run(use.Device, use.Stream, &arguments));
    }

    private static unsafe long Bytes<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> x, DeviceSpan2D<TReal> y, in DeviceWasserstein1DOutputs<TReal> outputs, in Wasserstein1DOptions options, in DeviceWasserstein1DInputs<TReal> inputs)
        where TReal : unmanaged
    {
        Fill(stream, x, y, outputs, options, inputs, out gibbs_wasserstein arguments);
        using CudaStream.Use use = new(stream);
        long bytes;
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_wasserstein_workspace(use.Device, &arguments, &bytes));
        return bytes;
    }

    private static unsafe void Fill<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> x, DeviceSpan2D<TReal> y, in DeviceWasserstein1DOutputs<TReal> outputs, in Wasserstein1DOptions options, in DeviceWasserstein1DInputs<TReal> inputs, out gibbs_wasserstein arguments)
        where TReal : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        MatrixShape xShape = new(x.Rows, x.Columns), yShape = new(y.Rows, y.Columns);
        WassersteinValidation.CheckPower(options.Power);
        WassersteinValidation.CheckRows(xShape, yShape, inputs.SourceWeights.Length, inputs.TargetWeights.Length);
        WassersteinValidation.CheckOutputs(
            xShape, yShape, outputs.Values.Length, new(outputs.SourceGradient.Rows, outputs.SourceGradient.Columns), new(outputs.TargetGradient.Rows, outputs.TargetGradient.Columns),
            new(outputs.PlanSources.Rows, outputs.PlanSources.Columns), new(outputs.PlanTargets.Rows, outputs.PlanTargets.Columns), new(outputs.PlanMasses.Rows, outputs.PlanMasses.Columns),
            outputs.PlanLengths.Length, outputs.Status.Length);
        DeviceViews.CheckApart(x, nameof(x), outputs.SourceGradient, "outputs.SourceGradient");
        DeviceViews.CheckApart(y, nameof(y), outputs.TargetGradient, "outputs.TargetGradient");
        int device = stream.Device.Ordinal;
        arguments = new()
        {
            struct_size = (uint)sizeof(gibbs_wasserstein),
            type = NativeTypes.Of<TReal>(),
            rows = x.Rows,
            sources = x.Columns,
            targets = y.Columns,
            x = DeviceViews.Pointer(x, nameof(x), device),
            x_stride = x.Stride,
            y = DeviceViews.Pointer(y, nameof(y), device),
            y_stride = y.Stride,
            source_weights = DeviceViews.Pointer(inputs.SourceWeights, "inputs.SourceWeights", device),
            source_weights_stride = inputs.SourceWeights.Length == x.Columns ? 0 : x.Columns,
            target_weights = DeviceViews.Pointer(inputs.TargetWeights, "inputs.TargetWeights", device),
            target_weights_stride = inputs.TargetWeights.Length == y.Columns ? 0 : y.Columns,
            power = options.Power,
            values = DeviceViews.Pointer(outputs.Values, "outputs.Values", device),
            x_gradient = DeviceViews.Pointer(outputs.SourceGradient, "outputs.SourceGradient", device),
            x_gradient_stride = outputs.SourceGradient.Stride,
            y_gradient = DeviceViews.Pointer(outputs.TargetGradient, "outputs.TargetGradient", device),
            y_gradient_stride = outputs.TargetGradient.Stride,
            plan_sources = DeviceViews.Pointer(outputs.PlanSources, "outputs.PlanSources", device),
            plan_sources_stride = outputs.PlanSources.Stride,
            plan_targets = DeviceViews.Pointer(outputs.PlanTargets, "outputs.PlanTargets", device),
            plan_targets_stride = outputs.PlanTargets.Stride,
            plan_masses = DeviceViews.Pointer(outputs.PlanMasses, "outputs.PlanMasses", device),
            plan_masses_stride = outputs.PlanMasses.Stride,
            plan_lengths = DeviceViews.Pointer(outputs.PlanLengths, "outputs.PlanLengths", device),
            status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device),
            workspace = DeviceViews.Pointer(inputs.Workspace, "inputs.Workspace", device),
            workspace_bytes = inputs.Workspace.Length,
        };
    }
}
