using System;
using System.Linq;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>
/// p_j = ((α−1)·x_j − τ)₊^(1/(α−1)), Σp = 1. With β = α − 1, d = x − max and c = −log max p: p_j = e^(−c)·(1 + β·d_j·e^(βc))₊^(1/β), where c in [0, log n] is found by bisection to the last bit.
/// </summary>
internal static class EntmaxReference
{
    public static MapResult Map(double[] x, double alpha)
    {
        if (alpha == 2)
            return SimplexReference.Project(x, 1);
        double beta = alpha - 1, maximum = x.Max();
        double[] d = [.. x.Select(v => v - maximum)];
        // g(c) = log Σ (1 + β·d·e^(βc))₊^(1/β) − c falls from log Σ(1 + β·d)₊^(1/β) ≥ 0.
        double low = 0, high = Math.Log(x.Length) + 1e-12;
        for (double middle = high / 2; middle > low && middle < high; middle = low + ((high - low) / 2))
        {
            if (Math.Log(Total(d, beta, middle)) >= middle)
                low = middle;
            else
                high = middle;
        }
        double c = low, total = Total(d, beta, c);
        MapResult result = new(x.Length);
        double edge = 0;
        for (int j = 0; j < x.Length; j++)
        {
            double u = Base(d[j], beta, c);
            double p = u <= 0 ? 0 : Power(d[j], beta, c) / total;
            result.Y[j] = p;
            if (alpha == 1.5)
            {
                // p = (h − τ)² with |h|, |τ| ≤ 1, in the type's own arithmetic.
                result.Scale[j] = (2 * Math.Sqrt(p)) + p;
            }
            else
            {
                result.Scale[j] = p;
                edge += u <= 0 ? 0 : Condition(p, u, beta);
                result.WideScale[j] = u <= 0 ? 0 : p + Condition(p, u, beta);
            }
        }
        // An entry at the very edge of the support may fall on either side of it, and the others make room.
        double open = Math.ScaleB(1, 53) * Math.Pow(1e-13, 1 / beta);
        bool[] atEdge = [.. d.Select(each => alpha != 1.5 && Math.Abs(Base(each, beta, c)) < 1e-14)];
        int edges = atEdge.Count(at => at);
        for (int j = 0; j < x.Length; j++)
        {
            double u = Base(d[j], beta, c);
            result.WideScale[j] = atEdge[j] ? open : result.WideScale[j] + (result.Y[j] * (edge + (open * edges)));
            if (alpha == 1.5 && u <= 0 && u > -1e-5)
                result.Scale[j] = 1e-7;
        }
        result.SetThreshold(
            (beta * maximum) - Math.Exp(-beta * c),
            alpha == 1.5 ? (beta * Math.Abs(maximum)) + 1 : Math.Abs((beta * maximum) - Math.Exp(-beta * c)),
            (beta * Math.Abs(maximum)) + Math.Exp(-beta * c));
        return result;
    }

    // p·(relative error of u)/β, and of log1p itself.
    private static double Condition(double p, double u, double beta) => p * ((Math.Min(1 / u, 1e16) / beta * (1 - Math.Min(u, 1))) + Math.Abs(Math.Log(u) / beta));

    private static double Total(double[] d, double beta, double c)
    {
        CompensatedSum sum = default;
        foreach (double each in d)
        {
            if (Base(each, beta, c) > 0)
                sum.Add(Power(each, beta, c));
        }
        return sum.Value;
    }

    private static double Base(double d, double beta, double c) => 1 + (beta * d * Math.Exp(beta * c));

    private static double Power(double d, double beta, double c) => Math.Exp(Log1P(beta * d * Math.Exp(beta * c)) / beta);

    /// <summary>log(1 + r), accurate relative to itself: log(w)·r/(w − 1) with w = 1 + r rounded.</summary>
    public static double Log1P(double r)
    {
        double w = 1 + r;
        return w == 1 ? r : Math.Log(w) * (r / (w - 1));
    }
}
