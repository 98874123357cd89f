using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Policies;

/// <summary>Estimates of KL(π | π_ref) and their derivatives by ℓ, with d = ℓ_ref − ℓ; <see cref="KlEstimator"/> gives the formulas.</summary>
internal static class KlTerm
{
    private const double LargestLogRatio = 20;
    private const double Largest = 10;

    public static TokenValue Of(KlEstimator estimator, double logProbability, double reference)
    {
        double d = Difference(reference, logProbability);
        switch (estimator)
        {
            case KlEstimator.K1:
                return new(-d, double.IsNaN(d) ? d : 1);
            case KlEstimator.K2:
                return new(d * d / 2, -d);
            case KlEstimator.Absolute:
                return new(Math.Abs(d), d > 0 ? -1 : d < 0 ? 1 : d);
            case KlEstimator.K3Clamped:
                double value = Remainder(Math.Clamp(d, -LargestLogRatio, LargestLogRatio));
                return Math.Abs(d) > LargestLogRatio || value > Largest
                    ? new(Math.Min(value, Largest), 0, PolicyFlags.KlLimited)
                    : new(value, -Real.ExpM1(d));
            default:
                return new(Remainder(d), -Real.ExpM1(d));
        }
    }

    /// <summary>a − b; 0 where they are equal, infinities too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Difference(double a, double b) => a == b ? 0 : a - b;

    /// <summary>e^d − 1 − d, by its series near 0, where the difference would cancel.</summary>
    public static double Remainder(double d)
    {
        if (double.IsInfinity(d))
            return double.PositiveInfinity;
        if (!(Math.Abs(d) < 0.5))
            return Real.ExpM1(d) - d;
        double series = 1;
        for (int k = 15; k >= 3; k--)
            series = 1 + (d / k * series);
        return d * d / 2 * series;
    }
}
