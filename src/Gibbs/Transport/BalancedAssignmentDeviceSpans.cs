namespace Gibbs;

/// <summary>Optional inputs in device memory; what is empty is absent.</summary>
public ref struct DeviceBalancedAssignmentInputs
{
    /// <summary>c [E] for all problems, or [B·E], E for each; at least 0. Absent: ⌈N/E⌉ each.</summary>
    public DeviceSpan<int> Capacities { get; set; }

    /// <summary>Scratch of at least <see cref="BalancedAssignment.WorkspaceBytes"/>, 256-byte aligned. Absent: the call allocates and frees it, ordered on the stream.</summary>
    public DeviceSpan<byte> Workspace { get; set; }
}

/// <summary>Outputs in device memory, owned by the caller; what is empty is not stored.</summary>
public ref struct DeviceBalancedAssignmentOutputs
{
    /// <summary>The expert of each token [B·N]; −1 where there is none.</summary>
    public DeviceSpan<int> Experts { get; set; }

    /// <summary>The price p of a place with each expert [B·E], 0 where there are places left: s_ik − p_k is within τ·(max s − min s) of a token's best.</summary>
    public DeviceSpan<double> Prices { get; set; }

    /// <summary>Value, gap, bids and status [B].</summary>
    public DeviceSpan<BalancedAssignmentResult> Results { get; set; }
}
