namespace Gibbs;

/// <summary>Which cost of two points.</summary>
public enum TransportMetricKind
{
    /// <summary>‖x − y‖².</summary>
    SquaredEuclidean = 0,

    /// <summary>‖x − y‖.</summary>
    Euclidean,

    /// <summary>1 − ⟨x, y⟩/(‖x‖·‖y‖); a point at the origin has cosine 0 with every other.</summary>
    Cosine,

    /// <summary>−⟨x, y⟩.</summary>
    DotProduct,

    /// <summary>Σ |x_k − y_k|^p.</summary>
    PowerNorm,

    /// <summary>½‖z‖² + γ·‖z‖₁, z = x − y.</summary>
    ElasticL1,

    /// <summary>½‖z‖² + (γ/2)·(k-support norm of z)², z = x − y.</summary>
    ElasticKSupport,
}

/// <summary>A cost of two points, with its scalars. <c>default</c> is ‖x − y‖², without a factor of ½.</summary>
/// <remarks>Differences are taken directly, coordinate by coordinate: an offset that both clouds share costs no digits.</remarks>
public readonly record struct TransportMetric
{
    private TransportMetric(TransportMetricKind kind, double parameter, int k)
    {
        Kind = kind;
        Parameter = parameter;
        K = k;
    }

    /// <summary>Which cost.</summary>
    public TransportMetricKind Kind { get; }

    /// <summary>p of the power norm, γ of the elastic costs; otherwise 0.</summary>
    public double Parameter { get; }

    /// <summary>k of the k-support norm; otherwise 0.</summary>
    public int K { get; }

    /// <summary>‖x − y‖².</summary>
    public static TransportMetric SquaredEuclidean => default;

    /// <summary>‖x − y‖; its gradient at x = y is taken to be 0.</summary>
    public static TransportMetric Euclidean => new(TransportMetricKind.Euclidean, 0, 0);

    /// <summary>1 − ⟨x, y⟩/(‖x‖·‖y‖).</summary>
    public static TransportMetric Cosine => new(TransportMetricKind.Cosine, 0, 0);

    /// <summary>−⟨x, y⟩.</summary>
    public static TransportMetric DotProduct => new(TransportMetricKind.DotProduct, 0, 0);

    /// <summary>Σ |x_k − y_k|^p.</summary>
    /// <param name="p">At least 1, finite.</param>
    public static TransportMetric PowerNorm(double p)
    {
        ArgumentChecks.Range(p >= 1 && double.IsFinite(p), nameof(p), nameof(p), p, "at least 1 and finite");
        return new(TransportMetricKind.PowerNorm, p, 0);
    }

    /// <summary>½‖z‖² + γ·‖z‖₁. Cuturi, Klein, Ablin, 2023 (elastic costs).</summary>
    /// <param name="gamma">At least 0, finite.</param>
    public static TransportMetric ElasticL1(double gamma)
    {
        ArgumentChecks.Range(gamma >= 0 && double.IsFinite(gamma), nameof(gamma), nameof(gamma), gamma, "at least 0 and finite");
        return new(TransportMetricKind.ElasticL1, gamma, 0);
    }

    /// <summary>½‖z‖² + (γ/2)·(k-support norm)². Argyriou, Foygel, Srebro, 2012; Cuturi, Klein, Ablin, 2023.</summary>
    /// <param name="gamma">At least 0, finite.</param>
    /// <param name="k">At least 1; dimensions and above give the Euclidean norm.</param>
    public static TransportMetric ElasticKSupport(double gamma, int k)
    {
        ArgumentChecks.Range(gamma >= 0 && double.IsFinite(gamma), nameof(gamma), nameof(gamma), gamma, "at least 0 and finite");
        ArgumentChecks.Range(k >= 1, nameof(k), nameof(k), k, "at least 1");
        return new(TransportMetricKind.ElasticKSupport, gamma, k);
    }
}
