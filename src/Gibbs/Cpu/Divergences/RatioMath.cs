using System;
using System.Runtime.CompilerServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Divergences;

/// <summary>Functions of log ratios of probabilities, lane by lane, relative to themselves where differences of probabilities would cancel.</summary>
internal static class RatioMath<TVector, TReal>
    where TVector : unmanaged, ISimdVector<TVector, TReal>
    where TReal : unmanaged
{
    private static bool Single
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(TReal) == typeof(float);
    }

    /// <summary>In place of an infinite logarithm: times a mass of 0 it is 0.</summary>
    public static double Far
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Single ? 1e30 : 1e300;
    }

    /// <summary>(e^d − 1 − d)/d² for |d| ≤ 1, interpolated at Chebyshev nodes to 6e-9 (float) and 5e-19; anything elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Curvature(TVector d)
    {
        TVector p;
        if (Single)
        {
            p = TVector.Constant(2.8062802582276946216e-06);
            p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(2.5358512244639758393e-05));
            p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(0.00019838101968683888006));
            p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(0.0013885396911807101547));
            p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(0.0083333396759170605406));
            p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(0.041666736595237459373));
            p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(0.16666666646842134836));
            return TVector.FusedMultiplyAdd(p, d, TVector.Constant(0.49999999781421683442));
        }

        p = TVector.Constant(4.8383974908301087354e-14);
        p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(7.7532899090613014694e-13));
        p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(1.146986008374900311e-11));
        p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(1.6057448519013337549e-10));
        p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(2.0876763758519634132e-09));
        p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(2.5052120584522951445e-08));
        p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(2.7557319196273278406e-07));
        p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(2.7557319174051555382e-06));
        p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(2.4801587301645516446e-05));
        p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(0.00019841269841374740523));
        p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(0.0013888888888888835209));
        p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(0.0083333333333332360732));
        p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(0.041666666666666664354));
        p = TVector.FusedMultiplyAdd(p, d, TVector.Constant(0.16666666666666665741));
        return TVector.FusedMultiplyAdd(p, d, TVector.Constant(0.5));
    }

    /// <summary>Lanes with |d| below 1, given d²: there <see cref="Curvature"/> holds, elsewhere differences of masses keep their digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector IsNear(TVector square) => TVector.LessThan(square, TVector.Constant(1));

    /// <summary>E^x for any x: 0 below the normal range, +∞ in its last half binade and above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x)
    {
        TVector lowest = TVector.Constant(Single ? -87.3 : -708.3), highest = TVector.Constant(Single ? 88.3 : 709.4);
        TVector below = TVector.LessThan(x, lowest), above = TVector.LessThan(highest, x);
        TVector inside = TVector.Select(below, lowest, TVector.Select(above, highest, x));
        TVector e = Exponential.OfProduct<TVector, TReal>(inside, TVector.Constant(Log2E), TVector.Constant(Log2ELow));

        // What the float constant leaves out of log2(e).
        if (Single)
            e = TVector.FusedMultiplyAdd(e * inside, TVector.Constant(Log2ELow * 0.6931471805599453), e);
        return TVector.Select(below, default, TVector.Select(above, TVector.Constant(double.PositiveInfinity), e));
    }

    /// <summary>E^x − 1 for x ≤ 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpMinusOne(TVector x) =>
        Exponential.MinusOneOfProduct<TVector, TReal>(TVector.Max(TVector.Constant(Single ? -87 : -708), x), TVector.Constant(Log2E), TVector.Constant(Log2ELow));

    /// <summary>log(1 + y) for −1 &lt; y ≤ 0, 1 + y a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector LogOnePlus(TVector y)
    {
        TVector u = TVector.Constant(1) + y;
        return Log(u, (y - (u - TVector.Constant(1))) / u);
    }

    /// <summary>log x of a positive finite x, subnormal ones too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log(TVector x)
    {
        double lift = Single ? 64 : 128;
        TVector tiny = TVector.LessThan(x, TVector.Constant(Single ? 1.17549435e-38 : 2.2250738585072014e-308));
        TVector normal = TVector.Select(tiny, x * TVector.Constant(Math.ScaleB(1, (int)lift)), x);
        return Log(normal, default) - (tiny & TVector.Constant(lift * 0.6931471805599453));
    }

    // log(x·(1 + correction)) = n·ln 2 + 2·atanh(s), s = f/(2 + f), x = 2^n·(1 + f) with 1 + f in [√½, √2).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Log(TVector x, TVector correction)
    {
        int mantissa = Single ? 23 : 52;
        ulong half = Single ? 0x3F3504F3UL : 0x3FE6A09E667F3BCDUL, one = Single ? 0x3F800000UL : 0x3FF0000000000000UL;
        TVector bits = TVector.AddBits(x, TVector.FromBits(one - half));
        TVector exponent = TVector.ShiftRightBits(bits, mantissa) | TVector.FromBits(Single ? 0x4B000000UL : 0x4330000000000000UL);
        TVector n = exponent - TVector.Constant(Single ? 8388608.0 + 127 : 4503599627370496.0 + 1023);
        TVector f = TVector.AddBits(bits & TVector.FromBits((1UL << mantissa) - 1), TVector.FromBits(half)) - TVector.Constant(1);
        TVector s = f / (TVector.Constant(2) + f);
        TVector q = s * s;
        TVector series;
        if (Single)
        {
            series = TVector.Constant(2.0 / 9);
        }
        else
        {
            series = TVector.Constant(2.0 / 21);
            series = TVector.FusedMultiplyAdd(series, q, TVector.Constant(2.0 / 19));
            series = TVector.FusedMultiplyAdd(series, q, TVector.Constant(2.0 / 17));
            series = TVector.FusedMultiplyAdd(series, q, TVector.Constant(2.0 / 15));
            series = TVector.FusedMultiplyAdd(series, q, TVector.Constant(2.0 / 13));
            series = TVector.FusedMultiplyAdd(series, q, TVector.Constant(2.0 / 11));
            series = TVector.FusedMultiplyAdd(series, q, TVector.Constant(2.0 / 9));
        }

        series = TVector.FusedMultiplyAdd(series, q, TVector.Constant(2.0 / 7));
        series = TVector.FusedMultiplyAdd(series, q, TVector.Constant(2.0 / 5));
        series = TVector.FusedMultiplyAdd(series, q, TVector.Constant(2.0 / 3));

        // f is exact and dominates.
        TVector low = TVector.FusedMultiplyAdd(n, TVector.Constant(Single ? -2.12194440e-4 : 1.90821492927058770002e-10), correction);
        low = TVector.FusedMultiplyAdd(default(TVector) - s, f - (q * series), low);
        return TVector.FusedMultiplyAdd(n, TVector.Constant(Single ? 0.693359375 : 6.93147180369123816490e-01), f + low);
    }

    private static double Log2E => Single ? 1.44269502162933349609375 : 1.4426950408889634;

    private static double Log2ELow => Single ? 1.9259629911266174e-8 : 2.0355273740931033e-17;
}
