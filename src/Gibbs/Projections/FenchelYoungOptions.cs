using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>The scalars of a Fenchel-Young loss; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
/// <remarks>
/// Per row, with s the label smoothing, w the class weights, r the row weight and q_j = w_j·((1−s)·1[j=y] + s/V):
/// <code>
/// loss = r·Σ_j q_j·(Ω*(z) − z_j)        Ω*(z) = max over the simplex of ⟨p, z⟩ + H_α(p),  H_α(p) = (1 − Σp^α)/(α(α−1))
/// gradient = r·((Σq)·p − q)             p = entmax_α(z)
/// </code>
/// </remarks>
public readonly record struct FenchelYoungOptions
{
    // Stored as differences from the defaults, so that default(FenchelYoungOptions) is the documented default.
    private readonly long _ignoreIndexOffset;
    private readonly long _alphaBits;

    /// <summary>α in (1, 8]; 2 is the sparsemax loss. Default 1.5.</summary>
    public double Alpha
    {
        get => DefaultedScalar.Get(_alphaBits, 1.5);
        init => _alphaBits = DefaultedScalar.Set(value, 1.5);
    }

    /// <summary>s in [0, 1]. Default 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>A target of this value contributes no loss and no gradient. Default −100.</summary>
    public long IgnoreIndex
    {
        get => unchecked(_ignoreIndexOffset - 100);
        init => _ignoreIndexOffset = unchecked(value + 100);
    }

    /// <summary>How rows are reduced. Default <see cref="Reduction.Mean"/>.</summary>
    public Reduction Reduction { get; init; }

    /// <summary>The divisor of <see cref="Reduction.Mean"/>, in place of Σ r·w_y over the valid rows. Default null.</summary>
    public double? Normaliser { get; init; }
}

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
public ref struct FenchelYoungInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>w [V].</summary>
    public ReadOnlySpan<TReal> ClassWeights { get; set; }

    /// <summary>r [N].</summary>
    public ReadOnlySpan<TReal> RowWeights { get; set; }

    /// <summary>α [N], in place of <see cref="FenchelYoungOptions.Alpha"/>; out of (1, 8]: <see cref="RowStatus.InvalidParameter"/>.</summary>
    public ReadOnlySpan<TReal> Alphas { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The logits' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
public ref struct FenchelYoungOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Row losses [N], before the reduction.</summary>
    public Span<TReal> Losses { get; set; }

    /// <summary>Gradient of the reduced loss with respect to the logits [N, V]; may be the logits' own memory, exactly.</summary>
    public Span2D<T> Gradient { get; set; }

    /// <summary>p [N, V].</summary>
    public Span2D<T> Probabilities { get; set; }

    /// <summary>Entries of p that are not 0 [N].</summary>
    public Span<long> SupportSize { get; set; }

    /// <summary>Row statuses [N].</summary>
    public Span<RowStatus> Status { get; set; }
}
