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
}
