using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs.Cli.Kernels;

/// <summary>The overloads of the transport solvers, for costs and for points.</summary>
internal interface ITransportKernels<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    static abstract SinkhornResult Solve(ReadOnlySpan2D<T> cost, in SinkhornOutputs<TReal> outputs, in SinkhornOptions options, in SinkhornInputs<TReal> inputs);

    static abstract SinkhornResult Solve(ReadOnlySpan2D<T> cost, in SinkhornOutputs<TReal> outputs, in SinkhornNewtonOptions options, in SinkhornInputs<TReal> inputs);

    static abstract SparseTransportResult Solve(ReadOnlySpan2D<T> cost, in SparseTransportOutputs<TReal> outputs, in SparseTransportOptions options, in SparseTransportInputs<TReal> inputs);

    static abstract void Solve(CudaStream stream, DeviceSpan2D<T> cost, in DeviceSinkhornOutputs<TReal> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<TReal> inputs);

    static abstract void Solve(CudaStream stream, DeviceSpan2D<T> cost, in DeviceSinkhornOutputs<TReal> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<TReal> inputs);

    static abstract void Solve(CudaStream stream, DeviceSpan2D<T> cost, in DeviceSparseTransportOutputs<TReal> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<TReal> inputs);

    /// <summary>The duality gap of what potentials are rounded to.</summary>
    static abstract double Gap(ReadOnlySpan2D<T> cost, in TransportPotentials<TReal> potentials, in SinkhornOptions options);
}

/// <summary>The same for points, whose type is that of the arithmetic.</summary>
internal interface IPointTransportKernels<TReal>
    where TReal : unmanaged
{
    static abstract SinkhornResult Solve(ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, in PointSinkhornOutputs<TReal> outputs, in SinkhornOptions options, in SinkhornInputs<TReal> inputs);

    static abstract SinkhornResult Solve(ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, in PointSinkhornOutputs<TReal> outputs, in SinkhornNewtonOptions options, in SinkhornInputs<TReal> inputs);

    static abstract SparseTransportResult Solve(ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, in SparseTransportOutputs<TReal> outputs, in SparseTransportOptions options, in SparseTransportInputs<TReal> inputs);

    static abstract SinkhornDivergenceResult Divergence(ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, in SinkhornDivergenceOutputs<TReal> outputs, in SinkhornOptions options, in SinkhornDivergenceInputs<TReal> inputs);

    static abstract void Solve(CudaStream stream, DeviceSpan2D<TReal> x, DeviceSpan2D<TReal> y, in DevicePointSinkhornOutputs<TReal> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<TReal> inputs);

    static abstract void Solve(CudaStream stream, DeviceSpan2D<TReal> x, DeviceSpan2D<TReal> y, in DevicePointSinkhornOutputs<TReal> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<TReal> inputs);

    static abstract void Divergence(
        CudaStream stream, DeviceSpan2D<TReal> x, DeviceSpan2D<TReal> y, in DeviceSinkhornDivergenceOutputs<TReal> outputs, in SinkhornOptions options, in DeviceSinkhornDivergenceInputs<TReal> inputs);

    static abstract void Solve(CudaStream stream, DeviceSpan2D<TReal> x, DeviceSpan2D<TReal> y, in DeviceSparseTransportOutputs<TReal> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<TReal> inputs);

    static abstract double Gap(ReadOnlySpan2D<TReal> x, ReadOnlySpan2D<TReal> y, in TransportPotentials<TReal> potentials, in SinkhornOptions options);
}

internal readonly partial struct Float32Kernels
{
    public static SinkhornResult Solve(ReadOnlySpan2D<float> cost, in SinkhornOutputs<float> outputs, in SinkhornOptions options, in SinkhornInputs<float> inputs) =>
        Sinkhorn.Solve(cost, outputs, options, inputs);

    public static SinkhornResult Solve(ReadOnlySpan2D<float> cost, in SinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in SinkhornInputs<float> inputs) =>
        SinkhornNewton.Solve(cost, outputs, options, inputs);

    public static SparseTransportResult Solve(ReadOnlySpan2D<float> cost, in SparseTransportOutputs<float> outputs, in SparseTransportOptions options, in SparseTransportInputs<float> inputs) =>
        SparseTransport.Solve(cost, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<float> cost, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs) =>
        Sinkhorn.Solve(stream, cost, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<float> cost, in DeviceSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<float> inputs) =>
        SinkhornNewton.Solve(stream, cost, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<float> cost, in DeviceSparseTransportOutputs<float> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<float> inputs) =>
        SparseTransport.Solve(stream, cost, outputs, options, inputs);

    public static double Gap(ReadOnlySpan2D<float> cost, in TransportPotentials<float> potentials, in SinkhornOptions options) =>
        TransportRounding.Round(TransportCost.Matrix(cost), potentials, default, options).Gap;
}

