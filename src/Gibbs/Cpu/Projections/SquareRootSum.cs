using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// Entmax-1.5: with h = d/2, Σ (h_j − τ)₊² = 1. On a support S, and e = h − τ there, the root is τ + (Σe² − 1)/(Σe + √((Σe)² − |S|(Σe² − 1))), exact if it lies at or below the least of S. Until then Newton's
/// method from the left, τ = −1: the sum is convex, so no step passes the root, and the loop ends where a step no longer moves τ.
/// </summary>
internal static class SquareRootSum
{
    /// <summary>Leaves the support in the list, with its values.</summary>
    public static unsafe TwoReal Solve<TReal, TVector>(ref Candidates candidates)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        // In place: the offsets are h from here on.
        for (int i = 0; i < candidates.Count; i++)
            candidates.Offsets[i] *= 0.5;
        TwoReal tau = new(-1, 0);
        while (true)
        {
            PositivePart part = PositivePart.Of<TReal, TVector>(candidates, tau);
            double excess = part.Squares - 1;
            double discriminant = (part.Sum * part.Sum) - (part.Count * excess);
            double exact = excess / (part.Sum + Math.Sqrt(Math.Max(0, discriminant)));
            if (discriminant >= 0 && exact <= part.Least)
            {
                // Once more from there: what is left of the step's rounding.
                tau = tau.Plus(exact);
                part = PositivePart.Of<TReal, TVector>(candidates, tau);
                tau = tau.Plus((part.Squares - 1) / (2 * part.Sum));
                break;
            }

            TwoReal next = tau.Plus(excess / (2 * part.Sum));
            if (!tau.IsBelow(next))
                break;
            tau = next;
            if (part.Count < candidates.Count / 2)
                candidates.Compact(tau.High);
        }

        for (int i = 0; i < candidates.Count; i++)
        {
            double e = Math.Max(0, (candidates.Offsets[i] - tau.High) - tau.Low);
            candidates.Values[i] = e * e;
            candidates.Offsets[i] *= 2;
        }

        candidates.DropZeros();
        return tau;
    }
}
