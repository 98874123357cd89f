using System;
using System.Linq;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Backups;

/// <summary>One row of a soft backup in fp64, from the formulas.</summary>
internal sealed class SoftBackupReference
{
    public SoftBackupReference(SoftBackupCase c, int row)
    {
        double sign = c.Options.Minimise ? -1 : 1, lambda = c.KlWeights?[row] ?? c.Options.KlWeight, tau = c.Temperatures?[row] ?? c.Options.Temperature, weight = lambda + tau;
        double[] q = [.. c.Q.Skip(row * c.Columns).Take(c.Columns).Select(v => sign * v)];
        double[] mu = c.LogPrior is null ? [.. Enumerable.Repeat(-Math.Log(c.Columns), c.Columns)] : [.. c.LogPrior.Skip(row * c.Columns).Take(c.Columns)];
        double upstream = c.Upstream?[row] ?? 1;
        double[] y = [.. q.Zip(mu, (a, b) => lambda == 0 ? a : a + (lambda * b))];
        Policy = new double[c.Columns];
        LogPolicy = new double[c.Columns];
        Status = !(lambda >= 0 && double.IsFinite(lambda)) ? RowStatus.InvalidParameter
            : !(tau >= 0 && double.IsFinite(tau)) ? RowStatus.InvalidTemperature
            : q.Concat(mu).Any(double.IsNaN) ? RowStatus.NotANumber
            : q.Concat(mu).Any(double.IsPositiveInfinity) ? RowStatus.PlusInfinity
            : y.All(double.IsNegativeInfinity) ? RowStatus.AllMasked
            : RowStatus.Ok;
        if (Status == RowStatus.AllMasked)
        {
            Value = sign * double.NegativeInfinity;
            Array.Fill(LogPolicy, double.NegativeInfinity);
        }
        else if (Status != RowStatus.Ok)
        {
            Value = Entropy = Kl = double.NaN;
            Array.Fill(Policy, double.NaN);
            Array.Fill(LogPolicy, double.NaN);
        }
        else
        {
            double top = y.Max();
            int first = Array.IndexOf(y, top);
            double[] x = [.. y.Select((v, j) => weight > 0 ? (v - top) / weight : j == first ? 0 : double.NegativeInfinity)];
            double logSum = x[first] == 0 && x.Count(v => v == 0) == 1 ? Math.Log(1) + Log1P(Sum(x.Where(v => v != 0).Select(Math.Exp))) : Math.Log(Sum(x.Select(Math.Exp)));
            for (int j = 0; j < x.Length; j++)
                (LogPolicy[j], Policy[j]) = (x[j] - logSum, Math.Exp(x[j] - logSum));
            double plain = top + (weight * logSum);
            Entropy = Sum(x.Select((_, j) => Policy[j] == 0 ? 0 : -Policy[j] * LogPolicy[j]));
            Kl = Sum(x.Select((_, j) => Policy[j] == 0 ? 0 : Policy[j] * (LogPolicy[j] - mu[j])));
            Value = sign * plain;
            Scale = Math.Abs(top) + (weight * Math.Abs(logSum)) + (lambda * Math.Log(c.Columns));
            if (double.IsPositiveInfinity(Kl))
                Status = RowStatus.DisjointSupport;
        }
        QGradient = [.. Policy.Select(p => p * upstream)];
        LogPriorGradient = [.. Policy.Select(p => double.IsNaN(p) ? p : c.LogPrior is null ? 0 : p * upstream * lambda * sign)];
        TemperatureGradient = upstream * sign * Entropy;
        KlWeightGradient = upstream == 0 && !double.IsNaN(Kl) ? 0 : -upstream * sign * Kl;
    }

    public RowStatus Status { get; }

    public double Value { get; }

    public double Scale { get; }

    public double[] Policy { get; }

    public double[] LogPolicy { get; }

    public double Entropy { get; }

    public double Kl { get; }

    public double[] QGradient { get; }

    public double[] LogPriorGradient { get; }

    public double TemperatureGradient { get; }

    public double KlWeightGradient { get; }

    public static double Sum(System.Collections.Generic.IEnumerable<double> terms)
    {
        CompensatedSum sum = default;
        foreach (double term in terms)
            sum.Add(term);
        return sum.Value;
    }

