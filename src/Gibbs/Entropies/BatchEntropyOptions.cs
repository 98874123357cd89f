namespace Gibbs;

/// <summary>The scalars of a batch entropy; <c>default</c>, <c>new()</c> and the documented defaults are the same value: no term, so that only the mean distribution is computed.</summary>
/// <remarks>
/// Per segment of rows, p_i = softmax(z_i/T), r the row weights, R = Σ r, p̄ = Σ r_i·p_i/R, ν the class weights, τ the prior, P_g the mass of class group g and K_g its classes:
/// <code>
/// F = MarginalWeight·H(p̄) + ConditionalWeight·(1/R)·Σ r_i·H(p_i) + ClassEntropyWeight·(1/R)·Σ r_i·Σ_k −ν_k·p_ik·log p_ik
///     + PriorWeight·KL(p̄ ‖ τ) + BetweenGroupsWeight·(log G − H(P)) + WithinGroupsWeight·Σ_g (log K_g − H(p̄_g/P_g))
/// dF/dz_ij = (r_i/R)·p_ij·(u_ij − Σ_k p_ik·u_ik)/T,   u_ij = dF/dp̄_j − ConditionalWeight·log p_ij − ClassEntropyWeight·ν_j·(log p_ij + 1)
/// </code>
/// </remarks>
public readonly record struct BatchEntropyOptions
{
    private readonly long _temperatureBits;

    /// <summary>T, positive and finite. Default 1.</summary>
    public double Temperature
    {
        get => DefaultedScalar.Get(_temperatureBits, 1);
        init => _temperatureBits = DefaultedScalar.Set(value, 1);
    }

    /// <summary>The factor of H(p̄), finite. Default 0.</summary>
    public double MarginalWeight { get; init; }

    /// <summary>The factor of the mean of H(p_i), finite. Default 0.</summary>
    public double ConditionalWeight { get; init; }

    /// <summary>The factor of the mean class-weighted entropy, finite; ν is <c>inputs.ClassWeights</c>, 1 where that is empty. Default 0.</summary>
    public double ClassEntropyWeight { get; init; }

    /// <summary>The factor of KL(p̄ ‖ τ), finite; τ is <c>inputs.Priors</c>, uniform where that is empty. Default 0.</summary>
    public double PriorWeight { get; init; }

    /// <summary>The factor of log G − H(P), finite; needs <c>inputs.ClassGroups</c>. Default 0.</summary>
    public double BetweenGroupsWeight { get; init; }

    /// <summary>The factor of Σ_g (log K_g − H(p̄_g/P_g)), finite; a group without mass adds 0. Needs <c>inputs.ClassGroups</c>. Default 0.</summary>
    public double WithinGroupsWeight { get; init; }

    /// <summary>G, the number of class groups, where there are any. Default 0.</summary>
    public int Groups { get; init; }

    /// <summary>
    /// Rows enter p̄ with weight r_i/(max_k p_ik)^power, the gradient included: 1 is AdaMI's class proportions as released; the paper's plain mean is 0. Finite and at least 0. Default 0.
    /// </summary>
    public double ConfidencePower { get; init; }

    /// <summary>How the segments' values are reduced; Mean counts segments that have rows. Default <see cref="Reduction.Mean"/>.</summary>
    public Reduction Reduction { get; init; }

    /// <summary>weight·(H(mean p) − mean H(p)): the mutual information of row and class, to be maximised, or a penalty on what an output tells of the input (Wang et al. 2021).</summary>
    /// <param name="weight">The factor; negative to maximise by minimising.</param>
    /// <param name="temperature">T.</param>
    public static BatchEntropyOptions MutualInformation(double weight = 1, double temperature = 1) =>
        new() { MarginalWeight = weight, ConditionalWeight = -weight, Temperature = temperature };

    /// <summary>The target-consistency surrogate of Pareto domain adaptation, −(H(mean p) − mean H(p)), of rows ρ = z ⊙ the discriminator's probabilities (Lv et al. 2021).</summary>
    /// <param name="weight">The factor.</param>
    public static BatchEntropyOptions ParetoDomainAdaptation(double weight = 1) => MutualInformation(-weight);

    /// <summary>AdaMI for segmentation, a segment per image: class-weighted entropy of the pixels, and KL of each image's class proportions to its prior (Bateson et al. 2022).</summary>
    /// <param name="entropyWeight">λ₁.</param>
    /// <param name="priorWeight">λ₂.</param>
    /// <param name="asReleased">Class proportions as released, <see cref="ConfidencePower"/> 1, in place of the paper's mean.</param>
    public static BatchEntropyOptions AdaMI(double entropyWeight = 1, double priorWeight = 1, bool asReleased = false) =>
        new() { ClassEntropyWeight = entropyWeight, PriorWeight = priorWeight, ConfidencePower = asReleased ? 1 : 0 };

    /// <summary>Happy's soft entropy: 2·(log 2 − H(P_old, P_new)) + (log K_old − H(p̄_old/P_old)) + (log K_new − H(p̄_new/P_new)) (Ma et al. 2024).</summary>
    /// <param name="between">The factor of the first term.</param>
    /// <param name="within">The factor of the others.</param>
    /// <param name="temperature">T.</param>
    /// <param name="groups">G.</param>
    public static BatchEntropyOptions Happy(double between = 2, double within = 1, double temperature = 0.1, int groups = 2) =>
        new() { BetweenGroupsWeight = between, WithinGroupsWeight = within, Temperature = temperature, Groups = groups };

    /// <summary>The mean-entropy regulariser of generalised category discovery, KL(mean p ‖ uniform) = log K − H(mean p) (LegoGCD, Cao et al. 2024).</summary>
    /// <param name="weight">The factor.</param>
    /// <param name="temperature">T.</param>
    public static BatchEntropyOptions LegoGcd(double weight = 1, double temperature = 0.1) => new() { PriorWeight = weight, Temperature = temperature };
}
