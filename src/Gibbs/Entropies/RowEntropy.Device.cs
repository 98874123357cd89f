using System;

namespace Gibbs;

/// <content>
/// The overloads on device memory, rows of one length: asynchronous on the stream, on the device that owns the memory. Shapes, options, outputs and row errors are those of the span overloads; the reduced
/// value and its normaliser stay on the device, as outputs. Safe under CUDA graph capture.
/// </content>
public static partial class RowEntropy
{
    /// <summary>Entropies, log-probabilities and gradient of float32 rows in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="logits">z [N, V], or probabilities by <see cref="RowEntropyOptions.Input"/>; rows may be strided, any alignment.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> logits,
        in DeviceRowEntropyOutputs<float, float> outputs,
        in RowEntropyOptions options = default,
        in DeviceRowEntropyInputs<float> inputs = default) =>
        DeviceRowEntropy.Compute(stream, logits, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceRowEntropyOutputs{float, float}, in RowEntropyOptions, in DeviceRowEntropyInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> logits,
        in DeviceRowEntropyOutputs<double, double> outputs,
        in RowEntropyOptions options = default,
        in DeviceRowEntropyInputs<double> inputs = default) =>
        DeviceRowEntropy.Compute(stream, logits, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceRowEntropyOutputs{float, float}, in RowEntropyOptions, in DeviceRowEntropyInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<Half> logits,
        in DeviceRowEntropyOutputs<Half, float> outputs,
        in RowEntropyOptions options = default,
        in DeviceRowEntropyInputs<float> inputs = default) =>
        DeviceRowEntropy.Compute(stream, logits, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceRowEntropyOutputs{float, float}, in RowEntropyOptions, in DeviceRowEntropyInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<BFloat16> logits,
        in DeviceRowEntropyOutputs<BFloat16, float> outputs,
        in RowEntropyOptions options = default,
        in DeviceRowEntropyInputs<float> inputs = default) =>
        DeviceRowEntropy.Compute(stream, logits, outputs, options, inputs);

    /// <summary>Bytes of scratch that <c>Compute</c> with the same arguments needs: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Compute</c>.</param>
    /// <param name="logits">As in <c>Compute</c>.</param>
    /// <param name="outputs">As in <c>Compute</c>.</param>
    /// <param name="options">As in <c>Compute</c>.</param>
    /// <param name="inputs">As in <c>Compute</c>.</param>
    /// <exception cref="ArgumentException">As in <c>Compute</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<float> logits,
        in DeviceRowEntropyOutputs<float, float> outputs,
        in RowEntropyOptions options = default,
        in DeviceRowEntropyInputs<float> inputs = default) =>
        DeviceRowEntropy.WorkspaceBytes(stream, logits, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, in DeviceRowEntropyOutputs{float, float}, in RowEntropyOptions, in DeviceRowEntropyInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> logits,
        in DeviceRowEntropyOutputs<double, double> outputs,
        in RowEntropyOptions options = default,
        in DeviceRowEntropyInputs<double> inputs = default) =>
        DeviceRowEntropy.WorkspaceBytes(stream, logits, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, in DeviceRowEntropyOutputs{float, float}, in RowEntropyOptions, in DeviceRowEntropyInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<Half> logits,
        in DeviceRowEntropyOutputs<Half, float> outputs,
        in RowEntropyOptions options = default,
        in DeviceRowEntropyInputs<float> inputs = default) =>
        DeviceRowEntropy.WorkspaceBytes(stream, logits, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, in DeviceRowEntropyOutputs{float, float}, in RowEntropyOptions, in DeviceRowEntropyInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<BFloat16> logits,
        in DeviceRowEntropyOutputs<BFloat16, float> outputs,
        in RowEntropyOptions options = default,
        in DeviceRowEntropyInputs<float> inputs = default) =>
        DeviceRowEntropy.WorkspaceBytes(stream, logits, outputs, options, inputs);
}
