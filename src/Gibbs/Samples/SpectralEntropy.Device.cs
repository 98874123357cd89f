using System;

using Gibbs.Interop;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory; no scratch is needed. Shapes, options, outputs and row errors are those of the span overloads. Safe under CUDA graph capture.
/// </content>
public static partial class SpectralEntropy
{
    /// <summary>Entropies and gradients of float32 eigenvalues in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="eigenvalues">λ [N, n]; rows may be strided.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> eigenvalues,
        in DeviceSpectralEntropyOutputs<float, float> outputs,
        in SpectralEntropyOptions options = default,
        in DeviceSpectralEntropyInputs<float> inputs = default) =>
        Run(stream, eigenvalues, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceSpectralEntropyOutputs{float, float}, in SpectralEntropyOptions, in DeviceSpectralEntropyInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> eigenvalues,
        in DeviceSpectralEntropyOutputs<double, double> outputs,
        in SpectralEntropyOptions options = default,
        in DeviceSpectralEntropyInputs<double> inputs = default) =>
        Run(stream, eigenvalues, outputs, options, inputs);

    private static unsafe void Run<T>(
        CudaStream stream, DeviceSpan2D<T> eigenvalues, in DeviceSpectralEntropyOutputs<T, T> outputs, in SpectralEntropyOptions options, in DeviceSpectralEntropyInputs<T> inputs)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        SpectralEntropyValidation.CheckOptions<T>(options);
        SpectralEntropyValidation.CheckShapes(
            new(eigenvalues.Rows, eigenvalues.Columns), inputs.RowWeights.Length, outputs.Entropies.Length, new(outputs.Gradient.Rows, outputs.Gradient.Columns), outputs.Status.Length);
        int device = stream.Device.Ordinal;
        gibbs_spectral_entropy arguments = new()
        {
            struct_size = (uint)sizeof(gibbs_spectral_entropy),
            type = NativeTypes.Of<T>(),
            rows = eigenvalues.Rows,
            columns = eigenvalues.Columns,
            eigenvalues = DeviceViews.Pointer(eigenvalues, nameof(eigenvalues), device),
            eigenvalues_stride = eigenvalues.Stride,
            row_weights = DeviceViews.Pointer(inputs.RowWeights, "inputs.RowWeights", device),
            kind = (int)options.Kind,
            base_2 = options.Base2 ? 1 : 0,
            regime = inputs.Regime,
            power = options.Power,
            entropies = DeviceViews.Pointer(outputs.Entropies, "outputs.Entropies", device),
            gradient = DeviceViews.Pointer(outputs.Gradient, "outputs.Gradient", device),
            gradient_stride = outputs.Gradient.Stride,
            status = DeviceViews.Pointer(outputs.Status, "outputs.Status", device),
        };
        DeviceViews.CheckInPlaceOrApart(eigenvalues, nameof(eigenvalues), outputs.Gradient, "outputs.Gradient");
        using CudaStream.Use use = new(stream);
        NativeStatus.ThrowIfFailed(NativeMethods.gibbs_spectral_entropy_run(use.Device, use.Stream, &arguments));
    }
}
