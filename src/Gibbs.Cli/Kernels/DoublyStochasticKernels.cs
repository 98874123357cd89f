using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cli.Kernels;

/// <summary>The overloads of <see cref="DoublyStochastic"/>.</summary>
internal interface IDoublyStochasticKernels<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    static abstract void Normalise(ReadOnlySpan2D<T> values, in DoublyStochasticOutputs<T, TReal> outputs, in DoublyStochasticOptions options);

    static abstract void Normalise(CudaStream stream, DeviceSpan2D<T> values, in DeviceDoublyStochasticOutputs<T, TReal> outputs, in DoublyStochasticOptions options);
}

internal readonly partial struct Float32Kernels
{
    public static void Normalise(ReadOnlySpan2D<float> values, in DoublyStochasticOutputs<float, float> outputs, in DoublyStochasticOptions options) => DoublyStochastic.Normalise(values, outputs, options);

    public static void Normalise(CudaStream stream, DeviceSpan2D<float> values, in DeviceDoublyStochasticOutputs<float, float> outputs, in DoublyStochasticOptions options) =>
        DoublyStochastic.Normalise(stream, values, outputs, options);
}

internal readonly partial struct Float64Kernels
{
    public static void Normalise(ReadOnlySpan2D<double> values, in DoublyStochasticOutputs<double, double> outputs, in DoublyStochasticOptions options) => DoublyStochastic.Normalise(values, outputs, options);

    public static void Normalise(CudaStream stream, DeviceSpan2D<double> values, in DeviceDoublyStochasticOutputs<double, double> outputs, in DoublyStochasticOptions options) =>
        DoublyStochastic.Normalise(stream, values, outputs, options);
}

internal readonly partial struct Float16Kernels
{
    public static void Normalise(ReadOnlySpan2D<Half> values, in DoublyStochasticOutputs<Half, float> outputs, in DoublyStochasticOptions options) => DoublyStochastic.Normalise(values, outputs, options);

    public static void Normalise(CudaStream stream, DeviceSpan2D<Half> values, in DeviceDoublyStochasticOutputs<Half, float> outputs, in DoublyStochasticOptions options) =>
        DoublyStochastic.Normalise(stream, values, outputs, options);
}

internal readonly partial struct BFloat16Kernels
{
    public static void Normalise(ReadOnlySpan2D<BFloat16> values, in DoublyStochasticOutputs<BFloat16, float> outputs, in DoublyStochasticOptions options) => DoublyStochastic.Normalise(values, outputs, options);

    public static void Normalise(CudaStream stream, DeviceSpan2D<BFloat16> values, in DeviceDoublyStochasticOutputs<BFloat16, float> outputs, in DoublyStochasticOptions options) =>
        DoublyStochastic.Normalise(stream, values, outputs, options);
}