    public static double Log1P(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : Math.Log(u) * x / (u - 1);
    }
}

/// <summary>One row of a tilting in fp64: the slope by bisection, everything else from the formulas.</summary>
internal sealed class TiltReference
{
    private readonly double[] _p;
    private readonly double[] _r;

    public TiltReference(double[] logPrior, double[] reward)
    {
        int count = logPrior.Length;
        bool[] outside = [.. Enumerable.Range(0, count).Select(j => double.IsNegativeInfinity(logPrior[j]) || double.IsNegativeInfinity(reward[j]))];
        double top = Enumerable.Range(0, count).Where(j => !outside[j]).Select(j => logPrior[j]).DefaultIfEmpty(0).Max();
        _p = [.. logPrior.Select((v, j) => outside[j] ? 0 : Math.Exp(v - top))];
        double total = SoftBackupReference.Sum(_p);
        _p = [.. _p.Select(p => p / total)];
        LogP = [.. logPrior.Select((v, j) => outside[j] ? double.NegativeInfinity : v - top - Math.Log(total))];
        _r = [.. reward.Select((v, j) => outside[j] ? 0 : v)];
        Best = Enumerable.Range(0, count).Where(j => !outside[j]).Select(j => _r[j]).DefaultIfEmpty(double.NaN).Max();
        double best = SoftBackupReference.Sum(Enumerable.Range(0, count).Where(j => !outside[j] && _r[j] == Best).Select(j => _p[j]));
        LargestDivergence = best > 0.5 ? -SoftBackupReference.Log1P(-SoftBackupReference.Sum(Enumerable.Range(0, count).Where(j => !outside[j] && _r[j] != Best).Select(j => _p[j]))) : -Math.Log(best);
    }

    public double[] LogP { get; }

    public double Best { get; }

    public double LargestDivergence { get; }

    /// <summary>log q, Λ, KL and E[r] at a finite slope.</summary>
    public (double[] LogQ, double Cumulant, double Kl, double Mean, double Variance) At(double t)
    {
        double[] y = [.. LogP.Select((p, j) => p + (t * (_r[j] - Best)))];
        double top = y.Max(), cumulant = top + Math.Log(SoftBackupReference.Sum(y.Select(v => Math.Exp(v - top))));
        double[] logQ = [.. y.Select(v => v - cumulant)], q = [.. logQ.Select(Math.Exp)];
        double mean = SoftBackupReference.Sum(q.Select((w, j) => w * (_r[j] - Best)));
        double variance = SoftBackupReference.Sum(q.Select((w, j) => w * Math.Pow(_r[j] - Best - mean, 2)));
        // Σ p·(d·e^d − e^d + 1): no cancellation of the sum for small d.
        double kl = SoftBackupReference.Sum(q.Select((w, j) => _p[j] == 0 ? 0 : Term(_p[j], (t * (_r[j] - Best)) - cumulant)));
        return t == 0 ? (LogP, 0, 0, Best + mean, variance) : (logQ, cumulant + (t * Best), kl, Best + mean, variance);
    }

    /// <summary>The slope of a budget, by halving.</summary>
    public double Slope(double budget)
    {
        if (budget == 0)
            return 0;
        if (budget >= LargestDivergence)
            return double.PositiveInfinity;
        double low = 0, high = 1;
        while (At(high).Kl < budget)
            high *= 2;
        for (int i = 0; i < 200 && low < high; i++)
        {
            double middle = low + ((high - low) / 2);
            if (At(middle).Kl < budget)
                low = middle;
            else
                high = middle;
        }
        return high;
    }

    private static double Term(double p, double d)
    {
        if (Math.Abs(d) > 0.01)
            return double.IsNegativeInfinity(d) ? p : p * ((d * Math.Exp(d)) - Math.Exp(d) + 1);
        double sum = 0, power = d * d, factorial = 2;
        for (int n = 2; n < 12; n++)
        {
            sum += (n - 1) * power / factorial;
            power *= d;
            factorial *= n + 1;
        }
        return p * sum;
    }
}

