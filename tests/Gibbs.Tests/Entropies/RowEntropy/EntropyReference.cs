using System;
using System.Linq;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Entropies;

/// <summary>
/// One row's entropy, log-probability and gradient in fp64, from the formulas: with l = log p and g = (p^(α−1) − 1)/(α−1), log p at α = 1,
/// Tsallis's H = −Σ p·g, Rényi's log(1 − (α−1)·Tsallis)/(1−α); of logits dH/dz = −c·p·(g + Tsallis)/T with c = 1, α, or α/S. Beside every number what rounding of x_j = (z_j − max)/T may change in it.
/// </summary>
internal sealed class EntropyReference
{
    private readonly double[] _l;
    private readonly double[] _p;
    private readonly double[] _x;

    private EntropyReference(EntropyCase c, int row)
    {
        double[] z = c.Rows[row];
        int n = z.Length;
        bool logits = c.Options.Input == EntropyInput.Logits;
        double temperature = c.Temperature(row);
        Gradient = new double[n];
        GradientSlack = new double[n];
        GradientNoise = new double[n];
        _x = new double[n];
        _l = new double[n];
        _p = new double[n];
        long action = c.Actions is null ? -1 : c.Actions[row];
        double maximum = n == 0 ? double.NegativeInfinity : z.Max();
        RowStatus content = logits && !(temperature > 0 && double.IsFinite(temperature)) ? RowStatus.InvalidTemperature
            : z.Any(double.IsNaN) ? RowStatus.NotANumber
            : z.Any(double.IsPositiveInfinity) ? RowStatus.PlusInfinity
            : !logits && z.Any(v => v is < 0 or > 1) ? RowStatus.InvalidProbability
            : logits ? double.IsNegativeInfinity(maximum) ? RowStatus.AllMasked : RowStatus.Ok
            : n == 0 || maximum == 0 ? RowStatus.AllMasked : RowStatus.Ok;
        Status = c.Actions is not null && n > 0 && (action < 0 || action >= n) ? RowStatus.TargetOutOfRange : content;
        Entropy = content == RowStatus.AllMasked ? 0 : double.NaN;
        LogSumExp = content == RowStatus.AllMasked ? double.NegativeInfinity : content == RowStatus.PlusInfinity ? double.PositiveInfinity : double.NaN;
        LogProbability = Status == RowStatus.AllMasked ? double.NegativeInfinity : double.NaN;
        double r = c.RowWeight(row), u = c.ActionWeight(row);
        if (content == RowStatus.Ok)
        {
            EntropyKind kind = c.Options.Kind;
            double alpha = kind is EntropyKind.Shannon ? 1 : c.Options.Alpha;
            Probabilities(z, maximum, temperature, logits);
            double t = Values(kind, alpha, maximum, logits, temperature);
            if (Status == RowStatus.Ok && c.Actions is not null)
                LogProbability = _l[action];
            if (Status == RowStatus.Ok && (r != 0 || u != 0))
                Gradients(kind, alpha, logits, temperature, t, r, u, c.Actions is null ? -1 : (int)action);
        }
        else if (Status is not (RowStatus.AllMasked or RowStatus.TargetOutOfRange))
        {
            Array.Fill(Gradient, double.NaN);
        }

        Value = Status is RowStatus.Ok or RowStatus.AllMasked ? (r == 0 ? 0 : r * Entropy) + (u == 0 ? 0 : u * LogProbability) : double.NaN;
        ValueSlack = (Math.Abs(r) * EntropySlack) + (u == 0 ? 0 : Math.Abs(u) * LogSlack);
        ValueNoise = Math.Abs(r) * EntropyNoise;
    }

    public RowStatus Status { get; }

    public double Entropy { get; private set; }

    /// <summary>Σ|dH/dx·x|, and what flushing tiny terms may change.</summary>
    public double EntropySlack { get; private set; }

    /// <summary>What the sum of probabilities, which is 1 but for rounding, loses of Rényi's entropy.</summary>
    public double EntropyNoise { get; private set; }

    public double LogSumExp { get; private set; }

    public double LogProbability { get; private set; }

    public double LogSlack { get; private set; }

    public double Value { get; }

    public double ValueSlack { get; }

    public double ValueNoise { get; }

    public double[] Gradient { get; }

    public double[] GradientSlack { get; }

    /// <summary>What the reference itself loses where l, which is far from 0, cancels against the entropy.</summary>
    public double[] GradientNoise { get; }

    public static EntropyReference Row(EntropyCase c, int row) => new(c, row);

    private void Probabilities(double[] z, double maximum, double temperature, bool logits)
    {
        CompensatedSum rest = default;
        int first = Array.IndexOf(z, maximum);
        for (int j = 0; j < z.Length; j++)
        {
            _x[j] = logits ? (z[j] - maximum) / temperature : Math.Log(z[j]);
            if (j != first)
                rest.Add(Math.Exp(_x[j]));
        }

        double logSum = logits ? Log1P(rest.Value) : 0;
        LogSumExp = logits ? (maximum / temperature) + logSum : double.NaN;
        for (int j = 0; j < z.Length; j++)
        {
            _l[j] = _x[j] - logSum;
            _p[j] = logits ? Math.Exp(_l[j]) : z[j];
        }
    }

