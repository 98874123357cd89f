using System;

using NUnit.Framework;

namespace Gibbs.Tests;

/// <summary>default, new() and the documented defaults of the options are one value, and every setter gives back what it was given.</summary>
[TestFixture]
[Category("Cpu")]
public sealed class OptionsTests
{
    private static readonly long[] s_ignoreIndices = [-100, 0, -1, 99, 100, int.MinValue, long.MinValue, long.MinValue + 99, long.MaxValue, long.MaxValue - 99];

    private static readonly double[] s_temperatures =
        [1, 0.5, 0, -0.0, -1, double.Epsilon, 1e-310, 1e308, double.PositiveInfinity, double.NegativeInfinity, double.NaN];

    [Test]
    public void DefaultNewAndDocumentedDefaultsAreEqual()
    {
        CrossEntropyOptions documented = new()
        {
            LabelSmoothing = 0,
            ZLoss = 0,
            IgnoreIndex = -100,
            Softcap = 0,
            Temperature = 1,
            EntropyWeight = 0,
            Reduction = Reduction.Mean,
            Normaliser = null,
            TargetLoss = TargetLoss.CrossEntropy,
            TargetLossParameter = 0,
            MaxSuppression = 0,
            LogitPenalty = 0,
            LogitPenaltyCenter = 0,
        };
        Assert.Multiple(() =>
        {
            Assert.That(default(CrossEntropyOptions), Is.EqualTo(new CrossEntropyOptions()));
            Assert.That(default(CrossEntropyOptions), Is.EqualTo(documented));
            Assert.That(default(CrossEntropyOptions).Temperature, Is.EqualTo(1.0));
            Assert.That(default(CrossEntropyOptions).IgnoreIndex, Is.EqualTo(-100L));
            Assert.That(default(CrossEntropyOptions).Normaliser, Is.Null);
            Assert.That(default(CrossEntropyOptions) with { Temperature = 2 }, Is.Not.EqualTo(documented));
            Assert.That(default(CrossEntropyOptions) with { IgnoreIndex = 0 }, Is.Not.EqualTo(documented));
        });
    }

    [TestCaseSource(nameof(s_ignoreIndices))]
    public void IgnoreIndexRoundTrips(long value) =>
        Assert.That(new CrossEntropyOptions { IgnoreIndex = value }.IgnoreIndex, Is.EqualTo(value));

    [TestCaseSource(nameof(s_temperatures))]
    public void TemperatureRoundTripsToTheBit(double value) =>
        Assert.That(
            BitConverter.DoubleToInt64Bits(new CrossEntropyOptions { Temperature = value }.Temperature),
            Is.EqualTo(BitConverter.DoubleToInt64Bits(value)));

    [Test]
    public void EverySetterRoundTrips()
    {
        CrossEntropyOptions options = new()
        {
            LabelSmoothing = 0.25,
            ZLoss = 1e-4,
            IgnoreIndex = 7,
            Softcap = 30,
            Temperature = 0.7,
            EntropyWeight = -0.01,
            Reduction = Reduction.None,
            Normaliser = 12.5,
            TargetLoss = TargetLoss.CompSum,
            TargetLossParameter = 1.7,
            MaxSuppression = 0.3,
            LogitPenalty = 0.002,
            LogitPenaltyCenter = -1.5,
        };
        Assert.Multiple(() =>
        {
            Assert.That(options.LabelSmoothing, Is.EqualTo(0.25));
            Assert.That(options.ZLoss, Is.EqualTo(1e-4));
            Assert.That(options.IgnoreIndex, Is.EqualTo(7L));
            Assert.That(options.Softcap, Is.EqualTo(30.0));
            Assert.That(options.Temperature, Is.EqualTo(0.7));
            Assert.That(options.EntropyWeight, Is.EqualTo(-0.01));
            Assert.That(options.Reduction, Is.EqualTo(Reduction.None));
            Assert.That(options.Normaliser, Is.EqualTo(12.5));
            Assert.That(options.TargetLoss, Is.EqualTo(TargetLoss.CompSum));
            Assert.That(options.TargetLossParameter, Is.EqualTo(1.7));
            Assert.That(options.MaxSuppression, Is.EqualTo(0.3));
            Assert.That(options.LogitPenalty, Is.EqualTo(0.002));
            Assert.That(options.LogitPenaltyCenter, Is.EqualTo(-1.5));
        });
    }
}
