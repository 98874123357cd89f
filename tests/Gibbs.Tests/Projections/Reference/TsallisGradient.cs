using System;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>Entmax: dx = s(v − ⟨s, v⟩/Σs), s = p^(2−α). Normmax: with n = ‖p‖_α, s = (p/n)^(2−α)/(α−1): dx = n·[s(v − ⟨p, v⟩) − p(⟨s, v⟩ − ⟨p, v⟩Σs)]. Both by α too, from p alone.</summary>
internal static class TsallisGradient
{
    public static void Entmax(double alpha, double[] p, double[] v, MapGradient gradient)
    {
        double beta = alpha - 1;
        CompensatedSum total = default, product = default, magnitude = default, second = default, entropy = default;
        for (int j = 0; j < p.Length; j++)
        {
            if (p[j] == 0)
                continue;
            double s = Math.Pow(p[j], 2 - alpha), l = Math.Log(p[j]);
            total.Add(s);
            product.Add(s * v[j]);
            magnitude.Add(Math.Abs(s * v[j]));
            second.Add(p[j] * Phi(-beta * l));
            entropy.Add(-p[j] * l);
        }
        double mean = product.Value / total.Value, meanScale = magnitude.Value / total.Value;
        double m2 = second.Value, h = entropy.Value, m = m2 + (beta * h);
        CompensatedSum derivative = default, derivativeScale = default;
        for (int j = 0; j < p.Length; j++)
        {
            if (p[j] == 0)
                continue;
            double s = Math.Pow(p[j], 2 - alpha), l = Math.Log(p[j]), factor = p[j] / (beta * beta * (1 + m));
            gradient.Set(j, s * (v[j] - mean), s * (1 + Math.Abs((2 - alpha) * l)) * (Math.Abs(v[j]) + meanScale));
            double first = m2 * (1 - (beta * l)), rest = Phi(-beta * l) * (1 + (beta * h));
            derivative.Add(v[j] * factor * (first - rest));
            derivativeScale.Add(Math.Abs(v[j]) * factor * (Math.Abs(first) + Math.Abs(rest)));
        }
        (gradient.Parameter, gradient.ParameterScale) = (derivative.Value, derivativeScale.Value);
    }

    public static void Normmax(double alpha, double[] p, double[] v, MapGradient gradient)
    {
        double c = 1 / (alpha - 1), largest = 0;
        foreach (double each in p)
            largest = Math.Max(largest, each);
        CompensatedSum powers = default, a = default, b = default, magnitudeA = default, magnitudeB = default, shares = default;
        foreach (double each in p)
            powers.Add(each == 0 ? 0 : Math.Pow(each / largest, alpha));
        double n = largest * Math.Pow(powers.Value, 1 / alpha);
        double Share(double each) => c * Math.Pow(each / n, 2 - alpha);
        for (int j = 0; j < p.Length; j++)
        {
            if (p[j] == 0)
                continue;
            a.Add(p[j] * v[j]);
            magnitudeA.Add(Math.Abs(p[j] * v[j]));
            b.Add(Share(p[j]) * v[j]);
            magnitudeB.Add(Math.Abs(Share(p[j]) * v[j]));
            shares.Add(Share(p[j]));
        }
        for (int j = 0; j < p.Length; j++)
        {
            if (p[j] == 0)
                continue;
            double s = Share(p[j]), condition = 1 + Math.Abs((2 - alpha) * Math.Log(p[j] / n));
            gradient.Set(
                j,
                n * ((s * (v[j] - a.Value)) - (p[j] * (b.Value - (a.Value * shares.Value)))),
                condition * n * ((s * (Math.Abs(v[j]) + magnitudeA.Value)) + (p[j] * (magnitudeB.Value + (magnitudeA.Value * shares.Value)))));
        }
        ByAlpha(alpha, p, v, n, gradient);
    }

    // dp = (dw − p·Σdw)/W from w = (x − τ)^c with Σw^α = 1 held.
    private static void ByAlpha(double alpha, double[] p, double[] v, double n, MapGradient gradient)
    {
        double c = 1 / (alpha - 1), cPrime = -c * c;
        CompensatedSum weighted = default, sum = default;
        foreach (double each in p)
        {
            if (each == 0)
                continue;
            double logG = (alpha - 1) * Math.Log(each / n);
            weighted.Add(Math.Pow(each / n, alpha) * logG);
            sum.Add(each / n);
        }
        double tauPrime = cPrime * weighted.Value / ((c + 1) * sum.Value), total = 0, totalScale = 0;
        double[] dw = new double[p.Length], scale = new double[p.Length];
        for (int j = 0; j < p.Length; j++)
        {
            if (p[j] == 0)
                continue;
            double w = p[j] / n, logG = (alpha - 1) * Math.Log(w), g = Math.Pow(w, alpha - 1);
            dw[j] = w * ((cPrime * logG) - (c * tauPrime / g));
            // A logarithm near 0 is known to a rounding of 1.
            scale[j] = w * ((Math.Abs(cPrime) * (Math.Abs(logG) + alpha)) + Math.Abs(c * tauPrime / g));
            total += dw[j];
            totalScale += scale[j];
        }
        CompensatedSum derivative = default, derivativeScale = default;
        for (int j = 0; j < p.Length; j++)
        {
            if (p[j] == 0)
                continue;
            derivative.Add(v[j] * (dw[j] - (p[j] * total)) * n);
            derivativeScale.Add(Math.Abs(v[j]) * (scale[j] + (p[j] * totalScale)) * n);
        }
        (gradient.Parameter, gradient.ParameterScale) = (derivative.Value, derivativeScale.Value);
    }

    /// <summary>e^w − 1 − w, from its series where it is small.</summary>
    private static double Phi(double w)
    {
        if (Math.Abs(w) > 0.5)
            return Math.Exp(w) - 1 - w;
        double sum = 0, term = w * w / 2;
        for (int k = 3; k < 30; k++)
        {
            sum += term;
            term *= w / k;
        }
        return sum;
    }
}
