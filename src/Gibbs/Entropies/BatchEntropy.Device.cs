using System;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory. Shapes, options, outputs and statuses are those of the span overloads; the reduced value and the count of segments stay
/// on the device, as outputs. Safe under CUDA graph capture.
/// </content>
public static partial class BatchEntropy
{
    /// <summary>Batch entropies of float32 logits in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="logits">z [N, K]; rows may be strided, any alignment.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> logits,
        in DeviceBatchEntropyOutputs<float, float> outputs,
        in BatchEntropyOptions options = default,
        in DeviceBatchEntropyInputs<float> inputs = default) =>
        DeviceBatchEntropy.Compute(stream, logits, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceBatchEntropyOutputs{float, float}, in BatchEntropyOptions, in DeviceBatchEntropyInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> logits,
        in DeviceBatchEntropyOutputs<double, double> outputs,
        in BatchEntropyOptions options = default,
        in DeviceBatchEntropyInputs<double> inputs = default) =>
        DeviceBatchEntropy.Compute(stream, logits, outputs, options, inputs);

    /// <summary>As the float32 form, for float16.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceBatchEntropyOutputs{float, float}, in BatchEntropyOptions, in DeviceBatchEntropyInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<Half> logits,
        in DeviceBatchEntropyOutputs<Half, float> outputs,
        in BatchEntropyOptions options = default,
        in DeviceBatchEntropyInputs<float> inputs = default) =>
        DeviceBatchEntropy.Compute(stream, logits, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceBatchEntropyOutputs{float, float}, in BatchEntropyOptions, in DeviceBatchEntropyInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<BFloat16> logits,
        in DeviceBatchEntropyOutputs<BFloat16, float> outputs,
        in BatchEntropyOptions options = default,
        in DeviceBatchEntropyInputs<float> inputs = default) =>
        DeviceBatchEntropy.Compute(stream, logits, outputs, options, inputs);

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
        in DeviceBatchEntropyOutputs<float, float> outputs,
        in BatchEntropyOptions options = default,
        in DeviceBatchEntropyInputs<float> inputs = default) =>
        DeviceBatchEntropy.WorkspaceBytes(stream, logits, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, in DeviceBatchEntropyOutputs{float, float}, in BatchEntropyOptions, in DeviceBatchEntropyInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> logits,
        in DeviceBatchEntropyOutputs<double, double> outputs,
        in BatchEntropyOptions options = default,
        in DeviceBatchEntropyInputs<double> inputs = default) =>
        DeviceBatchEntropy.WorkspaceBytes(stream, logits, outputs, options, inputs);

    /// <summary>As the float32 form, for float16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, in DeviceBatchEntropyOutputs{float, float}, in BatchEntropyOptions, in DeviceBatchEntropyInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<Half> logits,
        in DeviceBatchEntropyOutputs<Half, float> outputs,
        in BatchEntropyOptions options = default,
        in DeviceBatchEntropyInputs<float> inputs = default) =>
        DeviceBatchEntropy.WorkspaceBytes(stream, logits, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, in DeviceBatchEntropyOutputs{float, float}, in BatchEntropyOptions, in DeviceBatchEntropyInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<BFloat16> logits,
        in DeviceBatchEntropyOutputs<BFloat16, float> outputs,
        in BatchEntropyOptions options = default,
        in DeviceBatchEntropyInputs<float> inputs = default) =>
        DeviceBatchEntropy.WorkspaceBytes(stream, logits, outputs, options, inputs);
}
