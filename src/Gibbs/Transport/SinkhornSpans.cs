using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 costs.</typeparam>
public ref struct SinkhornInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>a [N], at least 0. Absent: 1/N each. Where both marginals are held, Σa and Σb may differ by 1e-5·Σa, and b is scaled to Σa.</summary>
    public ReadOnlySpan<TReal> SourceWeights { get; set; }

    /// <summary>b [M], at least 0. Absent: 1/M each.</summary>
    public ReadOnlySpan<TReal> TargetWeights { get; set; }

    /// <summary>g [M] to start from, in the units of the cost, as returned for a similar problem.</summary>
    public ReadOnlySpan<TReal> InitialTargetPotential { get; set; }

    /// <summary>Told every ten iterations, on the calling thread, how far a solve is.</summary>
    public IProgress<SinkhornProgress>? Progress { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 costs.</typeparam>
public ref struct SinkhornOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>f [N], in the units of the cost: the value's gradient by a (up to a constant where both marginals are held). Finite at zero mass too.</summary>
    public Span<TReal> SourcePotential { get; set; }

    /// <summary>g [M]; where both marginals are held Σ b_j·g_j = 0.</summary>
    public Span<TReal> TargetPotential { get; set; }

    /// <summary>P [N, M]: the plan, and the value's gradient by the cost.</summary>
    public Span2D<TReal> Plan { get; set; }
}

/// <summary>Outputs of a solve for point clouds, in host memory; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct PointSinkhornOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>f [N].</summary>
    public Span<TReal> SourcePotential { get; set; }

    /// <summary>g [M]; where both marginals are held Σ b_j·g_j = 0.</summary>
    public Span<TReal> TargetPotential { get; set; }

    /// <summary>P [N, M].</summary>
    public Span2D<TReal> Plan { get; set; }

    /// <summary>The value's gradient by x [N, d]: Σ_j P_ij·∂c(x_i, y_j)/∂x. The plan is not stored for it.</summary>
    public Span2D<TReal> SourceGradient { get; set; }

    /// <summary>The value's gradient by y [M, d].</summary>
    public Span2D<TReal> TargetGradient { get; set; }
}
