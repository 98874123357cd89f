using System;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// s = p^(2−α) on the support: s_j(v_j − ⟨s, v⟩/Σs). By α, with β = α − 1, l = log p, φ(w) = e^w − 1 − w, M₂ = Σp·φ(−βl), H = −Σp·l, M = M₂ + βH: Σ v_j·p_j/(β²(1+M))·[M₂(1 − βl_j) − φ(−βl_j)(1 + βH)].
/// </summary>
internal readonly struct EntmaxSlopes : ISupportSlopes
{
    public static unsafe void Products(in RowMap map, double parameter, double* y, double* v, int count, double* result, out double byParameter)
    {
        double power = 2 - parameter, sum = 0, product = 0;
        for (int i = 0; i < count; i++)
        {
            double s = power == 0.5 ? Math.Sqrt(y[i]) : power == 0 ? (double.IsNaN(y[i]) ? double.NaN : 1) : Math.Exp(power * Math.Log(y[i]));
            result[i] = s;
            sum += s;
            product += s * v[i];
        }

        double mean = count == 0 ? 0 : product / sum;
        for (int i = 0; i < count; i++)
            result[i] *= v[i] - mean;
        byParameter = ByAlpha(parameter - 1, y, v, count);
    }

    private static unsafe double ByAlpha(double beta, double* p, double* v, int count)
    {
        double second = 0, entropy = 0;
        for (int i = 0; i < count; i++)
        {
            double l = Math.Log(p[i]);
            second += p[i] * Remainder(-beta * l);
            entropy -= p[i] * l;
        }

        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            double l = Math.Log(p[i]);
            sum += v[i] * p[i] * ((second * (1 - (beta * l))) - (Remainder(-beta * l) * (1 + (beta * entropy))));
        }

        return count == 0 ? 0 : sum / (beta * beta * (1 + second + (beta * entropy)));
    }

    // e^w − 1 − w: by its series where the difference would cancel.
    private static double Remainder(double w)
    {
        if (Math.Abs(w) > 0.5)
            return Math.Exp(w) - 1 - w;
        double sum = 0;
        for (int k = 16; k >= 3; k--)
            sum = (sum + 1) * w / k;
        return (sum + 1) * w * w / 2;
    }
}
