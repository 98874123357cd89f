using System;

namespace Gibbs;

/// <content>The overloads on device memory: asynchronous on the stream, on the device that owns the memory. Shapes, options and outputs are those of the span overloads. Safe under CUDA graph capture.</content>
public static partial class ElasticMap
{
    /// <summary>Maps float32 points in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="points">x [N, d]; rows may be strided.</param>
    /// <param name="targets">y [M, d], as they were solved for.</param>
    /// <param name="targetPotential">g [M] of a solve with this cost and ε.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Cost and ε, which must be given.</param>
    /// <param name="inputs">Weights of the targets, the matrix that some costs need, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Apply(
        CudaStream stream,
        DeviceSpan2D<float> points,
        DeviceSpan2D<float> targets,
        DeviceSpan<float> targetPotential,
        in DeviceElasticMapOutputs<float> outputs,
        in ElasticMapOptions options,
        in DeviceElasticMapInputs<float> inputs = default) =>
        DeviceElasticMap.Apply(stream, points, targets, targetPotential, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Apply(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, DeviceSpan{float}, in DeviceElasticMapOutputs{float}, in ElasticMapOptions, in DeviceElasticMapInputs{float})"/>
    public static void Apply(
        CudaStream stream,
        DeviceSpan2D<double> points,
        DeviceSpan2D<double> targets,
        DeviceSpan<double> targetPotential,
        in DeviceElasticMapOutputs<double> outputs,
        in ElasticMapOptions options,
        in DeviceElasticMapInputs<double> inputs = default) =>
        DeviceElasticMap.Apply(stream, points, targets, targetPotential, outputs, options, inputs);

    /// <summary>Bytes of scratch that <c>Apply</c> with the same arguments needs, of the order of the points; give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Apply</c>.</param>
    /// <param name="points">As in <c>Apply</c>.</param>
    /// <param name="targets">As in <c>Apply</c>.</param>
    /// <param name="targetPotential">As in <c>Apply</c>.</param>
    /// <param name="outputs">As in <c>Apply</c>.</param>
    /// <param name="options">As in <c>Apply</c>.</param>
    /// <param name="inputs">As in <c>Apply</c>.</param>
    /// <exception cref="ArgumentException">As in <c>Apply</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<float> points,
        DeviceSpan2D<float> targets,
        DeviceSpan<float> targetPotential,
        in DeviceElasticMapOutputs<float> outputs,
        in ElasticMapOptions options,
        in DeviceElasticMapInputs<float> inputs = default) =>
        DeviceElasticMap.WorkspaceBytes(stream, points, targets, targetPotential, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, DeviceSpan{float}, in DeviceElasticMapOutputs{float}, in ElasticMapOptions, in DeviceElasticMapInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> points,
        DeviceSpan2D<double> targets,
        DeviceSpan<double> targetPotential,
        in DeviceElasticMapOutputs<double> outputs,
        in ElasticMapOptions options,
        in DeviceElasticMapInputs<double> inputs = default) =>
        DeviceElasticMap.WorkspaceBytes(stream, points, targets, targetPotential, outputs, options, inputs);

    /// <summary>Embeds float32 points in device memory for a linear cost, asynchronously: ‖e(x) − e(y)‖² = h(x − y). Needs no scratch.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="points">x [N, d]; rows may be strided.</param>
    /// <param name="embedded">e(x) [N, d + r], apart from the points.</param>
    /// <param name="cost">A cost that takes a matrix.</param>
    /// <param name="matrix">A [r, d].</param>
    /// <exception cref="ArgumentException">A shape, a device or the cost is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static void Embed(CudaStream stream, DeviceSpan2D<float> points, DeviceSpan2D<float> embedded, ElasticCost cost, DeviceSpan2D<float> matrix) =>
        DeviceElasticMap.Embed(stream, points, embedded, cost, matrix);

    /// <summary>As the float32 form.</summary>
    /// <inheritdoc cref="Embed(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, ElasticCost, DeviceSpan2D{float})"/>
    public static void Embed(CudaStream stream, DeviceSpan2D<double> points, DeviceSpan2D<double> embedded, ElasticCost cost, DeviceSpan2D<double> matrix) =>
        DeviceElasticMap.Embed(stream, points, embedded, cost, matrix);
}
