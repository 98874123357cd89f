using System;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory. Shapes, options, outputs and row errors are those of the span overloads. Nothing is allocated, no scratch is needed.
/// Safe under CUDA graph capture.
/// </content>
public static partial class Tilt
{
    /// <summary>Slope, tilted distribution and derivatives of float32 rows in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="logPrior">log p [N, V], up to a constant of its row: logits will do. −∞ is an entry outside p.</param>
    /// <param name="reward">r [N, V]; −∞ is an entry outside p as well.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> logPrior,
        DeviceSpan2D<float> reward,
        in DeviceTiltOutputs<float, float> outputs,
        in TiltOptions options = default,
        in DeviceTiltInputs<float, float> inputs = default) =>
        DeviceTilt.Compute(stream, logPrior, reward, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceTiltOutputs{float, float}, in TiltOptions, in DeviceTiltInputs{float, float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> logPrior,
        DeviceSpan2D<double> reward,
        in DeviceTiltOutputs<double, double> outputs,
        in TiltOptions options = default,
        in DeviceTiltInputs<double, double> inputs = default) =>
        DeviceTilt.Compute(stream, logPrior, reward, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceTiltOutputs{float, float}, in TiltOptions, in DeviceTiltInputs{float, float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<Half> logPrior,
        DeviceSpan2D<Half> reward,
        in DeviceTiltOutputs<Half, float> outputs,
        in TiltOptions options = default,
        in DeviceTiltInputs<Half, float> inputs = default) =>
        DeviceTilt.Compute(stream, logPrior, reward, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceTiltOutputs{float, float}, in TiltOptions, in DeviceTiltInputs{float, float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<BFloat16> logPrior,
        DeviceSpan2D<BFloat16> reward,
        in DeviceTiltOutputs<BFloat16, float> outputs,
        in TiltOptions options = default,
        in DeviceTiltInputs<BFloat16, float> inputs = default) =>
        DeviceTilt.Compute(stream, logPrior, reward, outputs, options, inputs);
}
