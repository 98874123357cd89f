using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>P_ij/(a_i·b_j) = 2^(F_i + G_j − s·(C_ij − C0)): 0 at a cost of +∞, and held below 2^126 where potentials are still far off.</summary>
internal static class PlanDensity<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of(TVector cost, TVector origin, TVector minusScale, TVector g, TVector f)
    {
        TVector t = TVector.FusedMultiplyAdd(cost - origin, minusScale, g + f);
        TVector highest = TVector.Constant(typeof(TReal) == typeof(float) ? 126 : 1022);
        TVector lowest = TVector.Constant(typeof(TReal) == typeof(float) ? -126 : -1022);
        TVector dead = TVector.LessThan(t, lowest);

        // Above the range the exponent's bits would overflow into the sign.
        t = TVector.Select(TVector.LessThan(highest, t), highest, t);
        return TVector.Select(dead, default, Exponential.OfProduct<TVector, TReal>(t, TVector.Constant(1), default));
    }
}