internal readonly partial struct Float64Kernels
{
    public static SinkhornResult Solve(ReadOnlySpan2D<double> cost, in SinkhornOutputs<double> outputs, in SinkhornOptions options, in SinkhornInputs<double> inputs) =>
        Sinkhorn.Solve(cost, outputs, options, inputs);

    public static SinkhornResult Solve(ReadOnlySpan2D<double> cost, in SinkhornOutputs<double> outputs, in SinkhornNewtonOptions options, in SinkhornInputs<double> inputs) =>
        SinkhornNewton.Solve(cost, outputs, options, inputs);

    public static SparseTransportResult Solve(ReadOnlySpan2D<double> cost, in SparseTransportOutputs<double> outputs, in SparseTransportOptions options, in SparseTransportInputs<double> inputs) =>
        SparseTransport.Solve(cost, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<double> cost, in DeviceSinkhornOutputs<double> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<double> inputs) =>
        Sinkhorn.Solve(stream, cost, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<double> cost, in DeviceSinkhornOutputs<double> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<double> inputs) =>
        SinkhornNewton.Solve(stream, cost, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<double> cost, in DeviceSparseTransportOutputs<double> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<double> inputs) =>
        SparseTransport.Solve(stream, cost, outputs, options, inputs);

    public static double Gap(ReadOnlySpan2D<double> cost, in TransportPotentials<double> potentials, in SinkhornOptions options) =>
        TransportRounding.Round(TransportCost.Matrix(cost), potentials, default, options).Gap;
}

internal readonly partial struct Float16Kernels
{
    public static SinkhornResult Solve(ReadOnlySpan2D<Half> cost, in SinkhornOutputs<float> outputs, in SinkhornOptions options, in SinkhornInputs<float> inputs) =>
        Sinkhorn.Solve(cost, outputs, options, inputs);

    public static SinkhornResult Solve(ReadOnlySpan2D<Half> cost, in SinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in SinkhornInputs<float> inputs) =>
        SinkhornNewton.Solve(cost, outputs, options, inputs);

    public static SparseTransportResult Solve(ReadOnlySpan2D<Half> cost, in SparseTransportOutputs<float> outputs, in SparseTransportOptions options, in SparseTransportInputs<float> inputs) =>
        SparseTransport.Solve(cost, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<Half> cost, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs) =>
        Sinkhorn.Solve(stream, cost, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<Half> cost, in DeviceSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<float> inputs) =>
        SinkhornNewton.Solve(stream, cost, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<Half> cost, in DeviceSparseTransportOutputs<float> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<float> inputs) =>
        SparseTransport.Solve(stream, cost, outputs, options, inputs);

    public static double Gap(ReadOnlySpan2D<Half> cost, in TransportPotentials<float> potentials, in SinkhornOptions options) =>
        TransportRounding.Round(TransportCost.Matrix(cost), potentials, default, options).Gap;
}

internal readonly partial struct BFloat16Kernels
{
    public static SinkhornResult Solve(ReadOnlySpan2D<BFloat16> cost, in SinkhornOutputs<float> outputs, in SinkhornOptions options, in SinkhornInputs<float> inputs) =>
        Sinkhorn.Solve(cost, outputs, options, inputs);

    public static SinkhornResult Solve(ReadOnlySpan2D<BFloat16> cost, in SinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in SinkhornInputs<float> inputs) =>
        SinkhornNewton.Solve(cost, outputs, options, inputs);

    public static SparseTransportResult Solve(ReadOnlySpan2D<BFloat16> cost, in SparseTransportOutputs<float> outputs, in SparseTransportOptions options, in SparseTransportInputs<float> inputs) =>
        SparseTransport.Solve(cost, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<BFloat16> cost, in DeviceSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs) =>
        Sinkhorn.Solve(stream, cost, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<BFloat16> cost, in DeviceSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<float> inputs) =>
        SinkhornNewton.Solve(stream, cost, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<BFloat16> cost, in DeviceSparseTransportOutputs<float> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<float> inputs) =>
        SparseTransport.Solve(stream, cost, outputs, options, inputs);

    public static double Gap(ReadOnlySpan2D<BFloat16> cost, in TransportPotentials<float> potentials, in SinkhornOptions options) =>
        TransportRounding.Round(TransportCost.Matrix(cost), potentials, default, options).Gap;
}

