using System.Runtime.CompilerServices;

namespace Gibbs.Cpu.Simd;

/// <summary>
/// 2^t by t = n + f with n the nearest integer: a polynomial in f, scaled by 2^n through the exponent's bits. t is given as a product d·k, taken exactly by a fused
/// multiply-add, so that no rounding of t enters. Relative error under 1e-7 for float (degree 6) and 4e-16 for double (degree 11), 2^0 = 1 exactly;
/// flushed to 0 below 2^−126.5 (float) or 2^−1022.5 (double). A lift multiplies the result by 2^lift and lowers that floor as far: sums of tiny terms stay normal
/// numbers at no cost.
/// </summary>
internal static class Exponential
{
    /// <summary>The lift of sums: to below the least subnormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Lift<TReal>()
        where TReal : unmanaged => typeof(TReal) == typeof(float) ? 24 : 60;

    /// <summary>Products at or below this, less the lift, give 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double LowestExponent<TReal>()
        where TReal : unmanaged => typeof(TReal) == typeof(float) ? -127 : -1023;

    /// <summary>2^(d·(k + kLow) + lift) for LowestExponent − lift ≤ d·k ≤ 0; kLow counts for double only. NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OfProduct<TVector, TReal>(TVector d, TVector k, TVector kLow, int lift = 0)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TReal : unmanaged
    {
        // 1.5·2^mantissa + bias: adding it leaves n + bias in the low bits, which shifted are the bits of 2^n.
        TVector magic = TVector.Constant((typeof(TReal) == typeof(float) ? 12582912.0 + 127 : 6755399441055744.0 + 1023) + lift);
        TVector shifted = TVector.FusedMultiplyAdd(d, k, magic);
        TVector f = TVector.FusedMultiplyAdd(d, k, magic - shifted);
        if (typeof(TReal) == typeof(double))
            f = TVector.FusedMultiplyAdd(d, kLow, f);
        TVector scale = TVector.ShiftLeftBits(shifted, typeof(TReal) == typeof(float) ? 23 : 52);
        return TVector.FusedMultiplyAdd(f, Slope<TVector, TReal>(f), TVector.Constant(1)) * scale;
    }

    /// <summary>2^(d·k) − 1, accurate relative to itself, for the same arguments; kLow counts for either type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MinusOneOfProduct<TVector, TReal>(TVector d, TVector k, TVector kLow)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TReal : unmanaged => MinusOneOfProduct<TVector, TReal>(d, k, kLow, out _);

    /// <summary>The same, and 2^(d·k) itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MinusOneOfProduct<TVector, TReal>(TVector d, TVector k, TVector kLow, out TVector power)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TReal : unmanaged
    {
        TVector magic = TVector.Constant(typeof(TReal) == typeof(float) ? 12582912.0 + 127 : 6755399441055744.0 + 1023);
        TVector shifted = TVector.FusedMultiplyAdd(d, k, magic);
        TVector f = TVector.FusedMultiplyAdd(d, kLow, TVector.FusedMultiplyAdd(d, k, magic - shifted));
        TVector scale = TVector.ShiftLeftBits(shifted, typeof(TReal) == typeof(float) ? 23 : 52);
        TVector rest = f * Slope<TVector, TReal>(f);
        power = TVector.FusedMultiplyAdd(scale, rest, scale);
        return TVector.FusedMultiplyAdd(scale, rest, scale - TVector.Constant(1));
    }

    // (2^f − 1)/f on [−1/2, 1/2], interpolated at Chebyshev nodes: 5e-9 and 2e-17 relative to 2^f.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Slope<TVector, TReal>(TVector f)
        where TVector : unmanaged, ISimdVector<TVector, TReal>
        where TReal : unmanaged
    {
        TVector p;
        if (typeof(TReal) == typeof(float))
        {
            p = TVector.Constant(0.0001545316295);
            p = TVector.FusedMultiplyAdd(p, f, TVector.Constant(0.001339086336));
            p = TVector.FusedMultiplyAdd(p, f, TVector.Constant(0.009618082557));
            p = TVector.FusedMultiplyAdd(p, f, TVector.Constant(0.05550357114));
            p = TVector.FusedMultiplyAdd(p, f, TVector.Constant(0.2402265076));
            return TVector.FusedMultiplyAdd(p, f, TVector.Constant(0.693147188));
        }

        p = TVector.Constant(4.4549605981865183938e-10);
        p = TVector.FusedMultiplyAdd(p, f, TVector.Constant(7.0725859492692236999e-9));
        p = TVector.FusedMultiplyAdd(p, f, TVector.Constant(1.0178062445845773521e-7));
        p = TVector.FusedMultiplyAdd(p, f, TVector.Constant(1.3215442587921689653e-6));
        p = TVector.FusedMultiplyAdd(p, f, TVector.Constant(0.000015252733829836118394));
        p = TVector.FusedMultiplyAdd(p, f, TVector.Constant(0.00015403530441736050155));
        p = TVector.FusedMultiplyAdd(p, f, TVector.Constant(0.001333355814641693531));
        p = TVector.FusedMultiplyAdd(p, f, TVector.Constant(0.0096181291076068885273));
        p = TVector.FusedMultiplyAdd(p, f, TVector.Constant(0.055504108664821594339));
        p = TVector.FusedMultiplyAdd(p, f, TVector.Constant(0.2402265069591009822));
        return TVector.FusedMultiplyAdd(p, f, TVector.Constant(0.69314718055994530942));
    }
}
