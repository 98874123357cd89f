using System;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory. Shapes, options and outputs are those of the span overloads; the value is an output. Safe under CUDA graph capture.
/// </content>
public static partial class SampleEntropy
{
    /// <summary>The value and its gradients, of float32 points in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="points">x [N, d]; rows may be strided.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">What is measured, and scalars.</param>
    /// <param name="inputs">The other points that some kinds need, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> points,
        in DeviceSampleEntropyOutputs<float, float> outputs,
        in SampleEntropyOptions options = default,
        in DeviceSampleEntropyInputs<float> inputs = default) =>
        DeviceSampleEntropy.Compute(stream, points, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceSampleEntropyOutputs{float, float}, in SampleEntropyOptions, in DeviceSampleEntropyInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> points,
        in DeviceSampleEntropyOutputs<double, double> outputs,
        in SampleEntropyOptions options = default,
        in DeviceSampleEntropyInputs<double> inputs = default) =>
        DeviceSampleEntropy.Compute(stream, points, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 points; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceSampleEntropyOutputs{float, float}, in SampleEntropyOptions, in DeviceSampleEntropyInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<Half> points,
        in DeviceSampleEntropyOutputs<Half, float> outputs,
        in SampleEntropyOptions options = default,
        in DeviceSampleEntropyInputs<Half> inputs = default) =>
        DeviceSampleEntropy.Compute(stream, points, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 points; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceSampleEntropyOutputs{float, float}, in SampleEntropyOptions, in DeviceSampleEntropyInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<BFloat16> points,
        in DeviceSampleEntropyOutputs<BFloat16, float> outputs,
        in SampleEntropyOptions options = default,
        in DeviceSampleEntropyInputs<BFloat16> inputs = default) =>
        DeviceSampleEntropy.Compute(stream, points, outputs, options, inputs);

    /// <summary>Bytes of scratch that <c>Compute</c> with the same arguments needs, of the order of the points: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Compute</c>.</param>
    /// <param name="points">As in <c>Compute</c>.</param>
    /// <param name="outputs">As in <c>Compute</c>.</param>
    /// <param name="options">As in <c>Compute</c>.</param>
    /// <param name="inputs">As in <c>Compute</c>.</param>
    /// <exception cref="ArgumentException">As in <c>Compute</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<float> points,
        in DeviceSampleEntropyOutputs<float, float> outputs,
        in SampleEntropyOptions options = default,
        in DeviceSampleEntropyInputs<float> inputs = default) =>
        DeviceSampleEntropy.WorkspaceBytes(stream, points, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, in DeviceSampleEntropyOutputs{float, float}, in SampleEntropyOptions, in DeviceSampleEntropyInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> points,
        in DeviceSampleEntropyOutputs<double, double> outputs,
        in SampleEntropyOptions options = default,
        in DeviceSampleEntropyInputs<double> inputs = default) =>
        DeviceSampleEntropy.WorkspaceBytes(stream, points, outputs, options, inputs);

    /// <summary>As the float32 form, for float16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, in DeviceSampleEntropyOutputs{float, float}, in SampleEntropyOptions, in DeviceSampleEntropyInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<Half> points,
        in DeviceSampleEntropyOutputs<Half, float> outputs,
        in SampleEntropyOptions options = default,
        in DeviceSampleEntropyInputs<Half> inputs = default) =>
        DeviceSampleEntropy.WorkspaceBytes(stream, points, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, in DeviceSampleEntropyOutputs{float, float}, in SampleEntropyOptions, in DeviceSampleEntropyInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<BFloat16> points,
        in DeviceSampleEntropyOutputs<BFloat16, float> outputs,
        in SampleEntropyOptions options = default,
        in DeviceSampleEntropyInputs<BFloat16> inputs = default) =>
        DeviceSampleEntropy.WorkspaceBytes(stream, points, outputs, options, inputs);
}
