using System;

namespace Gibbs;

/// <content>
/// The overloads for point clouds in device memory: costs are made where they are needed, and N·M of them are never stored.
/// </content>
public static partial class Sinkhorn
{
    /// <summary>Solves for float32 points in device memory, asynchronously, with <see cref="SinkhornOptions.Metric"/> as the cost.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="x">[N, d]; rows may be strided.</param>
    /// <param name="y">[M, d].</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars that all problems share; <see cref="SinkhornOptions.Epsilon"/> must be given, here or for every problem.</param>
    /// <param name="inputs">Weights, potentials to start from, scalars of every problem, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void SolvePoints(
        CudaStream stream, DeviceSpan2D<float> x, DeviceSpan2D<float> y, in DevicePointSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<float, float>.Clouds(stream, x, y, 1, outputs, options, inputs));

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="SolvePoints(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DevicePointSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static void SolvePoints(
        CudaStream stream, DeviceSpan2D<double> x, DeviceSpan2D<double> y, in DevicePointSinkhornOutputs<double> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<double, double>.Clouds(stream, x, y, 1, outputs, options, inputs));

    /// <summary>Solves problems of one size between float32 clouds in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="x">[B·N, d], problem after problem; rows may be strided.</param>
    /// <param name="y">[B·M, d].</param>
    /// <param name="problems">B.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars that all problems share; <see cref="SinkhornOptions.Epsilon"/> must be given, here or for every problem.</param>
    /// <param name="inputs">Weights, potentials to start from, scalars of every problem, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void SolvePointsBatch(
        CudaStream stream, DeviceSpan2D<float> x, DeviceSpan2D<float> y, long problems, in DevicePointSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<float, float>.Clouds(stream, x, y, problems, outputs, options, inputs));

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="SolvePointsBatch(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, long, in DevicePointSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static void SolvePointsBatch(
        CudaStream stream, DeviceSpan2D<double> x, DeviceSpan2D<double> y, long problems, in DevicePointSinkhornOutputs<double> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<double, double>.Clouds(stream, x, y, problems, outputs, options, inputs));

    /// <summary>Solves problems of differing sizes between float32 clouds in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="x">[ΣN, d]; rows may be strided.</param>
    /// <param name="y">[ΣM, d].</param>
    /// <param name="batch">Sizes and places of the problems.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars that all problems share; <see cref="SinkhornOptions.Epsilon"/> must be given, here or for every problem.</param>
    /// <param name="inputs">Weights, potentials to start from, scalars of every problem, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void SolvePointsBatch(
        CudaStream stream, DeviceSpan2D<float> x, DeviceSpan2D<float> y, in DeviceSinkhornBatch batch, in DevicePointSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<float, float>.PackedClouds(stream, x, y, batch, outputs, options, inputs));

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="SolvePointsBatch(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceSinkhornBatch, in DevicePointSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static void SolvePointsBatch(
        CudaStream stream, DeviceSpan2D<double> x, DeviceSpan2D<double> y, in DeviceSinkhornBatch batch, in DevicePointSinkhornOutputs<double> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhorn.Run(DeviceSinkhornCall<double, double>.PackedClouds(stream, x, y, batch, outputs, options, inputs));
}
