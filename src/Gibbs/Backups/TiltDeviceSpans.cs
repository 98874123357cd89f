namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct DeviceTiltInputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Δ [N], in place of <see cref="TiltOptions.Budget"/>; negative or not finite: <see cref="RowStatus.InvalidParameter"/>.</summary>
    public DeviceSpan<TReal> Budgets { get; set; }

    /// <summary>t [N], in place of budgets and of <see cref="TiltOptions.Slope"/>; not finite: <see cref="RowStatus.InvalidParameter"/>.</summary>
    public DeviceSpan<TReal> Slopes { get; set; }

    /// <summary>G [N, V], the derivative of whatever is trained with respect to log q; needed for <c>Gradient</c>. What it holds where q is 0 by a mask does not count.</summary>
    public DeviceSpan2D<T> Upstream { get; set; }

    // For tests and benchmarks: results do not depend on it, to the bit.
    internal int Regime { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <remarks>A row with a NaN or a +∞, in either matrix, is NaN throughout. A row without an entry: t, Kl and the expected reward are 0, Λ and log q are −∞, the gradient is 0.</remarks>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct DeviceTiltOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>t [N].</summary>
    public DeviceSpan<TReal> Slopes { get; set; }

    /// <summary>log q [N, V], −∞ where q is 0.</summary>
    public DeviceSpan2D<T> LogProbabilities { get; set; }

    /// <summary>Λ(t) [N].</summary>
    public DeviceSpan<TReal> Cumulants { get; set; }

    /// <summary>KL(q‖p) [N], in nats.</summary>
    public DeviceSpan<TReal> Kl { get; set; }

    /// <summary>E_q[r] [N].</summary>
    public DeviceSpan<TReal> ExpectedRewards { get; set; }

    /// <summary>The derivative with respect to r [N, V], at the budget where that was given (t moves with r), else at t; may be the reward's own memory, exactly.</summary>
    public DeviceSpan2D<T> Gradient { get; set; }

    /// <summary>Row statuses [N].</summary>
    public DeviceSpan<RowStatus> Status { get; set; }
}
