using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>Optional inputs of token sets in host memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
public ref struct TokenSetInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>r [N], of either sign; 1 where absent.</summary>
    public ReadOnlySpan<TReal> RowWeights { get; set; }

    /// <summary>T [N], in place of <see cref="TokenSetOptions.Temperature"/>; one that is not positive and finite: <see cref="RowStatus.InvalidTemperature"/>.</summary>
    public ReadOnlySpan<TReal> Temperatures { get; set; }

    /// <summary>a [N], a token of each row, for its log-probability in S; outside the columns: <see cref="RowStatus.TargetOutOfRange"/>.</summary>
    public TargetSpan Actions { get; set; }
}

/// <summary>Outputs of token sets in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The logits' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
public ref struct TokenSetOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>H_S [N], in nats, without the row weight.</summary>
    public Span<TReal> Entropies { get; set; }

    /// <summary>H(p) of the whole row [N], in nats.</summary>
    public Span<TReal> FullEntropies { get; set; }

    /// <summary>The number of tokens in S [N].</summary>
    public Span<int> Counts { get; set; }

    /// <summary>The smallest kept logit as given [N]; +∞ where none is kept. Of several tokens at the threshold those of lower index may be kept alone: the mask says which.</summary>
    public Span<TReal> Thresholds { get; set; }

    /// <summary>1 on S, 0 outside [N, V].</summary>
    public Span2D<byte> Mask { get; set; }

    /// <summary>log q on S, −∞ outside [N, V].</summary>
    public Span2D<T> LogProbabilities { get; set; }

    /// <summary>log q_a [N], −∞ where a is not in S; needs actions.</summary>
    public Span<TReal> ActionLogProbability { get; set; }

    /// <summary>A token drawn from q [N], −1 where there is none.</summary>
    public Span<long> Samples { get; set; }

    /// <summary>log p of the drawn token over the whole row, at the temperature of the draw [N]; −∞ where there is none.</summary>
    public Span<TReal> SampleLogProbability { get; set; }

    /// <summary>Gradient of the reduced entropy with respect to the logits [N, V], S held fixed; may be the logits' own memory, exactly.</summary>
    public Span2D<T> Gradient { get; set; }

    /// <summary>Row statuses [N].</summary>
    public Span<RowStatus> Status { get; set; }
}
