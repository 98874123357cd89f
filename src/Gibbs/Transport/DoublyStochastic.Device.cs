using System;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory; no scratch is needed. Shapes, options, outputs and statuses are those of the span overloads. Matrices up to 8 × 8 are iterated
/// in registers, larger ones by a warp each. Safe under CUDA graph capture.
/// </content>
public static partial class DoublyStochastic
{
    /// <summary>Normalises float32 matrices in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="values">Logits, or the matrices themselves [B, n·m].</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Targets.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static void Normalise(
        CudaStream stream, DeviceSpan2D<float> values, in DeviceDoublyStochasticOutputs<float, float> outputs, in DoublyStochasticOptions options = default, in DeviceDoublyStochasticInputs<float> inputs = default) =>
        DeviceDoublyStochastic.Normalise(stream, values, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Normalise(CudaStream, DeviceSpan2D{float}, in DeviceDoublyStochasticOutputs{float, float}, in DoublyStochasticOptions, in DeviceDoublyStochasticInputs{float})"/>
    public static void Normalise(
        CudaStream stream, DeviceSpan2D<double> values, in DeviceDoublyStochasticOutputs<double, double> outputs, in DoublyStochasticOptions options = default, in DeviceDoublyStochasticInputs<double> inputs = default) =>
        DeviceDoublyStochastic.Normalise(stream, values, outputs, options, inputs);

    /// <summary>As the float32 form, stored as float16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Normalise(CudaStream, DeviceSpan2D{float}, in DeviceDoublyStochasticOutputs{float, float}, in DoublyStochasticOptions, in DeviceDoublyStochasticInputs{float})"/>
    public static void Normalise(
        CudaStream stream, DeviceSpan2D<Half> values, in DeviceDoublyStochasticOutputs<Half, float> outputs, in DoublyStochasticOptions options = default, in DeviceDoublyStochasticInputs<float> inputs = default) =>
        DeviceDoublyStochastic.Normalise(stream, values, outputs, options, inputs);

    /// <summary>As the float32 form, stored as bfloat16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Normalise(CudaStream, DeviceSpan2D{float}, in DeviceDoublyStochasticOutputs{float, float}, in DoublyStochasticOptions, in DeviceDoublyStochasticInputs{float})"/>
    public static void Normalise(
        CudaStream stream, DeviceSpan2D<BFloat16> values, in DeviceDoublyStochasticOutputs<BFloat16, float> outputs, in DoublyStochasticOptions options = default, in DeviceDoublyStochasticInputs<float> inputs = default) =>
        DeviceDoublyStochastic.Normalise(stream, values, outputs, options, inputs);

    /// <summary>The gradient by float32 values in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="values">As given to the normalisation [B, n·m].</param>
    /// <param name="upstream">The gradient by P [B, n·m].</param>
    /// <param name="gradient">The gradient by the values [B, n·m]; may be the upstream gradient's or the values' own memory, exactly. Targets are constants. NaN where the normalisation is.</param>
    /// <param name="options">As given to the normalisation.</param>
    /// <param name="inputs">As given to the normalisation.</param>
    /// <param name="status">Statuses [B], as the normalisation's; may be empty.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static void Backward(
        CudaStream stream,
        DeviceSpan2D<float> values,
        DeviceSpan2D<float> upstream,
        DeviceSpan2D<float> gradient,
        in DoublyStochasticOptions options = default,
        in DeviceDoublyStochasticInputs<float> inputs = default,
        DeviceSpan<TransportStatus> status = default) =>
        DeviceDoublyStochastic.Backward(stream, values, upstream, gradient, options, inputs, status);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Backward(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, DeviceSpan2D{float}, in DoublyStochasticOptions, in DeviceDoublyStochasticInputs{float}, DeviceSpan{TransportStatus})"/>
    public static void Backward(
        CudaStream stream,
        DeviceSpan2D<double> values,
        DeviceSpan2D<double> upstream,
        DeviceSpan2D<double> gradient,
        in DoublyStochasticOptions options = default,
        in DeviceDoublyStochasticInputs<double> inputs = default,
        DeviceSpan<TransportStatus> status = default) =>
        DeviceDoublyStochastic.Backward(stream, values, upstream, gradient, options, inputs, status);

    /// <summary>As the float32 form, stored as float16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Backward(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, DeviceSpan2D{float}, in DoublyStochasticOptions, in DeviceDoublyStochasticInputs{float}, DeviceSpan{TransportStatus})"/>
    public static void Backward(
        CudaStream stream,
        DeviceSpan2D<Half> values,
        DeviceSpan2D<Half> upstream,
        DeviceSpan2D<Half> gradient,
        in DoublyStochasticOptions options = default,
        in DeviceDoublyStochasticInputs<float> inputs = default,
        DeviceSpan<TransportStatus> status = default) =>
        DeviceDoublyStochastic.Backward(stream, values, upstream, gradient, options, inputs, status);

    /// <summary>As the float32 form, stored as bfloat16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Backward(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, DeviceSpan2D{float}, in DoublyStochasticOptions, in DeviceDoublyStochasticInputs{float}, DeviceSpan{TransportStatus})"/>
    public static void Backward(
        CudaStream stream,
        DeviceSpan2D<BFloat16> values,
        DeviceSpan2D<BFloat16> upstream,
        DeviceSpan2D<BFloat16> gradient,
        in DoublyStochasticOptions options = default,
        in DeviceDoublyStochasticInputs<float> inputs = default,
        DeviceSpan<TransportStatus> status = default) =>
        DeviceDoublyStochastic.Backward(stream, values, upstream, gradient, options, inputs, status);
}
