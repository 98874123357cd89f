namespace Gibbs;

/// <summary>Optional inputs of row entropies in device memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct DeviceRowEntropyInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>r [N], of either sign; 1 where absent.</summary>
    public DeviceSpan<TReal> RowWeights { get; set; }

    /// <summary>T [N], in place of <see cref="RowEntropyOptions.Temperature"/>; one that is not positive and finite: <see cref="RowStatus.InvalidTemperature"/>.</summary>
    public DeviceSpan<TReal> Temperatures { get; set; }

    /// <summary>a [N], the chosen class of each row; outside its columns: <see cref="RowStatus.TargetOutOfRange"/>.</summary>
    public DeviceTargetSpan Actions { get; set; }

    /// <summary>u [N], of either sign: the weight of log p_a in the value and in the gradient; 0 where absent.</summary>
    public DeviceSpan<TReal> ActionWeights { get; set; }

    /// <summary>The divisor of the mean [1], in place of Σ r; read on the device when the work runs, never by the host.</summary>
    public DeviceSpan<TReal> Normaliser { get; set; }

    /// <summary>Scratch of at least <c>RowEntropy.WorkspaceBytes</c>; empty: allocated on the stream and freed by the call.</summary>
    public DeviceSpan<byte> Workspace { get; set; }

    // For tests and benchmarks: results do not depend on it, to the bit.
    internal int Regime { get; set; }
}

/// <summary>Outputs of row entropies in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct DeviceRowEntropyOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>The reduced Σ (r·H + u·log p_a) [1].</summary>
    public DeviceSpan<TReal> Value { get; set; }

    /// <summary>H [N], in nats, without the row weight.</summary>
    public DeviceSpan<TReal> Entropies { get; set; }

    /// <summary>log Σ_j exp(z_j/T) [N]; logits only.</summary>
    public DeviceSpan<TReal> LogSumExp { get; set; }

    /// <summary>log p_a [N], without the action weight; needs actions.</summary>
    public DeviceSpan<TReal> LogProbability { get; set; }

    /// <summary>Gradient of the reduced value with respect to what is given [N, V]; may be the rows' own memory, exactly.</summary>
    public DeviceSpan2D<T> Gradient { get; set; }

    /// <summary>Row statuses [N].</summary>
    public DeviceSpan<RowStatus> Status { get; set; }

    /// <summary>N [1].</summary>
    public DeviceSpan<long> ValidRows { get; set; }

    /// <summary>The divisor that the mean used, or would use [1].</summary>
    public DeviceSpan<TReal> NormaliserUsed { get; set; }
}

/// <summary>Outputs of entropies of ragged rows in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct DeviceRaggedEntropyOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>The reduced Σ (r·H + u·log p_a) [1].</summary>
    public DeviceSpan<TReal> Value { get; set; }

    /// <summary>H [N], in nats, without the row weight.</summary>
    public DeviceSpan<TReal> Entropies { get; set; }

    /// <summary>log Σ_j exp(z_j/T) [N]; logits only.</summary>
    public DeviceSpan<TReal> LogSumExp { get; set; }

    /// <summary>log p_a [N], without the action weight; needs actions.</summary>
    public DeviceSpan<TReal> LogProbability { get; set; }

    /// <summary>Gradient of the reduced value, entry for entry as the values [total]; entries of no row are left as they are. May be the values' own memory, exactly.</summary>
    public DeviceSpan<T> Gradient { get; set; }

    /// <summary>Row statuses [N].</summary>
    public DeviceSpan<RowStatus> Status { get; set; }

    /// <summary>N [1].</summary>
    public DeviceSpan<long> ValidRows { get; set; }

    /// <summary>The divisor that the mean used, or would use [1].</summary>
    public DeviceSpan<TReal> NormaliserUsed { get; set; }
}
