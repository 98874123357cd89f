using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>Sums in <see cref="Candidates.Block"/> lanes of double that carry what every addition lost (Knuth, 1969).</summary>
internal static unsafe class CompensatedLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TVector>(double* sum, double* lost, TVector addend)
        where TVector : unmanaged, ISimdVector<TVector, double>
    {
        TVector before = TVector.Load(sum);
        TVector after = before + addend;
        TVector part = after - before;
        TVector.Store(sum, after);
        TVector.Store(lost, TVector.Load(lost) + ((before - (after - part)) + (addend - part)));
    }

    public static double Total(double* lanes, double* lost)
    {
        TwoReal total = new(lanes[0], lost[0]);
        for (int l = 1; l < Candidates.Block; l++)
            total = total.Plus(lanes[l]).Plus(lost[l]);
        return total.Value;
    }
}
