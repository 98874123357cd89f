namespace Gibbs;

/// <summary>Which regulariser τ an elastic cost has.</summary>
public enum ElasticCostKind
{
    /// <summary>‖z‖₁.</summary>
    L1 = 0,

    /// <summary>½·(k-support norm of z)²: the squared k-overlap norm.</summary>
    KSupport = 1,

    /// <summary>γ·Σ [σ + ½ − ½·exp(−2σ)], σ = asinh(|z|/(2γ)): soft thresholding with vanishing shrinkage, z·max(0, 1 − γ²/z²).</summary>
    VanishingShrinkage = 2,

    /// <summary>½·‖Az‖², A [r, d] any matrix.</summary>
    Linear = 3,

    /// <summary>½·‖z − AᵀAz‖², A [r, d] with orthonormal rows: what of a displacement lies outside their span.</summary>
    Complement = 4,
}

/// <summary>A cost h(x − y), h(z) = ½‖z‖² + γ·τ(z): displacements of least cost inherit the structure that τ favours. <c>default</c> is ½‖z‖².</summary>
/// <remarks>Cuturi, Klein, Ablin, 2023 (Monge, Bregman and Occam); Klein, Pooladian, Ablin, Ndiaye, Niles-Weed, Cuturi, 2024 (subspaces); Schreck, Fort, Le Corff, Moulines, 2015 (vanishing shrinkage).</remarks>
public readonly record struct ElasticCost
{
    private ElasticCost(ElasticCostKind kind, double gamma, int k)
    {
        ArgumentChecks.Range(gamma >= 0 && double.IsFinite(gamma), nameof(gamma), nameof(gamma), gamma, "at least 0 and finite");
        Kind = kind;
        Gamma = gamma;
        K = k;
    }

    /// <summary>Which regulariser.</summary>
    public ElasticCostKind Kind { get; }

    /// <summary>γ.</summary>
    public double Gamma { get; }

    /// <summary>k of the k-support norm; otherwise 0.</summary>
    public int K { get; }

    /// <summary>Whether the cost needs a matrix A.</summary>
    public bool TakesMatrix => Kind >= ElasticCostKind.Linear;

    /// <summary>½‖z‖² + γ·‖z‖₁: sparse displacements. <see cref="TransportMetric.ElasticL1"/> is the same cost.</summary>
    /// <param name="gamma">At least 0, finite.</param>
    public static ElasticCost L1(double gamma) => new(ElasticCostKind.L1, gamma, 0);

    /// <summary>½‖z‖² + (γ/2)·(k-support norm)²: sparse displacements with less shrinkage. <see cref="TransportMetric.ElasticKSupport"/> is the same cost.</summary>
    /// <param name="gamma">At least 0, finite.</param>
    /// <param name="k">At least 1; dimensions and above give the Euclidean norm.</param>
    public static ElasticCost KSupport(double gamma, int k)
    {
        ArgumentChecks.Range(k >= 1, nameof(k), nameof(k), k, "at least 1");
        return new(ElasticCostKind.KSupport, gamma, k);
    }

    /// <summary>½‖z‖² + γ²·Σ [σ + ½ − ½·exp(−2σ)], σ = asinh(|z|/(2γ)): sparse displacements whose large coordinates are hardly shrunk.</summary>
    /// <param name="gamma">At least 0, finite: the threshold.</param>
    public static ElasticCost VanishingShrinkage(double gamma) => new(ElasticCostKind.VanishingShrinkage, gamma, 0);

    /// <summary>½‖z‖² + (γ/2)·‖Az‖²: displacements that avoid what A sees.</summary>
    /// <param name="gamma">At least 0, finite.</param>
    public static ElasticCost Linear(double gamma) => new(ElasticCostKind.Linear, gamma, 0);

    /// <summary>½‖z‖² + (γ/2)·‖z − AᵀAz‖²: displacements in the span of A's rows, which are orthonormal.</summary>
    /// <param name="gamma">At least 0, finite.</param>
    public static ElasticCost Complement(double gamma) => new(ElasticCostKind.Complement, gamma, 0);
}
