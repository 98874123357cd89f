using System;

namespace Gibbs.Tests.Policies;

/// <summary>The first word of Philox4x32-10 (Salmon et al., 2011), step by step as the paper draws it.</summary>
internal static class PhiloxReference
{
    public static uint First(ulong counter, ulong key)
    {
        uint[] c = [(uint)counter, (uint)(counter >> 32), 0, 0];
        uint[] k = [(uint)key, (uint)(key >> 32)];
        for (int round = 0; round < 10; round++)
        {
            UInt128 first = (UInt128)0xD2511F53 * c[0], second = (UInt128)0xCD9E8D57 * c[2];
            c = [(uint)(ulong)(second >> 32) ^ c[1] ^ k[0], (uint)(ulong)(second & 0xFFFFFFFF), (uint)(ulong)(first >> 32) ^ c[3] ^ k[1], (uint)(ulong)(first & 0xFFFFFFFF)];
            k = [unchecked(k[0] + 0x9E3779B9), unchecked(k[1] + 0xBB67AE85)];
        }

        return c[0];
    }
}