    // Returns Σ p·g.
    private double Values(EntropyKind kind, double alpha, double maximum, bool logits, double temperature)
    {
        CompensatedSum deformed = default, power = default, mass = default, spread = default;
        for (int j = 0; j < _p.Length; j++)
        {
            mass.Add(_p[j]);
            if (double.IsNegativeInfinity(_x[j]))
                continue;
            double term = Term(j, alpha);
            deformed.Add(term);
            power.Add(Math.Exp(alpha * _l[j]));
            LogSlack += _p[j] * Math.Abs(_x[j]);
            spread.Add(Math.Abs(_x[j]) * (_p[j] + (alpha < 1 ? Math.Exp(alpha * _l[j]) : _p[j]) + Math.Abs(term)));
        }

        // A softmax sums to 1, whatever its rounding; probabilities to what they do.
        double excess = logits ? 0 : mass.Value - 1, shannon = -deformed.Value;
        double s = excess + ((alpha - 1) * deformed.Value);
        double logPower = Math.Abs(s) < 0.3 ? Log1P(s) : Math.Log(power.Value);
        Power = power.Value;
        Entropy = kind switch
        {
            EntropyKind.Shannon or EntropyKind.Tsallis => shannon,
            EntropyKind.Renyi => alpha == 1 ? shannon : logPower / (1 - alpha),
            _ => logits ? LogSumExp - (maximum / temperature) : -Math.Log(maximum),
        };
        if (kind == EntropyKind.Min && logits)
            Entropy = -_l[Array.IndexOf(_x, 0)];
        double scale = kind == EntropyKind.Renyi ? 1 / Math.Min(1, Power) : 1;
        EntropySlack = scale * spread.Value * Math.Max(1, alpha);
        EntropyNoise = kind == EntropyKind.Renyi && alpha != 1 && !logits ? Math.ScaleB(1, -50) / Math.Abs(alpha - 1) : 0;
        return deformed.Value;
    }

    private double Power { get; set; }

    private void Gradients(EntropyKind kind, double alpha, bool logits, double temperature, double t, double r, double u, int action)
    {
        double c = kind == EntropyKind.Renyi && alpha != 1 ? alpha / Power : alpha;
        int largest = Array.IndexOf(_x, _x.Max());
        double meanSlack = 0;
        for (int j = 0; j < _p.Length; j++)
            meanSlack += double.IsNegativeInfinity(_x[j]) ? 0 : Math.Abs(_x[j]) * (_p[j] + Math.Abs(Term(j, alpha)));
        for (int k = 0; k < _p.Length; k++)
        {
            if (logits && double.IsNegativeInfinity(_x[k]))
                continue;
            double p = _p[k], entropy, slack = 0;
            if (kind == EntropyKind.Min)
            {
                entropy = logits ? (p - (k == largest ? 1 : 0)) / temperature : k == largest ? -1 / p : 0;
                entropy = logits && k == largest ? -Others(k) / temperature : entropy;
                slack = logits ? p * (Math.Abs(_x[k]) + LogSlack) / temperature : 0;
            }
            else if (logits)
            {
                entropy = -c * (Term(k, alpha) - (p * t)) / temperature;
                GradientNoise[k] = Math.Abs(r) * Math.ScaleB(c, -50) * (Math.Abs(Term(k, alpha)) + (p * (1 + Math.Abs(t)))) * (1 + Math.Abs(_l[k])) / temperature;
                slack = c / temperature * ((Math.Abs(_x[k]) * (Math.Abs(Term(k, alpha)) + (p * Math.Abs(t)))) + (p * (1 + Math.Abs(t)) * meanSlack));
            }
            else if (alpha == 1)
            {
                entropy = -(_l[k] + 1);
            }
            else if (kind == EntropyKind.Tsallis)
            {
                entropy = -(1 + (alpha * (p == 0 ? (alpha > 1 ? -1 / (alpha - 1) : double.NegativeInfinity) : ExpM1((alpha - 1) * _l[k]) / (alpha - 1))));
            }
            else
            {
                entropy = alpha / (1 - alpha) * Math.Pow(p, alpha - 1) / Power;
            }

            double chosen = u == 0 ? 0 : logits ? u * ((k == action ? Others(k) : -p) / temperature) : k == action ? u / p : 0;
            Gradient[k] = (r == 0 ? 0 : r * entropy) + chosen;
            GradientSlack[k] = (Math.Abs(r) * slack) + (logits ? Math.Abs(u) / temperature * (p * (Math.Abs(_x[k]) + LogSlack) + (k == action ? LogSlack : 0)) : 0)
                + (logits ? 0 : 2 * (Math.Abs(r == 0 ? 0 : r * entropy) + Math.Abs(chosen)));
        }
    }

    // p·g: p·log p, or (p^α − p)/(α−1) without its cancellation.
    private double Term(int j, double alpha) =>
        _p[j] == 0 ? 0
        : alpha == 1 ? _p[j] * _l[j]
        : alpha > 1 ? _p[j] * ExpM1((alpha - 1) * _l[j]) / (alpha - 1)
        : Math.Exp(alpha * _l[j]) * ExpM1((1 - alpha) * _l[j]) / (1 - alpha);

    // 1 − p_k from the others.
    private double Others(int k)
    {
        CompensatedSum sum = default;
        for (int j = 0; j < _p.Length; j++)
        {
            if (j != k)
                sum.Add(_p[j]);
        }

        return sum.Value;
    }

    private static double Log1P(double x) => Math.Abs(x) < 1e-5 ? x * (1 - (x / 2) + (x * x / 3)) : Math.Log(1 + x) * x / ((1 + x) - 1);

    private static double ExpM1(double x) => 2 * Math.Exp(x / 2) * Math.Sinh(x / 2);
}
