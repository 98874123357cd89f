using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Samples;

namespace Gibbs;

/// <summary>
/// Entropies, divergences and mutual informations of samples, from Gaussian kernels of pair distances, with their gradients by the points. <see cref="SampleEntropyKind"/> gives the formulas; this file the span overloads,
/// which run on the CPU; <c>SampleEntropy.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>
/// <para>Pairs are computed tile by tile, from differences of coordinates, so that far-away points lose nothing, and no N×N matrix is ever stored: O(N²·d) operations, O(N·d) memory. Kernel sums that may underflow are carried as
/// logarithms: samples far apart have a finite divergence. No points give value 0. A NaN or infinite coordinate makes the value and the gradients that depend on it NaN.</para>
/// <para>Eigenvalues of a kernel matrix have <see cref="SpectralEntropy"/>.</para>
/// </remarks>
public static partial class SampleEntropy
{
    /// <summary>The value and its gradients, of float32 points in host memory.</summary>
    /// <param name="points">x [N, d]; rows may be strided.</param>
    /// <param name="outputs">What to compute beside the value, and where to.</param>
    /// <param name="options">What is measured, and scalars.</param>
    /// <param name="inputs">The other points that some kinds need.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static double Compute(
        ReadOnlySpan2D<float> points,
        in SampleEntropyOutputs<float, float> outputs = default,
        in SampleEntropyOptions options = default,
        in SampleEntropyInputs<float> inputs = default) =>
        CpuSampleEntropy.Compute(points, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in SampleEntropyOutputs{float, float}, in SampleEntropyOptions, in SampleEntropyInputs{float})"/>
    public static double Compute(
        ReadOnlySpan2D<double> points,
        in SampleEntropyOutputs<double, double> outputs = default,
        in SampleEntropyOptions options = default,
        in SampleEntropyInputs<double> inputs = default) =>
        CpuSampleEntropy.Compute(points, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 points; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in SampleEntropyOutputs{float, float}, in SampleEntropyOptions, in SampleEntropyInputs{float})"/>
    public static double Compute(
        ReadOnlySpan2D<Half> points,
        in SampleEntropyOutputs<Half, float> outputs = default,
        in SampleEntropyOptions options = default,
        in SampleEntropyInputs<Half> inputs = default) =>
        CpuSampleEntropy.Compute(points, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 points; arithmetic in fp32 or better.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in SampleEntropyOutputs{float, float}, in SampleEntropyOptions, in SampleEntropyInputs{float})"/>
    public static double Compute(
        ReadOnlySpan2D<BFloat16> points,
        in SampleEntropyOutputs<BFloat16, float> outputs = default,
        in SampleEntropyOptions options = default,
        in SampleEntropyInputs<BFloat16> inputs = default) =>
        CpuSampleEntropy.Compute(points, outputs, options, inputs);
}
