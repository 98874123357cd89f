using System;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory; iterations, Newton steps and the tests for their end are one launch. Shapes, options and outcomes are those of
/// the span overloads, but that wrong weights and masses end as <see cref="TransportStatus.InvalidInput"/>; results are outputs. Safe under CUDA graph capture.
/// </content>
public static partial class SinkhornNewton
{
    /// <summary>Solves for a matrix of float32 costs in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C [N, M]; rows may be strided, and +∞ forbids a pair.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars that all problems share; <see cref="SinkhornNewtonOptions.Epsilon"/> must be given, here or for every problem.</param>
    /// <param name="inputs">Weights, potentials to start from, scalars of every problem, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static void Solve(
        CudaStream stream, DeviceSpan2D<float> cost, in DeviceSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhornNewton.Run(DeviceSinkhornCall<float, float>.Matrix(stream, cost, 1, outputs, options.Sinkhorn, inputs), options);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Solve(CudaStream, DeviceSpan2D{float}, in DeviceSinkhornOutputs{float}, in SinkhornNewtonOptions, in DeviceSinkhornInputs{float})"/>
    public static void Solve(
        CudaStream stream, DeviceSpan2D<double> cost, in DeviceSinkhornOutputs<double> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhornNewton.Run(DeviceSinkhornCall<double, double>.Matrix(stream, cost, 1, outputs, options.Sinkhorn, inputs), options);

    /// <summary>As the float32 form, for costs stored as float16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Solve(CudaStream, DeviceSpan2D{float}, in DeviceSinkhornOutputs{float}, in SinkhornNewtonOptions, in DeviceSinkhornInputs{float})"/>
    public static void Solve(
        CudaStream stream, DeviceSpan2D<Half> cost, in DeviceSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhornNewton.Run(DeviceSinkhornCall<Half, float>.Matrix(stream, cost, 1, outputs, options.Sinkhorn, inputs), options);

    /// <summary>As the float32 form, for costs stored as bfloat16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Solve(CudaStream, DeviceSpan2D{float}, in DeviceSinkhornOutputs{float}, in SinkhornNewtonOptions, in DeviceSinkhornInputs{float})"/>
    public static void Solve(
        CudaStream stream, DeviceSpan2D<BFloat16> cost, in DeviceSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhornNewton.Run(DeviceSinkhornCall<BFloat16, float>.Matrix(stream, cost, 1, outputs, options.Sinkhorn, inputs), options);

    /// <summary>Solves problems of one size for float32 costs in device memory, asynchronously; none waits for the slowest.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C [B·N, M], problem after problem; rows may be strided, and +∞ forbids a pair.</param>
    /// <param name="problems">B.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars that all problems share; <see cref="SinkhornNewtonOptions.Epsilon"/> must be given, here or for every problem.</param>
    /// <param name="inputs">Weights, potentials to start from, scalars of every problem, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static void SolveBatch(
        CudaStream stream, DeviceSpan2D<float> cost, long problems, in DeviceSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhornNewton.Run(DeviceSinkhornCall<float, float>.Matrix(stream, cost, problems, outputs, options.Sinkhorn, inputs), options);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="SolveBatch(CudaStream, DeviceSpan2D{float}, long, in DeviceSinkhornOutputs{float}, in SinkhornNewtonOptions, in DeviceSinkhornInputs{float})"/>
    public static void SolveBatch(
        CudaStream stream, DeviceSpan2D<double> cost, long problems, in DeviceSinkhornOutputs<double> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhornNewton.Run(DeviceSinkhornCall<double, double>.Matrix(stream, cost, problems, outputs, options.Sinkhorn, inputs), options);

    /// <summary>As the float32 form, for costs stored as float16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="SolveBatch(CudaStream, DeviceSpan2D{float}, long, in DeviceSinkhornOutputs{float}, in SinkhornNewtonOptions, in DeviceSinkhornInputs{float})"/>
    public static void SolveBatch(
        CudaStream stream, DeviceSpan2D<Half> cost, long problems, in DeviceSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhornNewton.Run(DeviceSinkhornCall<Half, float>.Matrix(stream, cost, problems, outputs, options.Sinkhorn, inputs), options);

    /// <summary>As the float32 form, for costs stored as bfloat16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="SolveBatch(CudaStream, DeviceSpan2D{float}, long, in DeviceSinkhornOutputs{float}, in SinkhornNewtonOptions, in DeviceSinkhornInputs{float})"/>
    public static void SolveBatch(
        CudaStream stream, DeviceSpan2D<BFloat16> cost, long problems, in DeviceSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhornNewton.Run(DeviceSinkhornCall<BFloat16, float>.Matrix(stream, cost, problems, outputs, options.Sinkhorn, inputs), options);

    /// <summary>Solves problems of one size between float32 clouds in device memory, asynchronously, with <see cref="SinkhornNewtonOptions.Metric"/> as the cost.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="x">[B·N, d], problem after problem; rows may be strided.</param>
    /// <param name="y">[B·M, d].</param>
    /// <param name="problems">B.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars that all problems share; <see cref="SinkhornNewtonOptions.Epsilon"/> must be given, here or for every problem.</param>
    /// <param name="inputs">Weights, potentials to start from, scalars of every problem, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static void SolvePointsBatch(
        CudaStream stream, DeviceSpan2D<float> x, DeviceSpan2D<float> y, long problems, in DevicePointSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhornNewton.Run(DeviceSinkhornCall<float, float>.Clouds(stream, x, y, problems, outputs, options.Sinkhorn, inputs), options);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="SolvePointsBatch(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, long, in DevicePointSinkhornOutputs{float}, in SinkhornNewtonOptions, in DeviceSinkhornInputs{float})"/>
    public static void SolvePointsBatch(
        CudaStream stream, DeviceSpan2D<double> x, DeviceSpan2D<double> y, long problems, in DevicePointSinkhornOutputs<double> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhornNewton.Run(DeviceSinkhornCall<double, double>.Clouds(stream, x, y, problems, outputs, options.Sinkhorn, inputs), options);

    /// <summary>The scratch of <c>SolveBatch</c>; with one problem that of <c>Solve</c>.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C [B·N, M], problem after problem; rows may be strided, and +∞ forbids a pair.</param>
    /// <param name="problems">B.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars that all problems share; <see cref="SinkhornNewtonOptions.Epsilon"/> must be given, here or for every problem.</param>
    /// <param name="inputs">Weights, potentials to start from, scalars of every problem, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <returns>Bytes of scratch that the solve with the same arguments needs: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</returns>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<float> cost, long problems, in DeviceSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhornNewton.WorkspaceBytes(DeviceSinkhornCall<float, float>.Matrix(stream, cost, problems, outputs, options.Sinkhorn, inputs), options);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, long, in DeviceSinkhornOutputs{float}, in SinkhornNewtonOptions, in DeviceSinkhornInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<double> cost, long problems, in DeviceSinkhornOutputs<double> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhornNewton.WorkspaceBytes(DeviceSinkhornCall<double, double>.Matrix(stream, cost, problems, outputs, options.Sinkhorn, inputs), options);

    /// <summary>As the float32 form, for costs stored as float16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, long, in DeviceSinkhornOutputs{float}, in SinkhornNewtonOptions, in DeviceSinkhornInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<Half> cost, long problems, in DeviceSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhornNewton.WorkspaceBytes(DeviceSinkhornCall<Half, float>.Matrix(stream, cost, problems, outputs, options.Sinkhorn, inputs), options);

    /// <summary>As the float32 form, for costs stored as bfloat16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, long, in DeviceSinkhornOutputs{float}, in SinkhornNewtonOptions, in DeviceSinkhornInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<BFloat16> cost, long problems, in DeviceSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhornNewton.WorkspaceBytes(DeviceSinkhornCall<BFloat16, float>.Matrix(stream, cost, problems, outputs, options.Sinkhorn, inputs), options);

    /// <summary>The scratch of <c>SolvePointsBatch</c>.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="x">[B·N, d], problem after problem; rows may be strided.</param>
    /// <param name="y">[B·M, d].</param>
    /// <param name="problems">B.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars that all problems share; <see cref="SinkhornNewtonOptions.Epsilon"/> must be given, here or for every problem.</param>
    /// <param name="inputs">Weights, potentials to start from, scalars of every problem, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <returns>Bytes of scratch that the solve with the same arguments needs: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</returns>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    public static long PointsWorkspaceBytes(
        CudaStream stream, DeviceSpan2D<float> x, DeviceSpan2D<float> y, long problems, in DevicePointSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhornNewton.WorkspaceBytes(DeviceSinkhornCall<float, float>.Clouds(stream, x, y, problems, outputs, options.Sinkhorn, inputs), options);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="PointsWorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, long, in DevicePointSinkhornOutputs{float}, in SinkhornNewtonOptions, in DeviceSinkhornInputs{float})"/>
    public static long PointsWorkspaceBytes(
        CudaStream stream, DeviceSpan2D<double> x, DeviceSpan2D<double> y, long problems, in DevicePointSinkhornOutputs<double> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhornNewton.WorkspaceBytes(DeviceSinkhornCall<double, double>.Clouds(stream, x, y, problems, outputs, options.Sinkhorn, inputs), options);
}
