using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Divergences;

/// <summary>Rows at the edge of what divergences are defined for.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class DivergenceCornerTests(string device)
{
    private static readonly int[] s_types = [0, 1, 2, 3];

    [Test]
    public void EqualRowsHaveDivergenceZero([ValueSource(typeof(RowDivergenceTests), nameof(RowDivergenceTests.Kinds))] DivergenceOptions kind, [ValueSource(nameof(s_types))] int type, [Values(1, 7, 2049)] int columns)
    {
        if (kind.Kind == DivergenceKind.SymmetricCrossEntropy)
            return;
        double Row(int i, int j) => i == 0 ? Cases.Noise(i, j) : j % 5 == 2 ? double.NegativeInfinity : j == 1 ? 60 : Cases.Noise(i, j);
        DivergenceRun run = DivergenceRunner.Run(device, DivergenceCase.Of((ElementType)type, 2, columns, Row, Row, kind with { StudentTemperature = 1.5, TeacherTemperature = 1.5 }));
        Assert.That(run.Divergences, Is.All.Zero);
        Assert.That(run.StudentGradient, Is.All.Zero);
        Assert.That(run.TeacherGradient, Is.All.Zero);
    }

    [Test]
    public void NearlyEqualRowsKeepRelativeAccuracy([Values(1e-2, 1e-4)] double apart)
    {
        // Between float rows whose difference is exact: KL is half the variance of it, to the third order.
        float step = (float)Math.ScaleB(Math.Round(apart * 4096), -24);
        DivergenceCase c = DivergenceCase.Of(ElementType.Float32, 1, 1000, (_, j) => (float)Math.Round(Cases.Noise(0, j) * 64) / 64, (_, j) => ((float)Math.Round(Cases.Noise(0, j) * 64) / 64) + ((j % 3) * step));
        foreach (DivergenceKind kind in new[] { DivergenceKind.KullbackLeibler, DivergenceKind.ReverseKullbackLeibler, DivergenceKind.Jeffreys, DivergenceKind.JensenShannon })
        {
            DivergenceCase each = c with { Options = c.Options with { Kind = kind } };
            DivergenceReference expected = DivergenceReference.Row(each, 0);
            DivergenceRun run = DivergenceRunner.Run(device, each);
            double largest = expected.StudentGradient.Max(Math.Abs);
            Assert.That(run.Divergences[0], Is.EqualTo(expected.Value).Within((2e-6 * expected.Value) + 1e-14), $"{kind}");
            for (int j = 0; j < 1000; j++)
                Assert.That(run.StudentGradient[j], Is.EqualTo(expected.StudentGradient[j]).Within(4e-6 * largest), $"{kind} {j}");
        }
    }

    [Test]
    public void ConfidentRowsKeepTheGradientOfTheirLargestClass([ValueSource(typeof(RowDivergenceTests), nameof(RowDivergenceTests.Kinds))] DivergenceOptions kind)
    {
        DivergenceCase c = DivergenceCase.Of(ElementType.Float32, 1, 50, (_, j) => j == 9 ? 20 : Cases.Noise(0, j), (_, j) => j == 9 ? 18 : Cases.Noise(1, j), kind);
        DivergenceReference expected = DivergenceReference.Row(c, 0);
        DivergenceRun run = DivergenceRunner.Run(device, c);
        Assert.That(run.StudentGradient[9], Is.EqualTo(expected.StudentGradient[9]).Within(4e-6 * expected.StudentGradient.Max(Math.Abs)));
        Assert.That(run.TeacherGradient[9], Is.EqualTo(expected.TeacherGradient[9]).Within(4e-6 * expected.TeacherGradient.Max(Math.Abs)));
    }

    [Test]
    public void DisjointSupports([ValueSource(typeof(RowDivergenceTests), nameof(RowDivergenceTests.Kinds))] DivergenceOptions kind, [Values(0, 1, 3)] int type)
    {
        DivergenceCase c = DivergenceCase.Of((ElementType)type, 2, 6, (i, j) => j < 3 ? j : double.NegativeInfinity, (i, j) => j < (i == 0 ? 3 : 0) ? double.NegativeInfinity : j, kind);
        DivergenceRun run = DivergenceComparison.Conforms(device, c);
        if (kind.Kind == DivergenceKind.JensenShannon && kind.Beta == 0.5)
            Assert.That(run.Divergences[0], Is.EqualTo(Math.Log(2)).Within(1e-6).And.LessThanOrEqualTo(Math.Log(2) * (1 + 2e-7)));
        if (kind.Kind == DivergenceKind.TotalVariation)
            Assert.That(run.Divergences[0], Is.EqualTo(1).Within(1e-6));
        if (kind.Kind == DivergenceKind.KullbackLeibler)
        {
            Assert.That(run.Status, Is.EqualTo(new[] { RowStatus.DisjointSupport, RowStatus.DisjointSupport }));
            Assert.That(run.Divergences, Is.All.EqualTo(double.PositiveInfinity));
            Assert.That(run.StudentGradient, Has.None.NaN);
            Assert.That(run.TeacherGradient, Is.All.NaN);
        }
    }

    [TestCase(RowStatus.NotANumber, double.NaN, 0.5, double.NaN)]
    [TestCase(RowStatus.PlusInfinity, double.PositiveInfinity, 0.5, double.NaN)]
    [TestCase(RowStatus.InvalidProbability, 1, -0.25, double.NaN)]
    [TestCase(RowStatus.InvalidProbability, 1, 1.25, double.NaN)]
    [TestCase(RowStatus.NotANumber, double.PositiveInfinity, double.NaN, double.NaN)]
    [TestCase(RowStatus.PlusInfinity, double.PositiveInfinity, 2, double.NaN)]
    public void StatusesOfGivenProbabilities(RowStatus status, double logit, double probability, double value)
    {
        DivergenceCase c = DivergenceCase.Of(ElementType.Float32, 1, 3, (_, j) => j == 1 ? logit : j, (_, j) => j == 2 ? probability : 0.25, new() { TeacherInput = TeacherInput.Probabilities });
        DivergenceRun run = DivergenceComparison.Conforms(device, c);
        Assert.That(run.Status[0], Is.EqualTo(status));
        Assert.That(run.Divergences[0], Is.EqualTo(value));
        Assert.That(run.StudentGradient, Is.All.NaN);
    }

    [Test]
    public void MaskedSides([ValueSource(typeof(RowDivergenceTests), nameof(RowDivergenceTests.Kinds))] DivergenceOptions kind)
    {
        DivergenceCase c = DivergenceCase.Of(ElementType.Float32, 3, 4, (i, j) => i == 1 ? j : double.NegativeInfinity, (i, j) => i == 0 ? j : double.NegativeInfinity, kind) with { RowWeights = [1, 1, 0] };
        DivergenceRun run = DivergenceRunner.Run(device, c);
        Assert.That(run.Status, Is.All.EqualTo(RowStatus.AllMasked));
        Assert.That(run.Divergences, Is.EqualTo(new[] { double.PositiveInfinity, double.PositiveInfinity, 0 }));
        Assert.That(run.StudentGradient.Concat(run.TeacherGradient), Is.All.Zero);
    }

    [Test]
    public void ShiftsOfLogitsChangeNothing([ValueSource(typeof(RowDivergenceTests), nameof(RowDivergenceTests.Kinds))] DivergenceOptions kind)
    {
        // On a grid that both shifts keep.
        double Grid(int i, int j) => Math.Round(Cases.Noise(i, j) * 256) / 256;
        DivergenceRun expected = DivergenceRunner.Run(device, DivergenceCase.Of(ElementType.Float32, 2, 100, Grid, (i, j) => Grid(i + 4, j), kind));
        DivergenceRun shifted = DivergenceRunner.Run(device, DivergenceCase.Of(ElementType.Float32, 2, 100, (i, j) => Grid(i, j) + 8192, (i, j) => Grid(i + 4, j) - 1024, kind));
        Assert.That(shifted.Divergences, Is.EqualTo(expected.Divergences));
        Assert.That(shifted.StudentGradient, Is.EqualTo(expected.StudentGradient));
        Assert.That(shifted.TeacherGradient, Is.EqualTo(expected.TeacherGradient));
    }

    [Test]
    public void ExtremeLogitsAndTemperatures([Values(1e-30, 1e-3, 1e3, 1e30)] double temperature, [Values(0, 1)] int type, [ValueSource(typeof(RowDivergenceTests), nameof(RowDivergenceTests.Kinds))] DivergenceOptions kind)
    {
        double scale = temperature * 1e3;
        DivergenceRun run = DivergenceRunner.Run(
            device,
            DivergenceCase.Of((ElementType)type, 2, 20, (i, j) => Cases.Noise(i, j) * (i == 0 ? temperature : scale), (i, j) => Cases.Noise(i + 2, j) * (i == 0 ? temperature : scale), kind with { StudentTemperature = temperature, TeacherTemperature = temperature }));
        DivergenceRun plain = DivergenceRunner.Run(device, DivergenceCase.Of((ElementType)type, 1, 20, Cases.Noise, (i, j) => Cases.Noise(i + 2, j), kind));
        Assert.That(run.Status, Is.All.EqualTo(RowStatus.Ok));
        Assert.That(run.Divergences[0], Is.EqualTo(plain.Divergences[0]).Within(1e-4 * plain.Divergences[0]));
        Assert.That(run.Divergences[1], Is.GreaterThan(0));
    }

    [Test]
    public void RegimesGiveTheSameBits([Values(0, 1, 3)] int type, [Values(100, 5000)] int columns)
    {
        if (device == "cpu")
            return;
        foreach (DivergenceOptions kind in new DivergenceOptions[] { new(), new() { Kind = DivergenceKind.JensenShannon }, new() { Kind = DivergenceKind.Alpha, TeacherInput = TeacherInput.Probabilities } })
        {
            DivergenceCase c = DivergenceCase.Of((ElementType)type, 3, columns, Cases.Noise, (i, j) => kind.TeacherInput == TeacherInput.Probabilities ? 1.0 / columns : Cases.Noise(i + 3, j), kind);
            DivergenceRun expected = DivergenceRunner.Run(device, c);
            foreach (int regime in columns == 100 ? new[] { 2, 4, 5 } : [4, 5])
                RowDivergenceTests.Same(expected, DivergenceRunner.Run(device, c with { Regime = regime, InPlace = regime == 5 }));
            DivergenceCase sparse = SparseDivergenceTests.TopOf((ElementType)type, 3, columns, 9, Cases.Noise, (i, j) => Cases.Noise(i + 3, j), new() { Tail = SparseTail.Bucket });
            RowDivergenceTests.Same(DivergenceRunner.Run(device, sparse), DivergenceRunner.Run(device, sparse with { Regime = 5, InPlace = true }));
        }
    }
}
