using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Epilogues;

/// <summary>φ(ℓ) and its slope φ′(ℓ) for the target's ℓ = −log p: a loss of the target's probability is these two lines. p and 1 − p come exact to rounding.</summary>
internal readonly record struct TargetValue(double Loss, double Slope)
{
    /// <summary>φ = ℓ.</summary>
    public static TargetValue CrossEntropy(double l) => new(l, 1);

    /// <summary>φ = (1−p)^γ·ℓ, φ′ = (1−p)^γ·(1 + γ·p·ℓ/(1−p)), with ℓ/(1−p) → 1 at p = 1 and p·ℓ → 0 at p = 0.</summary>
    public static TargetValue Focal(double l, double p, double complement, double gamma)
    {
        double factor = Math.Pow(complement, gamma);
        double ratio = p == 0 ? 0 : complement == 0 ? 1 : p * l / complement;
        return new(factor == 0 ? 0 : factor * l, factor * (1 + (gamma * ratio)));
    }

    /// <summary>φ = ℓ + ε·(1−p), φ′ = 1 + ε·p.</summary>
    public static TargetValue Poly1(double l, double p, double complement, double epsilon) => new(l + (epsilon * complement), 1 + (epsilon * p));

    /// <summary>φ = (exp((1−τ)ℓ) − 1)/(1−τ), φ′ = exp((1−τ)ℓ).</summary>
    public static TargetValue CompSum(double l, double tau)
    {
        double exponent = 1 - tau;
        if (exponent == 0)
            return CrossEntropy(l);
        double power = l == 0 ? 0 : exponent * l;
        return new(Real.ExpM1(power) / exponent, Math.Exp(power));
    }
}

/// <summary>(1−s)·w_y·φ(−log p_y) with its gradient (1−s)·w_y·φ′·(p_j − 1[j=y]).</summary>
internal static class TargetTerm
{
    /// <summary>Adds the term; nothing where its weight is 0.</summary>
    public static void Add(in RowContext context, ref RowCoefficients row)
    {
        double weight = (1 - context.Options.LabelSmoothing) * context.TargetWeight;
        if (!context.HasTarget || weight == 0)
            return;

        double l = context.TargetLoss;
        double p = Math.Exp(-l);
        double complement = context.TargetOffset == 0 ? context.Row.Excess / (1 + context.Row.Excess) : -Real.ExpM1(-l);
        double parameter = context.Options.TargetLossParameter;
        TargetValue value = context.Options.TargetLoss switch
        {
            Gibbs.TargetLoss.Focal => TargetValue.Focal(l, p, complement, parameter),
            Gibbs.TargetLoss.Poly1 => TargetValue.Poly1(l, p, complement, parameter),
            Gibbs.TargetLoss.CompSum => TargetValue.CompSum(l, parameter),
            _ => TargetValue.CrossEntropy(l),
        };
        row.Loss += weight * value.Loss;
        row.Target += Math.Clamp(weight * Math.Min(value.Slope, context.LargestReal), -context.LargestReal, context.LargestReal);
    }
}
