namespace Gibbs;

/// <summary>The scalars of a Wasserstein barycentre; <c>default</c>, <c>new()</c> and the documented defaults are the same value, but for <see cref="Epsilon"/>, which has none.</summary>
public readonly record struct WassersteinBarycenterOptions
{
    private const int DefaultMaxIterations = 10000;

    // Stored as a difference from the default, so that default(WassersteinBarycenterOptions) is the documented default.
    private readonly int _iterationsOffset;

    /// <summary>ε &gt; 0, in the units of the cost. To be given: no value suits every cost.</summary>
    public double Epsilon { get; init; }

    /// <summary>Bound of Σ_k λ_k·Σ|P_k1 − b_k|. Default 0: 1e-5 in float32, 1e-9 in float64.</summary>
    public double Tolerance { get; init; }

    /// <summary>Limit of iterations, at least 1: each is a sweep for every histogram. Default 10000.</summary>
    public int MaxIterations
    {
        get => _iterationsOffset + DefaultMaxIterations;
        init => _iterationsOffset = value - DefaultMaxIterations;
    }
}
