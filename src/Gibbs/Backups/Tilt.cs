using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Backups;

namespace Gibbs;

/// <summary>
/// Exponential tilting of rows [N, V], q ∝ p·exp(t·r), with t given or such that the divergence from p meets a budget, KL(q‖p) = Δ.
/// <see cref="TiltOptions"/> gives the formulas; this file the span overloads, which run on the CPU; <c>Tilt.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>
/// <para>The optimum of reward under a KL constraint, and of reward less KL/t. The Rényi cross-entropy (1/(1−a))·log Σ p·q^(a−1) is Λ(a−1)/(1−a) with r = log q.</para>
/// <para>Yang et al., 2024 (Asymptotics of Language Model Alignment).</para>
/// </remarks>
public static partial class Tilt
{
    /// <summary>Slope, tilted distribution and derivatives of float32 rows.</summary>
    /// <param name="logPrior">log p [N, V], up to a constant of its row: logits will do. −∞ is an entry outside p.</param>
    /// <param name="reward">r [N, V]; −∞ is an entry outside p as well.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static void Compute(
        ReadOnlySpan2D<float> logPrior,
        ReadOnlySpan2D<float> reward,
        in TiltOutputs<float, float> outputs,
        in TiltOptions options = default,
        in TiltInputs<float, float> inputs = default) =>
        CpuTilt.Compute(logPrior, reward, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in TiltOutputs{float, float}, in TiltOptions, in TiltInputs{float, float})"/>
    public static void Compute(
        ReadOnlySpan2D<double> logPrior,
        ReadOnlySpan2D<double> reward,
        in TiltOutputs<double, double> outputs,
        in TiltOptions options = default,
        in TiltInputs<double, double> inputs = default) =>
        CpuTilt.Compute(logPrior, reward, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in TiltOutputs{float, float}, in TiltOptions, in TiltInputs{float, float})"/>
    public static void Compute(
        ReadOnlySpan2D<Half> logPrior,
        ReadOnlySpan2D<Half> reward,
        in TiltOutputs<Half, float> outputs,
        in TiltOptions options = default,
        in TiltInputs<Half, float> inputs = default) =>
        CpuTilt.Compute(logPrior, reward, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in TiltOutputs{float, float}, in TiltOptions, in TiltInputs{float, float})"/>
    public static void Compute(
        ReadOnlySpan2D<BFloat16> logPrior,
        ReadOnlySpan2D<BFloat16> reward,
        in TiltOutputs<BFloat16, float> outputs,
        in TiltOptions options = default,
        in TiltInputs<BFloat16, float> inputs = default) =>
        CpuTilt.Compute(logPrior, reward, outputs, options, inputs);
}
