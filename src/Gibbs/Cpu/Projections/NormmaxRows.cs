using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// Normmax: with c = 1/(α−1), ‖(d − τ)₊‖_(c+1) = 1, w = (d − τ)₊^c, p = w/Σw. The norm is convex in τ and piecewise nearly linear: Newton's method from the left, τ = −1, passes no root and ends where a step no longer
/// moves τ. In double whatever the type.
/// </summary>
internal readonly struct NormmaxMap : IThresholdMap
{
    public static bool IsValid(double parameter) => parameter is > 1 and <= 8;

    public static double Reach(double parameter) => 1;

    public static unsafe TwoReal Solve<TReal, TVector>(in RowMap map, double parameter, double reach, ref Candidates candidates)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        double c = 1 / (parameter - 1), tau = -1;
        while (true)
        {
            // Relative to the largest entry, so that no power overflows or vanishes as a whole.
            double top = -tau, weights = 0, powers = 0;
            for (int i = 0; i < candidates.Count; i++)
            {
                double e = candidates.Offsets[i] - tau;
                double ratio = e / top;
                double w = e > 0 ? Power(ratio, c) : 0;
                candidates.Values[i] = w;
                weights += w;
                powers += w * Math.Max(0, ratio);
            }

            // N = top·powers^(1/(c+1)); −N′ = Σ e^c/N^c.
            double norm = top * Math.Pow(powers, 1 / (c + 1));
            double slope = weights * Math.Pow(top / norm, c);
            double next = tau + ((norm - 1) / slope);
            if (!(next > tau) || next >= 0)
            {
                candidates.Normalise();
                return new(tau, 0);
            }

            tau = next;
        }
    }

    private static double Power(double value, double exponent) => exponent == 1 ? value : Math.Pow(value, exponent);
}

/// <summary>Gradients of normmax from p alone.</summary>
internal readonly struct NormmaxSlopes : ISupportSlopes
{
    // With n = ‖p‖_α: s_i = c·(p_i/n)^(2−α), A = ⟨p, v⟩, B = Σs·v, C = Σs: n·[s_i(v_i − A) − p_i(B − A·C)].
    public static unsafe void Products(in RowMap map, double parameter, double* y, double* v, int count, double* result, out double byParameter)
    {
        double c = 1 / (parameter - 1), largest = 0, powers = 0;
        byParameter = 0;
        for (int i = 0; i < count; i++)
            largest = double.IsNaN(y[i]) || y[i] > largest ? y[i] : largest;
        for (int i = 0; i < count; i++)
            powers += Math.Pow(y[i] / largest, parameter);
        if (count == 0)
            return;
        double n = largest * Math.Pow(powers, 1 / parameter);

        double a = 0, b = 0, sum = 0;
        for (int i = 0; i < count; i++)
        {
            double s = c * Math.Pow(y[i] / n, 2 - parameter);
            result[i] = s;
            a += y[i] * v[i];
            b += s * v[i];
            sum += s;
        }

        for (int i = 0; i < count; i++)
            result[i] = n * ((result[i] * (v[i] - a)) - (y[i] * (b - (a * sum))));
        byParameter = ByAlpha(parameter, n, y, v, count);
    }

    // With g = (p/n)^(α−1), w = p/n, lg = log g, c′ = −c²: τ′ = c′·Σ g·w·lg/((c+1)·Σw), dw = w(c′·lg − c·τ′/g), dp = n·(dw − p·Σdw).
    private static unsafe double ByAlpha(double alpha, double n, double* p, double* v, int count)
    {
        double c = 1 / (alpha - 1), slope = -c * c, moment = 0, weights = 0;
        for (int i = 0; i < count; i++)
        {
            double w = p[i] / n, lg = (alpha - 1) * Math.Log(w);
            moment += Math.Exp(lg) * w * lg;
            weights += w;
        }

        double tau = slope * moment / ((c + 1) * weights), total = 0, product = 0, mean = 0;
        for (int i = 0; i < count; i++)
        {
            double w = p[i] / n, lg = (alpha - 1) * Math.Log(w);
            double dw = w * ((slope * lg) - (c * tau * Math.Exp(-lg)));
            total += dw;
            product += v[i] * dw;
            mean += v[i] * p[i];
        }

        return n * (product - (mean * total));
    }
}

/// <summary>Normmax.</summary>
internal static unsafe class NormmaxRows<T, TReal, TVector>
    where T : unmanaged
    where TReal : unmanaged
    where TVector : unmanaged, ISimdVector<TVector, TReal>
{
    public static void Forward(void* context, long begin, long end) => ThresholdRows<T, TReal, TVector, NormmaxMap>.Forward(context, begin, end);

    public static void Gradient(void* context, long begin, long end) => SupportGradient<T, TReal, TVector, NormmaxSlopes>.Run(context, begin, end);
}
