using System;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

/// <summary>default, new() and the documented defaults of the options are one value, and every setter gives back what it was given.</summary>
[TestFixture]
[Category("Cpu")]
public sealed class FenchelYoungOptionsTests
{
    private static readonly double[] s_alphas = [1.5, 1, 2, 8, 0, -0.0, -1.5, double.Epsilon, double.MaxValue, double.PositiveInfinity, double.NaN];
    private static readonly long[] s_ignoreIndices = [-100, 0, -1, 100, long.MinValue, long.MinValue + 99, long.MaxValue, long.MaxValue - 99];

    [Test]
    public void DefaultNewAndDocumentedDefaultsAreEqual()
    {
        FenchelYoungOptions documented = new() { Alpha = 1.5, LabelSmoothing = 0, IgnoreIndex = -100, Reduction = Reduction.Mean, Normaliser = null };
        Assert.Multiple(() =>
        {
            Assert.That(default(FenchelYoungOptions), Is.EqualTo(new FenchelYoungOptions()));
            Assert.That(default(FenchelYoungOptions), Is.EqualTo(documented));
            Assert.That(default(FenchelYoungOptions).Alpha, Is.EqualTo(1.5));
            Assert.That(default(FenchelYoungOptions).IgnoreIndex, Is.EqualTo(-100L));
            Assert.That(default(FenchelYoungOptions) with { Alpha = 2 }, Is.Not.EqualTo(documented));
            Assert.That(default(FenchelYoungOptions) with { IgnoreIndex = 0 }, Is.Not.EqualTo(documented));
        });
    }

    [TestCaseSource(nameof(s_alphas))]
    public void AlphaRoundTripsToTheBit(double value) =>
        Assert.That(BitConverter.DoubleToInt64Bits(new FenchelYoungOptions { Alpha = value }.Alpha), Is.EqualTo(BitConverter.DoubleToInt64Bits(value)));

    [TestCaseSource(nameof(s_ignoreIndices))]
    public void IgnoreIndexRoundTrips(long value) => Assert.That(new FenchelYoungOptions { IgnoreIndex = value }.IgnoreIndex, Is.EqualTo(value));

    [Test]
    public void EverySetterRoundTrips()
    {
        FenchelYoungOptions options = new() { Alpha = 2, LabelSmoothing = 0.25, IgnoreIndex = 7, Reduction = Reduction.None, Normaliser = 12.5 };
        Assert.Multiple(() =>
        {
            Assert.That(options.Alpha, Is.EqualTo(2.0));
            Assert.That(options.LabelSmoothing, Is.EqualTo(0.25));
            Assert.That(options.IgnoreIndex, Is.EqualTo(7L));
            Assert.That(options.Reduction, Is.EqualTo(Reduction.None));
            Assert.That(options.Normaliser, Is.EqualTo(12.5));
        });
    }
}
