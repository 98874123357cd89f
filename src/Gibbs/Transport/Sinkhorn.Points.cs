using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>Sinkhorn between point clouds: costs are made where they are needed, and N·M of them are never stored. Memory beside the arguments: O((N + M)·(d + 32)).</summary>
public static partial class Sinkhorn
{
    /// <summary>Solves for float32 points, with <see cref="SinkhornOptions.Metric"/> as the cost.</summary>
    /// <param name="x">[N, d]; rows may be strided.</param>
    /// <param name="y">[M, d].</param>
    /// <param name="outputs">What to store, and where to.</param>
    /// <param name="options">Scalars; <see cref="SinkhornOptions.Epsilon"/> must be given.</param>
    /// <param name="inputs">Weights, and potentials to start from.</param>
    /// <returns>Values, error and outcome.</returns>
    /// <exception cref="ArgumentException">A shape, an option or a weight is wrong, or masses differ.</exception>
    public static SinkhornResult SolvePoints(ReadOnlySpan2D<float> x, ReadOnlySpan2D<float> y, in PointSinkhornOutputs<float> outputs, in SinkhornOptions options, in SinkhornInputs<float> inputs = default) =>
        CpuPointSinkhorn.Solve(x, y, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="SolvePoints(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in PointSinkhornOutputs{float}, in SinkhornOptions, in SinkhornInputs{float})"/>
    public static SinkhornResult SolvePoints(ReadOnlySpan2D<double> x, ReadOnlySpan2D<double> y, in PointSinkhornOutputs<double> outputs, in SinkhornOptions options, in SinkhornInputs<double> inputs = default) =>
        CpuPointSinkhorn.Solve(x, y, outputs, options, inputs);
}
