using System;

namespace Gibbs;

/// <summary>What a plan is made of besides its costs, in host memory: P_ij = a_i·b_j·exp((f_i + g_j − C_ij)/ε). The potentials are those that a solve returned, in the units of the cost.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 costs.</typeparam>
public ref struct TransportPotentials<TReal>
    where TReal : unmanaged
{
    /// <summary>f [N]; required.</summary>
    public ReadOnlySpan<TReal> SourcePotential { get; set; }

    /// <summary>g [M]; required.</summary>
    public ReadOnlySpan<TReal> TargetPotential { get; set; }

    /// <summary>a [N], as the solve was given it. Absent: 1/N each.</summary>
    public ReadOnlySpan<TReal> SourceWeights { get; set; }

    /// <summary>b [M], as the solve was given it; scaled to Σa where both marginals are held. Absent: 1/M each.</summary>
    public ReadOnlySpan<TReal> TargetWeights { get; set; }
}
