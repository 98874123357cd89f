namespace Gibbs.Cli.Transport;

/// <summary>The solvers of <c>gibbs sinkhorn</c>.</summary>
internal enum TransportMethod
{
    /// <summary>Sinkhorn's iterations.</summary>
    Sinkhorn,

    /// <summary>Sinkhorn's iterations, then sparse Newton steps.</summary>
    Newton,

    /// <summary>Quadratic regularisation, at most k entries a column.</summary>
    Sparse,
}

/// <summary>What <c>gibbs sinkhorn</c> is told, checked as far as is possible without opening a file. A path is null where it is not given.</summary>
internal sealed record SinkhornArguments
{
    public string? Cost { get; init; }

    public string? X { get; init; }

    public string? Y { get; init; }

    public string? A { get; init; }

    public string? B { get; init; }

    public string? InitialTargetPotential { get; init; }

    public SinkhornOptions Options { get; init; }

    public TransportMethod Method { get; init; }

    /// <summary>The most entries of a column, of the sparse method; 0 for no limit.</summary>
    public int K { get; init; }

    public bool Divergence { get; init; }

    public string? Plan { get; init; }

    public string? Picture { get; init; }

    public string? F { get; init; }

    public string? G { get; init; }

    public string? CostGradient { get; init; }

    public string? XGradient { get; init; }

    public string? YGradient { get; init; }

    public DeviceRequest Device { get; init; }

    public ElementType? Type { get; init; }

    public bool Json { get; init; }

    public bool WantsPlan => (Plan ?? CostGradient ?? Picture) is not null;
}
