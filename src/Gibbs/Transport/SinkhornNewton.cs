using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// Entropy-regularised optimal transport by Newton's method with a sparse Hessian, started by Sinkhorn's iterations: for small ε and high accuracy, where Sinkhorn's iterations are counted in thousands.
/// </summary>
/// <remarks>
/// <code>
/// maximise  D(g) = Σ a·f(g) + Σ b·g,  f(g) the row update        gradient b − Pᵀ1        step (diag(Pᵀ1) − Pₛᵀ·diag(1/a)·Pₛ)·d = ε·(b − Pᵀ1),  g += t·d
/// </code>
/// <para>Pₛ are the largest entries of the plan, relative to √(a_i·b_j): for uniform weights the largest of P. The rows of the joint Hessian [diag(P1) P; Pᵀ diag(Pᵀ1)] are eliminated, which their diagonal
/// block allows exactly; its null vector is projected out of the conjugate gradients, and t comes from a line search on D. Steps that do not improve are followed by Sinkhorn iterations, ever more of them: in
/// the worst case the work is about twice Sinkhorn's.</para>
/// <para>Both marginals are held. Problem, conventions, statuses and results are those of <see cref="Sinkhorn"/>, <see cref="SinkhornResult.Iterations"/> counts Sinkhorn iterations and Newton steps, and results are
/// the same bits from run to run and for any number of threads. Memory beside the arguments: O((N + M)·(32 + kept)).</para>
/// <para>Tang, Shavlovsky, Rahmanian, Tardini, Thekumparampil, Xiao, Ying, 2024 (Sinkhorn-Newton-Sparse); Brauer, Clason, Lorenz, Wirth, 2017 (Newton's method for Sinkhorn's equations).</para>
/// </remarks>
public static partial class SinkhornNewton
{
    /// <summary>Solves for a matrix of float32 costs.</summary>
    /// <param name="cost">C [N, M]; +∞ forbids a pair.</param>
    /// <param name="outputs">What to store, and where to.</param>
    /// <param name="options">Scalars; <see cref="SinkhornNewtonOptions.Epsilon"/> must be given.</param>
    /// <param name="inputs">Weights, and potentials to start from.</param>
    /// <returns>Values, error and outcome.</returns>
    /// <exception cref="ArgumentException">A shape, an option or a weight is wrong, or masses differ; the message names it, what was given and what would be right.</exception>
    public static SinkhornResult Solve(ReadOnlySpan2D<float> cost, in SinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in SinkhornInputs<float> inputs = default) =>
        CpuSinkhorn.Solve(cost, outputs, options.Sinkhorn, inputs, NewtonSettings.Of(options));

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="Solve(ReadOnlySpan2D{float}, in SinkhornOutputs{float}, in SinkhornNewtonOptions, in SinkhornInputs{float})"/>
    public static SinkhornResult Solve(ReadOnlySpan2D<double> cost, in SinkhornOutputs<double> outputs, in SinkhornNewtonOptions options, in SinkhornInputs<double> inputs = default) =>
        CpuSinkhorn.Solve(cost, outputs, options.Sinkhorn, inputs, NewtonSettings.Of(options));

    /// <summary>As the float32 form, for costs stored as float16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Solve(ReadOnlySpan2D{float}, in SinkhornOutputs{float}, in SinkhornNewtonOptions, in SinkhornInputs{float})"/>
    public static SinkhornResult Solve(ReadOnlySpan2D<Half> cost, in SinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in SinkhornInputs<float> inputs = default) =>
        CpuSinkhorn.Solve(cost, outputs, options.Sinkhorn, inputs, NewtonSettings.Of(options));

    /// <summary>As the float32 form, for costs stored as bfloat16; arithmetic in fp32.</summary>
    /// <inheritdoc cref="Solve(ReadOnlySpan2D{float}, in SinkhornOutputs{float}, in SinkhornNewtonOptions, in SinkhornInputs{float})"/>
    public static SinkhornResult Solve(ReadOnlySpan2D<BFloat16> cost, in SinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in SinkhornInputs<float> inputs = default) =>
        CpuSinkhorn.Solve(cost, outputs, options.Sinkhorn, inputs, NewtonSettings.Of(options));

    /// <summary>Solves for float32 points, with <see cref="SinkhornNewtonOptions.Metric"/> as the cost; no N×M matrix is stored.</summary>
    /// <param name="x">[N, d]; rows may be strided.</param>
    /// <param name="y">[M, d].</param>
    /// <param name="outputs">What to store, and where to.</param>
    /// <param name="options">Scalars; <see cref="SinkhornNewtonOptions.Epsilon"/> must be given.</param>
    /// <param name="inputs">Weights, and potentials to start from.</param>
    /// <returns>Values, error and outcome.</returns>
    /// <exception cref="ArgumentException">A shape, an option or a weight is wrong, or masses differ.</exception>
    public static SinkhornResult SolvePoints(
        ReadOnlySpan2D<float> x, ReadOnlySpan2D<float> y, in PointSinkhornOutputs<float> outputs, in SinkhornNewtonOptions options, in SinkhornInputs<float> inputs = default) =>
        CpuPointSinkhorn.Solve(x, y, outputs, options.Sinkhorn, inputs, NewtonSettings.Of(options));

    /// <summary>As the float32 form, in fp64 throughout.</summary>
    /// <inheritdoc cref="SolvePoints(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in PointSinkhornOutputs{float}, in SinkhornNewtonOptions, in SinkhornInputs{float})"/>
    public static SinkhornResult SolvePoints(
        ReadOnlySpan2D<double> x, ReadOnlySpan2D<double> y, in PointSinkhornOutputs<double> outputs, in SinkhornNewtonOptions options, in SinkhornInputs<double> inputs = default) =>
        CpuPointSinkhorn.Solve(x, y, outputs, options.Sinkhorn, inputs, NewtonSettings.Of(options));
}
