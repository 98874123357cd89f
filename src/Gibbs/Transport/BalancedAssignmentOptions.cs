namespace Gibbs;

/// <summary>The scalars of a balanced assignment; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
/// <remarks>
/// <code>
/// max over assignments k of tokens to experts  Σ_i s_(i, k(i))      with at most c_k tokens to expert k
/// </code>
/// </remarks>
public readonly record struct BalancedAssignmentOptions
{
    private const int DefaultProblems = 1;
    private const double DefaultTolerance = 1e-3;

    // Stored as differences from the defaults, so that default(BalancedAssignmentOptions) is the documented default.
    private readonly int _problemsOffset;
    private readonly long _toleranceBits;

    /// <summary>B ≥ 1: the scores hold the rows of so many problems, one after the other. Default 1.</summary>
    public int Problems
    {
        get => _problemsOffset + DefaultProblems;
        init => _problemsOffset = value - DefaultProblems;
    }

    /// <summary>τ in [1e-9, 1]: the value is within N·τ·(max s − min s) of the greatest; bids grow as 1/τ at worst. Default 1e-3.</summary>
    public double Tolerance
    {
        get => DefaultedScalar.Get(_toleranceBits, DefaultTolerance);
        init => _toleranceBits = DefaultedScalar.Set(value, DefaultTolerance);
    }

    /// <summary>
    /// The most bids per problem, at least 1. Tokens that are left then take what is free, the best they may, in their order, and the status is <see cref="TransportStatus.MaxIterations"/>. Default 0: 10000 per token.
    /// </summary>
    public long MaxBids { get; init; }
}
