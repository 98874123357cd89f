namespace Gibbs;

/// <summary>Outputs of rounding in device memory, owned by the caller; what is empty is not stored.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceTransportRoundingOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>Value, gap and status [1].</summary>
    public DeviceSpan<TransportRoundingResult> Result { get; set; }

    /// <summary>x [N].</summary>
    public DeviceSpan<TReal> SourceFactors { get; set; }

    /// <summary>y [M].</summary>
    public DeviceSpan<TReal> TargetFactors { get; set; }

    /// <summary>u [N]: what the rows of diag(x)·P·diag(y) lack; 0 where a marginal is relaxed.</summary>
    public DeviceSpan<TReal> SourceResidual { get; set; }

    /// <summary>v [M].</summary>
    public DeviceSpan<TReal> TargetResidual { get; set; }

    /// <summary>P̄ [N, M].</summary>
    public DeviceSpan2D<TReal> Plan { get; set; }
}

/// <summary>Derivatives of a function by plan and potentials, in device memory; what is empty is 0.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceTransportUpstream<TReal>
    where TReal : unmanaged
{
    /// <summary>dP [N, M]; at forbidden pairs it has no part, whatever it is there.</summary>
    public DeviceSpan2D<TReal> Plan { get; set; }

    /// <summary>df [N].</summary>
    public DeviceSpan<TReal> SourcePotential { get; set; }

    /// <summary>dg [M].</summary>
    public DeviceSpan<TReal> TargetPotential { get; set; }
}

/// <summary>Gradients in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceTransportGradientOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>dε, and how the equation was solved [1].</summary>
    public DeviceSpan<TransportGradientResult> Result { get; set; }

    /// <summary>dC [N, M]; 0 where C is +∞. It may be the memory of dP.</summary>
    public DeviceSpan2D<TReal> Cost { get; set; }

    /// <summary>da [N].</summary>
    public DeviceSpan<TReal> SourceWeights { get; set; }

    /// <summary>db [M].</summary>
    public DeviceSpan<TReal> TargetWeights { get; set; }

    /// <summary>dx [N, d], for costs of points.</summary>
    public DeviceSpan2D<TReal> SourcePoints { get; set; }

    /// <summary>dy [M, d].</summary>
    public DeviceSpan2D<TReal> TargetPoints { get; set; }
}
