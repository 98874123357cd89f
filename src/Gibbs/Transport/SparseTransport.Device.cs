using System;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory, without synchronisation; safe under CUDA graph capture. Problem, options and results are those of the span
/// overloads, also fp64 for every storage type, but for weights that are wrong and masses that differ: such a problem ends as <see cref="TransportStatus.InvalidInput"/>, its outputs NaN. A block works on every
/// problem, or the whole device on one large one; results do not depend on which, to the bit.
/// </content>
public static partial class SparseTransport
{
    /// <summary>Solves for a matrix of float32 costs in device memory, asynchronously: one launch.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C [N, M]; +∞ forbids a pair. Rows may be strided.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars; <see cref="SparseTransportOptions.Gamma"/> must be given.</param>
    /// <param name="inputs">Weights, a potential to start from, scratch.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static void Solve(CudaStream stream, DeviceSpan2D<float> cost, in DeviceSparseTransportOutputs<float> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<float> inputs = default) =>
        DeviceSparseTransport.Run(DeviceSparseTransport.Matrix(stream, cost, 1, outputs, options, inputs));

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="Solve(CudaStream, DeviceSpan2D{float}, in DeviceSparseTransportOutputs{float}, in SparseTransportOptions, in DeviceSparseTransportInputs{float})"/>
    public static void Solve(CudaStream stream, DeviceSpan2D<double> cost, in DeviceSparseTransportOutputs<double> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<double> inputs = default) =>
        DeviceSparseTransport.Run(DeviceSparseTransport.Matrix(stream, cost, 1, outputs, options, inputs));

    /// <summary>As the float32 form, for costs stored as float16.</summary>
    /// <inheritdoc cref="Solve(CudaStream, DeviceSpan2D{float}, in DeviceSparseTransportOutputs{float}, in SparseTransportOptions, in DeviceSparseTransportInputs{float})"/>
    public static void Solve(CudaStream stream, DeviceSpan2D<Half> cost, in DeviceSparseTransportOutputs<float> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<float> inputs = default) =>
        DeviceSparseTransport.Run(DeviceSparseTransport.Matrix(stream, cost, 1, outputs, options, inputs));

    /// <summary>As the float32 form, for costs stored as bfloat16.</summary>
    /// <inheritdoc cref="Solve(CudaStream, DeviceSpan2D{float}, in DeviceSparseTransportOutputs{float}, in SparseTransportOptions, in DeviceSparseTransportInputs{float})"/>
    public static void Solve(CudaStream stream, DeviceSpan2D<BFloat16> cost, in DeviceSparseTransportOutputs<float> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<float> inputs = default) =>
        DeviceSparseTransport.Run(DeviceSparseTransport.Matrix(stream, cost, 1, outputs, options, inputs));

    /// <summary>Solves many problems of one size for float32 costs, asynchronously, in one launch; none waits for the slowest.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C [B·N, M], problem after problem; rows may be strided, and +∞ forbids a pair.</param>
    /// <param name="problems">B.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars; <see cref="SparseTransportOptions.Gamma"/> must be given.</param>
    /// <param name="inputs">Weights, a potential to start from, scratch.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static void SolveBatch(CudaStream stream, DeviceSpan2D<float> cost, int problems, in DeviceSparseTransportOutputs<float> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<float> inputs = default) =>
        DeviceSparseTransport.Run(DeviceSparseTransport.Matrix(stream, cost, problems, outputs, options, inputs));

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="SolveBatch(CudaStream, DeviceSpan2D{float}, int, in DeviceSparseTransportOutputs{float}, in SparseTransportOptions, in DeviceSparseTransportInputs{float})"/>
    public static void SolveBatch(CudaStream stream, DeviceSpan2D<double> cost, int problems, in DeviceSparseTransportOutputs<double> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<double> inputs = default) =>
        DeviceSparseTransport.Run(DeviceSparseTransport.Matrix(stream, cost, problems, outputs, options, inputs));

    /// <summary>As the float32 form, for costs stored as float16.</summary>
    /// <inheritdoc cref="SolveBatch(CudaStream, DeviceSpan2D{float}, int, in DeviceSparseTransportOutputs{float}, in SparseTransportOptions, in DeviceSparseTransportInputs{float})"/>
    public static void SolveBatch(CudaStream stream, DeviceSpan2D<Half> cost, int problems, in DeviceSparseTransportOutputs<float> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<float> inputs = default) =>
        DeviceSparseTransport.Run(DeviceSparseTransport.Matrix(stream, cost, problems, outputs, options, inputs));

    /// <summary>As the float32 form, for costs stored as bfloat16.</summary>
    /// <inheritdoc cref="SolveBatch(CudaStream, DeviceSpan2D{float}, int, in DeviceSparseTransportOutputs{float}, in SparseTransportOptions, in DeviceSparseTransportInputs{float})"/>
    public static void SolveBatch(CudaStream stream, DeviceSpan2D<BFloat16> cost, int problems, in DeviceSparseTransportOutputs<float> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<float> inputs = default) =>
        DeviceSparseTransport.Run(DeviceSparseTransport.Matrix(stream, cost, problems, outputs, options, inputs));

