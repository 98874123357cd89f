using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Samples;

namespace Gibbs;

/// <summary>
/// Entropies of spectra, a row of eigenvalues each: diffusion spectral entropy and von Neumann entropy, with their gradients by the eigenvalues. The eigenvalues, of a Gram, covariance or diffusion matrix, come from any solver,
/// in any order. <see cref="SpectralEntropyOptions"/> gives the formulas; this file the span overloads, which run on the CPU; <c>SpectralEntropy.Device.cs</c> those on device memory.
/// </summary>
public static partial class SpectralEntropy
{
    /// <summary>Entropies and gradients of float32 eigenvalues in host memory.</summary>
    /// <param name="eigenvalues">λ [N, n]; rows may be strided.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static void Compute(
        ReadOnlySpan2D<float> eigenvalues,
        in SpectralEntropyOutputs<float, float> outputs,
        in SpectralEntropyOptions options = default,
        in SpectralEntropyInputs<float> inputs = default) =>
        CpuSpectralEntropy.Compute(eigenvalues, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in SpectralEntropyOutputs{float, float}, in SpectralEntropyOptions, in SpectralEntropyInputs{float})"/>
    public static void Compute(
        ReadOnlySpan2D<double> eigenvalues,
        in SpectralEntropyOutputs<double, double> outputs,
        in SpectralEntropyOptions options = default,
        in SpectralEntropyInputs<double> inputs = default) =>
        CpuSpectralEntropy.Compute(eigenvalues, outputs, options, inputs);
}
