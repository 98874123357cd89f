using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct SinkhornDivergenceInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>a [N], at least 0. Absent: 1/N each. Where marginals are held, Σa and Σb may differ by 1e-5·Σa, and b is scaled to Σa.</summary>
    public ReadOnlySpan<TReal> SourceWeights { get; set; }

    /// <summary>b [M], at least 0. Absent: 1/M each.</summary>
    public ReadOnlySpan<TReal> TargetWeights { get; set; }
}

/// <summary>Gradients of a Sinkhorn divergence in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct SinkhornDivergenceOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>∂S/∂x [N, d].</summary>
    public Span2D<TReal> SourceGradient { get; set; }

    /// <summary>∂S/∂y [M, d].</summary>
    public Span2D<TReal> TargetGradient { get; set; }

    /// <summary>∂S/∂a [N]. Where marginals are held it is given up to a constant, and the constant is that of Σ a·∂S/∂a = Σ b·∂S/∂b.</summary>
    public Span<TReal> SourceWeightGradient { get; set; }

    /// <summary>∂S/∂b [M].</summary>
    public Span<TReal> TargetWeightGradient { get; set; }
}
