using System;
using System.Linq;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

using NUnit.Framework;

namespace Gibbs.Tests.Rows;

/// <summary>The offsets, exponentials and sums that the rows of the CPU path start from, against the formulas in fp64.</summary>
internal sealed unsafe class SoftmaxRowTests
{
    [Test]
    public void SumsAreThoseOfTheFormulas([Values(1, 2, 63, 64, 65, 4096, 4097, 20000)] int columns, [Values(1e-3, 0.7, 1, 30)] double temperature, [Values(0, -1e4, 3e4)] double shift)
    {
        Random random = new(columns);
        float[] logits = [.. Enumerable.Range(0, columns).Select(_ => (float)((random.NextDouble() * 20) - 10 + shift))];
        if (columns > 2)
            logits[columns / 2] = float.NegativeInfinity;
        SoftmaxSums sums = Read<float, float, SimdVector128<float>>(logits, temperature, out float[] x, out float[] e);

        double maximum = logits.Max();
        double[] offsets = [.. logits.Select(z => (z - maximum) / temperature)];
        double rest = offsets.Sum(d => d == 0 ? 0 : Math.Exp(d)) + (offsets.Count(d => d == 0) - 1);
        // Below the normal range exponentials are 0.
        double floor = columns * Math.ScaleB(1, -126);

        // exp(x) of a float x has its relative rounding |x| times over.
        double moment = offsets.Sum(d => double.IsNegativeInfinity(d) ? 0 : d * Math.Exp(d));
        Assert.Multiple(() =>
        {
            Assert.That(sums.Status, Is.EqualTo(RowStatus.Ok));
            Assert.That(sums.Maximum, Is.EqualTo(maximum));
            Assert.That(sums.Excess, Is.EqualTo(rest).Within((1e-6 * rest) - (1.2e-7 * moment) + floor));
            Assert.That(sums.Moment, Is.EqualTo(moment).Within((-moment * (2e-6 + (1.2e-7 * 20 / temperature))) + (floor * 100)));
            Assert.That(x.Take(columns).Zip(offsets).All(p => p.First == p.Second || Math.Abs(p.First - p.Second) <= 2e-7 * Math.Abs(p.Second)), "offsets");
            Assert.That(e.Skip(columns).All(value => value == 0), "padding of the exponentials");
        });
    }

    [Test]
    public void ConfidentRowsKeepTheDigitsOfTheirEntropy([Values(5, 20, 60)] double gap)
    {
        double[] logits = [0, gap, -1, double.NegativeInfinity];
        SoftmaxSums sums = Read<double, double, SimdVector256<double>>(logits, 1, out _, out _);
        double a = Math.Exp(-gap), b = Math.Exp(-gap - 1), expected = Real.Log1P(a + b) + (((a * gap) + (b * (gap + 1))) / (1 + a + b));
        Assert.That(sums.Entropy, Is.EqualTo(expected).Within(1e-14 * expected));
    }

    [Test]
    public void OneHotRowsHaveNoEntropyAndUniformOnesTheLogarithm()
    {
        Assert.That(Read<float, float, SimdVector512<float>>([float.NegativeInfinity, 3, float.NegativeInfinity], 1, out _, out _).Entropy, Is.EqualTo(0));
        Assert.That(Read<float, float, SimdVector512<float>>([.. Enumerable.Repeat(-7f, 5000)], 1, out _, out _).Entropy, Is.EqualTo(Math.Log(5000)).Within(1e-12));
    }

    [Test]
    public void WhatIsNotALogitIsTheStatus()
    {
        static RowStatus Status(params float[] logits) => Read<float, float, SimdVector128<float>>(logits, 1, out _, out _).Status;
        Assert.Multiple(() =>
        {
            Assert.That(Status(1, float.NaN, float.PositiveInfinity), Is.EqualTo(RowStatus.NotANumber));
            Assert.That(Status(float.NegativeInfinity, float.NaN), Is.EqualTo(RowStatus.NotANumber));
            Assert.That(Status(1, float.PositiveInfinity), Is.EqualTo(RowStatus.PlusInfinity));
            Assert.That(Status(float.NegativeInfinity, float.NegativeInfinity), Is.EqualTo(RowStatus.AllMasked));
        });
    }

    [Test]
    public void WidthsGiveTheSameBits([Values(7, 1000, 9001)] int columns)
    {
        Random random = new(5);
        Half[] logits = [.. Enumerable.Range(0, columns).Select(_ => (Half)(float)((random.NextDouble() * 8) - 4))];
        SoftmaxSums narrow = Read<Half, float, SimdVector128<float>>(logits, 0.9, out float[] x, out float[] e);
        SoftmaxSums middle = Read<Half, float, SimdVector256<float>>(logits, 0.9, out float[] x2, out float[] e2);
        SoftmaxSums wide = Read<Half, float, SimdVector512<float>>(logits, 0.9, out float[] x3, out float[] e3);
        Assert.That(middle, Is.EqualTo(narrow));
        Assert.That(wide, Is.EqualTo(narrow));
        Assert.That(x2, Is.EqualTo(x));
        Assert.That(x3, Is.EqualTo(x));
        Assert.That(e2, Is.EqualTo(e));
        Assert.That(e3, Is.EqualTo(e));
    }

    private static SoftmaxSums Read<T, TReal, TVector>(T[] logits, double temperature, out TReal[] offsets, out TReal[] exponentials)
        where T : unmanaged
        where TReal : unmanaged
        where TVector : unmanaged, ISimdVector<TVector, TReal>
    {
        TReal* x = RowArrays.Take<TReal>(2, logits.Length, out int stride);
        TReal* e = x + stride;
        fixed (T* z = logits)
        {
            SoftmaxSums sums = SoftmaxRow<T, TReal, TVector>.Read(z, logits.Length, temperature, x, e);
            int padded = RowArrays.Padded<TReal>(logits.Length);
            offsets = new Span<TReal>(x, padded).ToArray();
            exponentials = new Span<TReal>(e, padded).ToArray();
            return sums;
        }
    }
}
