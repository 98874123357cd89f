using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// Σ (d_j − τ)₊ = r, r &gt; 0, for candidates with maximum 0: Newton's method from a start at or left of the root. Every step drops entries or is the last, so it ends; the last corrects τ from its own support.
/// </summary>
internal static class SimplexRoot
{
    /// <summary>Leaves the support in the list, with its values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TwoReal Solve<TReal, TVector>(ref Candidates candidates, double radius, double start)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        TwoReal tau = new(start, 0);
        int support = int.MaxValue;
        while (true)
        {
            PositivePart part = PositivePart.Of<TReal, TVector>(candidates, tau);

            // Rounding, with a radius among the least subnormals.
            if (part.Count == 0)
                break;
            tau = tau.Plus((part.Sum - radius) / part.Count);
            if (part.Count == support)
                break;
            support = part.Count;
            if (part.Count < candidates.Count / 2)
                candidates.Compact(tau.High);
        }

        SetValues(ref candidates, tau);
        return tau;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void SetValues(ref Candidates candidates, TwoReal tau)
    {
        for (int i = 0; i < candidates.Count; i++)
            candidates.Values[i] = Math.Max(0, (candidates.Offsets[i] - tau.High) - tau.Low);
        candidates.DropZeros();
    }
}
