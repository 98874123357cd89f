namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, one launch, on the device that owns the memory. Shapes and options are those of the span overloads; the result is an output, and invalid weights or
/// masses set its status. Safe under CUDA graph capture.
/// </content>
public static partial class TransportGradient
{
    /// <summary>From the derivatives of a function by plan and potentials to those by costs, points, weights and ε, in device memory: by conjugate gradients, all of them in the launch.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C, or the points it is made of.</param>
    /// <param name="potentials">f, g and the weights of the solve.</param>
    /// <param name="upstream">dP, df, dg; what is absent is 0.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Those of the solve.</param>
    /// <param name="solver">When conjugate gradients end.</param>
    /// <param name="workspace">Scratch of at least <c>WorkspaceBytes</c>; empty: allocated on the stream and freed there.</param>
    /// <exception cref="System.ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Backward(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<float> potentials,
        in DeviceTransportUpstream<float> upstream,
        in DeviceTransportGradientOutputs<float> outputs,
        in SinkhornOptions options,
        in ConjugateGradientOptions solver = default,
        DeviceSpan<byte> workspace = default) =>
        DeviceTransportGradient.Backward(stream, cost, potentials, upstream, outputs, options, solver, workspace);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Backward(CudaStream, in DeviceTransportCost, in DeviceTransportPotentials{float}, in DeviceTransportUpstream{float}, in DeviceTransportGradientOutputs{float}, in SinkhornOptions, in ConjugateGradientOptions, DeviceSpan{byte})"/>
    public static void Backward(
        CudaStream stream,
        in DeviceTransportCost cost,
        in DeviceTransportPotentials<double> potentials,
        in DeviceTransportUpstream<double> upstream,
        in DeviceTransportGradientOutputs<double> outputs,
        in SinkhornOptions options,
        in ConjugateGradientOptions solver = default,
        DeviceSpan<byte> workspace = default) =>
        DeviceTransportGradient.Backward(stream, cost, potentials, upstream, outputs, options, solver, workspace);

    /// <summary>Bytes of scratch that <c>Backward</c> with the same arguments needs: give it 256-byte aligned. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Backward</c>.</param>
    /// <param name="cost">As in <c>Backward</c>.</param>
    /// <param name="potentials">As in <c>Backward</c>.</param>
    /// <param name="options">As in <c>Backward</c>.</param>
    /// <exception cref="System.ArgumentException">As in <c>Backward</c>.</exception>
    public static long WorkspaceBytes(CudaStream stream, in DeviceTransportCost cost, in DeviceTransportPotentials<float> potentials, in SinkhornOptions options) =>
        DeviceTransportGradient.WorkspaceBytes(stream, cost, potentials, options);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, in DeviceTransportCost, in DeviceTransportPotentials{float}, in SinkhornOptions)"/>
    public static long WorkspaceBytes(CudaStream stream, in DeviceTransportCost cost, in DeviceTransportPotentials<double> potentials, in SinkhornOptions options) =>
        DeviceTransportGradient.WorkspaceBytes(stream, cost, potentials, options);
}
