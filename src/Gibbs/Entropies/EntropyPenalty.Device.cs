using System;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory. Shapes, options, outputs and statuses are those of the span overloads; value and counts stay on the device, as outputs.
/// Safe under CUDA graph capture.
/// </content>
public static partial class EntropyPenalty
{
    /// <summary>A penalty of float32 entropies in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="entropies">H [B, T] in nats, a sequence per row; rows may be strided.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> entropies,
        in DeviceEntropyPenaltyOutputs<float> outputs,
        in EntropyPenaltyOptions options = default,
        in DeviceEntropyPenaltyInputs<float> inputs = default) =>
        DeviceEntropyPenalty.Compute(stream, entropies, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DeviceEntropyPenaltyOutputs{float}, in EntropyPenaltyOptions, in DeviceEntropyPenaltyInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> entropies,
        in DeviceEntropyPenaltyOutputs<double> outputs,
        in EntropyPenaltyOptions options = default,
        in DeviceEntropyPenaltyInputs<double> inputs = default) =>
        DeviceEntropyPenalty.Compute(stream, entropies, outputs, options, inputs);

    /// <summary>Bytes of scratch that <c>Compute</c> with the same arguments needs: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Compute</c>.</param>
    /// <param name="entropies">As in <c>Compute</c>.</param>
    /// <param name="outputs">As in <c>Compute</c>.</param>
    /// <param name="options">As in <c>Compute</c>.</param>
    /// <param name="inputs">As in <c>Compute</c>.</param>
    /// <exception cref="ArgumentException">As in <c>Compute</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<float> entropies,
        in DeviceEntropyPenaltyOutputs<float> outputs,
        in EntropyPenaltyOptions options = default,
        in DeviceEntropyPenaltyInputs<float> inputs = default) =>
        DeviceEntropyPenalty.WorkspaceBytes(stream, entropies, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, in DeviceEntropyPenaltyOutputs{float}, in EntropyPenaltyOptions, in DeviceEntropyPenaltyInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> entropies,
        in DeviceEntropyPenaltyOutputs<double> outputs,
        in EntropyPenaltyOptions options = default,
        in DeviceEntropyPenaltyInputs<double> inputs = default) =>
        DeviceEntropyPenalty.WorkspaceBytes(stream, entropies, outputs, options, inputs);
}
