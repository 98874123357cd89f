using System;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory. Shapes, options, outputs and row errors are those of the span overloads. Nothing is allocated, no scratch is needed.
/// Safe under CUDA graph capture.
/// </content>
public static partial class Ftrl
{
    /// <summary>Policy, multiplier and derivatives of float32 rows in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="losses">L [N, A], cumulative losses of any sign and size; rows may be strided, +∞ is an action that is not allowed.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> losses,
        in DeviceFtrlOutputs<float, float> outputs,
        in FtrlOptions options = default,
        in DeviceFtrlInputs<float, float> inputs = default) =>
        DeviceFtrl.Compute(stream, losses, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceFtrlOutputs{float, float}, in FtrlOptions, in DeviceFtrlInputs{float, float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> losses,
        in DeviceFtrlOutputs<double, double> outputs,
        in FtrlOptions options = default,
        in DeviceFtrlInputs<double, double> inputs = default) =>
        DeviceFtrl.Compute(stream, losses, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceFtrlOutputs{float, float}, in FtrlOptions, in DeviceFtrlInputs{float, float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<Half> losses,
        in DeviceFtrlOutputs<Half, float> outputs,
        in FtrlOptions options = default,
        in DeviceFtrlInputs<Half, float> inputs = default) =>
        DeviceFtrl.Compute(stream, losses, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceFtrlOutputs{float, float}, in FtrlOptions, in DeviceFtrlInputs{float, float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<BFloat16> losses,
        in DeviceFtrlOutputs<BFloat16, float> outputs,
        in FtrlOptions options = default,
        in DeviceFtrlInputs<BFloat16, float> inputs = default) =>
        DeviceFtrl.Compute(stream, losses, outputs, options, inputs);
}
