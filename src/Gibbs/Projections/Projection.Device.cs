using System;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory. Maps, shapes, outputs and row errors are those of the span overloads; what shared arrays hold is not read, so not
/// checked. Safe under CUDA graph capture.
/// </content>
public static partial class Projection
{
    /// <summary>y = map(x) of float32 rows in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="map">Which map, with its scalars.</param>
    /// <param name="input">x [N, V]; rows may be strided, any alignment.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="inputs">Optional arrays, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Apply(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<float> input,
        in DeviceProjectionOutputs<float, float> outputs,
        in DeviceProjectionInputs<float, float> inputs = default) =>
        DeviceProjection.Apply(stream, map, input, outputs, inputs);

    /// <summary>As the float32 form, in fp64 or better.</summary>
    /// <inheritdoc cref="Apply(CudaStream, RowMap, DeviceSpan2D{float}, in DeviceProjectionOutputs{float, float}, in DeviceProjectionInputs{float, float})"/>
    public static void Apply(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<double> input,
        in DeviceProjectionOutputs<double, double> outputs,
        in DeviceProjectionInputs<double, double> inputs = default) =>
        DeviceProjection.Apply(stream, map, input, outputs, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Apply(CudaStream, RowMap, DeviceSpan2D{float}, in DeviceProjectionOutputs{float, float}, in DeviceProjectionInputs{float, float})"/>
    public static void Apply(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<Half> input,
        in DeviceProjectionOutputs<Half, float> outputs,
        in DeviceProjectionInputs<Half, float> inputs = default) =>
        DeviceProjection.Apply(stream, map, input, outputs, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Apply(CudaStream, RowMap, DeviceSpan2D{float}, in DeviceProjectionOutputs{float, float}, in DeviceProjectionInputs{float, float})"/>
    public static void Apply(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<BFloat16> input,
        in DeviceProjectionOutputs<BFloat16, float> outputs,
        in DeviceProjectionInputs<BFloat16, float> inputs = default) =>
        DeviceProjection.Apply(stream, map, input, outputs, inputs);

    /// <summary>
    /// y = map(x) of float32 rows with the zeros left out (CSR), asynchronously: <see cref="RowMap.Simplex"/>, <see cref="RowMap.Entmax"/>, <see cref="RowMap.SparseSimplex"/>. The row offsets are always written whole;
    /// entries beyond the room given are left out, so that the last offset tells the room that is needed, and a call without room counts.
    /// </summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="map">Which map, with its scalars.</param>
    /// <param name="input">x [N, V]; rows may be strided, any alignment.</param>
    /// <param name="sparse">Where to.</param>
    /// <param name="inputs">Optional arrays, and scratch.</param>
    /// <param name="status">Row statuses [N], or empty.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong, or the map has no sparse form.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void ApplySparse(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<float> input,
        in DeviceSparseRows<float> sparse,
        in DeviceProjectionInputs<float, float> inputs = default,
        DeviceSpan<RowStatus> status = default) =>
        DeviceProjection.ApplySparse(stream, map, input, sparse, inputs, status);

    /// <summary>As the float32 form, in fp64 or better.</summary>
    /// <inheritdoc cref="ApplySparse(CudaStream, RowMap, DeviceSpan2D{float}, in DeviceSparseRows{float}, in DeviceProjectionInputs{float, float}, DeviceSpan{RowStatus})"/>
    public static void ApplySparse(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<double> input,
        in DeviceSparseRows<double> sparse,
        in DeviceProjectionInputs<double, double> inputs = default,
        DeviceSpan<RowStatus> status = default) =>
        DeviceProjection.ApplySparse(stream, map, input, sparse, inputs, status);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="ApplySparse(CudaStream, RowMap, DeviceSpan2D{float}, in DeviceSparseRows{float}, in DeviceProjectionInputs{float, float}, DeviceSpan{RowStatus})"/>
    public static void ApplySparse(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<Half> input,
        in DeviceSparseRows<Half> sparse,
        in DeviceProjectionInputs<Half, float> inputs = default,
        DeviceSpan<RowStatus> status = default) =>
        DeviceProjection.ApplySparse(stream, map, input, sparse, inputs, status);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="ApplySparse(CudaStream, RowMap, DeviceSpan2D{float}, in DeviceSparseRows{float}, in DeviceProjectionInputs{float, float}, DeviceSpan{RowStatus})"/>
    public static void ApplySparse(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<BFloat16> input,
        in DeviceSparseRows<BFloat16> sparse,
        in DeviceProjectionInputs<BFloat16, float> inputs = default,
        DeviceSpan<RowStatus> status = default) =>
        DeviceProjection.ApplySparse(stream, map, input, sparse, inputs, status);

    /// <summary>The vector-Jacobian products of a map, asynchronously: from the result and the upstream gradient, and what else <see cref="RowMap"/> names. One read of each, one write.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="map">The map that was applied.</param>
    /// <param name="upstream">v [N, V].</param>
    /// <param name="saved">What the forward call left.</param>
    /// <param name="gradients">What to compute, and where to.</param>
    /// <param name="inputs">The arrays of the forward call, and scratch.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong, or something saved is missing.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Gradient(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<float> upstream,
        in DeviceProjectionSaved<float, float> saved,
        in DeviceProjectionGradients<float, float> gradients,
        in DeviceProjectionInputs<float, float> inputs = default) =>
        DeviceProjection.Gradient(stream, map, upstream, saved, gradients, inputs);

    /// <summary>As the float32 form, in fp64 or better.</summary>
    /// <inheritdoc cref="Gradient(CudaStream, RowMap, DeviceSpan2D{float}, in DeviceProjectionSaved{float, float}, in DeviceProjectionGradients{float, float}, in DeviceProjectionInputs{float, float})"/>
    public static void Gradient(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<double> upstream,
        in DeviceProjectionSaved<double, double> saved,
        in DeviceProjectionGradients<double, double> gradients,
        in DeviceProjectionInputs<double, double> inputs = default) =>
        DeviceProjection.Gradient(stream, map, upstream, saved, gradients, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Gradient(CudaStream, RowMap, DeviceSpan2D{float}, in DeviceProjectionSaved{float, float}, in DeviceProjectionGradients{float, float}, in DeviceProjectionInputs{float, float})"/>
    public static void Gradient(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<Half> upstream,
        in DeviceProjectionSaved<Half, float> saved,
        in DeviceProjectionGradients<Half, float> gradients,
        in DeviceProjectionInputs<Half, float> inputs = default) =>
        DeviceProjection.Gradient(stream, map, upstream, saved, gradients, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Gradient(CudaStream, RowMap, DeviceSpan2D{float}, in DeviceProjectionSaved{float, float}, in DeviceProjectionGradients{float, float}, in DeviceProjectionInputs{float, float})"/>
    public static void Gradient(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<BFloat16> upstream,
        in DeviceProjectionSaved<BFloat16, float> saved,
        in DeviceProjectionGradients<BFloat16, float> gradients,
        in DeviceProjectionInputs<BFloat16, float> inputs = default) =>
        DeviceProjection.Gradient(stream, map, upstream, saved, gradients, inputs);

    /// <summary>Bytes of scratch that <c>Apply</c>, <c>ApplySparse</c> and <c>Gradient</c> of this map need at most for rows of this shape: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Apply</c>.</param>
    /// <param name="map">As in <c>Apply</c>.</param>
    /// <param name="input">As in <c>Apply</c>; for a gradient alone, the upstream gradient.</param>
    /// <param name="inputs">As in <c>Apply</c>.</param>
    /// <exception cref="ArgumentException">As in <c>Apply</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<float> input,
        in DeviceProjectionInputs<float, float> inputs = default) =>
        DeviceProjection.WorkspaceBytes(stream, map, input, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, RowMap, DeviceSpan2D{float}, in DeviceProjectionInputs{float, float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<double> input,
        in DeviceProjectionInputs<double, double> inputs = default) =>
        DeviceProjection.WorkspaceBytes(stream, map, input, inputs);

    /// <summary>As the float32 form, for float16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, RowMap, DeviceSpan2D{float}, in DeviceProjectionInputs{float, float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<Half> input,
        in DeviceProjectionInputs<Half, float> inputs = default) =>
        DeviceProjection.WorkspaceBytes(stream, map, input, inputs);

    /// <summary>As the float32 form, for bfloat16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, RowMap, DeviceSpan2D{float}, in DeviceProjectionInputs{float, float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<BFloat16> input,
        in DeviceProjectionInputs<BFloat16, float> inputs = default) =>
        DeviceProjection.WorkspaceBytes(stream, map, input, inputs);
}
