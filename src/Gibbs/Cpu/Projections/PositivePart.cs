using System.Numerics;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Projections;

/// <summary>
/// e_j = (scale·d_j − τ)₊ over candidates, the scale a power of two: Σe, Σe² and the count and the least of the positive ones, in one pass. The sums carry what every addition lost (Knuth), in lanes keyed by
/// the place in the list.
/// </summary>
internal unsafe struct PositivePart
{
    public double Sum;
    public double Squares;
    public int Count;

    /// <summary>+∞ where none is positive.</summary>
    public double Least;

    public static PositivePart Of<TReal, TVector>(in Candidates candidates, TwoReal tau, double scale = 1)
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        if (typeof(TVector) == typeof(SimdVector512<float>) || typeof(TVector) == typeof(SimdVector512<double>))
            return Sums<SimdVector512<double>>(candidates, tau, scale);
        if (typeof(TVector) == typeof(SimdVector256<float>) || typeof(TVector) == typeof(SimdVector256<double>))
            return Sums<SimdVector256<double>>(candidates, tau, scale);
        return Sums<SimdVector128<double>>(candidates, tau, scale);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static PositivePart Sums<TVector>(in Candidates candidates, TwoReal tau, double scale)
        where TVector : unmanaged, ISimdVector<TVector, double>
    {
        double* lanes = stackalloc double[4 * Candidates.Block];
        double* lost = lanes + Candidates.Block, squares = lost + Candidates.Block, squaresLost = squares + Candidates.Block;
        for (int k = 0; k < 4 * Candidates.Block; k += TVector.Count)
            TVector.Store(lanes + k, default);
        TVector factor = TVector.Constant(scale), high = TVector.Constant(tau.High), low = TVector.Constant(tau.Low), zero = default;
        TVector least = TVector.Constant(double.NegativeInfinity);
        TVector never = least;
        int count = 0;
        for (int i = 0; i < candidates.Count; i += Candidates.Block)
        {
            for (int k = 0; k < Candidates.Block; k += TVector.Count)
            {
                TVector e = ((TVector.Load(candidates.Offsets + i + k) * factor) - high) - low;
                TVector positive = TVector.LessThan(zero, e);
                ulong bits = TVector.MaskBits(positive);
                if (bits == 0)
                    continue;
                count += BitOperations.PopCount(bits);
                least = TVector.Max(least, TVector.Select(positive, zero - e, never));
                e = TVector.Max(e, zero);
                CompensatedLanes.Add(lanes + k, lost + k, e);
                CompensatedLanes.Add(squares + k, squaresLost + k, e * e);
            }
        }

        return new()
        {
            Sum = CompensatedLanes.Total(lanes, lost),
            Squares = CompensatedLanes.Total(squares, squaresLost),
            Count = count,
            Least = -TVector.MaxOfLanes(least),
        };
    }
}
