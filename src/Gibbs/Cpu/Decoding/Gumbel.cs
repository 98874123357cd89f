using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gibbs.Cpu.Decoding;

/// <summary>
/// Standard Gumbel noise of random words, in float whatever the storage:
/// <code>
/// G(w) = −log(−log u),  u = (w + 1/2)·2^−32
/// </code>
/// The device code does the same IEEE operations in the same order, so that a seed means the same tokens on every path and device: nothing here may be reordered, contracted, or left to a library. Every
/// operation is an exact integer one or +, * and fma in fp32. Absolute error below 3e-7·max(1, |G|).
/// </summary>
internal static class Gumbel
{
    /// <summary>The noise of eight words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<uint> words)
    {
        // Near 1, u is one minus what the complement of w says exactly: 1 − u = (~w + 1/2)·2^−32.
        Vector256<uint> nearOne = Vector256.GreaterThanOrEqual(words, Vector256.Create(0xB504F000u));
        Vector256<float> isNearOne = nearOne.AsSingle();
        Vector256<float> t = WordAndHalf(words ^ nearOne);
        BinaryParts(t, out Vector256<float> fraction, out Vector256<float> exponent);
        fraction = Vector256.ConditionalSelect(isNearOne, t * Vector256.Create(-2.3283064365386963e-10f), fraction);
        exponent = Vector256.ConditionalSelect(isNearOne, default, exponent + Vector256.Create(-32.0f));
        Vector256<float> exponential = -LogOfParts(fraction, exponent);
        BinaryParts(exponential, out fraction, out exponent);
        return -LogOfParts(fraction, exponent);
    }

    /// <summary>The noise of one word.</summary>
    public static float Of(uint word) => Of(Vector256.Create(word)).ToScalar();

    // n + 1/2, rounded once: both halves, the factor and the sum of the low half are exact.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> WordAndHalf(Vector256<uint> n)
    {
        Vector256<float> upper = Vector256.ConvertToSingle((n >> 16).AsInt32()), lower = Vector256.ConvertToSingle((n & Vector256.Create(0xFFFFu)).AsInt32());
        return Vector256.FusedMultiplyAdd(upper, Vector256.Create(65536.0f), lower + Vector256.Create(0.5f));
    }

    // 2^exponent·(1 + fraction), fraction in [sqrt(1/2) − 1, sqrt(2) − 1).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BinaryParts(Vector256<float> positive, out Vector256<float> fraction, out Vector256<float> exponent)
    {
        Vector256<int> bits = positive.AsInt32(), power = (bits - Vector256.Create(0x3F3504F3)) >> 23;
        fraction = (bits - (power << 23)).AsSingle() - Vector256.Create(1.0f);
        exponent = Vector256.ConvertToSingle(power);
    }

    // log(2^exponent·(1 + f)) = exponent·ln 2 + f − f²/2 + f³·P(f), P the minimax polynomial of Cephes' logf.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> LogOfParts(Vector256<float> f, Vector256<float> exponent)
    {
        Vector256<float> square = f * f;
        Vector256<float> p = Vector256.Create(7.0376836292e-2f);
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(-1.1514610310e-1f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(1.1676998740e-1f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(-1.2420140846e-1f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(1.4249322787e-1f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(-1.6668057665e-1f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(2.0000714765e-1f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(-2.4999993993e-1f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(3.3333331174e-1f));
        Vector256<float> r = Vector256.FusedMultiplyAdd(f * square, p, exponent * Vector256.Create(-2.12194440e-4f));
        r = Vector256.FusedMultiplyAdd(Vector256.Create(-0.5f), square, r);
        r = f + r;
        return Vector256.FusedMultiplyAdd(exponent, Vector256.Create(0.693359375f), r);
    }
}
