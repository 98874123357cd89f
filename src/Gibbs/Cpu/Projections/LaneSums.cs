using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// Σe, Σe² and the count of e = scale·d − τ where positive, over the maxima of the logical lanes: every step of Newton's method from the left is a bound of the row's τ, so a few in plain arithmetic will do.
/// </summary>
internal unsafe struct LaneSums
{
    // Steps below this part of τ are not worth taking.
    private const double Enough = 1e-3;

    // Above the rounding of a bound, below what would let entries in.
    private const double Slack = 1e-4;

    public double Sum;
    public double Squares;
    public double Count;

    /// <summary>How far below the maximum the support may reach, as far as the lanes tell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Reach<TReal, TVector, TMap>(double parameter, double scale, double reach, double maximum, TReal* lanes)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TMap : struct, IThresholdMap
    {
        double tau = -scale * reach;
        while (true)
        {
            LaneSums sums = Of<TReal, TVector>(lanes, maximum, scale, tau);
            double step = TMap.LaneStep(parameter, sums);
            if (!(step > -tau * Enough) || !(tau + step < 0))
                return -tau / scale * (1 + Slack);
            tau += step;
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static LaneSums Of<TReal, TVector>(TReal* lanes, double maximum, double scale, double tau)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        int length = Lanes.Count<TReal>();
        TReal* e = stackalloc TReal[64];
        TReal* squares = stackalloc TReal[64];
        TReal* counts = stackalloc TReal[64];
        TVector top = TVector.Constant(maximum), factor = TVector.Constant(scale), edge = TVector.Constant(tau), zero = default, one = TVector.Constant(1);
        for (int l = 0; l < length; l += TVector.Count)
        {
            TVector part = ((TVector.Load(lanes + l) - top) * factor) - edge;
            TVector positive = TVector.LessThan(zero, part);
            part &= positive;
            TVector.Store(e + l, part);
            TVector.Store(squares + l, part * part);
            TVector.Store(counts + l, one & positive);
        }

        return new() { Sum = Lanes.Sum(e), Squares = Lanes.Sum(squares), Count = Lanes.Sum(counts) };
    }
}
