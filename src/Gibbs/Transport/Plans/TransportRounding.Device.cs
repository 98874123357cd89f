namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, one launch, on the device that owns the memory. Shapes and options are those of the span overloads; the result is an output, and invalid weights or
/// masses set its status. Safe under CUDA graph capture.
/// </content>
public static partial class TransportRounding
{
    /// <summary>Rounds the plan of float32 potentials in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C, or the points it is made of.</param>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="outputs">What to store, and where to.</param>
    /// <param name="options">Those of the solve.</param>
    /// <param name="workspace">Scratch of at least <c>WorkspaceBytes</c>; empty: allocated on the stream and freed there.</param>
    /// <exception cref="System.ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Round(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<float> potentials,
        in DeviceTransportRoundingOutputs<float> outputs,
        in SinkhornOptions options,
        DeviceSpan<byte> workspace = default) =>
        DeviceTransportRounding.Round(stream, cost, potentials, outputs, options, workspace);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Round(CudaStream, in DeviceTransportCost, in DeviceTransportPotentials{float}, in DeviceTransportRoundingOutputs{float}, in SinkhornOptions, DeviceSpan{byte})"/>
    public static void Round(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<double> potentials,
        in DeviceTransportRoundingOutputs<double> outputs,
        in SinkhornOptions options,
        DeviceSpan<byte> workspace = default) =>
        DeviceTransportRounding.Round(stream, cost, potentials, outputs, options, workspace);

    /// <summary>Bytes of scratch that <c>Round</c> with the same arguments needs: give it 256-byte aligned. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Round</c>.</param>
    /// <param name="cost">As in <c>Round</c>.</param>
    /// <param name="potentials">As in <c>Round</c>.</param>
    /// <param name="options">As in <c>Round</c>.</param>
    /// <exception cref="System.ArgumentException">As in <c>Round</c>.</exception>
    public static long WorkspaceBytes(CudaStream stream, in DeviceTransportCost cost, in DeviceTransportPotentials<float> potentials, in SinkhornOptions options) =>
        DeviceTransportRounding.WorkspaceBytes(stream, cost, potentials, options);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, in DeviceTransportCost, in DeviceTransportPotentials{float}, in SinkhornOptions)"/>
    public static long WorkspaceBytes(CudaStream stream, in DeviceTransportCost cost, in DeviceTransportPotentials<double> potentials, in SinkhornOptions options) =>
        DeviceTransportRounding.WorkspaceBytes(stream, cost, potentials, options);
}
