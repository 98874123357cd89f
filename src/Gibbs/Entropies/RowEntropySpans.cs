using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>Optional inputs of row entropies in host memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct RowEntropyInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>r [N], of either sign; 1 where absent.</summary>
    public ReadOnlySpan<TReal> RowWeights { get; set; }

    /// <summary>T [N], in place of <see cref="RowEntropyOptions.Temperature"/>; one that is not positive and finite: <see cref="RowStatus.InvalidTemperature"/>.</summary>
    public ReadOnlySpan<TReal> Temperatures { get; set; }

    /// <summary>a [N], the chosen class of each row; outside its columns: <see cref="RowStatus.TargetOutOfRange"/>. There is no ignore index: give such a row an action weight of 0 and any class.</summary>
    public TargetSpan Actions { get; set; }

    /// <summary>u [N], of either sign: the weight of log p_a in the value and in the gradient; 0 where absent.</summary>
    public ReadOnlySpan<TReal> ActionWeights { get; set; }
}

/// <summary>Outputs of row entropies in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct RowEntropyOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>H [N], in nats, without the row weight.</summary>
    public Span<TReal> Entropies { get; set; }

    /// <summary>log Σ_j exp(z_j/T) [N]; logits only.</summary>
    public Span<TReal> LogSumExp { get; set; }

    /// <summary>log p_a [N], without the action weight; needs actions.</summary>
    public Span<TReal> LogProbability { get; set; }

    /// <summary>Gradient of the reduced value with respect to what is given [N, V]; may be the rows' own memory, exactly.</summary>
    public Span2D<T> Gradient { get; set; }

    /// <summary>Row statuses [N].</summary>
    public Span<RowStatus> Status { get; set; }
}

/// <summary>Outputs of entropies of ragged rows in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct RaggedEntropyOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>H [N], in nats, without the row weight.</summary>
    public Span<TReal> Entropies { get; set; }

    /// <summary>log Σ_j exp(z_j/T) [N]; logits only.</summary>
    public Span<TReal> LogSumExp { get; set; }

    /// <summary>log p_a [N], without the action weight; needs actions.</summary>
    public Span<TReal> LogProbability { get; set; }

    /// <summary>Gradient of the reduced value, entry for entry as the values [total]; entries of no row are left as they are. May be the values' own memory, exactly.</summary>
    public Span<T> Gradient { get; set; }

    /// <summary>Row statuses [N].</summary>
    public Span<RowStatus> Status { get; set; }
}
