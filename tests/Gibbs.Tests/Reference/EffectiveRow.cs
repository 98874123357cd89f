using System;

namespace Gibbs.Tests.Reference;

/// <summary>The effective logits ẑ of a row with at least one finite entry and neither NaN nor +∞, and their softmax, everything in x = ẑ − max ẑ.</summary>
internal sealed class EffectiveRow
{
    private readonly double[] _chain;
    private readonly double[] _conditioning;

    public EffectiveRow(ReadOnlySpan<double> z, double softcap, double temperature, double largestReal)
    {
        int n = z.Length;
        double scale = Math.Min(1 / temperature, largestReal);
        double[] u = new double[n];
        _chain = new double[n];
        _conditioning = new double[n];
        for (int j = 0; j < n; j++)
        {
            bool capped = softcap > 0 && !double.IsNegativeInfinity(z[j]);
            u[j] = capped ? softcap * Math.Tanh(z[j] / softcap) : z[j];
            _conditioning[j] = capped ? 2 * Math.Abs(z[j] / softcap) : 0;
            double cosh = Math.Cosh(z[j] / softcap);
            _chain[j] = softcap > 0 ? (capped ? 1 / (cosh * cosh) : 0) : 1;
        }
        Argmax = 0;
        for (int j = 1; j < n; j++)
        {
            if (z[j] > z[Argmax])
                Argmax = j;
        }
        MaximumCapped = u[Argmax];
        Maximum = Scaled(MaximumCapped, scale);
        X = new double[n];
        P = new double[n];
        Masked = new bool[n];
        double next = double.NegativeInfinity, lower = double.NegativeInfinity;
        CompensatedSum others = default;
        for (int j = 0; j < n; j++)
        {
            Masked[j] = double.IsNegativeInfinity(z[j]);
            X[j] = Masked[j] ? double.NegativeInfinity : Scaled(u[j] - MaximumCapped, scale);
            if (j == Argmax)
                continue;
            others.Add(Math.Exp(X[j]));
            next = Math.Max(next, X[j]);
            lower = X[j] < 0 ? Math.Max(lower, X[j]) : lower;
            LargestEffective = Masked[j] ? LargestEffective : Math.Max(LargestEffective, Math.Abs(Scaled(u[j], scale)));
        }
        LargestEffective = Math.Max(LargestEffective, Math.Abs(Maximum));
        Gap = double.IsNegativeInfinity(next) ? 0 : -next;
        DistinctGap = double.IsNegativeInfinity(lower) ? 0 : -lower;
        LogSum = Log1P(others.Value);
        CompensatedSum mean = default;
        for (int j = 0; j < n; j++)
        {
            P[j] = Math.Exp(X[j] - LogSum);
            UnmaskedCount += Masked[j] ? 0 : 1;
            if (P[j] > 0)
                mean.Add(P[j] * X[j]);
        }
        MeanOffset = mean.Value;
        Rest = others.Value * Math.Exp(-LogSum);
    }

    public double[] X { get; }

    public double[] P { get; }

    public bool[] Masked { get; }

    public int UnmaskedCount { get; }

    public int Argmax { get; }

    /// <summary>max u, before the temperature.</summary>
    public double MaximumCapped { get; }

    /// <summary>max ẑ.</summary>
    public double Maximum { get; }

    public double LogSum { get; }

    public double MeanOffset { get; }

    public double Gap { get; }

    /// <summary>The same to the next lower one, past ties.</summary>
    public double DistinctGap { get; }

    /// <summary>How the relative error of z_j/c reaches the chain factor: 2·|z_j/c|.</summary>
    public double ChainConditioning(int j) => _conditioning[j];

    /// <summary>1 − the largest probability.</summary>
    public double Rest { get; }

    public double LargestEffective { get; }

    public double LogP(int j) => X[j] - LogSum;

    /// <summary>1 − p_j as a sum of the other probabilities, which loses nothing when p_j is nearly 1.</summary>
    public double OneMinusP(int j)
    {
        CompensatedSum others = default;
        for (int k = 0; k < P.Length; k++)
        {
            if (k != j)
                others.Add(P[k]);
        }
        return others.Value;
    }

    public double Effective(int j) => Maximum + X[j];

    /// <summary>∂u_j/∂z_j = 1 − tanh²(z/c) = 1/cosh²(z/c), 0 at ±∞, 1 without a softcap.</summary>
    public double Chain(int j) => _chain[j];

    // 0 times the reciprocal of a denormal temperature stays 0.
    private static double Scaled(double value, double scale) => value == 0 ? 0 : value * scale;

    /// <summary>log(1 + r) for r ≥ 0, accurate relative to itself: log(w)·r/(w − 1) with w = 1 + r rounded, where the rounding of w cancels.</summary>
    private static double Log1P(double r)
    {
        double w = 1 + r;
        return w == 1 ? r : double.IsInfinity(w) ? w : Math.Log(w) * r / (w - 1);
    }
}
