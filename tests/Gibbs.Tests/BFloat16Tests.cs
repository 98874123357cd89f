using System;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests;

/// <summary>bfloat16 conversions, all 65536 bit patterns and the float32 values between them.</summary>
[TestFixture]
[Category("Cpu")]
public sealed class BFloat16Tests
{
    [Test]
    public void EveryPatternWidensExactlyAndComesBack()
    {
        for (int bits = 0; bits <= 0xFFFF; bits++)
        {
            BFloat16 value = BFloat16.FromBits((ushort)bits);
            float wide = (float)value;
            Assert.That(BitConverter.SingleToUInt32Bits(wide), Is.EqualTo((uint)bits << 16));
            BFloat16 back = (BFloat16)wide;
            if (float.IsNaN(wide))
                Assert.That(float.IsNaN((float)back));
            else
                Assert.That(back.Bits, Is.EqualTo(bits));
        }
    }

    [Test]
    public void RoundsToNearestTiesToEven()
    {
        for (uint upper = 0; upper < 0x7F80; upper++)
        {
            float below = BitConverter.UInt32BitsToSingle(upper << 16);
            foreach (uint lower in new uint[] { 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF })
            {
                float value = BitConverter.UInt32BitsToSingle((upper << 16) | lower);
                uint expected = lower > 0x8000 || (lower == 0x8000 && upper % 2 == 1) ? upper + 1 : upper;
                Assert.That(((BFloat16)value).Bits, Is.EqualTo(expected));
                Assert.That(((BFloat16)(-value)).Bits, Is.EqualTo(expected | 0x8000));
            }
            Assert.That(((BFloat16)below).Bits, Is.EqualTo(upper));
        }
    }

    [Test]
    public void NaNStaysNaNWhateverItsPayload()
    {
        foreach (uint payload in new uint[] { 1, 0xFFFF, 0x3FFFFF, 0x400000, 0x7FFFFF })
        {
            Assert.That(float.IsNaN((float)(BFloat16)BitConverter.UInt32BitsToSingle(0x7F800000 | payload)));
            Assert.That(float.IsNaN((float)(BFloat16)BitConverter.UInt32BitsToSingle(0xFF800000 | payload)));
        }
    }

    [Test]
    public void InfinityOverflowAndSignedZero()
    {
        Assert.That((float)(BFloat16)float.PositiveInfinity, Is.EqualTo(float.PositiveInfinity));
        Assert.That((float)(BFloat16)float.NegativeInfinity, Is.EqualTo(float.NegativeInfinity));
        Assert.That((float)(BFloat16)float.MaxValue, Is.EqualTo(float.PositiveInfinity));
        Assert.That(((BFloat16)(-0f)).Bits, Is.EqualTo(0x8000));
        Assert.That((BFloat16)0f, Is.EqualTo((BFloat16)(-0f)));
    }

    [Test]
    public unsafe void EqualityHashAndSize()
    {
        BFloat16 nan = (BFloat16)float.NaN, one = (BFloat16)1f;
        Assert.Multiple(() =>
        {
            Assert.That(sizeof(BFloat16), Is.EqualTo(2));
            Assert.That(nan.Equals(nan));
            Assert.That(nan == BFloat16.FromBits(nan.Bits), Is.False);
            Assert.That(nan != BFloat16.FromBits(nan.Bits));
            Assert.That(one == (BFloat16)1f);
            Assert.That(one.GetHashCode(), Is.EqualTo(((BFloat16)1f).GetHashCode()));
            Assert.That(((BFloat16)0f).GetHashCode(), Is.EqualTo(((BFloat16)(-0f)).GetHashCode()));
            Assert.That(((BFloat16)1.5f).ToString(), Is.EqualTo("1.5"));
        });
    }

    [Test]
    public void TheHarnessRoundsOnce()
    {
        // Just above a tie in float64, exactly the tie in float32: a second rounding would go to even.
        double above = 1 + Math.ScaleB(1, -8) + Math.ScaleB(1, -40);
        Assert.That(ElementType.BFloat16.Round(above), Is.EqualTo(1 + Math.ScaleB(1, -7)));
        Assert.That((float)(BFloat16)(float)above, Is.EqualTo(1f));
        Assert.That(ElementType.BFloat16.Round(-above), Is.EqualTo(-1 - Math.ScaleB(1, -7)));
        Assert.That(ElementType.BFloat16.Step(1, 1), Is.EqualTo(1 + Math.ScaleB(1, -7)));
        Assert.That(ElementType.BFloat16.Step(0, -1), Is.EqualTo(-Math.ScaleB(1, -133)));
    }
}
