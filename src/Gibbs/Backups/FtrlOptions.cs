using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>The regulariser ψ of follow the regularised leader, with a rate η_a per action.</summary>
public enum FtrlRegulariser
{
    /// <summary>Σ π·log π/η: π = exp(−η·(L − x) − 1).</summary>
    Shannon = 0,

    /// <summary>−Σ π^α/(α·η), α in (0, 1): π = (η·(L − x))^(−1/(1−α)), at α = 1/2 the inverse square.</summary>
    Tsallis = 1,

    /// <summary>−Σ log π/η: π = 1/(η·(L − x)).</summary>
    LogBarrier = 2,
}

/// <summary>The scalars of follow the regularised leader; <c>default</c>, <c>new()</c> and the documented defaults are the same value. Serves spans and device views alike.</summary>
/// <remarks>
/// Per row:
/// <code>
/// π = argmin over the simplex of ⟨π, L⟩ + ψ(π)        x the multiplier of Σπ = 1, the root of a monotone function
/// with v the derivative by π:   dL = −w·(v − ⟨w, v⟩/Σw),   w = η·π (Shannon), η·π^(2−α)/(1−α) (Tsallis), η·π² (log-barrier)
/// </code>
/// Papers write the constant before ψ in several ways: it belongs to the rates.
/// </remarks>
public readonly record struct FtrlOptions
{
    // Stored as differences from the defaults, so that default(FtrlOptions) is the documented default.
    private readonly long _alphaBits;
    private readonly long _rateBits;

    /// <summary>ψ. Default <see cref="FtrlRegulariser.Shannon"/>.</summary>
    public FtrlRegulariser Kind { get; init; }

    /// <summary>α of <see cref="FtrlRegulariser.Tsallis"/>, in (0, 1). Default 1/2. As α nears 1 the map is conditioned like 1/(1−α).</summary>
    public double Alpha
    {
        get => DefaultedScalar.Get(_alphaBits, 0.5);
        init => _alphaBits = DefaultedScalar.Set(value, 0.5);
    }

    /// <summary>A factor of every rate, positive. Default 1.</summary>
    public double Rate
    {
        get => DefaultedScalar.Get(_rateBits, 1);
        init => _rateBits = DefaultedScalar.Set(value, 1);
    }
}

/// <summary>Optional inputs in host memory; what is empty is absent. η is the product of <see cref="FtrlOptions.Rate"/> and of the rates given; one that is not positive and finite: <see cref="RowStatus.InvalidParameter"/>.</summary>
/// <typeparam name="T">The losses' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 losses.</typeparam>
public ref struct FtrlInputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Rates per row [N].</summary>
    public ReadOnlySpan<TReal> RowRates { get; set; }

    /// <summary>Rates per action [A].</summary>
    public ReadOnlySpan<TReal> ColumnRates { get; set; }

    /// <summary>Rates per row and action [N, A].</summary>
    public ReadOnlySpan2D<TReal> Rates { get; set; }

    /// <summary>v [N, A], the derivative of whatever is trained with respect to π; needed for <c>Gradient</c>.</summary>
    public ReadOnlySpan2D<T> Upstream { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <remarks>A row with a NaN, a −∞ or a rate that is no rate is NaN throughout. A row without an allowed action: π, ψ and the gradient are 0, x is +∞.</remarks>
/// <typeparam name="T">The losses' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 losses.</typeparam>
public ref struct FtrlOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>π [N, A].</summary>
    public Span2D<T> Policy { get; set; }

    /// <summary>x [N].</summary>
    public Span<TReal> Multipliers { get; set; }

    /// <summary>ψ(π) [N], over the allowed actions.</summary>
    public Span<TReal> Regularisers { get; set; }

    /// <summary>The derivative with respect to L [N, A]; may be the losses' own memory, exactly.</summary>
    public Span2D<T> Gradient { get; set; }

    /// <summary>Row statuses [N].</summary>
    public Span<RowStatus> Status { get; set; }
}
