using System;

namespace Gibbs;

/// <content>The overloads on device memory: asynchronous on the stream, on the device that owns the memory; loss and metrics stay there. Shapes and options are those of the span overloads. Safe under CUDA graph capture.</content>
public static partial class PolicyLoss
{
    /// <summary>Loss, gradients and flags of float32 arrays in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="logProbabilities">ℓ [B, T]; rows may be strided, any alignment.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">The other arrays, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong, or an input is missing; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Compute(
        CudaStream stream, DeviceSpan2D<float> logProbabilities, in DevicePolicyLossOutputs<float> outputs, in PolicyLossOptions options, in DevicePolicyLossInputs<float> inputs) =>
        DevicePolicyLoss.Compute(stream, logProbabilities, outputs, options, inputs);

    /// <summary>As the float32 form.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, in DevicePolicyLossOutputs{float}, in PolicyLossOptions, in DevicePolicyLossInputs{float})"/>
    public static void Compute(
        CudaStream stream, DeviceSpan2D<double> logProbabilities, in DevicePolicyLossOutputs<double> outputs, in PolicyLossOptions options, in DevicePolicyLossInputs<double> inputs) =>
        DevicePolicyLoss.Compute(stream, logProbabilities, outputs, options, inputs);

    /// <summary>Bytes of scratch that <c>Compute</c> with the same arguments needs: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Compute</c>.</param>
    /// <param name="logProbabilities">As in <c>Compute</c>.</param>
    /// <param name="outputs">As in <c>Compute</c>.</param>
    /// <param name="options">As in <c>Compute</c>.</param>
    /// <param name="inputs">As in <c>Compute</c>.</param>
    /// <exception cref="ArgumentException">As in <c>Compute</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<float> logProbabilities, in DevicePolicyLossOutputs<float> outputs, in PolicyLossOptions options, in DevicePolicyLossInputs<float> inputs) =>
        DevicePolicyLoss.WorkspaceBytes(stream, logProbabilities, outputs, options, inputs);

    /// <summary>As the float32 form.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, in DevicePolicyLossOutputs{float}, in PolicyLossOptions, in DevicePolicyLossInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<double> logProbabilities, in DevicePolicyLossOutputs<double> outputs, in PolicyLossOptions options, in DevicePolicyLossInputs<double> inputs) =>
        DevicePolicyLoss.WorkspaceBytes(stream, logProbabilities, outputs, options, inputs);
}
