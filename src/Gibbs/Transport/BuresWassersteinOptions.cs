namespace Gibbs;

/// <summary>The scalars of a Bures-Wasserstein distance; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
public readonly record struct BuresWassersteinOptions
{
    /// <summary>τ ≥ 0, finite: τ·I is added to both covariances, which keeps the gradient finite where one becomes singular. Default 0.</summary>
    public double Regularisation { get; init; }
}
