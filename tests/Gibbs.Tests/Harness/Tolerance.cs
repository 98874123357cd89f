using System;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Harness;

/// <summary>
/// The tolerance rule (ARCHITECTURE, section 5), once. With Δ the gap between the largest effective logit and the next, and δ = 2⁻²²·max|ẑ| where there is a softcap or
/// a temperature, 0 otherwise:
/// loss |error| ≤ (1e-6 + δ)·Σ|terms| + 2⁻²³·Δ·(the terms of order exp(−Δ)); gradient |error| ≤ (2e-6 + δ)·max(the row's largest entry, Σ|terms| of the entry)
/// + 2⁻²³·Δ·(1 − p_max)·(weights); a confident row's dz_y is its largest entry, so the rule is relative there. float64: 1e-13, 2e-13, 2⁻⁵² and 2⁻⁵¹ in these places.
/// The result must lie between the bounds, each rounded to the storage type and, for float16 and bfloat16, moved out by one ulp: not worse than correctly rounding the
/// fp64 answer, plus one ulp. Numbers below 2⁻¹²⁶ may be flushed to 0, probabilities in a sum as well as results.
/// </summary>
internal sealed class Tolerance
{
    private readonly ElementType _type;
    private readonly ElementType _real;
    private readonly double _lossFactor;
    private readonly double _gradientFactor;
    private readonly double _gapFactor;
    private readonly double _shiftFactor;
    private readonly double _floor;
    private readonly bool _transformed;

    public Tolerance(ElementType type, bool transformed)
    {
        _type = type;
        _real = type.Real();
        _transformed = transformed;
        bool wide = _real == ElementType.Float64;
        _lossFactor = wide ? 1e-13 : 1e-6;
        _gradientFactor = wide ? 2e-13 : 2e-6;
        _gapFactor = Math.ScaleB(1, wide ? -52 : -23);
        _shiftFactor = Math.ScaleB(1, wide ? -51 : -22);
        _floor = Math.ScaleB(1, wide ? -1022 : -126);
    }

    /// <summary>δ.</summary>
    public double Shift(ReferenceRow row) => _transformed ? _shiftFactor * row.LargestEffective : 0;

    /// <summary>What probabilities that are flushed to 0 below 2⁻¹²⁶ (2⁻¹⁰²²) may add up to.</summary>
    private double Flushed(ReferenceRow row) => _floor * row.Gradient.Length;

    public double Loss(ReferenceRow row)
    {
        double factor = _lossFactor + Shift(row);
        return (factor * (row.LossScale + row.LossExtraScale)) + (_gapFactor * row.Gap * (row.LossGapScale + row.LossExtraScale))
            + (_gapFactor * row.DistinctGap * row.MomentScale) + (Shift(row) * row.LossShiftScale) + (Flushed(row) * row.UnderflowScale);
    }

    public double LogSumExp(ReferenceRow row) => Flushed(row) + ((_lossFactor + Shift(row)) * (Math.Abs(row.LogSumExp - row.LogSum) + row.LogSum));

    public double LogSum(ReferenceRow row) => Flushed(row) + ((_lossFactor + Shift(row) + (_gapFactor * row.Gap)) * row.LogSum);

    public double Entropy(ReferenceRow row) =>
        LogSum(row) + (1024 * Flushed(row)) + ((_lossFactor + Shift(row) + (_gapFactor * row.DistinctGap)) * Math.Abs(row.MeanOffset));

    // A sum of its own, which no rule bounds but through the entropy. Flat rows: the offsets themselves are differences of numbers of the size of ẑ.
    public double MeanOffset(ReferenceRow row) => (1024 * Flushed(row)) + (((4 * _lossFactor) + Shift(row) + (_gapFactor * row.DistinctGap)) * Math.Abs(row.MeanOffset)) + Shift(row);

    public double LogProbability(ReferenceRow row)
    {
        double magnitude = double.IsFinite(row.LogProbability) ? Math.Abs(row.LogProbability) : 0;
        return Flushed(row) + ((_lossFactor + Shift(row)) * magnitude) + (_gapFactor * row.Gap * row.LogSum);
    }

    /// <summary>The bound of entry j of a row's gradient, before the factor of reduction and upstream.</summary>
    public double Gradient(ReferenceRow row, int j, double largest)
    {
        double factor = _gradientFactor + Shift(row);
        return (factor * (Math.Max(largest, row.GradientScale[j]) + row.GradientExtraScale))
            + (_gapFactor * row.Gap * (row.GradientGapScale + row.GradientExtraScale))
            + (_gapFactor * row.DistinctGap * row.GradientMomentScale) + (Flushed(row) * row.GradientUnderflowScale) + (Shift(row) * row.GradientShiftScale);
    }

    /// <summary>Relative error of a sum of shares of that magnitude.</summary>
    public double Normaliser(double magnitude) => _lossFactor * magnitude;

    /// <summary>Whether a number of the arithmetic type is within a bound of the exact one.</summary>
    public bool RealIsClose(double actual, double exact, double bound) => IsBetween(_real, actual, exact, bound, 0);

    /// <summary>Whether a number of the storage type is: float16 and bfloat16 by one more ulp.</summary>
    public bool ElementIsClose(double actual, double exact, double bound) => IsBetween(_type, actual, exact, bound, _type is ElementType.Float16 or ElementType.BFloat16 ? 1 : 0);

    private bool IsBetween(ElementType type, double actual, double exact, double bound, int steps)
    {
        if (!double.IsFinite(exact))
            return double.IsNaN(exact) ? double.IsNaN(actual) : actual == exact;
        // A bound that overflowed bounds nothing, but the result is still a number.
        double slack = (double.IsNaN(bound) ? double.PositiveInfinity : bound) + (Math.Abs(exact) < 2 * _floor || type != ElementType.Float16 ? _floor : 0);
        double low = type.Round(exact - slack), high = type.Round(exact + slack);
        for (int i = 0; i < steps; i++)
            (low, high) = (type.Step(low, -1), type.Step(high, 1));
        return actual >= low && actual <= high;
    }
}
