using System;

namespace Gibbs;

/// <content>The overloads on device memory: asynchronous on the stream, on the device that owns the memory; counts of samples stay on the device, as outputs. Safe under CUDA graph capture.</content>
public static partial class ConditionalClassEntropy
{
    /// <summary>Entropies and counts of float32 pre-activations in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="preActivations">x [N, U], N at most 2147483647; rows may be strided.</param>
    /// <param name="labels">y [N], int32 or int64.</param>
    /// <param name="classes">C, at least 1.</param>
    /// <param name="outputs">What to compute, and where to; scratch is allocated on the stream and freed there.</param>
    /// <param name="options">Scalars.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch could be allocated.</exception>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> preActivations,
        DeviceTargetSpan labels,
        int classes,
        in DeviceConditionalClassEntropyOutputs<float> outputs,
        in ConditionalClassEntropyOptions options = default) =>
        DeviceConditionalClassEntropy.Compute(stream, preActivations, labels, classes, outputs, options);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceTargetSpan, int, in DeviceConditionalClassEntropyOutputs{float}, in ConditionalClassEntropyOptions)"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> preActivations,
        DeviceTargetSpan labels,
        int classes,
        in DeviceConditionalClassEntropyOutputs<double> outputs,
        in ConditionalClassEntropyOptions options = default) =>
        DeviceConditionalClassEntropy.Compute(stream, preActivations, labels, classes, outputs, options);

    /// <summary>As the float32 form, for float16.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceTargetSpan, int, in DeviceConditionalClassEntropyOutputs{float}, in ConditionalClassEntropyOptions)"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<Half> preActivations,
        DeviceTargetSpan labels,
        int classes,
        in DeviceConditionalClassEntropyOutputs<float> outputs,
        in ConditionalClassEntropyOptions options = default) =>
        DeviceConditionalClassEntropy.Compute(stream, preActivations, labels, classes, outputs, options);

    /// <summary>As the float32 form, for bfloat16.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceTargetSpan, int, in DeviceConditionalClassEntropyOutputs{float}, in ConditionalClassEntropyOptions)"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<BFloat16> preActivations,
        DeviceTargetSpan labels,
        int classes,
        in DeviceConditionalClassEntropyOutputs<float> outputs,
        in ConditionalClassEntropyOptions options = default) =>
        DeviceConditionalClassEntropy.Compute(stream, preActivations, labels, classes, outputs, options);
}
