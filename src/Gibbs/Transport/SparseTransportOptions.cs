namespace Gibbs;

/// <summary>Which concave function a sparsity-constrained solve maximises.</summary>
public enum SparseTransportForm
{
    /// <summary>max over f of Σ a·f − Σ_j max over t ≥ 0, Σt = b_j, ‖t‖₀ ≤ k of ⟨t, f − C_·j⟩ − (γ/2)‖t‖²: columns have their masses at every step.</summary>
    SemiDual = 0,

    /// <summary>max over f, g of Σ a·f + Σ b·g − Σ_j (1/2γ)·Σ over the k largest of [f_i + g_j − C_ij]₊².</summary>
    Dual,
}

/// <summary>The scalars of a sparsity-constrained solve; <c>default</c>, <c>new()</c> and the documented defaults are the same value, but for <see cref="Gamma"/>, which has none.</summary>
public readonly record struct SparseTransportOptions
{
    private const int DefaultMaxIterations = 1000;

    // Stored as a difference from the default, so that default(SparseTransportOptions) is the documented default.
    private readonly int _iterationsOffset;

    /// <summary>γ &gt; 0, in units of cost per mass: the weight of ½‖P‖². To be given: no value suits every cost.</summary>
    public double Gamma { get; init; }

    /// <summary>The most non-zeros of a column. Default 0: no limit, which is quadratically regularised transport; 1 is transport without regularisation.</summary>
    public int K { get; init; }

    /// <summary>Which function is maximised. Default <see cref="SparseTransportForm.SemiDual"/>.</summary>
    public SparseTransportForm Form { get; init; }

    /// <summary>Bound of the L1 marginal error. Default 0: 1e-9 for float64 costs, 1e-5 for others.</summary>
    public double Tolerance { get; init; }

    /// <summary>Limit of L-BFGS steps, at least 1. Default 1000.</summary>
    public int MaxIterations
    {
        get => _iterationsOffset + DefaultMaxIterations;
        init => _iterationsOffset = value - DefaultMaxIterations;
    }

    /// <summary>The cost of two points, of solves for point clouds. Default ‖x − y‖².</summary>
    public TransportMetric Metric { get; init; }
}
