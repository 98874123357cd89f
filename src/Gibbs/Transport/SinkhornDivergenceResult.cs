using System.Runtime.InteropServices;

namespace Gibbs;

/// <summary>A Sinkhorn divergence, and how its three problems ended.</summary>
/// <param name="Value">S(a, b), of the terms' dual values; NaN where a term has none. Where terms are not solved to the end it may be below 0 by as much as they lack.</param>
/// <param name="Cross">W(a, b).</param>
/// <param name="Source">W(a, a).</param>
/// <param name="Target">W(b, b).</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct SinkhornDivergenceResult(double Value, SinkhornResult Cross, SinkhornResult Source, SinkhornResult Target)
{
    /// <summary>The worst of the terms' outcomes: one that has no value before <see cref="TransportStatus.MaxIterations"/>, that before <see cref="TransportStatus.FloorReached"/>.</summary>
    public TransportStatus Status => Worse(Cross.Status, Worse(Source.Status, Target.Status));

    // Values rise with what they say against a result.
    private static TransportStatus Worse(TransportStatus first, TransportStatus second) => first < second ? second : first;
}
