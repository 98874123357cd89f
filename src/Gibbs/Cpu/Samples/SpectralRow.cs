using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Samples;

/// <summary>
/// The entropy of one spectrum and what its gradient needs. Diffusion is a softmax of x_j = t·log(|λ_j|/max|λ|): H = log Σe^x − Σe^x·x/Σe^x, two terms of one sign, and no power overflows.
/// </summary>
internal readonly struct SpectralRow
{
    private readonly double _largest;
    private readonly double _logSum;
    private readonly double _power;
    private readonly double _unit;
    private readonly bool _vonNeumann;

    private SpectralRow(RowStatus status, double entropy, double largest, double logSum, in SpectralEntropyOptions options)
    {
        Status = status;
        Entropy = entropy * options.Unit;
        _largest = largest;
        _logSum = logSum;
        _power = options.Power;
        _unit = options.Unit;
        _vonNeumann = options.Kind == SpectralEntropyKind.VonNeumann;
    }

    public RowStatus Status { get; }

    public double Entropy { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe SpectralRow Of<T>(T* values, int columns, in SpectralEntropyOptions options)
        where T : unmanaged
    {
        double largest = 0, least = 0;
        bool isNaN = false;
        for (int j = 0; j < columns; j++)
        {
            double value = Real.ToDouble(values[j]);
            isNaN |= double.IsNaN(value);
            largest = Math.Max(largest, Math.Abs(value));
            least = Math.Min(least, value);
        }

        if (isNaN || double.IsInfinity(largest))
            return new(isNaN ? RowStatus.NotANumber : RowStatus.PlusInfinity, double.NaN, largest, 0, options);
        if (options.Kind == SpectralEntropyKind.VonNeumann)
        {
            // What an eigen-solver's rounding makes of zeros counts as zero.
            double rounding = columns * (typeof(T) == typeof(float) ? MathF.BitIncrement(1) - 1 : Math.BitIncrement(1) - 1);
            if (least < -rounding * largest)
                return new(RowStatus.InvalidProbability, double.NaN, largest, 0, options);
            double sum = 0;
            for (int j = 0; j < columns; j++)
            {
                double value = Real.ToDouble(values[j]);
                if (value > 0)
                    sum -= value * Math.Log(value);
            }

            return new(RowStatus.Ok, sum, largest, 0, options);
        }

        if (largest == 0)
            return new(RowStatus.AllMasked, 0, 0, 0, options);
        double rest = 0, moment = 0;
        int ties = 0;
        for (int j = 0; j < columns; j++)
        {
            double x = options.Power * Offset(Math.Abs(Real.ToDouble(values[j])), largest);
            double term = Math.Exp(x);
            ties += x == 0 ? 1 : 0;
            rest += x == 0 ? 0 : term;
            moment += term == 0 ? 0 : term * x;
        }

        double logSum = Real.Log1P(ties - 1 + rest);
        return new(RowStatus.Ok, logSum - (moment / (ties + rest)), largest, logSum, options);
    }

    /// <summary>dH/dλ at an eigenvalue.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Derivative(double value)
    {
        if (Status != RowStatus.Ok)
            return Status == RowStatus.AllMasked ? 0 : double.NaN;
        if (_vonNeumann)
            return value <= 0 ? double.PositiveInfinity : -_unit * (Math.Log(value) + 1);
        if (value == 0)
            return 0;
        double log = (_power * Offset(Math.Abs(value), _largest)) - _logSum;
        double p = Math.Exp(log);
        return p == 0 ? 0 : -_power * (p / value) * ((log * _unit) + Entropy);
    }

    // log(value/largest): the quotient first, whose rounding near 1 is nothing; of subnormal quotients the logarithms' difference.
    private static double Offset(double value, double largest)
    {
        double ratio = value / largest;
        return ratio is < 1e-300 and > 0 ? Math.Log(value) - Math.Log(largest) : Math.Log(ratio);
    }
}
