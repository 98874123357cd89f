namespace Gibbs;

/// <summary>The scalars of a Sinkhorn solve; <c>default</c>, <c>new()</c> and the documented defaults are the same value, but for <see cref="Epsilon"/>, which has none.</summary>
/// <remarks>
/// <code>
/// min over P ≥ 0 of  ⟨P, C⟩ + ε·KL(P | a⊗b) + ρ_a·KL(P1 | a) + ρ_b·KL(Pᵀ1 | b)          ρ = ∞: P1 = a, Pᵀ1 = b
/// P_ij = a_i·b_j·exp((f_i + g_j − C_ij)/ε)
/// </code>
/// </remarks>
public readonly record struct SinkhornOptions
{
    private const int DefaultMaxIterations = 10000;

    // Stored as differences from the defaults, or as inverses, so that default(SinkhornOptions) is the documented default.
    private readonly int _iterationsOffset;
    private readonly double _inverseSourceRho;
    private readonly double _inverseTargetRho;

    /// <summary>ε &gt; 0, in the units of the cost. To be given: no value suits every cost.</summary>
    public double Epsilon { get; init; }

    /// <summary>ρ_a &gt; 0: how firmly P1 is held to a; +∞, the default, holds it exactly.</summary>
    public double SourceRho
    {
        get => 1 / _inverseSourceRho;
        init => _inverseSourceRho = 1 / value;
    }

    /// <summary>ρ_b &gt; 0: how firmly Pᵀ1 is held to b; +∞, the default, holds it exactly.</summary>
    public double TargetRho
    {
        get => 1 / _inverseTargetRho;
        init => _inverseTargetRho = 1 / value;
    }

    /// <summary>Bound of the L1 marginal error. Default 0: 1e-5 in float32, 1e-9 in float64.</summary>
    public double Tolerance { get; init; }

    /// <summary>Limit of full iterations, at least 1. Default 10000.</summary>
    public int MaxIterations
    {
        get => _iterationsOffset + DefaultMaxIterations;
        init => _iterationsOffset = value - DefaultMaxIterations;
    }

    /// <summary>Plain alternating updates, without adaptive over-relaxation. Default false.</summary>
    public bool Plain { get; init; }

    /// <summary>The cost of two points, of solves for point clouds. Default ‖x − y‖².</summary>
    public TransportMetric Metric { get; init; }

    /// <summary>Where greater than ε, solves start from this ε and halve it until it is ε; each stage starts from the potentials of the one before. Default 0: none.</summary>
    public double EpsilonStart { get; init; }
}
