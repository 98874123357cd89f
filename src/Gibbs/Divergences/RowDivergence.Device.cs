using System;

namespace Gibbs;

/// <content>
/// The overloads on device memory: asynchronous on the stream, on the device that owns the memory. Shapes, options, outputs and row errors are those of the span overloads; the reduced divergence and its normaliser
/// stay on the device, as outputs. Safe under CUDA graph capture.
/// </content>
public static partial class RowDivergence
{
    /// <summary>Divergences and gradients of float32 rows in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="student">Logits of p [N, V]; rows may be strided, any alignment.</param>
    /// <param name="teacher">Logits of q, or q itself [N, V]. May be the student's memory.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> student,
        DeviceSpan2D<float> teacher,
        in DeviceDivergenceOutputs<float, float> outputs,
        in DivergenceOptions options = default,
        in DeviceDivergenceInputs<float> inputs = default) =>
        DeviceRowDivergence.Compute(stream, student, teacher, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceDivergenceOutputs{float, float}, in DivergenceOptions, in DeviceDivergenceInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> student,
        DeviceSpan2D<double> teacher,
        in DeviceDivergenceOutputs<double, double> outputs,
        in DivergenceOptions options = default,
        in DeviceDivergenceInputs<double> inputs = default) =>
        DeviceRowDivergence.Compute(stream, student, teacher, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceDivergenceOutputs{float, float}, in DivergenceOptions, in DeviceDivergenceInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<Half> student,
        DeviceSpan2D<Half> teacher,
        in DeviceDivergenceOutputs<Half, float> outputs,
        in DivergenceOptions options = default,
        in DeviceDivergenceInputs<float> inputs = default) =>
        DeviceRowDivergence.Compute(stream, student, teacher, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceDivergenceOutputs{float, float}, in DivergenceOptions, in DeviceDivergenceInputs{float})"/>
    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<BFloat16> student,
        DeviceSpan2D<BFloat16> teacher,
        in DeviceDivergenceOutputs<BFloat16, float> outputs,
        in DivergenceOptions options = default,
        in DeviceDivergenceInputs<float> inputs = default) =>
        DeviceRowDivergence.Compute(stream, student, teacher, outputs, options, inputs);

    /// <summary>Bytes of scratch that <c>Compute</c> with the same arguments needs: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>Compute</c>.</param>
    /// <param name="student">As in <c>Compute</c>.</param>
    /// <param name="teacher">As in <c>Compute</c>.</param>
    /// <param name="outputs">As in <c>Compute</c>.</param>
    /// <param name="options">As in <c>Compute</c>.</param>
    /// <param name="inputs">As in <c>Compute</c>.</param>
    /// <exception cref="ArgumentException">As in <c>Compute</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<float> student,
        DeviceSpan2D<float> teacher,
        in DeviceDivergenceOutputs<float, float> outputs,
        in DivergenceOptions options = default,
        in DeviceDivergenceInputs<float> inputs = default) =>
        DeviceRowDivergence.WorkspaceBytes(stream, student, teacher, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceDivergenceOutputs{float, float}, in DivergenceOptions, in DeviceDivergenceInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> student,
        DeviceSpan2D<double> teacher,
        in DeviceDivergenceOutputs<double, double> outputs,
        in DivergenceOptions options = default,
        in DeviceDivergenceInputs<double> inputs = default) =>
        DeviceRowDivergence.WorkspaceBytes(stream, student, teacher, outputs, options, inputs);

    /// <summary>As the float32 form, for float16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceDivergenceOutputs{float, float}, in DivergenceOptions, in DeviceDivergenceInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<Half> student,
        DeviceSpan2D<Half> teacher,
        in DeviceDivergenceOutputs<Half, float> outputs,
        in DivergenceOptions options = default,
        in DeviceDivergenceInputs<float> inputs = default) =>
        DeviceRowDivergence.WorkspaceBytes(stream, student, teacher, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceSpan2D{float}, in DeviceDivergenceOutputs{float, float}, in DivergenceOptions, in DeviceDivergenceInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<BFloat16> student,
        DeviceSpan2D<BFloat16> teacher,
        in DeviceDivergenceOutputs<BFloat16, float> outputs,
        in DivergenceOptions options = default,
        in DeviceDivergenceInputs<float> inputs = default) =>
        DeviceRowDivergence.WorkspaceBytes(stream, student, teacher, outputs, options, inputs);

    /// <summary>Divergences of float32 rows from sparse teachers in device memory, asynchronously.</summary>
    /// <param name="stream">Where the work is enqueued. Every view lies on its device.</param>
    /// <param name="student">Logits of p [N, V]; rows may be strided, any alignment.</param>
    /// <param name="ids">Listed classes [N, k], int32 or int64, no class twice; negative: padding. k is meant small: classes listed twice are looked for by comparing all pairs.</param>
    /// <param name="teacherLogProbabilities">log q of those [N, k], at most 0.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays, and scratch: without scratch the call allocates some on the stream and frees it there.</param>
    /// <exception cref="ArgumentException">A shape, a device or an option is wrong; the message names it, what was given and what would be right.</exception>
    /// <exception cref="GibbsNativeException">The driver reports an error, perhaps of earlier work on the device.</exception>
    /// <exception cref="DeviceMemoryException">No scratch was given, and none could be allocated.</exception>
    public static void ComputeSparse(
        CudaStream stream,
        DeviceSpan2D<float> student,
        DeviceClassIds ids,
        DeviceSpan2D<float> teacherLogProbabilities,
        in DeviceDivergenceOutputs<float, float> outputs,
        in DivergenceOptions options = default,
        in DeviceDivergenceInputs<float> inputs = default) =>
        DeviceRowDivergence.ComputeSparse(stream, student, ids, teacherLogProbabilities, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="ComputeSparse(CudaStream, DeviceSpan2D{float}, DeviceClassIds, DeviceSpan2D{float}, in DeviceDivergenceOutputs{float, float}, in DivergenceOptions, in DeviceDivergenceInputs{float})"/>
    public static void ComputeSparse(
        CudaStream stream,
        DeviceSpan2D<double> student,
        DeviceClassIds ids,
        DeviceSpan2D<double> teacherLogProbabilities,
        in DeviceDivergenceOutputs<double, double> outputs,
        in DivergenceOptions options = default,
        in DeviceDivergenceInputs<double> inputs = default) =>
        DeviceRowDivergence.ComputeSparse(stream, student, ids, teacherLogProbabilities, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="ComputeSparse(CudaStream, DeviceSpan2D{float}, DeviceClassIds, DeviceSpan2D{float}, in DeviceDivergenceOutputs{float, float}, in DivergenceOptions, in DeviceDivergenceInputs{float})"/>
    public static void ComputeSparse(
        CudaStream stream,
        DeviceSpan2D<Half> student,
        DeviceClassIds ids,
        DeviceSpan2D<float> teacherLogProbabilities,
        in DeviceDivergenceOutputs<Half, float> outputs,
        in DivergenceOptions options = default,
        in DeviceDivergenceInputs<float> inputs = default) =>
        DeviceRowDivergence.ComputeSparse(stream, student, ids, teacherLogProbabilities, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="ComputeSparse(CudaStream, DeviceSpan2D{float}, DeviceClassIds, DeviceSpan2D{float}, in DeviceDivergenceOutputs{float, float}, in DivergenceOptions, in DeviceDivergenceInputs{float})"/>
    public static void ComputeSparse(
        CudaStream stream,
        DeviceSpan2D<BFloat16> student,
        DeviceClassIds ids,
        DeviceSpan2D<float> teacherLogProbabilities,
        in DeviceDivergenceOutputs<BFloat16, float> outputs,
        in DivergenceOptions options = default,
        in DeviceDivergenceInputs<float> inputs = default) =>
        DeviceRowDivergence.ComputeSparse(stream, student, ids, teacherLogProbabilities, outputs, options, inputs);

    /// <summary>Bytes of scratch that <c>ComputeSparse</c> with the same arguments needs: give it 256-byte aligned, as <c>inputs.Workspace</c>. Enqueues nothing.</summary>
    /// <param name="stream">As in <c>ComputeSparse</c>.</param>
    /// <param name="student">As in <c>ComputeSparse</c>.</param>
    /// <param name="ids">As in <c>ComputeSparse</c>.</param>
    /// <param name="teacherLogProbabilities">As in <c>ComputeSparse</c>.</param>
    /// <param name="outputs">As in <c>ComputeSparse</c>.</param>
    /// <param name="options">As in <c>ComputeSparse</c>.</param>
    /// <param name="inputs">As in <c>ComputeSparse</c>.</param>
    /// <exception cref="ArgumentException">As in <c>ComputeSparse</c>.</exception>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<float> student,
        DeviceClassIds ids,
        DeviceSpan2D<float> teacherLogProbabilities,
        in DeviceDivergenceOutputs<float, float> outputs,
        in DivergenceOptions options = default,
        in DeviceDivergenceInputs<float> inputs = default) =>
        DeviceRowDivergence.SparseWorkspaceBytes(stream, student, ids, teacherLogProbabilities, outputs, options, inputs);

    /// <summary>As the float32 form, for float64.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceClassIds, DeviceSpan2D{float}, in DeviceDivergenceOutputs{float, float}, in DivergenceOptions, in DeviceDivergenceInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> student,
        DeviceClassIds ids,
        DeviceSpan2D<double> teacherLogProbabilities,
        in DeviceDivergenceOutputs<double, double> outputs,
        in DivergenceOptions options = default,
        in DeviceDivergenceInputs<double> inputs = default) =>
        DeviceRowDivergence.SparseWorkspaceBytes(stream, student, ids, teacherLogProbabilities, outputs, options, inputs);

    /// <summary>As the float32 form, for float16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceClassIds, DeviceSpan2D{float}, in DeviceDivergenceOutputs{float, float}, in DivergenceOptions, in DeviceDivergenceInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<Half> student,
        DeviceClassIds ids,
        DeviceSpan2D<float> teacherLogProbabilities,
        in DeviceDivergenceOutputs<Half, float> outputs,
        in DivergenceOptions options = default,
        in DeviceDivergenceInputs<float> inputs = default) =>
        DeviceRowDivergence.SparseWorkspaceBytes(stream, student, ids, teacherLogProbabilities, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16.</summary>
    /// <inheritdoc cref="WorkspaceBytes(CudaStream, DeviceSpan2D{float}, DeviceClassIds, DeviceSpan2D{float}, in DeviceDivergenceOutputs{float, float}, in DivergenceOptions, in DeviceDivergenceInputs{float})"/>
    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<BFloat16> student,
        DeviceClassIds ids,
        DeviceSpan2D<float> teacherLogProbabilities,
        in DeviceDivergenceOutputs<BFloat16, float> outputs,
        in DivergenceOptions options = default,
        in DeviceDivergenceInputs<float> inputs = default) =>
        DeviceRowDivergence.SparseWorkspaceBytes(stream, student, ids, teacherLogProbabilities, outputs, options, inputs);
}
