using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Kernels;

/// <summary>
/// What a temperature becomes for the kernels: exp(d/T) = 2^(d·K) for a difference d of (scaled) logits. Where T is so large that d·K would leave the arithmetic type's
/// range, logits and T are both scaled by a power of two first.
/// </summary>
internal readonly struct RowScale
{
    /// <summary>The power of two that logits are scaled by before the kernels; 1 but for extreme temperatures.</summary>
    public readonly double Prescale;

    /// <summary>1/T for scaled logits, at most the largest finite real: 0 times it stays 0.</summary>
    public readonly double InverseTemperature;

    /// <summary>log2(e)/T as the arithmetic type holds it.</summary>
    public readonly double K;

    /// <summary>What <see cref="K"/> left out; 0 for float, which does not use it.</summary>
    public readonly double KLow;

    /// <summary>The difference at and below which exp is 0.</summary>
    public readonly double Lowest;

    /// <summary>The same for lifted exponentials.</summary>
    public readonly double LowestLifted;

    /// <summary>Factor of d(logit)/d(effective logit), 1/T of the given logits.</summary>
    public readonly double Chain;

    private RowScale(double prescale, double inverse, double k, double kLow, double lowest, double lowestLifted, double chain)
    {
        Prescale = prescale;
        InverseTemperature = inverse;
        K = k;
        KLow = kLow;
        Lowest = lowest;
        LowestLifted = lowestLifted;
        Chain = chain;
    }

    /// <summary>Of a valid temperature.</summary>
    public static RowScale Of<TReal>(double temperature)
        where TReal : unmanaged
    {
        const double log2E = 1.4426950408889634, log2ELow = 2.0355273740931033e-17;
        bool single = typeof(TReal) == typeof(float);
        double prescale = 1;
        if (temperature > (single ? 1e18 : 1e150))
            prescale = single ? Math.ScaleB(1, -64) : Math.ScaleB(1, -600);

        double t = temperature * prescale;
        double inverse = Math.Min(1 / t, Real.Largest<TReal>());
        double k = Real.ToDouble(Real.Coefficient<TReal>(inverse * log2E));
        double kLow = 0;
        if (!single && inverse < 1e300 && inverse > 1e-290)
        {
            // log2(e)·(1/T) to twice the precision, less its leading part.
            double inverseError = Math.FusedMultiplyAdd(-inverse, t, 1) / t;
            kLow = Math.FusedMultiplyAdd(inverse, log2E, -k) + (log2ELow * inverse) + (log2E * inverseError);
        }

        double floor = Exponential.LowestExponent<TReal>();
        double lowest = Real.ToDouble(Real.Coefficient<TReal>(floor / k));
        double lowestLifted = Real.ToDouble(Real.Coefficient<TReal>((floor - Exponential.Lift<TReal>()) / k));
        return new RowScale(prescale, inverse, k, kLow, lowest, lowestLifted, Math.Min(1 / temperature, Real.Largest<TReal>()));
    }

    /// <summary>Whether a per-row temperature is positive and finite.</summary>
    public static bool IsValid(double temperature) => temperature > 0 && double.IsFinite(temperature);
}
