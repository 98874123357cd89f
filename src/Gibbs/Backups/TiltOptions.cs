using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>The scalars of exponential tilting; <c>default</c>, <c>new()</c> and the documented defaults are the same value. Serves spans and device views alike.</summary>
/// <remarks>
/// Per row, with p = softmax(log p) over the entries where neither log p nor r is −∞:
/// <code>
/// q_j = p_j·exp(t·r_j − Λ)        Λ(t) = log Σ p_j·exp(t·r_j)        KL(q‖p) = t·E_q[r] − Λ        dΛ/dt = E_q[r],  dKL/dt = t·Var_q[r]
/// t given, or the t ≥ 0 with KL(q‖p) = Δ
/// with G the derivative by log q, w = r − E_q[r]:   dr_k = t·(G_k − q_k·Σ G) − [budget] t·q_k·w_k·(Σ G·w)/Var_q[r]
/// </code>
/// The largest divergence that tilting reaches is −log p(M), M the entries of the largest reward. A budget of that or more is capped: t = +∞, q is p restricted to M, Kl is −log p(M), Λ is ±∞ as t·max r says, and the
/// gradient is 0. A budget of 0 gives t = 0 and q = p.
/// </remarks>
public readonly record struct TiltOptions
{
    // Stored as its difference from the default, so that default(TiltOptions) is the documented default.
    private readonly long _budgetBits;

    /// <summary>Δ ≥ 0, in nats. Default 1.</summary>
    public double Budget
    {
        get => DefaultedScalar.Get(_budgetBits, 1);
        init => _budgetBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>t, of either sign, in place of one found from the budget. Default null.</summary>
    public double? Slope { get; init; }
}

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct TiltInputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Δ [N], in place of <see cref="TiltOptions.Budget"/>; negative or not finite: <see cref="RowStatus.InvalidParameter"/>.</summary>
    public ReadOnlySpan<TReal> Budgets { get; set; }

    /// <summary>t [N], in place of budgets and of <see cref="TiltOptions.Slope"/>; not finite: <see cref="RowStatus.InvalidParameter"/>.</summary>
    public ReadOnlySpan<TReal> Slopes { get; set; }

    /// <summary>G [N, V], the derivative of whatever is trained with respect to log q; needed for <c>Gradient</c>. What it holds where q is 0 by a mask does not count.</summary>
    public ReadOnlySpan2D<T> Upstream { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <remarks>A row with a NaN or a +∞, in either matrix, is NaN throughout. A row without an entry: t, Kl and the expected reward are 0, Λ and log q are −∞, the gradient is 0.</remarks>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct TiltOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>t [N].</summary>
    public Span<TReal> Slopes { get; set; }

    /// <summary>log q [N, V], −∞ where q is 0.</summary>
    public Span2D<T> LogProbabilities { get; set; }

    /// <summary>Λ(t) [N].</summary>
    public Span<TReal> Cumulants { get; set; }

    /// <summary>KL(q‖p) [N], in nats.</summary>
    public Span<TReal> Kl { get; set; }

    /// <summary>E_q[r] [N].</summary>
    public Span<TReal> ExpectedRewards { get; set; }

    /// <summary>The derivative with respect to r [N, V], at the budget where that was given (t moves with r), else at t; may be the reward's own memory, exactly.</summary>
    public Span2D<T> Gradient { get; set; }

    /// <summary>Row statuses [N].</summary>
    public Span<RowStatus> Status { get; set; }
}
