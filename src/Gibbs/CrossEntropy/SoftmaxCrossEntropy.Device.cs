using System;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory. Shapes, options, outputs and row errors are those of the span
/// overloads; the reduced loss, its normaliser and the count of valid rows stay on the device, as outputs. Safe under CUDA graph capture.
/// </content>
public static partial class SoftmaxCrossEntropy
{
    /// <summary>Loss, gradient and statistics of float32 logits in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="logits">z [N, V]; rows may be strided, any alignment.</param>
    /// <param name="targets">y [N], int32 or int64; <c>default</c> for soft targets or none.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<float, float> outputs,
        in CrossEntropyOptions options = default,
        in DeviceCrossEntropyInputs<float, float> inputs = default) =>
        DeviceCrossEntropy.Compute(stream, logits, targets, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceTargetSpan, in DeviceCrossEntropyOutputs{float, float}, in CrossEntropyOptions, in DeviceCrossEntropyInputs{float, float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<double, double> outputs,
        in CrossEntropyOptions options = default,
        in DeviceCrossEntropyInputs<double, double> inputs = default) =>
        DeviceCrossEntropy.Compute(stream, logits, targets, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 logits and gradient; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceTargetSpan, in DeviceCrossEntropyOutputs{float, float}, in CrossEntropyOptions, in DeviceCrossEntropyInputs{float, float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<Half> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<Half, float> outputs,
        in CrossEntropyOptions options = default,
        in DeviceCrossEntropyInputs<Half, float> inputs = default) =>
        DeviceCrossEntropy.Compute(stream, logits, targets, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 logits and gradient; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceTargetSpan, in DeviceCrossEntropyOutputs{float, float}, in CrossEntropyOptions, in DeviceCrossEntropyInputs{float, float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<BFloat16> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<BFloat16, float> outputs,
        in CrossEntropyOptions options = default,
        in DeviceCrossEntropyInputs<BFloat16, float> inputs = default) =>
        DeviceCrossEntropy.Compute(stream, logits, targets, outputs, options, inputs);

    /// <summary>
    /// The gradient from saved statistics, asynchronously: upstream_i · ∂loss_i/∂logits, divided by the normaliser with <see cref="Reduction.Mean"/>. One read, one write.
    /// </summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="logits">The logits that the statistics are of.</param>
    /// <param name="targets">As in <c>Compute</c>.</param>
    /// <param name="statistics">What <c>Compute</c> saved, with the same options.</param>
    /// <param name="upstream">[N], or one value for all rows.</param>
    /// <param name="gradient">[N, V]; may be the logits' own memory, exactly.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Gradient(
        CudaStream stream,
        DeviceSpan2D<float> logits,
        DeviceTargetSpan targets,
        DeviceSpan<RowStatistics<float>> statistics,
        DeviceSpan<float> upstream,
        DeviceSpan2D<float> gradient,
        in CrossEntropyOptions options = default,
        in DeviceCrossEntropyInputs<float, float> inputs = default) =>
        DeviceCrossEntropy.Gradient(stream, logits, targets, statistics, upstream, gradient, options, inputs);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Gradient(CudaStream, DeviceSpan2D{float}, DeviceTargetSpan, DeviceSpan{RowStatistics{float}}, DeviceSpan{float}, DeviceSpan2D{float}, in CrossEntropyOptions, in DeviceCrossEntropyInputs{float, float})"/>
    public static void Gradient(
        CudaStream stream,
        DeviceSpan2D<double> logits,
        DeviceTargetSpan targets,
        DeviceSpan<RowStatistics<double>> statistics,
        DeviceSpan<double> upstream,
        DeviceSpan2D<double> gradient,
        in CrossEntropyOptions options = default,
        in DeviceCrossEntropyInputs<double, double> inputs = default) =>
        DeviceCrossEntropy.Gradient(stream, logits, targets, statistics, upstream, gradient, options, inputs);

    /// <summary>As the float32 form, for float16 logits and gradient; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Gradient(CudaStream, DeviceSpan2D{float}, DeviceTargetSpan, DeviceSpan{RowStatistics{float}}, DeviceSpan{float}, DeviceSpan2D{float}, in CrossEntropyOptions, in DeviceCrossEntropyInputs{float, float})"/>
    public static void Gradient(
        CudaStream stream,
        DeviceSpan2D<Half> logits,
        DeviceTargetSpan targets,
        DeviceSpan<RowStatistics<float>> statistics,
        DeviceSpan<float> upstream,
        DeviceSpan2D<Half> gradient,
        in CrossEntropyOptions options = default,
        in DeviceCrossEntropyInputs<Half, float> inputs = default) =>
        DeviceCrossEntropy.Gradient(stream, logits, targets, statistics, upstream, gradient, options, inputs);

    /// <summary>As the float32 form, for bfloat16 logits and gradient; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Gradient(CudaStream, DeviceSpan2D{float}, DeviceTargetSpan, DeviceSpan{RowStatistics{float}}, DeviceSpan{float}, DeviceSpan2D{float}, in CrossEntropyOptions, in DeviceCrossEntropyInputs{float, float})"/>
    public static void Gradient(
        CudaStream stream,
        DeviceSpan2D<BFloat16> logits,
        DeviceTargetSpan targets,
        DeviceSpan<RowStatistics<float>> statistics,
        DeviceSpan<float> upstream,
        DeviceSpan2D<BFloat16> gradient,
        in CrossEntropyOptions options = default,
        in DeviceCrossEntropyInputs<BFloat16, float> inputs = default) =>
        DeviceCrossEntropy.Gradient(stream, logits, targets, statistics, upstream, gradient, options, inputs);

    /// <summary>Bytes of scratch that <c>Compute</c> with the same arguments needs: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Compute</c>.</param>
    /// <param name="logits">As in <c>Compute</c>.</param>
    /// <param name="targets">As in <c>Compute</c>.</param>
    /// <param name="outputs">As in <c>Compute</c>.</param>
    /// <param name="options">As in <c>Compute</c>.</param>
    /// <param name="inputs">As in <c>Compute</c>.</param>
    /// <exception cref="ArgumentException">As in <c>Compute</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<float> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<float, float> outputs,
        in CrossEntropyOptions options = default,
        in DeviceCrossEntropyInputs<float, float> inputs = default) =>
        DeviceCrossEntropy.WorkspaceBytes(stream, logits, targets, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceTargetSpan, in DeviceCrossEntropyOutputs{float, float}, in CrossEntropyOptions, in DeviceCrossEntropyInputs{float, float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<double, double> outputs,
        in CrossEntropyOptions options = default,
        in DeviceCrossEntropyInputs<double, double> inputs = default) =>
        DeviceCrossEntropy.WorkspaceBytes(stream, logits, targets, outputs, options, inputs);

    /// <summary>As the float32 form, for float16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceTargetSpan, in DeviceCrossEntropyOutputs{float, float}, in CrossEntropyOptions, in DeviceCrossEntropyInputs{float, float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<Half> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<Half, float> outputs,
        in CrossEntropyOptions options = default,
        in DeviceCrossEntropyInputs<Half, float> inputs = default) =>
        DeviceCrossEntropy.WorkspaceBytes(stream, logits, targets, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceTargetSpan, in DeviceCrossEntropyOutputs{float, float}, in CrossEntropyOptions, in DeviceCrossEntropyInputs{float, float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<BFloat16> logits,
        DeviceTargetSpan targets,
        in DeviceCrossEntropyOutputs<BFloat16, float> outputs,
        in CrossEntropyOptions options = default,
        in DeviceCrossEntropyInputs<BFloat16, float> inputs = default) =>
        DeviceCrossEntropy.WorkspaceBytes(stream, logits, targets, outputs, options, inputs);
}
