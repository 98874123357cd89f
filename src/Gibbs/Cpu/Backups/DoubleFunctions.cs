using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Backups;

/// <summary>Exponential and logarithm of doubles from the vector's own operations: a lane's bits do not depend on the width, as those of the framework's functions do.</summary>
internal static class DoubleFunctions<TVector>
    where TVector : unmanaged, ISimdVector<TVector, double>
{
    /// <summary>e^x for x up to a rounding above 0, to 4e-16; 0 below 2^−1022.5.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x)
    {
        TVector dead = TVector.LessThan(x, TVector.Constant(-708.75));
        return TVector.Select(dead, default, Exponential.OfProduct<TVector, double>(x, TVector.Constant(1.4426950408889634), TVector.Constant(2.0355273740931033e-17)));
    }

    /// <summary>log u of finite u from √½ on, to two units in the last place: u = 2^k·m, log m = 2·atanh(s), s = (m − 1)/(m + 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log(TVector u)
    {
        const ulong Least = 0x3FE6A09E667F3BCD; // the bits of √½
        TVector above = TVector.AddBits(u, TVector.FromBits(unchecked(0UL - Least)));
        TVector m = TVector.AddBits(above & TVector.FromBits((1UL << 52) - 1), TVector.FromBits(Least));
        TVector power = TVector.FromBits(0x4330000000000000), n = (TVector.ShiftRightBits(above, 52) | power) - power; // 2^52 + k, less 2^52
        TVector f = m - TVector.Constant(1), s = f / (TVector.Constant(2) + f), q = s * s;
        TVector series = TVector.Constant(2.0 / 21);
        series = TVector.FusedMultiplyAdd(q, series, TVector.Constant(2.0 / 19));
        series = TVector.FusedMultiplyAdd(q, series, TVector.Constant(2.0 / 17));
        series = TVector.FusedMultiplyAdd(q, series, TVector.Constant(2.0 / 15));
        series = TVector.FusedMultiplyAdd(q, series, TVector.Constant(2.0 / 13));
        series = TVector.FusedMultiplyAdd(q, series, TVector.Constant(2.0 / 11));
        series = TVector.FusedMultiplyAdd(q, series, TVector.Constant(2.0 / 9));
        series = TVector.FusedMultiplyAdd(q, series, TVector.Constant(2.0 / 7));
        series = TVector.FusedMultiplyAdd(q, series, TVector.Constant(2.0 / 5));
        series = TVector.FusedMultiplyAdd(q, series, TVector.Constant(2.0 / 3)) * q;

        // f is exact and dominates.
        TVector low = (n * TVector.Constant(1.90821492927058770002e-10)) - (s * (f - series));
        return TVector.FusedMultiplyAdd(n, TVector.Constant(6.93147180369123816490e-01), f + low);
    }
}
