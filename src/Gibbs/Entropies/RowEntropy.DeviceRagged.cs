using System;

namespace Gibbs;

/// <content>
/// The overloads on device memory, ragged rows: asynchronous on the stream, on the device that owns the memory. Shapes, options, outputs and row errors are those of the span overloads; the reduced
/// value and its normaliser stay on the device, as outputs. Safe under CUDA graph capture.
/// </content>
public static partial class RowEntropy
{
    /// <summary>The same of float32 rows of any lengths, side by side in one array. Rows up to about twice the mean length are read once.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="values">z, or probabilities [total].</param>
    /// <param name="offsets">[N + 1] in device memory, ascending: row i is values[offsets[i] .. offsets[i + 1]). The host does not read them: a row that does not lie within the values is <see cref="RowStatus.InvalidParameter"/>.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void ComputeRagged(
        CudaStream stream,
        DeviceSpan<float> values,
        DeviceSpan<long> offsets,
        in DeviceRaggedEntropyOutputs<float, float> outputs,
        in RowEntropyOptions options = default,
        in DeviceRowEntropyInputs<float> inputs = default) =>
        DeviceRowEntropy.ComputeRagged(stream, values, offsets, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="ComputeRagged(CudaStream, DeviceSpan{float}, DeviceSpan{long}, in DeviceRaggedEntropyOutputs{float, float}, in RowEntropyOptions, in DeviceRowEntropyInputs{float})"/>
    public static void ComputeRagged(
        CudaStream stream,
        DeviceSpan<double> values,
        DeviceSpan<long> offsets,
        in DeviceRaggedEntropyOutputs<double, double> outputs,
        in RowEntropyOptions options = default,
        in DeviceRowEntropyInputs<double> inputs = default) =>
        DeviceRowEntropy.ComputeRagged(stream, values, offsets, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="ComputeRagged(CudaStream, DeviceSpan{float}, DeviceSpan{long}, in DeviceRaggedEntropyOutputs{float, float}, in RowEntropyOptions, in DeviceRowEntropyInputs{float})"/>
    public static void ComputeRagged(
        CudaStream stream,
        DeviceSpan<Half> values,
        DeviceSpan<long> offsets,
        in DeviceRaggedEntropyOutputs<Half, float> outputs,
        in RowEntropyOptions options = default,
        in DeviceRowEntropyInputs<float> inputs = default) =>
        DeviceRowEntropy.ComputeRagged(stream, values, offsets, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="ComputeRagged(CudaStream, DeviceSpan{float}, DeviceSpan{long}, in DeviceRaggedEntropyOutputs{float, float}, in RowEntropyOptions, in DeviceRowEntropyInputs{float})"/>
    public static void ComputeRagged(
        CudaStream stream,
        DeviceSpan<BFloat16> values,
        DeviceSpan<long> offsets,
        in DeviceRaggedEntropyOutputs<BFloat16, float> outputs,
        in RowEntropyOptions options = default,
        in DeviceRowEntropyInputs<float> inputs = default) =>
        DeviceRowEntropy.ComputeRagged(stream, values, offsets, outputs, options, inputs);

    /// <summary>Bytes of scratch that <c>ComputeRagged</c> with the same arguments needs: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>ComputeRagged</c>.</param>
    /// <param name="values">As in <c>ComputeRagged</c>.</param>
    /// <param name="offsets">As in <c>ComputeRagged</c>.</param>
    /// <param name="outputs">As in <c>ComputeRagged</c>.</param>
    /// <param name="options">As in <c>ComputeRagged</c>.</param>
    /// <param name="inputs">As in <c>ComputeRagged</c>.</param>
    /// <exception cref="ArgumentException">As in <c>ComputeRagged</c>.</exception>
    public static long RaggedWorkspaceBytes(
        CudaStream stream,
        DeviceSpan<float> values,
        DeviceSpan<long> offsets,
        in DeviceRaggedEntropyOutputs<float, float> outputs,
        in RowEntropyOptions options = default,
        in DeviceRowEntropyInputs<float> inputs = default) =>
        DeviceRowEntropy.RaggedWorkspaceBytes(stream, values, offsets, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="RaggedWorkspaceBytes(CudaStream, DeviceSpan{float}, DeviceSpan{long}, in DeviceRaggedEntropyOutputs{float, float}, in RowEntropyOptions, in DeviceRowEntropyInputs{float})"/>
    public static long RaggedWorkspaceBytes(
        CudaStream stream,
        DeviceSpan<double> values,
        DeviceSpan<long> offsets,
        in DeviceRaggedEntropyOutputs<double, double> outputs,
        in RowEntropyOptions options = default,
        in DeviceRowEntropyInputs<double> inputs = default) =>
        DeviceRowEntropy.RaggedWorkspaceBytes(stream, values, offsets, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="RaggedWorkspaceBytes(CudaStream, DeviceSpan{float}, DeviceSpan{long}, in DeviceRaggedEntropyOutputs{float, float}, in RowEntropyOptions, in DeviceRowEntropyInputs{float})"/>
    public static long RaggedWorkspaceBytes(
        CudaStream stream,
        DeviceSpan<Half> values,
        DeviceSpan<long> offsets,
        in DeviceRaggedEntropyOutputs<Half, float> outputs,
        in RowEntropyOptions options = default,
        in DeviceRowEntropyInputs<float> inputs = default) =>
        DeviceRowEntropy.RaggedWorkspaceBytes(stream, values, offsets, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="RaggedWorkspaceBytes(CudaStream, DeviceSpan{float}, DeviceSpan{long}, in DeviceRaggedEntropyOutputs{float, float}, in RowEntropyOptions, in DeviceRowEntropyInputs{float})"/>
    public static long RaggedWorkspaceBytes(
        CudaStream stream,
        DeviceSpan<BFloat16> values,
        DeviceSpan<long> offsets,
        in DeviceRaggedEntropyOutputs<BFloat16, float> outputs,
        in RowEntropyOptions options = default,
        in DeviceRowEntropyInputs<float> inputs = default) =>
        DeviceRowEntropy.RaggedWorkspaceBytes(stream, values, offsets, outputs, options, inputs);
}
