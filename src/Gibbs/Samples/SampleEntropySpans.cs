using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="T">The points' type.</typeparam>
public ref struct SampleEntropyInputs<T>
    where T : unmanaged
{
    /// <summary>
    /// The second sample [M, d] of a divergence, the partners y_i [N, e] of an information, the targets y_i [N, e] of a conditional divergence, the buffer [M, d] of nearest neighbours. Rows may be strided.
    /// </summary>
    public ReadOnlySpan2D<T> Others { get; set; }

    /// <summary>x_i [N, c] of <see cref="SampleEntropyKind.ConditionalCauchySchwarz"/>. Rows may be strided.</summary>
    public ReadOnlySpan2D<T> Conditions { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed. Gradients are memory apart from all points: every point is read until the last.</summary>
/// <typeparam name="T">The points' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 points.</typeparam>
public ref struct SampleEntropyOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Gradient of the value by the points [N, d].</summary>
    public Span2D<T> Gradient { get; set; }

    /// <summary>Gradient of the value by the others, as they are; for the Cauchy-Schwarz kinds.</summary>
    public Span2D<T> OthersGradient { get; set; }

    /// <summary>Gradient of the value by the conditions [N, c].</summary>
    public Span2D<T> ConditionsGradient { get; set; }

    /// <summary>
    /// A number per point [N]: log mean_j K_ij for <see cref="SampleEntropyKind.RenyiQuadratic"/> and <see cref="SampleEntropyKind.KdeBound"/>, H(P_i) for <see cref="SampleEntropyKind.DiffusionEntries"/>,
    /// min_j |x_i − b_j|²/d for <see cref="SampleEntropyKind.NearestNeighbour"/>. Without <see cref="SampleEntropyOptions.Weight"/>.
    /// </summary>
    public Span<TReal> RowValues { get; set; }

    /// <summary>The nearest row of the buffer [N], the lowest of those that are equally near; −1 where a NaN leaves none. For <see cref="SampleEntropyKind.NearestNeighbour"/>.</summary>
    public Span<long> Nearest { get; set; }
}
