using Gibbs.Interop;

namespace Gibbs;

/// <summary>Where the problems of a batch of differing sizes lie, in device memory: as <see cref="SinkhornBatch"/>, with the largest sizes by value.</summary>
public ref struct DeviceSinkhornBatch
{
    /// <summary>[B + 1]: from where to where p's weights, potentials and points of the source are.</summary>
    public DeviceSpan<long> SourceOffsets { get; set; }

    /// <summary>[B + 1]: of the target.</summary>
    public DeviceSpan<long> TargetOffsets { get; set; }

    /// <summary>[B + 1]: from where to where p's N_p·M_p costs are, and its plan, row by row. For point clouds only needed where plans are asked for.</summary>
    public DeviceSpan<long> CostOffsets { get; set; }

    /// <summary>max N_p, at least 1: memory and the way of solving follow from it. A problem with more rows ends as <see cref="TransportStatus.InvalidInput"/>.</summary>
    public long LargestRows { get; set; }

    /// <summary>max M_p, at least 1.</summary>
    public long LargestColumns { get; set; }
}

/// <summary>Optional inputs in device memory, of one problem or of a batch, whose arrays hold all problems' one after another; what is empty is absent.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 costs.</typeparam>
public ref struct DeviceSinkhornInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>a [ΣN], at least 0. Absent: 1/N each.</summary>
    public DeviceSpan<TReal> SourceWeights { get; set; }

    /// <summary>b [ΣM], at least 0. Absent: 1/M each.</summary>
    public DeviceSpan<TReal> TargetWeights { get; set; }

    /// <summary>g [ΣM] to start from, in the units of the cost.</summary>
    public DeviceSpan<TReal> InitialTargetPotentials { get; set; }

    /// <summary>One cost [N, M] for all problems, which are of one size. Default false.</summary>
    public bool SharedCost { get; set; }

    /// <summary>ε [B], in place of <see cref="SinkhornOptions.Epsilon"/>.</summary>
    public DeviceSpan<double> Epsilons { get; set; }

    /// <summary>Bounds of the marginal error [B], in place of <see cref="SinkhornOptions.Tolerance"/>; 0 is the type's default.</summary>
    public DeviceSpan<double> Tolerances { get; set; }

    /// <summary>Limits of full iterations [B], in place of <see cref="SinkhornOptions.MaxIterations"/>.</summary>
    public DeviceSpan<int> IterationLimits { get; set; }

    /// <summary>Scratch of at least <c>Sinkhorn.WorkspaceBytes</c>; empty: allocated on the stream and freed by the call.</summary>
    public DeviceSpan<byte> Workspace { get; set; }

    /// <summary>How problems are mapped to the device: for tests and benchmarks; results do not depend on it.</summary>
    internal gibbs_sinkhorn_regime Regime { get; set; }
}

/// <summary>Outputs in device memory, of one problem or of a batch, owned by the caller; what is empty is not computed, but for the results. Memory apart from all inputs.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 costs.</typeparam>
public ref struct DeviceSinkhornOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>[B]: values, error and outcome of every problem; to be given.</summary>
    public DeviceSpan<SinkhornResult> Results { get; set; }

    /// <summary>f [ΣN].</summary>
    public DeviceSpan<TReal> SourcePotentials { get; set; }

    /// <summary>g [ΣM]; where both marginals are held Σ b_j·g_j = 0.</summary>
    public DeviceSpan<TReal> TargetPotentials { get; set; }

    /// <summary>P [B·N, M], of one problem or of problems of one size.</summary>
    public DeviceSpan2D<TReal> Plans { get; set; }

    /// <summary>P [ΣN·M], by <see cref="DeviceSinkhornBatch.CostOffsets"/>, of problems of differing sizes.</summary>
    public DeviceSpan<TReal> PackedPlans { get; set; }
}

/// <summary>Outputs of solves between point clouds in device memory; what is empty is not computed, but for the results.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct DevicePointSinkhornOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>[B]: values, error and outcome of every problem; to be given.</summary>
    public DeviceSpan<SinkhornResult> Results { get; set; }

    /// <summary>f [ΣN].</summary>
    public DeviceSpan<TReal> SourcePotentials { get; set; }

    /// <summary>g [ΣM]; where both marginals are held Σ b_j·g_j = 0.</summary>
    public DeviceSpan<TReal> TargetPotentials { get; set; }

    /// <summary>P [B·N, M], of one problem or of problems of one size.</summary>
    public DeviceSpan2D<TReal> Plans { get; set; }

    /// <summary>P [ΣN·M], by <see cref="DeviceSinkhornBatch.CostOffsets"/>, of problems of differing sizes.</summary>
    public DeviceSpan<TReal> PackedPlans { get; set; }

    /// <summary>Gradients of the values by x [ΣN, d].</summary>
    public DeviceSpan2D<TReal> SourceGradients { get; set; }

    /// <summary>Gradients of the values by y [ΣM, d].</summary>
    public DeviceSpan2D<TReal> TargetGradients { get; set; }
}
