using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="T">The logits' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
public ref struct CrossEntropyInputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Dense soft targets q [N, V], in place of hard targets.</summary>
    public ReadOnlySpan2D<T> SoftTargets { get; set; }

    /// <summary>w [V].</summary>
    public ReadOnlySpan<TReal> ClassWeights { get; set; }

    /// <summary>r [N].</summary>
    public ReadOnlySpan<TReal> RowWeights { get; set; }

    /// <summary>Temperatures [N], in place of <see cref="CrossEntropyOptions.Temperature"/>.</summary>
    public ReadOnlySpan<TReal> RowTemperatures { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The logits' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
public ref struct CrossEntropyOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Row losses [N], before the reduction.</summary>
    public Span<TReal> Losses { get; set; }

    /// <summary>Gradient of the reduced loss with respect to the given logits [N, V]; may be the logits' own memory, exactly.</summary>
    public Span2D<T> Gradient { get; set; }

    /// <summary>log Σ_j exp(ẑ_j) [N].</summary>
    public Span<TReal> LogSumExp { get; set; }

    /// <summary>−Σ_j p_j·log p_j in nats [N].</summary>
    public Span<TReal> Entropy { get; set; }

    /// <summary>log p_y [N]; 0 for ignored rows.</summary>
    public Span<TReal> LogProbability { get; set; }

    /// <summary>The first largest logit [N], −1 where there is none.</summary>
    public Span<long> Argmax { get; set; }

    /// <summary>Rank of the target [N]: classes with a greater logit, or an equal one and a lower index; 0 = correct, −1 where there is none.</summary>
    public Span<long> Rank { get; set; }

    /// <summary>Row statuses [N].</summary>
    public Span<RowStatus> Status { get; set; }

    /// <summary>Statistics to save for <c>SoftmaxCrossEntropy.Gradient</c> [N].</summary>
    public Span<RowStatistics<TReal>> Statistics { get; set; }
}

/// <summary>What a call on spans reduces to.</summary>
/// <param name="Loss">The reduced loss; NaN with <see cref="Reduction.None"/> or without targets.</param>
/// <param name="Normaliser">The divisor that the mean used, or would use; 0 without targets.</param>
/// <param name="ValidRows">Rows in the normaliser; 0 without targets.</param>
public readonly record struct CrossEntropyResult(double Loss, double Normaliser, long ValidRows);
