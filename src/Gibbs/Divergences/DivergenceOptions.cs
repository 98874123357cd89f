namespace Gibbs;

/// <summary>A divergence of a student p from a teacher q, with d = log p − log q. Values are sums of terms that are not negative (but those of <see cref="SymmetricCrossEntropy"/>), so that nearly equal rows keep relative accuracy.</summary>
public enum DivergenceKind
{
    /// <summary>KL(q‖p) = Σ q·(log q − log p) + Σp − Σq, the distillation loss (Hinton et al. 2015).</summary>
    KullbackLeibler = 0,

    /// <summary>KL(p‖q) = Σ p·(log p − log q) + Σq − Σp.</summary>
    ReverseKullbackLeibler = 1,

    /// <summary>KL(q‖p) + KL(p‖q) = Σ (p − q)·d (Jeffreys 1946).</summary>
    Jeffreys = 2,

    /// <summary>β·KL(q‖m) + (1−β)·KL(p‖m) with m = β·q + (1−β)·p: at most −β log β − (1−β) log(1−β) (Lin 1991; Agarwal et al. 2024).</summary>
    JensenShannon = 3,

    /// <summary>(Σ p^α·q^(1−α) − α Σp − (1−α) Σq)/(α(α−1)): KL(q‖p) at α = 0, KL(p‖q) at α = 1, both exactly (Amari 1985).</summary>
    Alpha = 4,

    /// <summary>½·Σ |p − q|.</summary>
    TotalVariation = 5,

    /// <summary>−(1−a)·Σ q log p − a·Σ p log q (Wang et al. 2019); not 0 at p = q.</summary>
    SymmetricCrossEntropy = 6,
}

/// <summary>What the rows of a teacher are.</summary>
public enum TeacherInput
{
    /// <summary>Logits: q = softmax(teacher/T).</summary>
    Logits = 0,

    /// <summary>Probabilities q as they are: not renormalised, no temperature.</summary>
    Probabilities = 1,
}

/// <summary>What a sparse teacher, which lists few classes of a row, says about those that it does not list.</summary>
public enum SparseTail
{
    /// <summary>Nothing: Σ q·(log q − log p) over the listed classes, gradient (Σq)·p − q. <see cref="DivergenceKind.KullbackLeibler"/> only.</summary>
    None = 0,

    /// <summary>They have no mass: q is divided by its sum over the listed classes.</summary>
    Renormalised = 1,

    /// <summary>They are one class: the mass that q leaves, max(0, 1 − Σq), against that which p has outside the listed classes.</summary>
    Bucket = 2,
}

/// <summary>The scalars of a divergence between rows; <c>default</c>, <c>new()</c> and the documented defaults are the same value.</summary>
/// <remarks>
/// Per row, with r the row weight and w the <see cref="Weight"/>, divided by V where <see cref="PerElement"/> is set:
/// <code>
/// kind                      term of D                                    p·g, g = dD/dp             q·h, h = dD/dq
/// KullbackLeibler           q·(expm1(d) − d)                             p − q                      −q·d
/// ReverseKullbackLeibler    p·(expm1(−d) + d)                            p·d                        q − p
/// Jeffreys                  (p − q)·d                                    p − q + p·d                q − p − q·d
/// JensenShannon             β·q·log(q/m) + (1−β)·p·log(p/m)              (1−β)·p·log(p/m)           β·q·log(q/m)
/// Alpha                     q·(expm1(αd) − α·expm1(d))/(α(α−1))          p·expm1((α−1)d)/(α−1)      −q·expm1(αd)/α
/// TotalVariation            |p − q|/2                                    p·sign(p − q)/2            −q·sign(p − q)/2
/// SymmetricCrossEntropy     −(1−a)·q·log p − a·p·log q                   −(1−a)·q − a·p·log q       −(1−a)·q·log p − a·p
///
/// divergence = r·w·D     dz_student = r·w·(p·g − p·Σ p·g)/T_student     dz_teacher = r·w·(q·h − q·Σ q·h)/T_teacher, or r·w·h where the teacher is probabilities
/// </code>
/// </remarks>
public readonly record struct DivergenceOptions
{
    // Stored as differences from the defaults, so that default(DivergenceOptions) is the documented default.
    private readonly long _betaBits;
    private readonly long _alphaBits;
    private readonly long _shareBits;
    private readonly long _studentTemperatureBits;
    private readonly long _teacherTemperatureBits;
    private readonly long _weightBits;

    /// <summary>The divergence. Default <see cref="DivergenceKind.KullbackLeibler"/>.</summary>
    public DivergenceKind Kind { get; init; }

    /// <summary>β of <see cref="DivergenceKind.JensenShannon"/>, the teacher's share of the mixture, in (0, 1). Default 0.5.</summary>
    public double Beta
    {
        get => DefaultedScalar.Get(_betaBits, 0.5);
        init => _betaBits = DefaultedScalar.Set(value, 0.5);
    }

    /// <summary>α of <see cref="DivergenceKind.Alpha"/>, finite. Default 0.5, which is four times the squared Hellinger distance ½ Σ (√p − √q)².</summary>
    public double Alpha
    {
        get => DefaultedScalar.Get(_alphaBits, 0.5);
        init => _alphaBits = DefaultedScalar.Set(value, 0.5);
    }

    /// <summary>a of <see cref="DivergenceKind.SymmetricCrossEntropy"/>, in [0, 1]. Default 0.5.</summary>
    public double CrossEntropyShare
    {
        get => DefaultedScalar.Get(_shareBits, 0.5);
        init => _shareBits = DefaultedScalar.Set(value, 0.5);
    }

    /// <summary>T of p = softmax(student/T), positive and finite. Default 1.</summary>
    public double StudentTemperature
    {
        get => DefaultedScalar.Get(_studentTemperatureBits, 1);
        init => _studentTemperatureBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>T of q = softmax(teacher/T), positive and finite; 1 for probabilities and for sparse teachers. Default 1.</summary>
    public double TeacherTemperature
    {
        get => DefaultedScalar.Get(_teacherTemperatureBits, 1);
        init => _teacherTemperatureBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>Whether the teacher's rows are logits or probabilities. Default <see cref="TeacherInput.Logits"/>.</summary>
    public TeacherInput TeacherInput { get; init; }

    /// <summary>What a sparse teacher says about the classes that it does not list; <see cref="SparseTail.None"/> for dense ones. Default <see cref="SparseTail.None"/>.</summary>
    public SparseTail Tail { get; init; }

    /// <summary>w, a factor of values and gradients such as T², finite. Default 1.</summary>
    public double Weight
    {
        get => DefaultedScalar.Get(_weightBits, 1);
        init => _weightBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>Values and gradients are divided by V as well. Default false.</summary>
    public bool PerElement { get; init; }

    /// <summary>How rows are reduced. Default <see cref="Reduction.Mean"/>, Σ divergence/Σ r.</summary>
    public Reduction Reduction { get; init; }

    /// <summary>The divisor of <see cref="Reduction.Mean"/>, in place of Σ r. Default null.</summary>
    public double? Normaliser { get; init; }
}
