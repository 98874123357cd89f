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

    /// <summary>Lanes merged in halves. Overwrites them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Total(double* lanes, double* lost)
    {
        for (int half = Candidates.Block / 2; half > 0; half /= 2)
        {
            for (int l = 0; l < half; l++)
            {
                double before = lanes[l], addend = lanes[l + half];
                double after = before + addend, part = after - before;
                lanes[l] = after;
                lost[l] += lost[l + half] + ((before - (after - part)) + (addend - part));
            }
        }

        return lanes[0] + lost[0];
    }
}
