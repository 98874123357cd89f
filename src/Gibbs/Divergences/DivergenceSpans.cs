using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct DivergenceInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>r [N].</summary>
    public ReadOnlySpan<TReal> RowWeights { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="T">The rows' type.</typeparam>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 rows.</typeparam>
public ref struct DivergenceOutputs<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    /// <summary>Row divergences [N], in nats, before the reduction.</summary>
    public Span<TReal> Divergences { get; set; }

    /// <summary>Gradient of the reduced divergence with respect to the student's logits [N, V]; may be their own memory, exactly.</summary>
    public Span2D<T> StudentGradient { get; set; }

    /// <summary>The same with respect to the teacher's logits, or probabilities [N, V]; may be their own memory, exactly. Not for sparse teachers.</summary>
    public Span2D<T> TeacherGradient { get; set; }

    /// <summary>Row statuses [N].</summary>
    public Span<RowStatus> Status { get; set; }
}
