using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gibbs.Cpu.Decoding;

/// <summary>
/// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011): 128 random bits are a function of a 128-bit counter and a
/// 64-bit key. A round, ten of them, the key raised by Weyl constants between:
/// <code>
/// (c0, c1, c2, c3) → (high(M1·c2) ^ c1 ^ k0,  low(M1·c2),  high(M0·c0) ^ c3 ^ k1,  low(M0·c0))
/// </code>
/// The same words as the device code's.
/// </summary>
internal static class Philox
{
    private const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57, W0 = 0x9E3779B9, W1 = 0xBB67AE85;

    /// <summary>The four words of a counter.</summary>
    public static (uint A, uint B, uint C, uint D) Words(uint a, uint b, uint c, uint d, ulong key)
    {
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < 10; round++)
        {
            ulong first = (ulong)M0 * a, second = (ulong)M1 * c;
            (a, b, c, d) = ((uint)(second >> 32) ^ b ^ k0, (uint)second, (uint)(first >> 32) ^ d ^ k1, (uint)first);
            k0 = unchecked(k0 + W0);
            k1 = unchecked(k1 + W1);
        }

        return (a, b, c, d);
    }

    /// <summary>The words of counters (first, b, c, d) to (first + 3, b, c, d), sixteen in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Words(uint first, uint b, uint c, uint d, ulong key, out Vector256<uint> low, out Vector256<uint> high)
    {
        // A counter's word in the low half of each 64 bits.
        Vector256<ulong> half = Vector256.Create((ulong)uint.MaxValue), m0 = Vector256.Create((ulong)M0), m1 = Vector256.Create((ulong)M1);
        Vector256<ulong> va = (Vector256.Create((ulong)first) + Vector256.Create(0UL, 1, 2, 3)) & half;
        Vector256<ulong> vb = Vector256.Create((ulong)b), vc = Vector256.Create((ulong)c), vd = Vector256.Create((ulong)d);
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < 10; round++)
        {
            Vector256<ulong> one = Product(va, m0), two = Product(vc, m1);
            va = (two >> 32) ^ vb ^ Vector256.Create((ulong)k0);
            vb = two & half;
            vc = (one >> 32) ^ vd ^ Vector256.Create((ulong)k1);
            vd = one & half;
            k0 = unchecked(k0 + W0);
            k1 = unchecked(k1 + W1);
        }

        Vector256<ulong> ab = va | (vb << 32), cd = vc | (vd << 32);
        low = Vector256.Create(ab[0], cd[0], ab[1], cd[1]).AsUInt32();
        high = Vector256.Create(ab[2], cd[2], ab[3], cd[3]).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Product(Vector256<ulong> left, Vector256<ulong> right) =>
        Avx2.IsSupported ? Avx2.Multiply(left.AsUInt32(), right.AsUInt32()) : left * right;
}
