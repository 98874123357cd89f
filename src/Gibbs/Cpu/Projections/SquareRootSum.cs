using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// Entmax-1.5: with h = d/2, Σ (h_j − τ)₊² = 1. On a support S, and e = h − τ there, the root is τ + (Σe² − 1)/(Σe + √((Σe)² − |S|(Σe² − 1))), exact if it lies at or below the least of S. Until then Newton's
/// method from a start at or left of the root: the sum is convex, so no step passes the root, and the loop ends where a step no longer moves τ.
/// </summary>
internal static class SquareRootSum
{
    /// <summary>Leaves the support in the list, with its values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe TwoReal Solve<TReal, TVector>(ref Candidates candidates, double start)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        TwoReal tau = new(start, 0);
        while (true)
        {
            PositivePart part = PositivePart.Of<TReal, TVector>(candidates, tau, 0.5);
            double excess = part.Squares - 1;
            double discriminant = (part.Sum * part.Sum) - (part.Count * excess);
            double exact = excess / (part.Sum + Math.Sqrt(Math.Max(0, discriminant)));
            if (discriminant >= 0 && exact <= part.Least)
            {
                // Once more from there: what is left of the step's rounding.
                tau = tau.Plus(exact);
                part = PositivePart.Of<TReal, TVector>(candidates, tau, 0.5);
                tau = tau.Plus((part.Squares - 1) / (2 * part.Sum));
                break;
            }

            TwoReal next = tau.Plus(excess / (2 * part.Sum));
            if (!tau.IsBelow(next))
                break;
            tau = next;
            if (part.Count < candidates.Count / 2)
                candidates.Compact(2 * tau.High);
        }

        int kept = 0;
        for (int i = 0; i < candidates.Count; i++)
        {
            double offset = candidates.Offsets[i], e = Math.Max(0, ((0.5 * offset) - tau.High) - tau.Low);
            candidates.Offsets[kept] = offset;
            candidates.Values[kept] = e * e;
            candidates.Indices[kept] = candidates.Indices[i];
            kept += e * e != 0 ? 1 : 0;
        }

        candidates.Count = kept;
        return tau;
    }
}
