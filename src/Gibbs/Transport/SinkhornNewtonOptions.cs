namespace Gibbs;

/// <summary>The scalars of a Sinkhorn-Newton solve; <c>default</c>, <c>new()</c> and the documented defaults are the same value, but for <see cref="Epsilon"/>, which has none.</summary>
/// <remarks>
/// <code>
/// min over P ≥ 0 with P1 = a, Pᵀ1 = b of  ⟨P, C⟩ + ε·KL(P | a⊗b)          P_ij = a_i·b_j·exp((f_i + g_j − C_ij)/ε)
/// </code>
/// </remarks>
public readonly record struct SinkhornNewtonOptions
{
    private const int DefaultMaxIterations = 10000;
    private const int DefaultWarmup = 20;
    private const int DefaultKept = 4;

    // Stored as differences from the defaults, so that default(SinkhornNewtonOptions) is the documented default.
    private readonly int _iterationsOffset;
    private readonly int _warmupOffset;
    private readonly int _keptOffset;

    /// <summary>ε &gt; 0, in the units of the cost. To be given: no value suits every cost.</summary>
    public double Epsilon { get; init; }

    /// <summary>Bound of the L1 marginal error. Default 0: 1e-5 in float32, 1e-9 in float64.</summary>
    public double Tolerance { get; init; }

    /// <summary>Limit of Sinkhorn iterations and Newton steps together, at least 1. Default 10000.</summary>
    public int MaxIterations
    {
        get => _iterationsOffset + DefaultMaxIterations;
        init => _iterationsOffset = value - DefaultMaxIterations;
    }

    /// <summary>Sinkhorn iterations before the first Newton step, at least 1. Default 20.</summary>
    public int WarmupIterations
    {
        get => _warmupOffset + DefaultWarmup;
        init => _warmupOffset = value - DefaultWarmup;
    }

    /// <summary>Entries of the plan that the Hessian keeps, in multiples of max(N, M), 1 to 64; the largest of every row are kept beside them. Default 4; plans of few entries are solved with less, and not with 2.</summary>
    public int KeptPerRow
    {
        get => _keptOffset + DefaultKept;
        init => _keptOffset = value - DefaultKept;
    }

    /// <summary>The cost of two points, of solves for point clouds. Default ‖x − y‖².</summary>
    public TransportMetric Metric { get; init; }

    /// <summary>Where greater than ε, Sinkhorn's iterations start from this ε and halve it until it is ε; Newton steps begin there. Default 0: none.</summary>
    public double EpsilonStart { get; init; }

    /// <summary>The same problem as Sinkhorn's iterations take it.</summary>
    internal SinkhornOptions Sinkhorn => new() { Epsilon = Epsilon, Tolerance = Tolerance, MaxIterations = MaxIterations, Metric = Metric, EpsilonStart = EpsilonStart };

    /// <exception cref="System.ArgumentException">The message names the option, its value and the range.</exception>
    internal void Check()
    {
        ArgumentChecks.Range(WarmupIterations >= 1, "options", nameof(WarmupIterations), WarmupIterations, "at least 1");
        ArgumentChecks.Range(KeptPerRow is >= 1 and <= 64, "options", nameof(KeptPerRow), KeptPerRow, "in [1, 64]");
    }
}
