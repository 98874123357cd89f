using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Backups;

namespace Gibbs;

/// <summary>
/// Soft (KL- and entropy-regularised) backups over rows of action values [N, A]: the value, the greedy policy, its entropy and its KL divergence from a prior, and the derivatives of the value.
/// <see cref="SoftBackupOptions"/> gives the formulas; this file the span overloads, which run on the CPU; <c>SoftBackup.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>
/// <para>λ = 0 is the soft backup of maximum-entropy reinforcement learning, τ = 0 that of mirror descent and of KL-regularised planning, c·log Σ μ·exp(q/c); λ = τ = 0 the plain maximum.</para>
/// <para>Vieillard et al., 2020 (Leverage the Average); Moulin and Neu, 2023 (KL-regularised backup); Reddi et al., 2024 (QARL, temperatures per row); Zhang et al., 2024 (RFZI, entropic risk by <see cref="SoftBackupOptions.Minimise"/>).</para>
/// </remarks>
public static partial class SoftBackup
{
    /// <summary>Value, policy and derivatives of float32 rows.</summary>
    /// <param name="q">q [N, A], the values of A actions in N states; rows may be strided, −∞ is an action that is not allowed.</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Optional arrays.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right.</exception>
    public static void Compute(
        ReadOnlySpan2D<float> q,
        in SoftBackupOutputs<float, float> outputs,
        in SoftBackupOptions options = default,
        in SoftBackupInputs<float, float> inputs = default) =>
        CpuSoftBackup.Compute(q, outputs, options, inputs);

    /// <summary>As the float32 form, in fp64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in SoftBackupOutputs{float, float}, in SoftBackupOptions, in SoftBackupInputs{float, float})"/>
    public static void Compute(
        ReadOnlySpan2D<double> q,
        in SoftBackupOutputs<double, double> outputs,
        in SoftBackupOptions options = default,
        in SoftBackupInputs<double, double> inputs = default) =>
        CpuSoftBackup.Compute(q, outputs, options, inputs);

    /// <summary>As the float32 form, for float16 rows; arithmetic in fp64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in SoftBackupOutputs{float, float}, in SoftBackupOptions, in SoftBackupInputs{float, float})"/>
    public static void Compute(
        ReadOnlySpan2D<Half> q,
        in SoftBackupOutputs<Half, float> outputs,
        in SoftBackupOptions options = default,
        in SoftBackupInputs<Half, float> inputs = default) =>
        CpuSoftBackup.Compute(q, outputs, options, inputs);

    /// <summary>As the float32 form, for bfloat16 rows; arithmetic in fp64.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, in SoftBackupOutputs{float, float}, in SoftBackupOptions, in SoftBackupInputs{float, float})"/>
    public static void Compute(
        ReadOnlySpan2D<BFloat16> q,
        in SoftBackupOutputs<BFloat16, float> outputs,
        in SoftBackupOptions options = default,
        in SoftBackupInputs<BFloat16, float> inputs = default) =>
        CpuSoftBackup.Compute(q, outputs, options, inputs);
}