internal readonly struct Float32PointKernels : IPointTransportKernels<float>
{
    public static SinkhornResult Solve(ReadOnlySpan2D<float> x, ReadOnlySpan2D<float> y, in PointSinkhornOutputs<float> outputs, in SinkhornOptions options, in SinkhornInputs<float> inputs) =>
        Sinkhorn.SolvePoints(x, y, outputs, options, inputs);

    public static SinkhornResult Solve(ReadOnlySpan2D<float> x, ReadOnlySpan2D<float> y, in PointSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in SinkhornInputs<float> inputs) =>
        SinkhornNewton.SolvePoints(x, y, outputs, options, inputs);

    public static SparseTransportResult Solve(ReadOnlySpan2D<float> x, ReadOnlySpan2D<float> y, in SparseTransportOutputs<float> outputs, in SparseTransportOptions options, in SparseTransportInputs<float> inputs) =>
        SparseTransport.SolvePoints(x, y, outputs, options, inputs);

    public static SinkhornDivergenceResult Divergence(ReadOnlySpan2D<float> x, ReadOnlySpan2D<float> y, in SinkhornDivergenceOutputs<float> outputs, in SinkhornOptions options, in SinkhornDivergenceInputs<float> inputs) =>
        SinkhornDivergence.Compute(x, y, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<float> x, DeviceSpan2D<float> y, in DevicePointSinkhornOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<float> inputs) =>
        Sinkhorn.SolvePoints(stream, x, y, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<float> x, DeviceSpan2D<float> y, in DevicePointSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<float> inputs) =>
        SinkhornNewton.SolvePointsBatch(stream, x, y, 1, outputs, options, inputs);

    public static void Divergence(
        CudaStream stream, DeviceSpan2D<float> x, DeviceSpan2D<float> y, in DeviceSinkhornDivergenceOutputs<float> outputs, in SinkhornOptions options, in DeviceSinkhornDivergenceInputs<float> inputs) =>
        SinkhornDivergence.Compute(stream, x, y, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<float> x, DeviceSpan2D<float> y, in DeviceSparseTransportOutputs<float> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<float> inputs) =>
        SparseTransport.SolvePoints(stream, x, y, outputs, options, inputs);

    public static double Gap(ReadOnlySpan2D<float> x, ReadOnlySpan2D<float> y, in TransportPotentials<float> potentials, in SinkhornOptions options) =>
        TransportRounding.Round(TransportCost.Points(x, y), potentials, default, options).Gap;
}

internal readonly struct Float64PointKernels : IPointTransportKernels<double>
{
    public static SinkhornResult Solve(ReadOnlySpan2D<double> x, ReadOnlySpan2D<double> y, in PointSinkhornOutputs<double> outputs, in SinkhornOptions options, in SinkhornInputs<double> inputs) =>
        Sinkhorn.SolvePoints(x, y, outputs, options, inputs);

    public static SinkhornResult Solve(ReadOnlySpan2D<double> x, ReadOnlySpan2D<double> y, in PointSinkhornOutputs<double> outputs, in SinkhornNewtonOptions options, in SinkhornInputs<double> inputs) =>
        SinkhornNewton.SolvePoints(x, y, outputs, options, inputs);

    public static SparseTransportResult Solve(ReadOnlySpan2D<double> x, ReadOnlySpan2D<double> y, in SparseTransportOutputs<double> outputs, in SparseTransportOptions options, in SparseTransportInputs<double> inputs) =>
        SparseTransport.SolvePoints(x, y, outputs, options, inputs);

    public static SinkhornDivergenceResult Divergence(ReadOnlySpan2D<double> x, ReadOnlySpan2D<double> y, in SinkhornDivergenceOutputs<double> outputs, in SinkhornOptions options, in SinkhornDivergenceInputs<double> inputs) =>
        SinkhornDivergence.Compute(x, y, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<double> x, DeviceSpan2D<double> y, in DevicePointSinkhornOutputs<double> outputs, in SinkhornOptions options, in DeviceSinkhornInputs<double> inputs) =>
        Sinkhorn.SolvePoints(stream, x, y, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<double> x, DeviceSpan2D<double> y, in DevicePointSinkhornOutputs<double> outputs, in SinkhornNewtonOptions options, in DeviceSinkhornInputs<double> inputs) =>
        SinkhornNewton.SolvePointsBatch(stream, x, y, 1, outputs, options, inputs);

    public static void Divergence(
        CudaStream stream, DeviceSpan2D<double> x, DeviceSpan2D<double> y, in DeviceSinkhornDivergenceOutputs<double> outputs, in SinkhornOptions options, in DeviceSinkhornDivergenceInputs<double> inputs) =>
        SinkhornDivergence.Compute(stream, x, y, outputs, options, inputs);

    public static void Solve(CudaStream stream, DeviceSpan2D<double> x, DeviceSpan2D<double> y, in DeviceSparseTransportOutputs<double> outputs, in SparseTransportOptions options, in DeviceSparseTransportInputs<double> inputs) =>
        SparseTransport.SolvePoints(stream, x, y, outputs, options, inputs);

    public static double Gap(ReadOnlySpan2D<double> x, ReadOnlySpan2D<double> y, in TransportPotentials<double> potentials, in SinkhornOptions options) =>
        TransportRounding.Round(TransportCost.Points(x, y), potentials, default, options).Gap;
}
