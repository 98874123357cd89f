using System;

using CommunityToolkit.HighPerformance;

namespace Gibbs;

/// <summary>
/// Where the problems of a batch of differing sizes lie in packed arrays: B + 1 offsets each, in elements. Problem p has N_p = SourceOffsets[p + 1] − SourceOffsets[p] rows and
/// M_p = TargetOffsets[p + 1] − TargetOffsets[p] columns.
/// </summary>
public ref struct SinkhornBatch
{
    /// <summary>[B + 1]: from where to where p's weights, potentials and points of the source are.</summary>
    public ReadOnlySpan<long> SourceOffsets { get; set; }

    /// <summary>[B + 1]: of the target.</summary>
    public ReadOnlySpan<long> TargetOffsets { get; set; }

    /// <summary>[B + 1]: from where to where p's N_p·M_p costs are, and its plan, row by row. For point clouds only needed where plans are asked for.</summary>
    public ReadOnlySpan<long> CostOffsets { get; set; }
}

/// <summary>Optional inputs of a batch in host memory; what is empty is absent. Arrays over sources hold all problems' one after another, as do those over targets.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 costs.</typeparam>
public ref struct SinkhornBatchInputs<TReal>
    where TReal : unmanaged
{
    /// <summary>a [ΣN], at least 0. Absent: 1/N each.</summary>
    public ReadOnlySpan<TReal> SourceWeights { get; set; }

    /// <summary>b [ΣM], at least 0. Absent: 1/M each.</summary>
    public ReadOnlySpan<TReal> TargetWeights { get; set; }

    /// <summary>g [ΣM] to start from, in the units of the cost.</summary>
    public ReadOnlySpan<TReal> InitialTargetPotentials { get; set; }

    /// <summary>One cost [N, M] for all problems, which are of one size. Default false.</summary>
    public bool SharedCost { get; set; }

    /// <summary>ε [B], in place of <see cref="SinkhornOptions.Epsilon"/>.</summary>
    public ReadOnlySpan<double> Epsilons { get; set; }

    /// <summary>Bounds of the marginal error [B], in place of <see cref="SinkhornOptions.Tolerance"/>; 0 is the type's default.</summary>
    public ReadOnlySpan<double> Tolerances { get; set; }

    /// <summary>Limits of full iterations [B], in place of <see cref="SinkhornOptions.MaxIterations"/>.</summary>
    public ReadOnlySpan<int> IterationLimits { get; set; }
}

/// <summary>Outputs of a batch in host memory, owned by the caller; what is empty is not computed, but for the results. Nothing is written for a problem whose offsets do not fit, but its result.</summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 costs.</typeparam>
public ref struct SinkhornBatchOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>[B]: values, error and outcome of every problem; to be given.</summary>
    public Span<SinkhornResult> Results { get; set; }

    /// <summary>f [ΣN].</summary>
    public Span<TReal> SourcePotentials { get; set; }

    /// <summary>g [ΣM].</summary>
    public Span<TReal> TargetPotentials { get; set; }

    /// <summary>P [B·N, M], of problems of one size.</summary>
    public Span2D<TReal> Plans { get; set; }

    /// <summary>P [ΣN·M], by <see cref="SinkhornBatch.CostOffsets"/>, of problems of differing sizes.</summary>
    public Span<TReal> PackedPlans { get; set; }
}

/// <summary>Outputs of a batch of point clouds in host memory; what is empty is not computed, but for the results.</summary>
/// <typeparam name="TReal"><see cref="float"/> or <see cref="double"/>.</typeparam>
public ref struct PointSinkhornBatchOutputs<TReal>
    where TReal : unmanaged
{
    /// <summary>[B]: values, error and outcome of every problem; to be given.</summary>
    public Span<SinkhornResult> Results { get; set; }

    /// <summary>f [ΣN].</summary>
    public Span<TReal> SourcePotentials { get; set; }

    /// <summary>g [ΣM].</summary>
    public Span<TReal> TargetPotentials { get; set; }

    /// <summary>P [B·N, M], of problems of one size.</summary>
    public Span2D<TReal> Plans { get; set; }

    /// <summary>P [ΣN·M], by <see cref="SinkhornBatch.CostOffsets"/>, of problems of differing sizes.</summary>
    public Span<TReal> PackedPlans { get; set; }

    /// <summary>Gradients of the values by x [ΣN, d].</summary>
    public Span2D<TReal> SourceGradients { get; set; }

    /// <summary>Gradients of the values by y [ΣM, d].</summary>
    public Span2D<TReal> TargetGradients { get; set; }
}
