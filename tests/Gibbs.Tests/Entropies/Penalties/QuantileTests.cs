using System;
using System.Linq;

using Gibbs.Cpu.Entropies;

using NUnit.Framework;

namespace Gibbs.Tests.Entropies.Penalties;

/// <summary>Quantiles and order statistics by selection against a sort.</summary>
[TestFixture]
[Category("Cpu")]
internal sealed unsafe class QuantileTests
{
    private static readonly double[] s_quantiles = [0, 0.1, 0.25, 1.0 / 3, 0.5, 0.8, 0.999, 1];

    [Test]
    public void InterpolatesOrderStatistics([Values(1, 2, 3, 7, 100, 4097)] int count, [Values(0, 3, 40)] int distinct)
    {
        Random random = new(count + distinct);
        double[] values = [.. Enumerable.Range(0, count).Select(_ => distinct == 0 ? (float)(8 * (random.NextDouble() - 0.5)) : random.Next(distinct) - (distinct / 2.0))];
        foreach (double r in s_quantiles)
        {
            Assert.That(Of<double>(values, r), Is.EqualTo(Expected(values, r)).Within(1e-15 * 8), $"r = {r}");
            Assert.That(Of<float>(values, r), Is.EqualTo(Expected(values, r)).Within(1e-15 * 8), $"float, r = {r}");
        }
    }

    [Test]
    public void KnownValuesOfNumpy()
    {
        double[] values = [3, 1, 4, 1, 5, 9, 2, 6];
        Assert.Multiple(() =>
        {
            Assert.That(Of<double>(values, 0.8), Is.EqualTo(5.6).Within(1e-14));
            Assert.That(Of<double>(values, 0.5), Is.EqualTo(3.5));
            Assert.That(Of<double>([double.PositiveInfinity, 1, double.PositiveInfinity], 0.75), Is.EqualTo(double.PositiveInfinity));
            Assert.That(Of<double>([0.0, -0.0], 0.5), Is.Zero);
            Assert.That(Of<double>([1, double.NaN], 0.5), Is.NaN);
            Assert.That(Of<double>([], 0.5), Is.NaN);
        });
    }

    [Test]
    public void KthSmallestCountsItsTies()
    {
        double[] values = [2, 7, 2, 2, 1, 9];
        fixed (double* p = values)
        {
            Assert.That(Quantile.KthSmallest(p, values.Length, 3, out long ties, out long sharing), Is.EqualTo(2));
            Assert.That((ties, sharing), Is.EqualTo((2L, 3L)));
            Assert.That(Quantile.KthSmallest(p, values.Length, 6, out ties, out sharing), Is.EqualTo(9));
            Assert.That((ties, sharing), Is.EqualTo((1L, 1L)));
        }
    }

    [Test]
    public void CompactsWhatTheMaskKeeps()
    {
        float[] values = [1, float.NaN, 3, 4, 5];
        byte[] mask = [1, 0, 0, 255, 1];
        fixed (float* p = values)
        fixed (byte* m = mask)
            Assert.That(Quantile.Compact(p, m, values.Length, p), Is.EqualTo(3));
        Assert.That(values.Take(3), Is.EqualTo(new[] { 1f, 4f, 5f }));
    }

    internal static double Expected(double[] values, double r)
    {
        double[] sorted = [.. values.Order()];
        double place = (sorted.Length - 1) * r;
        int low = (int)Math.Floor(place), high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] == sorted[high] ? sorted[low] : sorted[low] + ((place - low) * (sorted[high] - sorted[low]));
    }

    private static double Of<TReal>(double[] values, double r)
        where TReal : unmanaged
    {
        TReal[] stored = [.. values.Select(v => Gibbs.Cpu.Simd.Real.From<TReal>(v))];
        fixed (TReal* p = stored)
            return Quantile.Of(p, stored.Length, r);
    }
}
