using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cli.Kernels;

/// <summary>The overloads of <see cref="Projection"/>.</summary>
internal interface IProjectionKernels<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    static abstract void Apply(RowMap map, ReadOnlySpan2D<T> input, in ProjectionOutputs<T, TReal> outputs, in ProjectionInputs<T, TReal> inputs);

    static abstract long ApplySparse(RowMap map, ReadOnlySpan2D<T> input, in SparseRows<T> sparse, in ProjectionInputs<T, TReal> inputs);

    static abstract void Gradient(
        RowMap map, ReadOnlySpan2D<T> upstream, in ProjectionSaved<T, TReal> saved, in ProjectionGradients<T, TReal> gradients, in ProjectionInputs<T, TReal> inputs);

    static abstract void Apply(
        CudaStream stream, RowMap map, DeviceSpan2D<T> input, in DeviceProjectionOutputs<T, TReal> outputs, in DeviceProjectionInputs<T, TReal> inputs);

    static abstract void ApplySparse(
        CudaStream stream, RowMap map, DeviceSpan2D<T> input, in DeviceSparseRows<T> sparse, in DeviceProjectionInputs<T, TReal> inputs);

    static abstract void Gradient(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<T> upstream,
        in DeviceProjectionSaved<T, TReal> saved,
        in DeviceProjectionGradients<T, TReal> gradients,
        in DeviceProjectionInputs<T, TReal> inputs);

    static abstract long WorkspaceBytes(CudaStream stream, RowMap map, DeviceSpan2D<T> input, in DeviceProjectionInputs<T, TReal> inputs);
}

internal readonly partial struct Float32Kernels
{
    public static void Apply(RowMap map, ReadOnlySpan2D<float> input, in ProjectionOutputs<float, float> outputs, in ProjectionInputs<float, float> inputs) =>
        Projection.Apply(map, input, outputs, inputs);

    public static long ApplySparse(RowMap map, ReadOnlySpan2D<float> input, in SparseRows<float> sparse, in ProjectionInputs<float, float> inputs) =>
        Projection.ApplySparse(map, input, sparse, inputs);

    public static void Gradient(
        RowMap map,
        ReadOnlySpan2D<float> upstream,
        in ProjectionSaved<float, float> saved,
        in ProjectionGradients<float, float> gradients,
        in ProjectionInputs<float, float> inputs) =>
        Projection.Gradient(map, upstream, saved, gradients, inputs);

    public static void Apply(
        CudaStream stream, RowMap map, DeviceSpan2D<float> input, in DeviceProjectionOutputs<float, float> outputs, in DeviceProjectionInputs<float, float> inputs) =>
        Projection.Apply(stream, map, input, outputs, inputs);

    public static void ApplySparse(
        CudaStream stream, RowMap map, DeviceSpan2D<float> input, in DeviceSparseRows<float> sparse, in DeviceProjectionInputs<float, float> inputs) =>
        Projection.ApplySparse(stream, map, input, sparse, inputs);

    public static void Gradient(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<float> upstream,
        in DeviceProjectionSaved<float, float> saved,
        in DeviceProjectionGradients<float, float> gradients,
        in DeviceProjectionInputs<float, float> inputs) =>
        Projection.Gradient(stream, map, upstream, saved, gradients, inputs);

    public static long WorkspaceBytes(CudaStream stream, RowMap map, DeviceSpan2D<float> input, in DeviceProjectionInputs<float, float> inputs) =>
        Projection.WorkspaceBytes(stream, map, input, inputs);
}

internal readonly partial struct Float64Kernels
{
    public static void Apply(RowMap map, ReadOnlySpan2D<double> input, in ProjectionOutputs<double, double> outputs, in ProjectionInputs<double, double> inputs) =>
        Projection.Apply(map, input, outputs, inputs);

    public static long ApplySparse(RowMap map, ReadOnlySpan2D<double> input, in SparseRows<double> sparse, in ProjectionInputs<double, double> inputs) =>
        Projection.ApplySparse(map, input, sparse, inputs);

    public static void Gradient(
        RowMap map,
        ReadOnlySpan2D<double> upstream,
        in ProjectionSaved<double, double> saved,
        in ProjectionGradients<double, double> gradients,
        in ProjectionInputs<double, double> inputs) =>
        Projection.Gradient(map, upstream, saved, gradients, inputs);

    public static void Apply(
        CudaStream stream, RowMap map, DeviceSpan2D<double> input, in DeviceProjectionOutputs<double, double> outputs, in DeviceProjectionInputs<double, double> inputs) =>
        Projection.Apply(stream, map, input, outputs, inputs);

    public static void ApplySparse(
        CudaStream stream, RowMap map, DeviceSpan2D<double> input, in DeviceSparseRows<double> sparse, in DeviceProjectionInputs<double, double> inputs) =>
        Projection.ApplySparse(stream, map, input, sparse, inputs);

    public static void Gradient(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<double> upstream,
        in DeviceProjectionSaved<double, double> saved,
        in DeviceProjectionGradients<double, double> gradients,
        in DeviceProjectionInputs<double, double> inputs) =>
        Projection.Gradient(stream, map, upstream, saved, gradients, inputs);

    public static long WorkspaceBytes(CudaStream stream, RowMap map, DeviceSpan2D<double> input, in DeviceProjectionInputs<double, double> inputs) =>
        Projection.WorkspaceBytes(stream, map, input, inputs);
}

