using System;

namespace Gibbs;

/// <content>
/// Scratch that the overloads on device memory need, for callers that keep their own.
/// </content>
public static partial class Sinkhorn
{
    /// <summary>Bytes of scratch that <c>Solve</c> with the same arguments needs: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Solve</c>.</param>
    /// <param name="cost">As in <c>Solve</c>.</param>
    /// <param name="outputs">As in <c>Solve</c>.</param>
    /// <param name="options">As in <c>Solve</c>.</param>
    /// <param name="inputs">As in <c>Solve</c>.</param>
    /// <exception cref="ArgumentException">As in <c>Solve</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<float> cost, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<float, float>.Matrix(stream, cost, 1, outputs, options, inputs));

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<double> cost, in DeviceSinkhornOutputs<double> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<double, double>.Matrix(stream, cost, 1, outputs, options, inputs));

    /// <summary>As the float32 form, for float16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<Half> cost, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<Half, float>.Matrix(stream, cost, 1, outputs, options, inputs));

    /// <summary>As the float32 form, for bfloat16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<BFloat16> cost, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<BFloat16, float>.Matrix(stream, cost, 1, outputs, options, inputs));

    /// <summary>As the form for one matrix, for <c>SolveBatch</c> with the same arguments.</summary>
    /// <param name="stream">As in <c>SolveBatch</c>.</param>
    /// <param name="cost">As in <c>SolveBatch</c>.</param>
    /// <param name="problems">As in <c>SolveBatch</c>.</param>
    /// <param name="outputs">As in <c>SolveBatch</c>.</param>
    /// <param name="options">As in <c>SolveBatch</c>.</param>
    /// <param name="inputs">As in <c>SolveBatch</c>.</param>
    /// <exception cref="ArgumentException">As in <c>SolveBatch</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<float> cost, long problems, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<float, float>.Matrix(stream, cost, problems, outputs, options, inputs));

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, long, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<double> cost, long problems, in DeviceSinkhornOutputs<double> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<double, double>.Matrix(stream, cost, problems, outputs, options, inputs));

    /// <summary>As the float32 form, for float16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, long, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<Half> cost, long problems, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<Half, float>.Matrix(stream, cost, problems, outputs, options, inputs));

    /// <summary>As the float32 form, for bfloat16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, long, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<BFloat16> cost, long problems, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<BFloat16, float>.Matrix(stream, cost, problems, outputs, options, inputs));

    /// <summary>As the form for one matrix, for <c>SolveBatch</c> with the same arguments.</summary>
    /// <param name="stream">As in <c>SolveBatch</c>.</param>
    /// <param name="cost">As in <c>SolveBatch</c>.</param>
    /// <param name="batch">As in <c>SolveBatch</c>.</param>
    /// <param name="outputs">As in <c>SolveBatch</c>.</param>
    /// <param name="options">As in <c>SolveBatch</c>.</param>
    /// <param name="inputs">As in <c>SolveBatch</c>.</param>
    /// <exception cref="ArgumentException">As in <c>SolveBatch</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan<float> cost, in DeviceSinkhornBatch batch, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<float, float>.Packed(stream, cost, batch, outputs, options, inputs));

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan{float}, in DeviceSinkhornBatch, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan<double> cost, in DeviceSinkhornBatch batch, in DeviceSinkhornOutputs<double> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<double, double>.Packed(stream, cost, batch, outputs, options, inputs));

    /// <summary>As the float32 form, for float16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan{float}, in DeviceSinkhornBatch, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan<Half> cost, in DeviceSinkhornBatch batch, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<Half, float>.Packed(stream, cost, batch, outputs, options, inputs));

    /// <summary>As the float32 form, for bfloat16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan{float}, in DeviceSinkhornBatch, in DeviceSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan<BFloat16> cost, in DeviceSinkhornBatch batch, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<BFloat16, float>.Packed(stream, cost, batch, outputs, options, inputs));

    /// <summary>As the form for one matrix, for <c>SolvePoints</c> with the same arguments.</summary>
    /// <param name="stream">As in <c>SolvePoints</c>.</param>
    /// <param name="x">As in <c>SolvePoints</c>.</param>
    /// <param name="y">As in <c>SolvePoints</c>.</param>
    /// <param name="outputs">As in <c>SolvePoints</c>.</param>
    /// <param name="options">As in <c>SolvePoints</c>.</param>
    /// <param name="inputs">As in <c>SolvePoints</c>.</param>
    /// <exception cref="ArgumentException">As in <c>SolvePoints</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<float> x, DeviceSpan2D<float> y, in DevicePointSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<float, float>.Clouds(stream, x, y, 1, outputs, options, inputs));

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DevicePointSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<double> x, DeviceSpan2D<double> y, in DevicePointSinkhornOutputs<double> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<double, double>.Clouds(stream, x, y, 1, outputs, options, inputs));

    /// <summary>As the form for one matrix, for <c>SolvePointsBatch</c> with the same arguments.</summary>
    /// <param name="stream">As in <c>SolvePointsBatch</c>.</param>
    /// <param name="x">As in <c>SolvePointsBatch</c>.</param>
    /// <param name="y">As in <c>SolvePointsBatch</c>.</param>
    /// <param name="problems">As in <c>SolvePointsBatch</c>.</param>
    /// <param name="outputs">As in <c>SolvePointsBatch</c>.</param>
    /// <param name="options">As in <c>SolvePointsBatch</c>.</param>
    /// <param name="inputs">As in <c>SolvePointsBatch</c>.</param>
    /// <exception cref="ArgumentException">As in <c>SolvePointsBatch</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<float> x, DeviceSpan2D<float> y, long problems, in DevicePointSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<float, float>.Clouds(stream, x, y, problems, outputs, options, inputs));

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, long, in DevicePointSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<double> x, DeviceSpan2D<double> y, long problems, in DevicePointSinkhornOutputs<double> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<double, double>.Clouds(stream, x, y, problems, outputs, options, inputs));

    /// <summary>As the form for one matrix, for <c>SolvePointsBatch</c> with the same arguments.</summary>
    /// <param name="stream">As in <c>SolvePointsBatch</c>.</param>
    /// <param name="x">As in <c>SolvePointsBatch</c>.</param>
    /// <param name="y">As in <c>SolvePointsBatch</c>.</param>
    /// <param name="batch">As in <c>SolvePointsBatch</c>.</param>
    /// <param name="outputs">As in <c>SolvePointsBatch</c>.</param>
    /// <param name="options">As in <c>SolvePointsBatch</c>.</param>
    /// <param name="inputs">As in <c>SolvePointsBatch</c>.</param>
    /// <exception cref="ArgumentException">As in <c>SolvePointsBatch</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<float> x, DeviceSpan2D<float> y, in DeviceSinkhornBatch batch, in DevicePointSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<float, float>.PackedClouds(stream, x, y, batch, outputs, options, inputs));

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceSinkhornBatch, in DevicePointSinkhornOutputs{float}, in SinkhornOptions, in DeviceSinkhornInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream, DeviceSpan2D<double> x, DeviceSpan2D<double> y, in DeviceSinkhornBatch batch, in DevicePointSinkhornOutputs<double> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<double> inputs = default) =>
        DeviceSinkhorn.WorkspaceBytes(DeviceSinkhornCall<double, double>.PackedClouds(stream, x, y, batch, outputs, options, inputs));
}
