using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct WassersteinBarycenterInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>λ [K], at least 0; divided by their sum. Absent: 1/K each.</summary>
    public ReadOnlySpan<TReal> Weights { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct WassersteinBarycenterOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>q [M], of the histograms' mass.</summary>
    public Span<TReal> Barycenter { get; set; }

    /// <summary>f [K, N], in the units of the cost, with Σ_i b_ki·f_ki the same for all k.</summary>
    public Span2D<TReal> SourcePotentials { get; set; }

    /// <summary>g [K, M], with Σ_k λ_k·g_k = 0; −∞ where no mass can come.</summary>
    public Span2D<TReal> TargetPotentials { get; set; }

    /// <summary>W(b_k, q) [K]: the gradient by λ.</summary>
    public Span<TReal> Values { get; set; }
}