internal readonly partial struct Float16Kernels
{
    public static void Apply(RowMap map, ReadOnlySpan2D<Half> input, in ProjectionOutputs<Half, float> outputs, in ProjectionInputs<Half, float> inputs) =>
        Projection.Apply(map, input, outputs, inputs);

    public static long ApplySparse(RowMap map, ReadOnlySpan2D<Half> input, in SparseRows<Half> sparse, in ProjectionInputs<Half, float> inputs) =>
        Projection.ApplySparse(map, input, sparse, inputs);

    public static void Gradient(
        RowMap map,
        ReadOnlySpan2D<Half> upstream,
        in ProjectionSaved<Half, float> saved,
        in ProjectionGradients<Half, float> gradients,
        in ProjectionInputs<Half, float> inputs) =>
        Projection.Gradient(map, upstream, saved, gradients, inputs);

    public static void Apply(
        CudaStream stream, RowMap map, DeviceSpan2D<Half> input, in DeviceProjectionOutputs<Half, float> outputs, in DeviceProjectionInputs<Half, float> inputs) =>
        Projection.Apply(stream, map, input, outputs, inputs);

    public static void ApplySparse(
        CudaStream stream, RowMap map, DeviceSpan2D<Half> input, in DeviceSparseRows<Half> sparse, in DeviceProjectionInputs<Half, float> inputs) =>
        Projection.ApplySparse(stream, map, input, sparse, inputs);

    public static void Gradient(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<Half> upstream,
        in DeviceProjectionSaved<Half, float> saved,
        in DeviceProjectionGradients<Half, float> gradients,
        in DeviceProjectionInputs<Half, float> inputs) =>
        Projection.Gradient(stream, map, upstream, saved, gradients, inputs);

    public static long WorkspaceBytes(CudaStream stream, RowMap map, DeviceSpan2D<Half> input, in DeviceProjectionInputs<Half, float> inputs) =>
        Projection.WorkspaceBytes(stream, map, input, inputs);
}

internal readonly partial struct BFloat16Kernels
{
    public static void Apply(RowMap map, ReadOnlySpan2D<BFloat16> input, in ProjectionOutputs<BFloat16, float> outputs, in ProjectionInputs<BFloat16, float> inputs) =>
        Projection.Apply(map, input, outputs, inputs);

    public static long ApplySparse(RowMap map, ReadOnlySpan2D<BFloat16> input, in SparseRows<BFloat16> sparse, in ProjectionInputs<BFloat16, float> inputs) =>
        Projection.ApplySparse(map, input, sparse, inputs);

    public static void Gradient(
        RowMap map,
        ReadOnlySpan2D<BFloat16> upstream,
        in ProjectionSaved<BFloat16, float> saved,
        in ProjectionGradients<BFloat16, float> gradients,
        in ProjectionInputs<BFloat16, float> inputs) =>
        Projection.Gradient(map, upstream, saved, gradients, inputs);

    public static void Apply(
        CudaStream stream, RowMap map, DeviceSpan2D<BFloat16> input, in DeviceProjectionOutputs<BFloat16, float> outputs, in DeviceProjectionInputs<BFloat16, float> inputs) =>
        Projection.Apply(stream, map, input, outputs, inputs);

    public static void ApplySparse(
        CudaStream stream, RowMap map, DeviceSpan2D<BFloat16> input, in DeviceSparseRows<BFloat16> sparse, in DeviceProjectionInputs<BFloat16, float> inputs) =>
        Projection.ApplySparse(stream, map, input, sparse, inputs);

    public static void Gradient(
        CudaStream stream,
        RowMap map,
        DeviceSpan2D<BFloat16> upstream,
        in DeviceProjectionSaved<BFloat16, float> saved,
        in DeviceProjectionGradients<BFloat16, float> gradients,
        in DeviceProjectionInputs<BFloat16, float> inputs) =>
        Projection.Gradient(stream, map, upstream, saved, gradients, inputs);

    public static long WorkspaceBytes(CudaStream stream, RowMap map, DeviceSpan2D<BFloat16> input, in DeviceProjectionInputs<BFloat16, float> inputs) =>
        Projection.WorkspaceBytes(stream, map, input, inputs);
}
