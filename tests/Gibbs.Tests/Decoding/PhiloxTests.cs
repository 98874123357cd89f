using System;
using System.Runtime.Intrinsics;

using Gibbs.Cpu.Decoding;

using NUnit.Framework;

namespace Gibbs.Tests.Decoding;

/// <summary>The random words against the published known answers, and the noise that is made of them against its formula.</summary>
[Category("Cpu")]
internal sealed class PhiloxTests
{
    [TestCase(0u, 0u, 0u, 0u, 0ul, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [TestCase(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, ulong.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [TestCase(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0x299f31d0a4093822ul, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void KnownAnswers(uint a, uint b, uint c, uint d, ulong key, uint first, uint second, uint third, uint fourth) =>
        Assert.That(Philox.Words(a, b, c, d, key), Is.EqualTo((first, second, third, fourth)));

    [Test]
    public void FourCountersAtOnce()
    {
        foreach (uint first in new[] { 0u, 5u, 0x7ffffffcu, 0xfffffffcu })
        {
            Philox.Words(first, 3, 0x80000000, 77, 0x123456789abcdef0, out Vector256<uint> low, out Vector256<uint> high);
            for (int i = 0; i < 4; i++)
            {
                (uint a, uint b, uint c, uint d) = Philox.Words(first + (uint)i, 3, 0x80000000, 77, 0x123456789abcdef0);
                for (int k = 0; k < 4; k++)
                    Assert.That(i < 2 ? low[(4 * i) + k] : high[(4 * (i - 2)) + k], Is.EqualTo(k switch { 0 => a, 1 => b, 2 => c, _ => d }));
            }
        }
    }

    [Test]
    public void NoiseIsThatOfTheFormula()
    {
        uint[] ends = [0, 1, 2, 0x7fffffff, 0x80000000, 0xB504EFFF, 0xB504F000, 0xfffffffd, 0xfffffffe, 0xffffffff];
        Random random = new(4);
        for (int i = 0; i < 20000; i++)
        {
            uint word = i < ends.Length ? ends[i] : (uint)random.NextInt64(1L << 32);
            double u = (word + 0.5) * Math.ScaleB(1, -32), tail = (~word + 0.5) * Math.ScaleB(1, -32);

            // −log u by the series of log1p where u is near 1: the logarithm of a rounded u is not it.
            double exponential = tail > 1e-3 ? -Math.Log(u) : tail + (tail * tail / 2) + (tail * tail * tail / 3) + (tail * tail * tail * tail / 4) + (tail * tail * tail * tail * tail / 5);
            double expected = -Math.Log(exponential);
            Assert.That(Gumbel.Of(word), Is.EqualTo(expected).Within(3e-7 * Math.Max(1, Math.Abs(expected))), $"word {word}");
        }
    }
}
