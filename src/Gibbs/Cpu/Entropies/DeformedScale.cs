using System;

using Gibbs.Cpu.Kernels;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>Which terms u_j stand for x_j·e^x_j in the sums and in the gradient of an entropy; kernels are compiled for each.</summary>
internal interface IEntropyForm
{
    /// <summary>α ≠ 1.</summary>
    static abstract bool IsPower { get; }

    /// <summary>α &gt; 1.</summary>
    static abstract bool IsAbove { get; }
}

/// <summary>u = e^x·x.</summary>
internal readonly struct ShannonForm : IEntropyForm
{
    public static bool IsPower => false;

    public static bool IsAbove => false;
}

/// <summary>α &gt; 1: u = e^x·expm1((α−1)·x).</summary>
internal readonly struct AboveForm : IEntropyForm
{
    public static bool IsPower => true;

    public static bool IsAbove => true;
}

/// <summary>α &lt; 1: u = e^(αx)·expm1((1−α)·x).</summary>
internal readonly struct BelowForm : IEntropyForm
{
    public static bool IsPower => true;

    public static bool IsAbove => false;
}

/// <summary>
/// A temperature and an α as the kernels take them: e^(c·d/T) = 2^(d·k) for a difference d of logits and c = 1, α or |α − 1|, each with what the arithmetic type left out of k and with the difference at which it vanishes.
/// </summary>
internal readonly struct DeformedScale
{
    public readonly RowScale Row;

    /// <summary>α; below 1e-18 that, which differs only where x passes 1e11, and keeps masked entries at 0.</summary>
    public readonly double Alpha;

    /// <summary>|α − 1|.</summary>
    public readonly double Beta;

    public readonly double KPower;
    public readonly double KPowerLow;
    public readonly double LowestPower;
    public readonly double KBeta;
    public readonly double KBetaLow;
    public readonly double LowestBeta;

    private DeformedScale(in RowScale row, double alpha, (double K, double Low, double Lowest) power, (double K, double Low, double Lowest) beta)
    {
        Row = row;
        Alpha = alpha;
        Beta = Math.Abs(alpha - 1);
        (KPower, KPowerLow, LowestPower) = power;
        (KBeta, KBetaLow, LowestBeta) = beta;
    }

    /// <summary>Of valid arguments.</summary>
    public static DeformedScale Of<TReal>(double temperature, double alpha)
        where TReal : unmanaged
    {
        RowScale row = RowScale.Of<TReal>(temperature);
        alpha = Math.Max(alpha, 1e-18);
        return new DeformedScale(row, alpha, Product<TReal>(row, alpha, Exponential.Lift<TReal>()), Product<TReal>(row, Math.Abs(alpha - 1), 0));
    }

    private static (double K, double Low, double Lowest) Product<TReal>(in RowScale row, double factor, int lift)
        where TReal : unmanaged
    {
        bool single = typeof(TReal) == typeof(float);
        double exact = factor * (single ? row.InverseTemperature * 1.4426950408889634 : row.K);
        double k = Real.ToDouble(Real.Coefficient<TReal>(exact));
        double low = single ? exact - k : Math.FusedMultiplyAdd(factor, row.K, -k) + (factor * row.KLow);
        if (k == 0 || !(Math.Abs(low) < Math.Abs(k)))
            low = 0;
        return (k, low, Real.ToDouble(Real.Coefficient<TReal>((Exponential.LowestExponent<TReal>() - lift) / k)));
    }
}
