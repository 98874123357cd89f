using System;

namespace Gibbs.Cpu.Transport;

/// <summary>
/// The update of one potential F from the ratio s of its marginal to its mass, in base-2 units; κ = ρ/(ρ + ε), 1 where the marginal is held:
/// <code>F' = F + ω·(κ·(F − log2 s) − F)</code>
/// The ratio after it is s·2^(F' − F), and what it should be is 2^(−F'·ε/ρ).
/// </summary>
internal readonly struct PotentialStep(double slack, double omega)
{
    private readonly double _kappa = 1 / (1 + slack);

    public double Next(double potential, double ratio)
    {
        double logRatio = Math.Log2(ratio);
        return slack == 0 ? potential - (omega * logRatio) : potential + (omega * ((_kappa * (potential - logRatio)) - potential));
    }

    /// <summary>What the ratio should be.</summary>
    public double Goal(double potential) => slack == 0 ? 1 : Math.Pow(2, -potential * slack);

    /// <summary>The dual's term per mass, in units of ε·ln 2: F, or −(2^(−F·ε/ρ) − 1)·ρ/(ε·ln 2).</summary>
    public double Dual(double potential) => slack == 0 ? potential : -Simd.Real.ExpM1(-potential * slack * Ln2) / (slack * Ln2);

    private const double Ln2 = 0.693147180559945309417232;
}
