using System;
using System.Linq;

using Gibbs.Tests.Reference;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>argmax over the simplex of ⟨p, x⟩ − ‖p‖_α: Σ(x − τ)₊^(α/(α−1)) = 1 by bisection to the last bit in s = max − τ, p ∝ (x − τ)₊^(1/(α−1)).</summary>
internal static class NormmaxReference
{
    public static MapResult Map(double[] x, double alpha)
    {
        double c = 1 / (alpha - 1), exponent = alpha / (alpha - 1), maximum = x.Max();
        double[] d = [.. x.Select(v => v - maximum)];
        double low = 0, high = 1;
        for (double middle = 0.5; middle > low && middle < high; middle = low + ((high - low) / 2))
        {
            CompensatedSum sum = default;
            foreach (double each in d)
            {
                if (each > -middle)
                    sum.Add(Math.Exp(exponent * (Math.Log(middle) + EntmaxReference.Log1P(each / middle))));
            }
            if (sum.Value <= 1)
                low = middle;
            else
                high = middle;
        }
        double s = high;
        MapResult result = new(x.Length);
        double Power(double each) => each > -s ? Math.Exp(c * EntmaxReference.Log1P(each / s)) : 0;
        CompensatedSum total = default;
        foreach (double each in d)
            total.Add(Power(each));
        double edge = 0;
        for (int j = 0; j < x.Length; j++)
        {
            double u = 1 + (d[j] / s), p = Power(d[j]) / total.Value;
            result.Y[j] = p;
            result.Scale[j] = p;
            result.WideScale[j] = u <= 0 ? 0 : p * (1 + (c * ((1 - Math.Min(u, 1)) / Math.Max(u, 1e-16))) + Math.Abs(c * Math.Log(u)));
            edge += result.WideScale[j];
        }
        // An entry at the very edge of the support may fall on either side of it, and the others make room.
        double open = Math.ScaleB(1, 53) * Math.Pow(1e-13, c);
        bool[] atEdge = [.. d.Select(each => Math.Abs(1 + (each / s)) < 1e-14)];
        int edges = atEdge.Count(at => at);
        for (int j = 0; j < x.Length; j++)
            result.WideScale[j] = atEdge[j] ? open : result.WideScale[j] + (result.Y[j] * (edge + (open * edges)));
        result.SetThreshold(maximum - s, Math.Abs(maximum - s), Math.Abs(maximum) + 1);
        return result;
    }
}
