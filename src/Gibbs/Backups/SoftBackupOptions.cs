using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>The scalars of a soft backup; <c>default</c>, <c>new()</c> and the documented defaults are the same value. Serves spans and device views alike.</summary>
/// <remarks>
/// Per row, with λ the weight of the divergence from a prior μ, τ that of the entropy and c = λ + τ:
/// <code>
/// V = max over the simplex of ⟨π, q⟩ − λ·KL(π‖μ) + τ·H(π) = c·log Σ_j exp((λ·log μ_j + q_j)/c)        π = softmax((λ·log μ + q)/c)
/// dV/dq_j = π_j        dV/d log μ_j = λ·π_j        dV/dτ = H(π)        dV/dλ = −KL(π‖μ)
/// </code>
/// Without a prior μ is uniform over all A columns. Where λ = 0 the prior has no part in V and π. Where c = 0, V = max q and π is 1 at the first largest.
/// </remarks>
public readonly record struct SoftBackupOptions
{
    // Stored as its difference from the default, so that default(SoftBackupOptions) is the documented default.
    private readonly long _temperatureBits;

    /// <summary>λ ≥ 0. Default 0.</summary>
    public double KlWeight { get; init; }

    /// <summary>τ ≥ 0. Default 1.</summary>
    public double Temperature
    {
        get => DefaultedScalar.Get(_temperatureBits, 1);
        init => _temperatureBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>
    /// The soft minimum, that of an adversary, of a worst case or of entropic risk: V = −c·log Σ exp((λ·log μ − q)/c), the backup of −q with its sign turned. +∞ is then the action that is not allowed, and the derivatives
    /// by log μ, τ and λ change sign. Default false.
    /// </summary>
    public bool Minimise { get; init; }
}

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct SoftBackupInputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>log μ [N, A], as given: it is not renormalised. −∞ is an action that the prior does not take.</summary>
    public ReadOnlySpan2D<T> LogPrior { get; set; }

    /// <summary>λ [N], in place of <see cref="SoftBackupOptions.KlWeight"/>; negative or not finite: <see cref="RowStatus.InvalidParameter"/>.</summary>
    public ReadOnlySpan<TReal> KlWeights { get; set; }

    /// <summary>τ [N], in place of <see cref="SoftBackupOptions.Temperature"/>; negative or not finite: <see cref="RowStatus.InvalidTemperature"/>.</summary>
    public ReadOnlySpan<TReal> Temperatures { get; set; }

    /// <summary>r [N], the derivative of whatever is trained with respect to V, by which all gradients are multiplied; 1 where absent.</summary>
    public ReadOnlySpan<TReal> Upstream { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <remarks>A row that is not a number, or preferred without bound (+∞; with Minimise −∞), is NaN throughout. Where no action is allowed V = −∞ (+∞), and policy, entropy, divergence and gradients are 0.</remarks>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct SoftBackupOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>V [N].</summary>
    public Span<TReal> Values { get; set; }

    /// <summary>π [N, A].</summary>
    public Span2D<T> Policy { get; set; }

    /// <summary>log π [N, A], −∞ where π is 0: the prior of the next step.</summary>
    public Span2D<T> LogPolicy { get; set; }

    /// <summary>H(π) [N], in nats.</summary>
    public Span<TReal> Entropies { get; set; }

    /// <summary>KL(π‖μ) [N] = Σ π·(log π − log μ), in nats; +∞, with <see cref="RowStatus.DisjointSupport"/>, where π (with λ = 0) takes what μ does not.</summary>
    public Span<TReal> Kl { get; set; }

    /// <summary>r·dV/dq [N, A]; may be q's own memory, exactly.</summary>
    public Span2D<T> QGradient { get; set; }

    /// <summary>r·dV/d log μ [N, A]; may be the prior's own memory, exactly.</summary>
    public Span2D<T> LogPriorGradient { get; set; }

    /// <summary>r·dV/dτ [N].</summary>
    public Span<TReal> TemperatureGradient { get; set; }

    /// <summary>r·dV/dλ [N].</summary>
    public Span<TReal> KlWeightGradient { get; set; }

    /// <summary>Row statuses [N].</summary>
    public Span<RowStatus> Status { get; set; }
}
