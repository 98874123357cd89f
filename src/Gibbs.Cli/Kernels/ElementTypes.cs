using System;

using Gibbs.Cli.Npy;

namespace Gibbs.Cli.Kernels;

/// <summary>Work that is written once for all element types.</summary>
internal interface ITypedWork<TResult>
{
    TResult Run<T, TReal, TKernels>(ElementType type)
        where T : unmanaged
        where TReal : unmanaged
        where TKernels : IKernels<T, TReal>;
}

/// <summary>From the name of an element type to the type itself.</summary>
internal static class ElementTypes
{
    public static TResult Run<TResult>(this ITypedWork<TResult> work, ElementType type) => type switch
    {
        ElementType.Float32 => work.Run<float, float, Float32Kernels>(type),
        ElementType.Float64 => work.Run<double, double, Float64Kernels>(type),
        ElementType.Float16 => work.Run<Half, float, Float16Kernels>(type),
        _ => work.Run<BFloat16, float, BFloat16Kernels>(type),
    };

    /// <summary>The type of a file's values.</summary>
    /// <param name="array">The file.</param>
    /// <param name="what">The array's role, for the message.</param>
    public static ElementType Of(NpyArray array, string what) => array.Type switch
    {
        NpyType.Float32 => ElementType.Float32,
        NpyType.Float64 => ElementType.Float64,
        NpyType.Float16 => ElementType.Float16,
        _ => throw new Failure($"{array.Path}: {what} need floating-point values, the file has {array.Type.Name()}"),
    };
}
