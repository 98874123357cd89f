namespace Gibbs;

/// <summary>
/// What is measured of points x_1 … x_N. K_ij = exp(−|x_i − x_j|²/(2σ²)), the diagonal included; mean is over all ordered pairs. L is the kernel of the other points, with their own bandwidth.
/// </summary>
public enum SampleEntropyKind
{
    /// <summary>−log mean K: the quadratic Rényi entropy of the kernel density estimate, up to a constant (Principe, 2010).</summary>
    RenyiQuadratic = 0,

    /// <summary>−(1/N)·Σ_i log mean_j K_ij: the kernel-density bound on the Shannon entropy (Kolchinsky and Tracey, 2017; with an adaptive σ: Chelombiev, Houghton and O'Donnell, 2019).</summary>
    KdeBound = 1,

    /// <summary>
    /// Entropy of all entries of P/N, P the diffusion matrix: log N + mean_i H(P_i). P_ij ∝ K_ij/√D_j with D_j = Σ_k K_jk, rows summing to 1; with <see cref="SampleEntropyOptions.PlainRows"/> P_ij ∝ K_ij
    /// (Liao et al., 2023: the matrix-entry variant of diffusion spectral entropy).
    /// </summary>
    DiffusionEntries = 2,

    /// <summary>−log mean_i min_j |x_i − b_j|²/d against a buffer b (manifold entropy estimation; Liu et al., 2023). The buffer is constant: it has no gradient.</summary>
    NearestNeighbour = 3,

    /// <summary>−2·log mean K₁₂ + log mean K₁₁ + log mean K₂₂ between points and others; 0 where they are the same.</summary>
    CauchySchwarzDivergence = 4,

    /// <summary>
    /// log mean(K∘L) + log(mean K·mean L) − 2·log mean_i[(K1)_i·(L1)_i/N²] of pairs (x_i, y_i): the Cauchy-Schwarz quadratic mutual information; with <see cref="SampleEntropyOptions.Normalised"/> divided by
    /// √(I(x, x)·I(y, y)), and 0 where one of these is (Yu et al., 2024).
    /// </summary>
    CauchySchwarzInformation = 5,

    /// <summary>
    /// Conditional Cauchy-Schwarz divergence of p(y|x) from p(ŷ|x): log Σ_i r_i·(K∘L₁1)_i + log Σ_i r_i·(K∘L₂1)_i − 2·log Σ_i r_i·(K∘L₂₁1)_i. The points are ŷ, the others y, the conditions x; K is the kernel of the
    /// conditions, L₁ of y, L₂ of ŷ, L₂₁ between ŷ_i and y_j; r_i = 1/(Σ_j K_ij)², or, with <see cref="SampleEntropyOptions.SquaredKernelSums"/>, 1/Σ_j K_ij² as released (Yu et al., 2023, 2024).
    /// </summary>
    ConditionalCauchySchwarz = 6,
}
