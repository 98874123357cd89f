using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>The scalars of an elastic map; <c>default</c>, <c>new()</c> and the documented defaults are the same value, but for <see cref="Epsilon"/>, which has none.</summary>
public readonly record struct ElasticMapOptions
{
    /// <summary>ε &gt; 0 of the solve that the potential comes from, in the units of the cost. To be given.</summary>
    public double Epsilon { get; init; }

    /// <summary>h. Default ½‖z‖².</summary>
    public ElasticCost Cost { get; init; }
}

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct ElasticMapInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>b [M], at least 0. Absent: 1/M each.</summary>
    public ReadOnlySpan<TReal> TargetWeights { get; set; }

    /// <summary>A [r, d] of <see cref="ElasticCost.Linear"/> and <see cref="ElasticCost.Complement"/>, which need it; of the latter its rows are orthonormal.</summary>
    public ReadOnlySpan2D<TReal> Matrix { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller, apart from all points; what is empty is not computed.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct ElasticMapOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>T(x) [N, d].</summary>
    public Span2D<TReal> Mapped { get; set; }

    /// <summary>f(x) [N]: the source's potential anywhere.</summary>
    public Span<TReal> Potential { get; set; }

    /// <summary>∇f(x) [N, d].</summary>
    public Span2D<TReal> Gradient { get; set; }
}
