using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 costs.</typeparam>
public ref struct SparseTransportInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>a [N], at least 0. Absent: 1/N each. Σa and Σb may differ by 1e-5·Σa, and b is scaled to Σa.</summary>
    public ReadOnlySpan<TReal> SourceWeights { get; set; }

    /// <summary>b [M], at least 0. Absent: 1/M each.</summary>
    public ReadOnlySpan<TReal> TargetWeights { get; set; }

    /// <summary>f [N] to start from, in the units of the cost, as returned for a similar problem. Absent: 0.</summary>
    public ReadOnlySpan<TReal> InitialSourcePotential { get; set; }

    /// <summary>Told every ten steps how far the ascent is, on the calling thread; <see cref="SinkhornProgress.Epsilon"/> is γ then. Null: nobody.</summary>
    public IProgress<SinkhornProgress>? Progress { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 costs.</typeparam>
public ref struct SparseTransportOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>f [N]: the value's gradient by a, up to a constant. Finite at zero mass too.</summary>
    public Span<TReal> SourcePotential { get; set; }

    /// <summary>g [M]; Σ b_j·g_j = 0.</summary>
    public Span<TReal> TargetPotential { get; set; }

    /// <summary>The rows [M, k] of the non-zeros of column j, the largest first, the lower row where values are equal; −1 where there are fewer.</summary>
    public Span2D<int> Rows { get; set; }

    /// <summary>Their values [M, k]; 0 where there are fewer.</summary>
    public Span2D<TReal> Values { get; set; }

    /// <summary>P [N, M]: the plan, and the value's gradient by the cost.</summary>
    public Span2D<TReal> Plan { get; set; }
}
