using System;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory. Shapes, options, outputs and row errors are those of the span overloads. Nothing is allocated, no scratch is needed.
/// Safe under CUDA graph capture.
/// </content>
public static partial class SoftBackup
{
    /// <summary>Value, policy and derivatives of float32 rows in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="q">q [N, A], the values of A actions in N states; rows may be strided, −∞ is an action that is not allowed.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> q,
        in DeviceSoftBackupOutputs<float, float> outputs,
        in SoftBackupOptions options = default,
        in DeviceSoftBackupInputs<float, float> inputs = default) =>
        DeviceSoftBackup.Compute(stream, q, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceSoftBackupOutputs{float, float}, in SoftBackupOptions, in DeviceSoftBackupInputs{float, float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> q,
        in DeviceSoftBackupOutputs<double, double> outputs,
        in SoftBackupOptions options = default,
        in DeviceSoftBackupInputs<double, double> inputs = default) =>
        DeviceSoftBackup.Compute(stream, q, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceSoftBackupOutputs{float, float}, in SoftBackupOptions, in DeviceSoftBackupInputs{float, float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<Half> q,
        in DeviceSoftBackupOutputs<Half, float> outputs,
        in SoftBackupOptions options = default,
        in DeviceSoftBackupInputs<Half, float> inputs = default) =>
        DeviceSoftBackup.Compute(stream, q, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceSoftBackupOutputs{float, float}, in SoftBackupOptions, in DeviceSoftBackupInputs{float, float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<BFloat16> q,
        in DeviceSoftBackupOutputs<BFloat16, float> outputs,
        in SoftBackupOptions options = default,
        in DeviceSoftBackupInputs<BFloat16, float> inputs = default) =>
        DeviceSoftBackup.Compute(stream, q, outputs, options, inputs);
}
