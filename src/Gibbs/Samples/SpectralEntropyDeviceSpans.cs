namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 eigenvalues.</typeparam>
public ref struct DeviceSpectralEntropyInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>r [N]: the gradient's row is r_i·dH_i; absent, 1.</summary>
    public DeviceSpan<TReal> RowWeights { get; set; }

    // For tests and benchmarks: results do not depend on it, to the bit.
    internal int Regime { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The eigenvalues' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 eigenvalues.</typeparam>
public ref struct DeviceSpectralEntropyOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>H [N], one per row.</summary>
    public DeviceSpan<TReal> Entropies { get; set; }

    /// <summary>r_i·dH_i/dλ [N, n]; may be the eigenvalues' own memory, exactly.</summary>
    public DeviceSpan2D<T> Gradient { get; set; }

    /// <summary>
    /// Row statuses [N]: NotANumber; PlusInfinity (an infinite eigenvalue); InvalidProbability (VonNeumann: a negative eigenvalue beyond n·ε·max λ, the rounding of an eigen-solver, below which it counts as 0): these rows
    /// are NaN; AllMasked (Diffusion: all zero): entropy and gradient 0.
    /// </summary>
    public DeviceSpan<RowStatus> Status { get; set; }
}
