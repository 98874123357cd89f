using System;

namespace Gibbs;

/// <summary>Optional inputs in host memory; what is empty is absent.</summary>
public ref struct BalancedAssignmentInputs
{
    /// <summary>c [E] for all problems, or [B·E], E for each; at least 0. Absent: ⌈N/E⌉ each.</summary>
    public ReadOnlySpan<int> Capacities { get; set; }
}

/// <summary>Outputs in host memory, owned by the caller; what is empty is not stored.</summary>
public ref struct BalancedAssignmentOutputs
{
    /// <summary>The expert of each token [B·N]; −1 where there is none.</summary>
    public Span<int> Experts { get; set; }

    /// <summary>The price p of a place with each expert [B·E], 0 where there are places left: s_ik − p_k is within τ·(max s − min s) of a token's best.</summary>
    public Span<double> Prices { get; set; }

    /// <summary>Value, gap, bids and status [B].</summary>
    public Span<BalancedAssignmentResult> Results { get; set; }
}
