namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent. For <see cref="DoublyStochasticScheme.Alternating"/>.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 matrices.</typeparam>
public ref struct DeviceDoublyStochasticInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>
    /// a [n] for all matrices or [B·n], n for each: what rows sum to, at least 0 (0: the row takes no part). Absent: Σb/n each where b is given, otherwise 1. Where both are given, Σa and Σb may differ by 1e-5·Σa.
    /// </summary>
    public DeviceSpan<TReal> RowTargets { get; set; }

    /// <summary>b [m] or [B·m]: what columns sum to, such as the capacities of experts. Absent: Σa/m each.</summary>
    public DeviceSpan<TReal> ColumnTargets { get; set; }

    // For tests and benchmarks: which tier computes.
    internal int Regime { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The type of the matrices.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 matrices.</typeparam>
public ref struct DeviceDoublyStochasticOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>P [B, n·m]; may be the given matrices' own memory, exactly.</summary>
    public DeviceSpan2D<T> Matrices { get; set; }

    /// <summary>Σ|P1 − a| + Σ|Pᵀ1 − b| per matrix [B], before P is rounded to its storage type.</summary>
    public DeviceSpan<TReal> MarginalErrors { get; set; }

    /// <summary>
    /// Statuses [B]: Converged (all iterations were done; how near they came, the marginal error says); NonFinite: a NaN or +∞ entry; Infeasible: a row or column that has a target and no entry; InvalidInput: a
    /// negative entry where the matrix itself is given, or targets that are negative, not finite, without mass, or of different masses. But for the first, the matrix and its error are NaN.
    /// </summary>
    public DeviceSpan<TransportStatus> Status { get; set; }
}
