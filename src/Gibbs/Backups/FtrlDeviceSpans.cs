namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent. η is the product of <see cref="FtrlOptions.Rate"/> and of the rates given; one that is not positive and finite: <see cref="RowStatus.InvalidParameter"/>.</summary>
/// <typeparam name="T">The losses' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 losses.</typeparam>
public ref struct DeviceFtrlInputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Rates per row [N].</summary>
    public DeviceSpan<TReal> RowRates { get; set; }

    /// <summary>Rates per action [A].</summary>
    public DeviceSpan<TReal> ColumnRates { get; set; }

    /// <summary>Rates per row and action [N, A].</summary>
    public DeviceSpan2D<TReal> Rates { get; set; }

    /// <summary>v [N, A], the derivative of whatever is trained with respect to π; needed for <c>Gradient</c>.</summary>
    public DeviceSpan2D<T> Upstream { get; set; }

    // For tests and benchmarks: results do not depend on it, to the bit.
    internal int Regime { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <remarks>A row with a NaN, a −∞ or a rate that is no rate is NaN throughout. A row without an allowed action: π, ψ and the gradient are 0, x is +∞.</remarks>
/// <typeparam name="T">The losses' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 losses.</typeparam>
public ref struct DeviceFtrlOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>π [N, A].</summary>
    public DeviceSpan2D<T> Policy { get; set; }

    /// <summary>x [N].</summary>
    public DeviceSpan<TReal> Multipliers { get; set; }

    /// <summary>ψ(π) [N], over the allowed actions.</summary>
    public DeviceSpan<TReal> Regularisers { get; set; }

    /// <summary>The derivative with respect to L [N, A]; may be the losses' own memory, exactly.</summary>
    public DeviceSpan2D<T> Gradient { get; set; }

    /// <summary>Row statuses [N].</summary>
    public DeviceSpan<RowStatus> Status { get; set; }
}