/// <summary>One row of a regularised leader in fp64: the multiplier by bisection of Σπ = 1.</summary>
internal sealed class FtrlReference
{
    public FtrlReference(FtrlCase c, int row)
    {
        int count = c.Columns;
        double[] losses = c.Losses[(row * count)..((row + 1) * count)], rates = [.. Enumerable.Range(0, count).Select(j => c.Rate(row, j))];
        Policy = new double[count];
        Gradient = new double[count];
        Scale = 0;
        Status = rates.Any(r => !(r > 0 && double.IsFinite(r))) ? RowStatus.InvalidParameter
            : losses.Any(double.IsNaN) ? RowStatus.NotANumber
            : losses.Any(double.IsNegativeInfinity) ? RowStatus.PlusInfinity
            : losses.All(double.IsPositiveInfinity) ? RowStatus.AllMasked
            : RowStatus.Ok;
        if (Status != RowStatus.Ok)
        {
            bool masked = Status == RowStatus.AllMasked;
            Multiplier = masked ? double.PositiveInfinity : double.NaN;
            Regulariser = masked ? 0 : double.NaN;
            Array.Fill(Policy, Regulariser);
            Array.Fill(Gradient, Regulariser);
            return;
        }
        double least = losses.Min(), beta = c.Options.Kind == FtrlRegulariser.Tsallis ? 1 / (1 - c.Options.Alpha) : 1;
        double Probability(int j, double y) => double.IsPositiveInfinity(losses[j]) ? 0
            : c.Options.Kind == FtrlRegulariser.Shannon ? Math.Exp(-1 - (rates[j] * (losses[j] - least + y)))
            : Math.Pow(rates[j] * (losses[j] - least + y), -beta);
        double Total(double y) => SoftBackupReference.Sum(Enumerable.Range(0, count).Select(j => Probability(j, y)));
        double low = c.Options.Kind == FtrlRegulariser.Shannon ? -2 / rates.Min() : 0, high = 2 * (count + 1) / rates.Min();
        for (int i = 0; i < 2000 && low < high; i++)
        {
            double middle = low + ((high - low) / 2);
            if (middle == low || middle == high)
                break;
            if (Total(middle) > 1)
                low = middle;
            else
                high = middle;
        }
        Multiplier = least - high;
        Scale = Math.Abs(least) + Math.Abs(high);
        double[] w = new double[count];
        double regulariser = 0;
        for (int j = 0; j < count; j++)
        {
            double p = Policy[j] = Probability(j, high);
            w[j] = c.Options.Kind switch
            {
                FtrlRegulariser.Shannon => rates[j] * p,
                FtrlRegulariser.LogBarrier => rates[j] * p * p,
                _ => rates[j] * Math.Pow(p, 2 - c.Options.Alpha) / (1 - c.Options.Alpha),
            };
            double part = p == 0 && (double.IsPositiveInfinity(losses[j]) || c.Options.Kind == FtrlRegulariser.Shannon) ? 0 : c.Options.Kind switch
            {
                FtrlRegulariser.Shannon => p * Math.Log(p),
                FtrlRegulariser.LogBarrier => -Math.Log(p),
                _ => -Math.Pow(p, c.Options.Alpha) / c.Options.Alpha,
            };
            regulariser += part / rates[j];
            RegulariserScale += Math.Abs(part / rates[j]);
        }
        Regulariser = regulariser;
        if (c.Upstream is null)
            return;
        double[] v = c.Upstream[(row * count)..((row + 1) * count)];
        double mean = SoftBackupReference.Sum(w.Select((a, j) => a == 0 ? 0 : a * v[j])) / SoftBackupReference.Sum(w);
        for (int j = 0; j < count; j++)
        {
            Gradient[j] = w[j] == 0 ? 0 : -w[j] * (v[j] - mean);
            GradientScale = Math.Max(GradientScale, w[j] * (Math.Abs(v[j]) + Math.Abs(mean)));
        }
    }

    public RowStatus Status { get; }

    public double[] Policy { get; }

    public double Multiplier { get; }

    public double Scale { get; }

    public double Regulariser { get; }

    public double RegulariserScale { get; }

    public double[] Gradient { get; }

    public double GradientScale { get; }
}
