namespace Gibbs;

/// <summary>How row losses become one number, and what the gradient is the gradient of.</summary>
public enum Reduction
{
    /// <summary>Σ loss / normaliser, the normaliser being Σ (row weight × class weight of the target) over the valid rows; 0 where that is 0.</summary>
    Mean = 0,

    /// <summary>Σ loss.</summary>
    Sum = 1,

    /// <summary>No reduced loss; the gradient is that of the sum.</summary>
    None = 2,
}

/// <summary>What takes the place of ℓ = −log p_y, the negative log-probability of the target, in a row's loss.</summary>
public enum TargetLoss
{
    /// <summary>ℓ.</summary>
    CrossEntropy = 0,

    /// <summary>(1 − p_y)^γ·ℓ with γ ≥ 0 (focal loss; Lin et al., 2017).</summary>
    Focal = 1,

    /// <summary>ℓ + ε·(1 − p_y), ε of either sign (Poly-1 of PolyLoss; Leng et al., 2022).</summary>
    Poly1 = 2,

    /// <summary>(1 − p_y^(τ−1))/(τ−1), ℓ at τ = 1, τ ≥ 0 (comp-sum family; Mao, Mohri and Zhong, 2023). τ = 0 sum-exponential, 1 &lt; τ &lt; 2 generalised cross-entropy, τ = 2 mean absolute error.</summary>
    CompSum = 3,
}

/// <summary>
/// The scalars of softmax cross-entropy; <c>default</c>, <c>new()</c> and the documented defaults are the same value. Serves spans and device views alike.
/// </summary>
/// <remarks>
/// Per row, with u = softcap(z), ẑ = u / temperature, p = softmax(ẑ), s the label smoothing, w the class weights and r the row weight:
/// <code>
/// loss = r·[ (1−s)·w_y·φ(−log p_y) + (s/V)·Σ_j w_j·(−log p_j) + λ·lse² − β·H + α·(max ẑ − mean ẑ) + (ν/2)·Σ_j (ẑ_j − c)² ]
/// soft targets q: Σ_j w_j·((1−s)·q_j + s/V)·(−log p_j) in place of the first two terms
/// </code>
/// With float32, float16 and bfloat16 logits the arithmetic is fp32: an option other than the temperature and the smoothing that fp32 would round to infinity or to 0 is refused.
/// </remarks>
public readonly record struct CrossEntropyOptions
{
    // Stored as differences from the defaults, so that default(CrossEntropyOptions) is the documented default.
    private readonly long _ignoreIndexOffset;
    private readonly long _temperatureBits;

    /// <summary>s in [0, 1]: PyTorch's definition, with class weights too. Default 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>λ of λ·lse². Default 0.</summary>
    public double ZLoss { get; init; }

    /// <summary>A target of this value contributes no loss and no gradient. Default −100.</summary>
    public long IgnoreIndex
    {
        get => unchecked(_ignoreIndexOffset - 100);
        init => _ignoreIndexOffset = unchecked(value + 100);
    }

    /// <summary>c of u = c·tanh(z/c), positive and finite; 0 for none. −∞ stays −∞. Default 0.</summary>
    public double Softcap { get; init; }

    /// <summary>T of ẑ = u/T, positive and finite. Default 1.</summary>
    public double Temperature
    {
        get => DefaultedScalar.Get(_temperatureBits, 1.0);
        init => _temperatureBits = DefaultedScalar.Set(value, 1.0);
    }

    /// <summary>β of −β·H, H the entropy of p: positive rewards entropy. Default 0.</summary>
    public double EntropyWeight { get; init; }

    /// <summary>How rows are reduced. Default <see cref="Reduction.Mean"/>.</summary>
    public Reduction Reduction { get; init; }

    /// <summary>The divisor of <see cref="Reduction.Mean"/>, in place of the computed one (gradient accumulation). 0 gives loss 0 and gradient 0. Default null.</summary>
    public double? Normaliser { get; init; }

    /// <summary>φ. Default <see cref="TargetLoss.CrossEntropy"/>. Any other needs hard targets.</summary>
    public TargetLoss TargetLoss { get; init; }

    /// <summary>γ, ε or τ of <see cref="TargetLoss"/>. Default 0.</summary>
    public double TargetLossParameter { get; init; }

    /// <summary>α of α·(max ẑ − mean ẑ) (MaxSup; Zhou et al., 2025). Default 0.</summary>
    public double MaxSuppression { get; init; }

    /// <summary>ν of (ν/2)·Σ_j (ẑ_j − c)² (spectral decoupling; Pezeshki et al., 2021). Default 0.</summary>
    public double LogitPenalty { get; init; }

    /// <summary>c of the logit penalty. Default 0.</summary>
    public double LogitPenaltyCenter { get; init; }
}
