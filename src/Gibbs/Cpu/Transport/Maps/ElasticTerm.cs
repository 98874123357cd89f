using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Coordinates of vanishing shrinkage: γτ(z) = γ²·(σ + ½ − ½·exp(−2σ)), σ = asinh(|z|/(2γ)), whose slope is γ·exp(−σ) and whose proximal map z·max(0, 1 − γ²/z²).</summary>
internal static class ElasticTerm
{
    /// <summary>½z² + γτ(z).</summary>
    public static double Value(double z, double gamma)
    {
        if (gamma == 0)
            return 0.5 * z * z;

        // asinh by log1p, and exp(−2σ) − 1 by expm1: near 0 both are as small as their arguments.
        double r = Math.Abs(z) / (2 * gamma);
        double sigma = Real.Log1P(r + (r * (r / (1 + Math.Sqrt((r * r) + 1)))));
        return (0.5 * z * z) + (gamma * gamma * (sigma - (0.5 * Real.ExpM1(-2 * sigma))));
    }

    /// <summary>z + γτ'(z), 0 at 0.</summary>
    public static double Slope(double z, double gamma)
    {
        double root = Math.Sqrt((z * z) + (4 * gamma * gamma)), magnitude = Math.Abs(z);

        // γ·exp(−σ) = (root − |z|)/2, without the difference.
        return z == 0 ? 0 : z + Math.CopySign(2 * gamma * gamma / (root + magnitude), z);
    }

    /// <summary>prox_γτ(z).</summary>
    public static double Proximal(double z, double gamma) => Math.Abs(z) > gamma ? z - (gamma * (gamma / z)) : double.IsNaN(z) ? z : 0;
}
