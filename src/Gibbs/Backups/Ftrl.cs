using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Backups;

namespace Gibbs;

/// <summary>
/// Follow the regularised leader on the simplex, over rows of cumulative losses [N, A]: π = argmin ⟨π, L⟩ + ψ(π), with the entropic, the Tsallis and the log-barrier regulariser, and a rate per row and action.
/// <see cref="FtrlOptions"/> gives the formulas; this file the span overloads, which run on the CPU; <c>Ftrl.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>
/// <para>Dann, Wei and Zimmert, 2023 (best of both worlds policy optimisation); Dai, Luo, Wei and Zimmert, 2023 (log-barrier, refined regret).</para>
/// </remarks>
public static partial class Ftrl
{
    /// <summary>Policy, multiplier and derivatives of float32 rows.</summary>
    /// <param name="losses">L [N, A], cumulative losses of any sign and size; rows may be strided, +∞ is an action that is not allowed.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static void Compute(
        ReadOnlySpan2D<float> losses,
        in FtrlOutputs<float, float> outputs,
        in FtrlOptions options = default,
        in FtrlInputs<float, float> inputs = default) =>
        CpuFtrl.Compute(losses, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in FtrlOutputs{float, float}, in FtrlOptions, in FtrlInputs{float, float})"/>
    public static void Compute(
        ReadOnlySpan2D<double> losses,
        in FtrlOutputs<double, double> outputs,
        in FtrlOptions options = default,
        in FtrlInputs<double, double> inputs = default) =>
        CpuFtrl.Compute(losses, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in FtrlOutputs{float, float}, in FtrlOptions, in FtrlInputs{float, float})"/>
    public static void Compute(
        ReadOnlySpan2D<Half> losses,
        in FtrlOutputs<Half, float> outputs,
        in FtrlOptions options = default,
        in FtrlInputs<Half, float> inputs = default) =>
        CpuFtrl.Compute(losses, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in FtrlOutputs{float, float}, in FtrlOptions, in FtrlInputs{float, float})"/>
    public static void Compute(
        ReadOnlySpan2D<BFloat16> losses,
        in FtrlOutputs<BFloat16, float> outputs,
        in FtrlOptions options = default,
        in FtrlInputs<BFloat16, float> inputs = default) =>
        CpuFtrl.Compute(losses, outputs, options, inputs);
}
