using System;

namespace Gibbs.Cli.Kernels;

/// <summary>The library's overloads by element type, so that what calls them is written once. Each operation adds its own in a file of its name.</summary>
/// <typeparam name="T">The type of matrices.</typeparam>
/// <typeparam name="TReal">The type of scalars per row or column.</typeparam>
internal interface IKernels<T, TReal> :
    ICrossEntropyKernels<T, TReal>, IProjectionKernels<T, TReal>, IFenchelYoungKernels<T, TReal>, IMaskKernels<T, TReal>,
    IRowEntropyKernels<T, TReal>, ITokenSetKernels<T, TReal>, IDivergenceKernels<T, TReal>, ITransportKernels<T, TReal>, IDoublyStochasticKernels<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>A value that random rows are made of.</summary>
    static abstract T FromSingle(float value);
}

internal readonly partial struct Float32Kernels : IKernels<float, float>
{
    public static float FromSingle(float value) => value;
}

internal readonly partial struct Float64Kernels : IKernels<double, double>
{
    public static double FromSingle(float value) => value;
}

internal readonly partial struct Float16Kernels : IKernels<Half, float>
{
    public static Half FromSingle(float value) => (Half)value;
}

internal readonly partial struct BFloat16Kernels : IKernels<BFloat16, float>
{
    public static BFloat16 FromSingle(float value) => (BFloat16)value;
}
