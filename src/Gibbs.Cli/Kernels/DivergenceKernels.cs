using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cli.Kernels;

/// <summary>The overloads of <see cref="RowDivergence"/>.</summary>
internal interface IDivergenceKernels<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    static abstract CrossEntropyResult Compute(ReadOnlySpan2D<T> student, ReadOnlySpan2D<T> teacher, in DivergenceOutputs<T, TReal> outputs, in DivergenceOptions options, in DivergenceInputs<TReal> inputs);

    static abstract void Compute(
        CudaStream stream,
        DeviceSpan2D<T> student,
        DeviceSpan2D<T> teacher,
        in DeviceDivergenceOutputs<T, TReal> outputs,
        in DivergenceOptions options,
        in DeviceDivergenceInputs<TReal> inputs);

    static abstract long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<T> student,
        DeviceSpan2D<T> teacher,
        in DeviceDivergenceOutputs<T, TReal> outputs,
        in DivergenceOptions options,
        in DeviceDivergenceInputs<TReal> inputs);
}

internal readonly partial struct Float32Kernels
{
    public static CrossEntropyResult Compute(ReadOnlySpan2D<float> student, ReadOnlySpan2D<float> teacher, in DivergenceOutputs<float, float> outputs, in DivergenceOptions options, in DivergenceInputs<float> inputs) =>
        RowDivergence.Compute(student, teacher, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<float> student,
        DeviceSpan2D<float> teacher,
        in DeviceDivergenceOutputs<float, float> outputs,
        in DivergenceOptions options,
        in DeviceDivergenceInputs<float> inputs) =>
        RowDivergence.Compute(stream, student, teacher, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<float> student,
        DeviceSpan2D<float> teacher,
        in DeviceDivergenceOutputs<float, float> outputs,
        in DivergenceOptions options,
        in DeviceDivergenceInputs<float> inputs) =>
        RowDivergence.WorkspaceBytes(stream, student, teacher, outputs, options, inputs);
}

internal readonly partial struct Float64Kernels
{
    public static CrossEntropyResult Compute(ReadOnlySpan2D<double> student, ReadOnlySpan2D<double> teacher, in DivergenceOutputs<double, double> outputs, in DivergenceOptions options, in DivergenceInputs<double> inputs) =>
        RowDivergence.Compute(student, teacher, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<double> student,
        DeviceSpan2D<double> teacher,
        in DeviceDivergenceOutputs<double, double> outputs,
        in DivergenceOptions options,
        in DeviceDivergenceInputs<double> inputs) =>
        RowDivergence.Compute(stream, student, teacher, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<double> student,
        DeviceSpan2D<double> teacher,
        in DeviceDivergenceOutputs<double, double> outputs,
        in DivergenceOptions options,
        in DeviceDivergenceInputs<double> inputs) =>
        RowDivergence.WorkspaceBytes(stream, student, teacher, outputs, options, inputs);
}

internal readonly partial struct Float16Kernels
{
    public static CrossEntropyResult Compute(ReadOnlySpan2D<Half> student, ReadOnlySpan2D<Half> teacher, in DivergenceOutputs<Half, float> outputs, in DivergenceOptions options, in DivergenceInputs<float> inputs) =>
        RowDivergence.Compute(student, teacher, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<Half> student,
        DeviceSpan2D<Half> teacher,
        in DeviceDivergenceOutputs<Half, float> outputs,
        in DivergenceOptions options,
        in DeviceDivergenceInputs<float> inputs) =>
        RowDivergence.Compute(stream, student, teacher, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<Half> student,
        DeviceSpan2D<Half> teacher,
        in DeviceDivergenceOutputs<Half, float> outputs,
        in DivergenceOptions options,
        in DeviceDivergenceInputs<float> inputs) =>
        RowDivergence.WorkspaceBytes(stream, student, teacher, outputs, options, inputs);
}

internal readonly partial struct BFloat16Kernels
{
    public static CrossEntropyResult Compute(ReadOnlySpan2D<BFloat16> student, ReadOnlySpan2D<BFloat16> teacher, in DivergenceOutputs<BFloat16, float> outputs, in DivergenceOptions options, in DivergenceInputs<float> inputs) =>
        RowDivergence.Compute(student, teacher, outputs, options, inputs);

    public static void Compute(
        CudaStream stream,
        DeviceSpan2D<BFloat16> student,
        DeviceSpan2D<BFloat16> teacher,
        in DeviceDivergenceOutputs<BFloat16, float> outputs,
        in DivergenceOptions options,
        in DeviceDivergenceInputs<float> inputs) =>
        RowDivergence.Compute(stream, student, teacher, outputs, options, inputs);

    public static long WorkspaceBytes(
        CudaStream stream,
        DeviceSpan2D<BFloat16> student,
        DeviceSpan2D<BFloat16> teacher,
        in DeviceDivergenceOutputs<BFloat16, float> outputs,
        in DivergenceOptions options,
        in DeviceDivergenceInputs<float> inputs) =>
        RowDivergence.WorkspaceBytes(stream, student, teacher, outputs, options, inputs);
}
