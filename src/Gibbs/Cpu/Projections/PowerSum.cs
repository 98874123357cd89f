using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// α-entmax, β = α − 1, in a form that is continuous at β → 0, where it is softmax: with c = −log p_max in [0, log n] and u_j = β·d_j·e^(βc), p_j = p_max·(1 + u_j)₊^(1/β), the root of
/// ψ(c) = log Σ (1 + u_j)₊^(1/β) − c, which decreases. Newton's method in a bracket, bisected where a step leaves it or three steps do not halve it; all in double, the probabilities normalised by their sum.
/// </summary>
internal static unsafe class PowerSum
{
    private struct Sums
    {
        public double Powers;
        public double Slope;
    }

    /// <summary>Leaves the support in the list, with its values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TwoReal Solve<TReal, TVector>(ref Candidates candidates, double beta)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        double low = 0, high = Math.Log(candidates.Count), c = 0, widest = high;
        int steps = 0;
        while (true)
        {
            Sums sums = Evaluate<TReal, TVector>(candidates, beta, c);
            double excess = Math.Log(sums.Powers) - c;
            if (excess == 0 || !(high > low))
                break;
            if (excess > 0)
                low = c;
            else
                high = c;
            double next = c - (excess / ((sums.Slope / sums.Powers) - 1));
            if (++steps % 3 == 0)
            {
                // Not halved by three steps of Newton's method.
                if (high - low > widest / 2)
                    next = double.NaN;
                widest = high - low;
            }

            if (!(next > low && next < high))
                next = low + ((high - low) / 2);
            double moved = Math.Abs(next - c);
            c = next;

            // At the rounding of ψ itself, which is absolute.
            if (moved <= 2.2e-16 * Math.Max(1, c) || !(next > low && next < high))
            {
                sums = Evaluate<TReal, TVector>(candidates, beta, c);
                break;
            }
        }

        candidates.Normalise();
        return new(-Math.Exp(-beta * c), 0);
    }

    private static Sums Evaluate<TReal, TVector>(in Candidates candidates, double beta, double c)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        if (typeof(TVector) == typeof(SimdVector512<float>) || typeof(TVector) == typeof(SimdVector512<double>))
            return Evaluate<SimdVector512<double>>(candidates, beta, c);
        if (typeof(TVector) == typeof(SimdVector256<float>) || typeof(TVector) == typeof(SimdVector256<double>))
            return Evaluate<SimdVector256<double>>(candidates, beta, c);
        return Evaluate<SimdVector128<double>>(candidates, beta, c);
    }

    // The powers become the list's values.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Sums Evaluate<TVector>(in Candidates candidates, double beta, double c)
        where TVector : unmanaged, ISimdVector<TVector, double>
    {
        double* lanes = stackalloc double[2 * Candidates.Block];
        for (int k = 0; k < 2 * Candidates.Block; k += TVector.Count)
            TVector.Store(lanes + k, default);
        TVector scale = TVector.Constant(beta * Math.Exp(beta * c)), inverse = TVector.Constant(1 / beta);
        TVector zero = default, one = TVector.Constant(1);
        for (int i = 0; i < candidates.Count; i += Candidates.Block)
        {
            for (int k = 0; k < Candidates.Block; k += TVector.Count)
            {
                TVector u = TVector.Load(candidates.Offsets + i + k) * scale;
                TVector t = one + u;
                TVector positive = TVector.LessThan(zero, t);
                if (TVector.MaskBits(positive) == 0)
                {
                    TVector.Store(candidates.Values + i + k, zero);
                    continue;
                }

                // log(1 + u) with what the rounding of 1 + u lost (Kahan); outside the support 1 stands in.
                u = TVector.Select(positive, u, zero);
                t = TVector.Select(positive, t, one);
                TVector part = t - one;
                TVector log = TVector.Select(TVector.Equal(part, zero), u, TVector.Log(t) * (u / TVector.Select(TVector.Equal(part, zero), one, part)));
                TVector power = TVector.Select(positive, TVector.Exp(log * inverse), zero);
                TVector.Store(candidates.Values + i + k, power);
                TVector.AddTo(lanes + k, power);
                TVector.AddTo(lanes + Candidates.Block + k, power * (u / t));
            }
        }

        return new() { Powers = Total(lanes), Slope = Total(lanes + Candidates.Block) };
    }

    private static double Total(double* lanes)
    {
        for (int half = Candidates.Block / 2; half > 0; half /= 2)
        {
            for (int l = 0; l < half; l++)
                lanes[l] += lanes[l + half];
        }

        return lanes[0];
    }
}
