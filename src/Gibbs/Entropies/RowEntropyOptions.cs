namespace Gibbs;

/// <summary>Which entropy of a row; all in nats.</summary>
public enum EntropyKind
{
    /// <summary>−Σ p·log p.</summary>
    Shannon = 0,

    /// <summary>(1 − Σ p^α)/(α − 1), Shannon's at α = 1 (Havrda and Charvát, 1967; Tsallis, 1988).</summary>
    Tsallis = 1,

    /// <summary>log Σ p^α/(1 − α), Shannon's at α = 1 (Rényi, 1961).</summary>
    Renyi = 2,

    /// <summary>−log max p, Rényi's as α grows.</summary>
    Min = 3,
}

/// <summary>What the rows hold.</summary>
public enum EntropyInput
{
    /// <summary>Logits z: p = softmax(z/T).</summary>
    Logits = 0,

    /// <summary>Probabilities p, in [0, 1], taken as they are: a sum other than 1 is not made 1.</summary>
    Probabilities = 1,
}

/// <summary>The scalars of row entropies; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
/// <remarks>
/// Per row, with p = softmax(z/T), a the row's action, r its row weight, u its action weight and S = Σ p^α:
/// <code>
/// value = r·H + u·log p_a                          reduced over rows; the mean divides by Σ r
///
/// kind      H                      dH/dz_k                              of probabilities, dH/dp_k
/// Shannon   −Σ p·log p             −p_k·(log p_k + H)/T                 −(log p_k + 1)
/// Tsallis   (1 − S)/(α−1)          −(α/(α−1))·(p_k^α − p_k·S)/T         (1 − α·p_k^(α−1))/(α−1)      of H = (Σp − S)/(α−1)
/// Renyi     log S/(1−α)            (α/(1−α))·(p_k^α/S − p_k)/T          (α/(1−α))·p_k^(α−1)/S
/// Min       −log max p             (p_k − 1[k = first argmax])/T        −1/max p at the first argmax
///           log p_a                (1[k = a] − p_k)/T                   1/p_a at a
/// </code>
/// Both families are continuous at α = 1 (Rényi's of probabilities where they sum to 1). Confident rows and α near 1 keep relative accuracy.
/// </remarks>
public readonly record struct RowEntropyOptions
{
    // Stored as differences from the defaults, so that default(RowEntropyOptions) is the documented default.
    private readonly long _alphaBits;
    private readonly long _temperatureBits;

    /// <summary>Default <see cref="EntropyKind.Shannon"/>.</summary>
    public EntropyKind Kind { get; init; }

    /// <summary>α of <see cref="EntropyKind.Tsallis"/> and <see cref="EntropyKind.Renyi"/>, positive and finite. Default 2.</summary>
    public double Alpha
    {
        get => DefaultedScalar.Get(_alphaBits, 2);
        init => _alphaBits = DefaultedScalar.Set(value, 2);
    }

    /// <summary>T, positive and finite; 1 for probabilities. Default 1.</summary>
    public double Temperature
    {
        get => DefaultedScalar.Get(_temperatureBits, 1);
        init => _temperatureBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>Default <see cref="EntropyInput.Logits"/>.</summary>
    public EntropyInput Input { get; init; }

    /// <summary>How row values are reduced, and what the gradient is the gradient of. Default <see cref="Reduction.Mean"/>.</summary>
    public Reduction Reduction { get; init; }

    /// <summary>The divisor of <see cref="Reduction.Mean"/>, in place of Σ r over all rows. Default null.</summary>
    public double? Normaliser { get; init; }

    // 1 is Shannon's entropy exactly, in both families.
    internal EntropyKind EffectiveKind => Kind is EntropyKind.Tsallis or EntropyKind.Renyi && Alpha == 1 ? EntropyKind.Shannon : Kind;
}
