using System;

namespace Gibbs.Tests.Reference;

/// <summary>φ(ℓ) and φ′(ℓ), ℓ = −log p, with p and 1 − p given apart so that neither is lost to rounding.</summary>
internal static class ReferenceTargetLoss
{
    public static double Value(TargetLoss kind, double parameter, double l, double p, double oneMinusP) => kind switch
    {
        TargetLoss.CrossEntropy => l,
        TargetLoss.Focal => l == 0 ? 0 : Math.Pow(oneMinusP, parameter) * l,
        TargetLoss.Poly1 => l + (parameter * oneMinusP),
        TargetLoss.CompSum => CompSum(parameter, l),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static double Slope(TargetLoss kind, double parameter, double l, double p, double oneMinusP) => kind switch
    {
        TargetLoss.CrossEntropy => 1,
        TargetLoss.Focal => FocalSlope(parameter, l, p, oneMinusP),
        TargetLoss.Poly1 => 1 + (parameter * p),
        // τ = 1 first: 0·∞ is not a number.
        TargetLoss.CompSum => parameter == 1 ? 1 : Math.Min(Math.Exp((1 - parameter) * l), double.MaxValue),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>|d log φ′ / d log(error)|: by how much more than ℓ itself the term feels an error of ℓ or of 1 − p.</summary>
    public static double Conditioning(TargetLoss kind, double parameter, double l, double oneMinusP) => kind switch
    {
        TargetLoss.Focal => parameter * (1 + (oneMinusP > 0 ? Math.Abs(Math.Log(oneMinusP)) : 0)),
        TargetLoss.CompSum => double.IsFinite(l) ? Math.Abs(1 - parameter) * l : 0,
        _ => 0,
    };

    private static double FocalSlope(double gamma, double l, double p, double oneMinusP)
    {
        double ratio = oneMinusP == 0 ? 1 : double.IsInfinity(l) ? 0 : p * l / oneMinusP;
        return Math.Pow(oneMinusP, gamma) * (1 + (gamma * ratio));
    }

    private static double CompSum(double tau, double l)
    {
        if (tau == 1)
            return l;
        double t = (1 - tau) * l;
        double expm1 = Math.Abs(t) < 1e-5 ? t + (t * t / 2) + (t * t * t / 6) : Math.Exp(t) - 1;
        // Between 1e-5 and 1 the plain difference loses digits that the quotient of sinh and cosh keeps.
        if (Math.Abs(t) is >= 1e-5 and < 1)
            expm1 = 2 * Math.Sinh(t / 2) * Math.Exp(t / 2);
        return expm1 / (1 - tau);
    }
}
