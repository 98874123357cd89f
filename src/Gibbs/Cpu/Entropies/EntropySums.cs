using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Entropies;

/// <summary>
/// The sums of a row in double, merged from its segments in order, and what follows from them. With x_j = (z_j − max z)/T, Z = Σ e^x, β = |α − 1| and u_j the terms of the form:
/// <code>
/// L = log1p(Z − 1)    Shannon: H = L − U/Z    Rényi: H = L − log1p(±U/Z)/(α−1), + for α &gt; 1    Tsallis: −expm1(−(α−1)·Rényi)/(α−1)    min: L
/// dH/dx_k = −(c/(βZ))·(u_k − (U/Z)·e^x_k)     c = β = 1 of Shannon, α·Z^(1−α) of Tsallis, α·Z/Σ e^(αx) of Rényi
/// </code>
/// Both terms of every H are of one sign, so that confident rows keep relative accuracy, and nothing cancels as α goes to 1.
/// </summary>
internal struct EntropySums
{
    private double _small;
    private double _deformed;
    private double _power;
    private long _ties;

    /// <summary>A row with nothing merged yet.</summary>
    public static EntropySums Empty => new() { Maximum = double.NegativeInfinity };

    /// <summary>max z.</summary>
    public double Maximum { get; private set; }

    /// <summary>Whether a NaN or +∞ went in.</summary>
    public readonly bool IsNaN => double.IsNaN(_small);

    /// <summary>Z − 1, ties at the maximum counted apart, so accurate relative to itself.</summary>
    public readonly double Excess => _small + (_ties - 1);

    /// <summary>L.</summary>
    public readonly double LogSum => Real.Log1P(Excess);

    /// <summary>Adds the next segment to the row.</summary>
    public void Add<TForm>(in DeformedSums segment, in DeformedScale scale)
        where TForm : struct, IEntropyForm
    {
        if (double.IsNaN(segment.Sum))
            _small = double.NaN;
        if (IsNaN || double.IsNegativeInfinity(segment.Maximum))
            return;
        if (segment.Maximum > Maximum)
        {
            if (!double.IsNegativeInfinity(Maximum))
            {
                Shifted rescaled = Shifted.Of<TForm>((Maximum - segment.Maximum) * scale.Row.InverseTemperature, scale);
                double sum = _small + _ties;
                _deformed = rescaled.Deformed(_deformed, sum);
                _power *= rescaled.PowerFactor;
                _small = rescaled.Factor * sum;
                _ties = 0;
            }

            Maximum = segment.Maximum;
        }

        if (segment.Maximum == Maximum)
        {
            _small += segment.Sum;
            _ties += segment.Ties;
            _deformed += segment.Deformed;
            _power += segment.Power;
            return;
        }

        Shifted shifted = Shifted.Of<TForm>((segment.Maximum - Maximum) * scale.Row.InverseTemperature, scale);
        double all = segment.Sum + segment.Ties;
        _deformed += shifted.Deformed(segment.Deformed, all);
        _power += shifted.PowerFactor * segment.Power;
        _small += shifted.Factor * all;
    }

    /// <summary>H, and the coefficients of e^x and of u in dH/dx.</summary>
    public readonly void Finish<TForm>(EntropyKind kind, in DeformedScale scale, out double entropy, out double exponential, out double deformed)
        where TForm : struct, IEntropyForm
    {
        double z = 1 + Excess, logSum = LogSum, mean = _deformed / z;
        if (kind == EntropyKind.Min)
        {
            entropy = logSum;
            exponential = 1 / z;
            deformed = 0;
            return;
        }

        if (!TForm.IsPower)
        {
            entropy = logSum - mean;
            exponential = mean / z;
            deformed = -1 / z;
            return;
        }

        // log(Σ e^(αx)/Z), by the sum itself where it is far below Z.
        double above = TForm.IsAbove ? scale.Beta : -scale.Beta, quotient = TForm.IsAbove ? mean : -mean;
        double logRatio = quotient > -0.5 ? Real.Log1P(quotient) : Math.Log(_power / z);
        double renyi = logSum - (logRatio / above), c;
        if (kind == EntropyKind.Renyi)
        {
            entropy = renyi;
            c = scale.Alpha * Math.Exp(-logRatio);
        }
        else
        {
            entropy = -Real.ExpM1(-above * renyi) / above;
            c = scale.Alpha * Math.Exp(-above * logSum);
        }

        deformed = -c / (scale.Beta * z);
        exponential = -deformed * mean;
    }

    /// <summary>u of one x ≤ 0, in double.</summary>
    public static double Term<TForm>(double x, in DeformedScale scale)
        where TForm : struct, IEntropyForm
    {
        double e = Math.Exp(x);
        if (!TForm.IsPower)
            return e == 0 ? 0 : e * x;
        double h = Real.ExpM1(scale.Beta * x);
        return (TForm.IsAbove ? e : Math.Exp(scale.Alpha * x)) * h;
    }
}

/// <summary>Sums and terms relative to one maximum, as relative to another that lies s ≥ 0 above it: x becomes x − s.</summary>
internal readonly struct Shifted
{
    /// <summary>e^−s, of e^x.</summary>
    public readonly double Factor;

    /// <summary>Of u in u.</summary>
    public readonly double OfDeformed;

    /// <summary>Of e^x in u.</summary>
    public readonly double OfExponential;

    /// <summary>e^(−αs), of e^(αx).</summary>
    public readonly double PowerFactor;

    private Shifted(double factor, double ofDeformed, double ofExponential, double powerFactor)
    {
        Factor = factor;
        OfDeformed = ofDeformed;
        OfExponential = ofExponential;
        PowerFactor = powerFactor;
    }

    /// <summary>By the difference −s. All terms keep one sign: nothing cancels.</summary>
    public static Shifted Of<TForm>(double difference, in DeformedScale scale)
        where TForm : struct, IEntropyForm
    {
        double factor = Math.Exp(difference);
        if (!TForm.IsPower)
            return new Shifted(factor, factor, factor == 0 ? 0 : factor * difference, 0);
        double power = Math.Exp(scale.Alpha * difference), beta = scale.Beta * difference;
        return TForm.IsAbove ? new Shifted(factor, power, factor * Real.ExpM1(beta), power) : new Shifted(factor, power, power * Real.ExpM1(beta), power);
    }

    public double Deformed(double deformed, double sum) => (OfDeformed * deformed) + (OfExponential * sum);
}
