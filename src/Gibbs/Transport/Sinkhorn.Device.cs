using System;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory. Shapes, options and outcomes are those of the span overloads, but that wrong weights and masses end as
/// <see cref="TransportStatus.InvalidInput"/>; results are outputs. Safe under CUDA graph capture.
/// </content>
public static partial class Sinkhorn
{
    /// <summary>Solves for a matrix of float32 costs in device memory, asynchronously: one launch for all iterations, with the test for their end on the device.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C [N, M]; rows may be strided, and +∞ forbids a pair.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars that all problems share; <see cref="SinkhornOptions.Epsilon"/> must be given, here or for every problem.</param>
    /// <param name="inputs">Weights, potentials to start from, scalars of every problem, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Solve(
        CudaStream stream, DeviceSpan2D<float> cost, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<float, float>.Matrix(stream, cost, 1, outputs, options, inputs));

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Solve(CudaStream, DeviceSpan2D{float}, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static void Solve(
        CudaStream stream, DeviceSpan2D<double> cost, in DeviceSinkhornOutputs<double> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<double, double>.Matrix(stream, cost, 1, outputs, options, inputs));

    /// <summary>As the float32 form, for costs stored as float16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Solve(CudaStream, DeviceSpan2D{float}, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static void Solve(
        CudaStream stream, DeviceSpan2D<Half> cost, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<Half, float>.Matrix(stream, cost, 1, outputs, options, inputs));

    /// <summary>As the float32 form, for costs stored as bfloat16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Solve(CudaStream, DeviceSpan2D{float}, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static void Solve(
        CudaStream stream, DeviceSpan2D<BFloat16> cost, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<BFloat16, float>.Matrix(stream, cost, 1, outputs, options, inputs));

    /// <summary>Solves problems of one size for float32 costs in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">C [B·N, M], problem after problem; rows may be strided, and +∞ forbids a pair.</param>
    /// <param name="problems">B.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars that all problems share; <see cref="SinkhornOptions.Epsilon"/> must be given, here or for every problem.</param>
    /// <param name="inputs">Weights, potentials to start from, scalars of every problem, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void SolveBatch(
        CudaStream stream, DeviceSpan2D<float> cost, long problems, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<float, float>.Matrix(stream, cost, problems, outputs, options, inputs));

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="SolveBatch(CudaStream, DeviceSpan2D{float}, long, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static void SolveBatch(
        CudaStream stream, DeviceSpan2D<double> cost, long problems, in DeviceSinkhornOutputs<double> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<double, double>.Matrix(stream, cost, problems, outputs, options, inputs));

    /// <summary>As the float32 form, for costs stored as float16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="SolveBatch(CudaStream, DeviceSpan2D{float}, long, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static void SolveBatch(
        CudaStream stream, DeviceSpan2D<Half> cost, long problems, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<Half, float>.Matrix(stream, cost, problems, outputs, options, inputs));

    /// <summary>As the float32 form, for costs stored as bfloat16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="SolveBatch(CudaStream, DeviceSpan2D{float}, long, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static void SolveBatch(
        CudaStream stream, DeviceSpan2D<BFloat16> cost, long problems, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<BFloat16, float>.Matrix(stream, cost, problems, outputs, options, inputs));

    /// <summary>Solves problems of differing sizes for float32 costs in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="cost">Every problem's C [N_p, M_p], row by row, where <see cref="DeviceSinkhornBatch.CostOffsets"/> says.</param>
    /// <param name="batch">Sizes and places of the problems.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars that all problems share; <see cref="SinkhornOptions.Epsilon"/> must be given, here or for every problem.</param>
    /// <param name="inputs">Weights, potentials to start from, scalars of every problem, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void SolveBatch(
        CudaStream stream, DeviceSpan<float> cost, in DeviceSinkhornBatch batch, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<float, float>.Packed(stream, cost, batch, outputs, options, inputs));

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="SolveBatch(CudaStream, DeviceSpan{float}, in DeviceSinkhornBatch, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static void SolveBatch(
        CudaStream stream, DeviceSpan<double> cost, in DeviceSinkhornBatch batch, in DeviceSinkhornOutputs<double> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<double, double>.Packed(stream, cost, batch, outputs, options, inputs));

    /// <summary>As the float32 form, for costs stored as float16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="SolveBatch(CudaStream, DeviceSpan{float}, in DeviceSinkhornBatch, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static void SolveBatch(
        CudaStream stream, DeviceSpan<Half> cost, in DeviceSinkhornBatch batch, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<Half, float>.Packed(stream, cost, batch, outputs, options, inputs));

    /// <summary>As the float32 form, for costs stored as bfloat16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="SolveBatch(CudaStream, DeviceSpan{float}, in DeviceSinkhornBatch, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static void SolveBatch(
        CudaStream stream, DeviceSpan<BFloat16> cost, in DeviceSinkhornBatch batch, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<BFloat16, float>.Packed(stream, cost, batch, outputs, options, inputs));
}
