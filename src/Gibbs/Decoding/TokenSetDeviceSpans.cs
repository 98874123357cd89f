namespace Gibbs;

/// <summary>Optional inputs of token sets in device memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
public ref struct DeviceTokenSetInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>r [N], of either sign; 1 where absent.</summary>
    public DeviceSpan<TReal> RowWeights { get; set; }

    /// <summary>T [N], in place of <see cref="TokenSetOptions.Temperature"/>; one that is not positive and finite: <see cref="RowStatus.InvalidTemperature"/>.</summary>
    public DeviceSpan<TReal> Temperatures { get; set; }

    /// <summary>a [N], a token of each row, for its log-probability in S; outside the columns: <see cref="RowStatus.TargetOutOfRange"/>.</summary>
    public DeviceTargetSpan Actions { get; set; }

    /// <summary>The divisor of the mean [1], in place of the computed one; read on the device when the work runs, never by the host.</summary>
    public DeviceSpan<TReal> Normaliser { get; set; }

    /// <summary>Scratch of at least <c>TokenSet.WorkspaceBytes</c>; empty: allocated on the stream and freed by the call.</summary>
    public DeviceSpan<byte> Workspace { get; set; }

    // For tests and benchmarks: results do not depend on it, to the bit.
    internal int Regime { get; set; }
}

/// <summary>Outputs of token sets in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The logits' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
public ref struct DeviceTokenSetOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>The reduced restricted entropy [1].</summary>
    public DeviceSpan<TReal> Value { get; set; }

    /// <summary>H_S [N], in nats, without the row weight.</summary>
    public DeviceSpan<TReal> Entropies { get; set; }

    /// <summary>H(p) of the whole row [N], in nats.</summary>
    public DeviceSpan<TReal> FullEntropies { get; set; }

    /// <summary>The number of tokens in S [N].</summary>
    public DeviceSpan<int> Counts { get; set; }

    /// <summary>The smallest kept logit as given [N]; +∞ where none is kept. Of several tokens at the threshold those of lower index may be kept alone: the mask says which.</summary>
    public DeviceSpan<TReal> Thresholds { get; set; }

    /// <summary>1 on S, 0 outside [N, V].</summary>
    public DeviceSpan2D<byte> Mask { get; set; }

    /// <summary>log q on S, −∞ outside [N, V].</summary>
    public DeviceSpan2D<T> LogProbabilities { get; set; }

    /// <summary>log q_a [N], −∞ where a is not in S; needs actions.</summary>
    public DeviceSpan<TReal> ActionLogProbability { get; set; }

    /// <summary>A token drawn from q [N], −1 where there is none.</summary>
    public DeviceSpan<long> Samples { get; set; }

    /// <summary>log p of the drawn token over the whole row, at the temperature of the draw [N]; −∞ where there is none.</summary>
    public DeviceSpan<TReal> SampleLogProbability { get; set; }

    /// <summary>Gradient of the reduced entropy with respect to the logits [N, V], S held fixed; may be the logits' own memory, exactly.</summary>
    public DeviceSpan2D<T> Gradient { get; set; }

    /// <summary>Row statuses [N].</summary>
    public DeviceSpan<RowStatus> Status { get; set; }

    /// <summary>Count of the rows in the normaliser [1].</summary>
    public DeviceSpan<long> ValidRows { get; set; }

    /// <summary>The divisor that the mean used, or would use [1].</summary>
    public DeviceSpan<TReal> NormaliserUsed { get; set; }
}
