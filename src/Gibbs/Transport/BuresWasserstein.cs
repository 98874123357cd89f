using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Transport;

namespace Gibbs;

/// <summary>
/// The squared 2-Wasserstein distance of Gaussians, one problem per pair of means and covariances:
/// <code>
/// BW² = ‖m − n‖² + tr S + tr T − 2·tr((S^½·T·S^½)^½) = ‖m − n‖² + ‖A‖² + ‖B‖² − 2·Σ σ(Bᵀ·A)        S = A·Aᵀ, T = B·Bᵀ, with τ·I added to both where wanted
/// ∂/∂T = I − S^½·(S^½·T·S^½)^(−½)·S^½ = I − Σ_j (A·v_j)·(A·v_j)ᵀ/σ_j      Bᵀ·A = Σ_j σ_j·u_j·v_jᵀ; ∂/∂S with B·u_j, and I − ∂/∂S is the optimal map from N(m, S) to N(n, T)
/// </code>
/// This file holds the span overloads, which run on the CPU; <c>BuresWasserstein.Device.cs</c> those on device memory.
/// </summary>
/// <remarks>
/// <para>Singular values by one-sided Jacobi rotations, in fp64 whatever the storage: to the rounding of the largest, where roots of eigenvalues would keep half the digits. Of singular values that are 0, the pseudo-inverse is
/// taken. A covariance may be singular; one with a negative eigenvalue beyond the rounding of its storage is refused. Problems are shared out to the worker team.</para>
/// <para>Gelbrich, 1990; Takatsu, 2011; Bhatia, Jain, Lim, 2019; Hestenes, 1958; τ: Bréchet, Papagiannouli, An, Montúfar, 2023.</para>
/// </remarks>
public static partial class BuresWasserstein
{
    /// <summary>Distances and gradients of float32 covariances in host memory.</summary>
    /// <param name="source">S [B·d, d], one symmetric matrix after the other (of another, its symmetric part); rows may be strided.</param>
    /// <param name="target">T [B·d, d].</param>
    /// <param name="outputs">What to compute, and where to.</param>
    /// <param name="options">Scalars.</param>
    /// <param name="inputs">Means.</param>
    /// <exception cref="ArgumentException">A shape or an option is wrong; the message names it, what was given and what would be right. Bad matrices only set the problem's status.</exception>
    public static void Compute(
        ReadOnlySpan2D<float> source, ReadOnlySpan2D<float> target, in BuresWassersteinOutputs<float> outputs, in BuresWassersteinOptions options = default, in BuresWassersteinInputs<float> inputs = default) =>
        CpuBuresWasserstein.Compute(source, target, outputs, options, inputs);

    /// <summary>As the float32 form, for float64 covariances.</summary>
    /// <inheritdoc cref="Compute(ReadOnlySpan2D{float}, ReadOnlySpan2D{float}, in BuresWassersteinOutputs{float}, in BuresWassersteinOptions, in BuresWassersteinInputs{float})"/>
    public static void Compute(
        ReadOnlySpan2D<double> source, ReadOnlySpan2D<double> target, in BuresWassersteinOutputs<double> outputs, in BuresWassersteinOptions options = default, in BuresWassersteinInputs<double> inputs = default) =>
        CpuBuresWasserstein.Compute(source, target, outputs, options, inputs);
}
