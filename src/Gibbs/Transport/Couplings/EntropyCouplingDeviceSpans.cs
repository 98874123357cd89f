namespace Gibbs;

/// <summary>Outputs in device memory, owned by the caller, apart from each other and from the inputs; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DeviceEntropyCouplingOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>The atoms' indices in p [B, n + m − 1], in the order in which they were found; −1 behind the last.</summary>
    public DeviceSpan2D<int> SourceIndices { get; set; }

    /// <summary>The atoms' indices in q [B, n + m − 1]; −1 behind the last.</summary>
    public DeviceSpan2D<int> TargetIndices { get; set; }

    /// <summary>The atoms' masses [B, n + m − 1]; 0 behind the last.</summary>
    public DeviceSpan2D<TReal> Masses { get; set; }

    /// <summary>Atoms per problem [B]; 0 where the status says why.</summary>
    public DeviceSpan<int> Counts { get; set; }

    /// <summary>H of the coupling [B].</summary>
    public DeviceSpan<TReal> Entropies { get; set; }

    /// <summary>H(p) + H(q) − H [B]: what either says about the other.</summary>
    public DeviceSpan<TReal> MutualInformation { get; set; }

    /// <summary>H(p ∧ q) [B]: no coupling has less entropy.</summary>
    public DeviceSpan<TReal> LowerBounds { get; set; }

    /// <summary>[B]; see <see cref="EntropyCouplingOutputs{TReal}.Status"/>.</summary>
    public DeviceSpan<RowStatus> Status { get; set; }
}