    /// <summary>Solves for float32 points in device memory, asynchronously: one launch, and no N×M matrix.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="x">[N, d]; rows may be strided.</param>
    /// <param name="y">[M, d].</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars; <see cref="SparseTransportOptions.Gamma"/> must be given.</param>
    /// <param name="inputs">Weights, a potential to start from, scratch.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static void SolvePoints(
        CudaStream stream, DeviceSpan2D<float> x, DeviceSpan2D<float> y, in DeviceSparseTransportOutputs<float> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<float> inputs = default) =>
        DeviceSparseTransport.Run(DeviceSparseTransport.Points(stream, x, y, outputs, options, inputs));

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="SolvePoints(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceSparseTransportOutputs{float}, in SparseTransportOptions, in DeviceSparseTransportInputs{float})"/>
    public static void SolvePoints(
        CudaStream stream, DeviceSpan2D<double> x, DeviceSpan2D<double> y, in DeviceSparseTransportOutputs<double> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<double> inputs = default) =>
        DeviceSparseTransport.Run(DeviceSparseTransport.Points(stream, x, y, outputs, options, inputs));

    /// <summary>The scratch of <c>SolveBatch</c>; with one problem that of <c>Solve</c>.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C [B·N, M], problem after problem; rows may be strided, and +∞ forbids a pair.</param>
    /// <param name="problems">B.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars; <see cref="SparseTransportOptions.Gamma"/> must be given.</param>
    /// <param name="inputs">Weights, a potential to start from, scratch.</param>
    /// <returns>Bytes of scratch that the solve with the same arguments needs: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</returns>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static long WorkspaceBytes(CudaStream stream, DeviceSpan2D<float> cost, int problems, in DeviceSparseTransportOutputs<float> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<float> inputs = default) =>
        DeviceSparseTransport.WorkspaceBytes(DeviceSparseTransport.Matrix(stream, cost, problems, outputs, options, inputs));

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, int, in DeviceSparseTransportOutputs{float}, in SparseTransportOptions, in DeviceSparseTransportInputs{float})"/>
    public static long WorkspaceBytes(CudaStream stream, DeviceSpan2D<double> cost, int problems, in DeviceSparseTransportOutputs<double> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<double> inputs = default) =>
        DeviceSparseTransport.WorkspaceBytes(DeviceSparseTransport.Matrix(stream, cost, problems, outputs, options, inputs));

    /// <summary>As the float32 form, for costs stored as float16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, int, in DeviceSparseTransportOutputs{float}, in SparseTransportOptions, in DeviceSparseTransportInputs{float})"/>
    public static long WorkspaceBytes(CudaStream stream, DeviceSpan2D<Half> cost, int problems, in DeviceSparseTransportOutputs<float> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<float> inputs = default) =>
        DeviceSparseTransport.WorkspaceBytes(DeviceSparseTransport.Matrix(stream, cost, problems, outputs, options, inputs));

    /// <summary>As the float32 form, for costs stored as bfloat16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, int, in DeviceSparseTransportOutputs{float}, in SparseTransportOptions, in DeviceSparseTransportInputs{float})"/>
    public static long WorkspaceBytes(CudaStream stream, DeviceSpan2D<BFloat16> cost, int problems, in DeviceSparseTransportOutputs<float> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<float> inputs = default) =>
        DeviceSparseTransport.WorkspaceBytes(DeviceSparseTransport.Matrix(stream, cost, problems, outputs, options, inputs));

    /// <summary>The scratch of <c>SolvePoints</c>.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="x">[N, d]; rows may be strided.</param>
    /// <param name="y">[M, d].</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars; <see cref="SparseTransportOptions.Gamma"/> must be given.</param>
    /// <param name="inputs">Weights, a potential to start from, scratch.</param>
    /// <returns>Bytes of scratch that the solve with the same arguments needs: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</returns>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static long PointsWorkspaceBytes(
        CudaStream stream, DeviceSpan2D<float> x, DeviceSpan2D<float> y, in DeviceSparseTransportOutputs<float> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<float> inputs = default) =>
        DeviceSparseTransport.WorkspaceBytes(DeviceSparseTransport.Points(stream, x, y, outputs, options, inputs));

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="PointsWorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceSparseTransportOutputs{float}, in SparseTransportOptions, in DeviceSparseTransportInputs{float})"/>
    public static long PointsWorkspaceBytes(
        CudaStream stream, DeviceSpan2D<double> x, DeviceSpan2D<double> y, in DeviceSparseTransportOutputs<double> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<double> inputs = default) =>
        DeviceSparseTransport.WorkspaceBytes(DeviceSparseTransport.Points(stream, x, y, outputs, options, inputs));
}
