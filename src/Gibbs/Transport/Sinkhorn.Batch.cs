using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// Many problems in one call, each with its own end: none waits for the slowest. Results are, to the bit, those of a call for every problem alone. A problem whose weights, masses, scalars or offsets are
/// wrong ends as <see cref="TransportStatus.InvalidInput"/> with NaN for its outputs, and leaves the others as they are. Small problems are solved by a thread each, large ones one after another by all.
/// </summary>
public static partial class Sinkhorn
{
    /// <summary>Solves problems of one size for float32 costs.</summary>
    /// <param name="cost">C [B·N, M], problem after problem; rows may be strided, and +∞ forbids a pair.</param>
    /// <param name="problems">B.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars that all problems share; <see cref="SinkhornOptions.Epsilon"/> must be given, here or for every problem.</param>
    /// <param name="inputs">Weights, potentials to start from, and scalars of every problem.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static void SolveBatch(ReadOnlySpan2D<float> cost, int problems, in SinkhornBatchOutputs<float> outputs, in SinkhornOptions options, in SinkhornBatchInputs<float> inputs = default) =>
        CpuSinkhornBatch.Solve(cost, problems, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="SolveBatch(ReadOnlySpan2D{float}, int, in SinkhornBatchOutputs{float}, in SinkhornOptions, in SinkhornBatchInputs{float})"/>
    public static void SolveBatch(ReadOnlySpan2D<double> cost, int problems, in SinkhornBatchOutputs<double> outputs, in SinkhornOptions options, in SinkhornBatchInputs<double> inputs = default) =>
        CpuSinkhornBatch.Solve(cost, problems, outputs, options, inputs);

    /// <summary>As the float32 form, for costs stored as float16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="SolveBatch(ReadOnlySpan2D{float}, int, in SinkhornBatchOutputs{float}, in SinkhornOptions, in SinkhornBatchInputs{float})"/>
    public static void SolveBatch(ReadOnlySpan2D<Half> cost, int problems, in SinkhornBatchOutputs<float> outputs, in SinkhornOptions options, in SinkhornBatchInputs<float> inputs = default) =>
        CpuSinkhornBatch.Solve(cost, problems, outputs, options, inputs);

    /// <summary>As the float32 form, for costs stored as bfloat16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="SolveBatch(ReadOnlySpan2D{float}, int, in SinkhornBatchOutputs{float}, in SinkhornOptions, in SinkhornBatchInputs{float})"/>
    public static void SolveBatch(ReadOnlySpan2D<BFloat16> cost, int problems, in SinkhornBatchOutputs<float> outputs, in SinkhornOptions options, in SinkhornBatchInputs<float> inputs = default) =>
        CpuSinkhornBatch.Solve(cost, problems, outputs, options, inputs);

    /// <summary>Solves problems of differing sizes for float32 costs.</summary>
    /// <param name="cost">Every problem's C [N_p, M_p], row by row, where <see cref="SinkhornBatch.CostOffsets"/> says.</param>
    /// <param name="batch">Sizes and places of the problems.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars that all problems share; <see cref="SinkhornOptions.Epsilon"/> must be given, here or for every problem.</param>
    /// <param name="inputs">Weights, potentials to start from, and scalars of every problem.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static void SolveBatch(ReadOnlySpan<float> cost, in SinkhornBatch batch, in SinkhornBatchOutputs<float> outputs, in SinkhornOptions options, in SinkhornBatchInputs<float> inputs = default) =>
        CpuSinkhornBatch.Solve(cost, batch, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="SolveBatch(ReadOnlySpan{float}, in SinkhornBatch, in SinkhornBatchOutputs{float}, in SinkhornOptions, in SinkhornBatchInputs{float})"/>
    public static void SolveBatch(ReadOnlySpan<double> cost, in SinkhornBatch batch, in SinkhornBatchOutputs<double> outputs, in SinkhornOptions options, in SinkhornBatchInputs<double> inputs = default) =>
        CpuSinkhornBatch.Solve(cost, batch, outputs, options, inputs);

    /// <summary>As the float32 form, for costs stored as float16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="SolveBatch(ReadOnlySpan{float}, in SinkhornBatch, in SinkhornBatchOutputs{float}, in SinkhornOptions, in SinkhornBatchInputs{float})"/>
    public static void SolveBatch(ReadOnlySpan<Half> cost, in SinkhornBatch batch, in SinkhornBatchOutputs<float> outputs, in SinkhornOptions options, in SinkhornBatchInputs<float> inputs = default) =>
        CpuSinkhornBatch.Solve(cost, batch, outputs, options, inputs);

    /// <summary>As the float32 form, for costs stored as bfloat16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="SolveBatch(ReadOnlySpan{float}, in SinkhornBatch, in SinkhornBatchOutputs{float}, in SinkhornOptions, in SinkhornBatchInputs{float})"/>
    public static void SolveBatch(ReadOnlySpan<BFloat16> cost, in SinkhornBatch batch, in SinkhornBatchOutputs<float> outputs, in SinkhornOptions options, in SinkhornBatchInputs<float> inputs = default) =>
        CpuSinkhornBatch.Solve(cost, batch, outputs, options, inputs);

    /// <summary>Solves problems of one size between float32 clouds, with <see cref="SinkhornOptions.Metric"/> as the cost.</summary>
    /// <param name="x">[B·N, d], problem after problem; rows may be strided.</param>
    /// <param name="y">[B·M, d].</param>
    /// <param name="problems">B.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars that all problems share; <see cref="SinkhornOptions.Epsilon"/> must be given, here or for every problem.</param>
    /// <param name="inputs">Weights, potentials to start from, and scalars of every problem.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static void SolvePointsBatch(
        ReadOnlySpan2D<float> x, ReadOnlySpan2D<float> y, int problems, in PointSinkhornBatchOutputs<float> outputs, in SinkhornOptions options, in SinkhornBatchInputs<float> inputs = default) =>
        CpuPointSinkhornBatch.Solve(x, y, problems, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="SolvePointsBatch(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, int, in PointSinkhornBatchOutputs{float}, in SinkhornOptions, in SinkhornBatchInputs{float})"/>
    public static void SolvePointsBatch(
        ReadOnlySpan2D<double> x, ReadOnlySpan2D<double> y, int problems, in PointSinkhornBatchOutputs<double> outputs, in SinkhornOptions options, in SinkhornBatchInputs<double> inputs = default) =>
        CpuPointSinkhornBatch.Solve(x, y, problems, outputs, options, inputs);

    /// <summary>Solves problems of differing sizes between float32 clouds, with <see cref="SinkhornOptions.Metric"/> as the cost.</summary>
    /// <param name="x">[ΣN, d]; rows may be strided.</param>
    /// <param name="y">[ΣM, d].</param>
    /// <param name="batch">Sizes and places of the problems.</param>
    /// <param name="outputs">What to store, and where to; the results always.</param>
    /// <param name="options">Scalars that all problems share; <see cref="SinkhornOptions.Epsilon"/> must be given, here or for every problem.</param>
    /// <param name="inputs">Weights, potentials to start from, and scalars of every problem.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static void SolvePointsBatch(
        ReadOnlySpan2D<float> x, ReadOnlySpan2D<float> y, in SinkhornBatch batch, in PointSinkhornBatchOutputs<float> outputs, in SinkhornOptions options, in SinkhornBatchInputs<float> inputs = default) =>
        CpuPointSinkhornBatch.Solve(x, y, batch, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="SolvePointsBatch(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in SinkhornBatch, in PointSinkhornBatchOutputs{float}, in SinkhornOptions, in SinkhornBatchInputs{float})"/>
    public static void SolvePointsBatch(
        ReadOnlySpan2D<double> x, ReadOnlySpan2D<double> y, in SinkhornBatch batch, in PointSinkhornBatchOutputs<double> outputs, in SinkhornOptions options, in SinkhornBatchInputs<double> inputs = default) =>
        CpuPointSinkhornBatch.Solve(x, y, batch, outputs, options, inputs);
}
