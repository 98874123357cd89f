namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct DeviceSoftBackupInputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>log μ [N, A], as given: it is not renormalised. −∞ is an action that the prior does not take.</summary>
    public DeviceSpan2D<T> LogPrior { get; set; }

    /// <summary>λ [N], in place of <see cref="SoftBackupOptions.KlWeight"/>; negative or not finite: <see cref="RowStatus.InvalidParameter"/>.</summary>
    public DeviceSpan<TReal> KlWeights { get; set; }

    /// <summary>τ [N], in place of <see cref="SoftBackupOptions.Temperature"/>; negative or not finite: <see cref="RowStatus.InvalidTemperature"/>.</summary>
    public DeviceSpan<TReal> Temperatures { get; set; }

    /// <summary>r [N], the derivative of whatever is trained with respect to V, by which all gradients are multiplied; 1 where absent.</summary>
    public DeviceSpan<TReal> Upstream { get; set; }

    // For tests and benchmarks: results do not depend on it, to the bit.
    internal int Regime { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <remarks>A row that is not a number, or preferred without bound (+∞; with Minimise −∞), is NaN throughout. Where no action is allowed V = −∞ (+∞), and policy, entropy, divergence and gradients are 0.</remarks>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct DeviceSoftBackupOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>V [N].</summary>
    public DeviceSpan<TReal> Values { get; set; }

    /// <summary>π [N, A].</summary>
    public DeviceSpan2D<T> Policy { get; set; }

    /// <summary>log π [N, A], −∞ where π is 0: the prior of the next step.</summary>
    public DeviceSpan2D<T> LogPolicy { get; set; }

    /// <summary>H(π) [N], in nats.</summary>
    public DeviceSpan<TReal> Entropies { get; set; }

    /// <summary>KL(π‖μ) [N] = Σ π·(log π − log μ), in nats; +∞, with <see cref="RowStatus.DisjointSupport"/>, where π (with λ = 0) takes what μ does not.</summary>
    public DeviceSpan<TReal> Kl { get; set; }

    /// <summary>r·dV/dq [N, A]; may be q's own memory, exactly.</summary>
    public DeviceSpan2D<T> QGradient { get; set; }

    /// <summary>r·dV/d log μ [N, A]; may be the prior's own memory, exactly.</summary>
    public DeviceSpan2D<T> LogPriorGradient { get; set; }

    /// <summary>r·dV/dτ [N].</summary>
    public DeviceSpan<TReal> TemperatureGradient { get; set; }

    /// <summary>r·dV/dλ [N].</summary>
    public DeviceSpan<TReal> KlWeightGradient { get; set; }

    /// <summary>Row statuses [N].</summary>
    public DeviceSpan<RowStatus> Status { get; set; }
}
