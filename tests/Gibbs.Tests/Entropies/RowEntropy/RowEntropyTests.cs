using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.Entropies;

/// <summary>Row entropies against the reference, against closed forms, and against their own derivatives.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class RowEntropyTests(string device)
{
    private static readonly int[] s_types = [0, 1, 2, 3];
    private static readonly object[] s_kinds =
    [
        new object[] { EntropyKind.Shannon, 2.0 },
        new object[] { EntropyKind.Tsallis, 2.0 },
        new object[] { EntropyKind.Tsallis, 0.5 },
        new object[] { EntropyKind.Tsallis, 1.0 },
        new object[] { EntropyKind.Tsallis, 1.0009765625 },
        new object[] { EntropyKind.Tsallis, 7.0 },
        new object[] { EntropyKind.Renyi, 2.0 },
        new object[] { EntropyKind.Renyi, 0.25 },
        new object[] { EntropyKind.Renyi, 0.9990234375 },
        new object[] { EntropyKind.Renyi, 9.0 },
        new object[] { EntropyKind.Min, 2.0 },
    ];

    private int Cases(int cpu, int native) => device == "cpu" ? cpu : native;

    [TestCaseSource(nameof(s_kinds))]
    public void GeneratedCases(EntropyKind kind, double alpha)
    {
        foreach (int type in s_types)
        {
            for (int id = 0; id < Cases(60, 10); id++)
                EntropyComparison.Conforms(device, EntropyGenerator.Generate((ElementType)type, kind, alpha, EntropyInput.Logits, id));
        }
    }

    [TestCaseSource(nameof(s_kinds))]
    public void GeneratedProbabilities(EntropyKind kind, double alpha)
    {
        foreach (int type in s_types)
        {
            for (int id = 0; id < Cases(30, 5); id++)
                EntropyComparison.Conforms(device, EntropyGenerator.Generate((ElementType)type, kind, alpha, EntropyInput.Probabilities, id));
        }
    }

    [TestCaseSource(nameof(s_kinds))]
    public void LongRows(EntropyKind kind, double alpha)
    {
        foreach (int type in s_types)
        {
            foreach (int n in device == "cpu" ? [1000, 4097, 70001] : new[] { 1000, 4097 })
            {
                EntropyCase c = EntropyCase.Of((ElementType)type, kind, alpha, EntropyCase.Fill(2, n, (i, j) => Harness.Cases.Noise(i, j) * (1 + (3 * i))));
                EntropyComparison.Conforms(device, c);
                EntropyComparison.Conforms(device, c with { Options = c.Options with { Reduction = Reduction.Mean, Temperature = 0.625 }, Padding = 1, Offset = 1, Actions = [3, n - 1], ActionWeights = [0.5, -2], RowWeights = [1, 3] });
            }
        }
    }

    [Test]
    public void UniformRowsHaveTheLogarithmOfTheirLength([Values(0, 1)] int type, [Values(1, 2, 3, 7, 33, 1000, 4097)] int n)
    {
        foreach (object[] kind in s_kinds.Cast<object[]>())
        {
            EntropyKind k = (EntropyKind)kind[0];
            double alpha = (double)kind[1], uniform = k == EntropyKind.Tsallis && alpha != 1 ? (1 - Math.Pow(n, 1 - alpha)) / (alpha - 1) : Math.Log(n);
            EntropyRun run = EntropyRunner.Run(device, EntropyCase.Of((ElementType)type, k, alpha, EntropyCase.Fill(1, n, (_, _) => -3.25)));
            Assert.That(run.Entropies[0], Is.EqualTo(uniform).Within((type == 0 ? 1e-6 : 1e-12) * Math.Max(1, uniform)), $"{k} {alpha}");
            if (k != EntropyKind.Min)
                Assert.That(run.Gradient[0], Is.All.Zero, $"{k} {alpha}");
        }
    }

    [TestCaseSource(nameof(s_kinds))]
    public void OneHotRowsAreExactlyZero(EntropyKind kind, double alpha)
    {
        foreach (int type in s_types)
        {
            foreach (int n in new[] { 1, 2, 700 })
            {
                EntropyCase c = EntropyCase.Of((ElementType)type, kind, alpha, EntropyCase.Fill(1, n, (_, j) => j == n / 2 ? 5 : double.NegativeInfinity));
                EntropyRun run = EntropyRunner.Run(device, c);
                EntropyRun probabilities = EntropyRunner.Run(device, c with { Rows = EntropyCase.Fill(1, n, (_, j) => j == n / 2 ? 1 : 0), Options = c.Options with { Input = EntropyInput.Probabilities } });
                Assert.That(run.Entropies[0], Is.Zero);
                Assert.That(run.Gradient[0], Is.All.Zero);
                Assert.That(probabilities.Entropies[0], Is.Zero);
            }
        }
    }

    [TestCaseSource(nameof(s_kinds))]
    public void GradientsSumToZeroAndIgnoreAShift(EntropyKind kind, double alpha)
    {
        foreach (int type in new[] { 0, 1 })
        {
            EntropyCase c = EntropyCase.Of((ElementType)type, kind, alpha, EntropyCase.Fill(2, 333, (i, j) => j % 11 == 5 ? double.NegativeInfinity : Math.Round(Harness.Cases.Noise(i, j) * 64) / 64));
            EntropyRun run = EntropyRunner.Run(device, c), shifted = EntropyRunner.Run(device, c with { Rows = [.. c.Rows.Select(row => row.Select(z => z + 64).ToArray())] });
            for (int i = 0; i < 2; i++)
            {
                Assert.That(run.Gradient[i].Sum(), Is.Zero.Within((type == 0 ? 1e-6 : 1e-14) * run.Gradient[i].Sum(Math.Abs)));
                for (int j = 5; j < 333; j += 11)
                    Assert.That(run.Gradient[i][j], Is.Zero);
                Assert.That(shifted.Gradient[i], Is.EqualTo(run.Gradient[i]));
            }

            Assert.That(shifted.Entropies, Is.EqualTo(run.Entropies));
        }
    }

    [Test]
    public void ConfidentRowsKeepRelativeAccuracy([Values(0, 1)] int type)
    {
        // p = (1 − ε, ε), ε = 1/(1 + e^d): H ≈ ε(1 + d).
        foreach (double d in new[] { 8.0, 20, 60 })
        {
            double relative = type == 0 ? 4e-7 * (1 + d) : 1e-13, epsilon = 1 / (1 + Math.Exp(d)), rest = -Log1P(-epsilon);
            double shannon = ((1 - epsilon) * rest) + (epsilon * (d + rest));
            EntropyRun run = EntropyRunner.Run(device, EntropyCase.Of((ElementType)type, EntropyKind.Shannon, 2, [0, -d]));
            Assert.That(run.Entropies[0], Is.EqualTo(shannon).Within(relative * shannon));
            double slope = epsilon * (1 - epsilon) * d;
            Assert.That(run.Gradient[0][0], Is.EqualTo(-slope).Within(relative * slope));
            Assert.That(run.Gradient[0][1], Is.EqualTo(slope).Within(relative * slope));
            EntropyRun min = EntropyRunner.Run(device, EntropyCase.Of((ElementType)type, EntropyKind.Min, 2, [0, -d]));
            Assert.That(min.Entropies[0], Is.EqualTo(rest).Within(relative * rest));
            Assert.That(min.Gradient[0][0], Is.EqualTo(-epsilon).Within(relative * epsilon));
            EntropyRun collision = EntropyRunner.Run(device, EntropyCase.Of((ElementType)type, EntropyKind.Tsallis, 2, [0, -d]));
            Assert.That(collision.Entropies[0], Is.EqualTo(2 * epsilon * (1 - epsilon)).Within(relative * 2 * epsilon));
        }
    }

    [Test]
    public void AlphaOneIsShannonAndTheFamiliesAreContinuousThere([Values(EntropyKind.Tsallis, EntropyKind.Renyi)] EntropyKind kind, [Values(0, 1)] int type)
    {
        EntropyCase shannon = EntropyCase.Of((ElementType)type, EntropyKind.Shannon, 2, EntropyCase.Fill(3, 97, Harness.Cases.Noise));
        EntropyRun expected = EntropyRunner.Run(device, shannon), exact = EntropyRunner.Run(device, shannon with { Options = shannon.Options with { Kind = kind, Alpha = 1 } });
        Assert.That(exact.Entropies, Is.EqualTo(expected.Entropies));
        Assert.That(exact.Gradient, Is.EqualTo(expected.Gradient));
        double tolerance = type == 0 ? 2e-6 : 1e-8;
        foreach (double alpha in type == 0 ? [1 - 1e-7, 1 + 2e-7] : new[] { 1 - 1e-9, 1 + 1e-9, 1 + 1e-14 })
        {
            EntropyRun near = EntropyRunner.Run(device, shannon with { Options = shannon.Options with { Kind = kind, Alpha = alpha } });
            for (int i = 0; i < 3; i++)
            {
                Assert.That(near.Entropies[i], Is.EqualTo(expected.Entropies[i]).Within(tolerance * expected.Entropies[i]));
                for (int j = 0; j < 97; j++)
                    Assert.That(near.Gradient[i][j], Is.EqualTo(expected.Gradient[i][j]).Within(tolerance * expected.Gradient[i].Max(Math.Abs)));
            }
        }
    }

    [TestCaseSource(nameof(s_kinds))]
    public void GradientIsTheDerivativeOfTheValue(EntropyKind kind, double alpha)
    {
        foreach (EntropyInput input in new[] { EntropyInput.Logits, EntropyInput.Probabilities })
        {
            bool logits = input == EntropyInput.Logits;
            EntropyCase c = EntropyCase.Of(ElementType.Float64, kind, alpha, EntropyCase.Fill(3, 6, (i, j) => logits ? Harness.Cases.Noise(i, j) * 0.4 : 0.05 + (0.04 * ((i + (3 * j)) % 7)))) with
            {
                RowWeights = [1, 2, -0.5],
                Actions = [1, 5, 0],
                ActionWeights = [0.7, -1.5, 2],
                Temperatures = logits ? [1, 0.5, 2] : null,
                Options = new() { Kind = kind, Alpha = alpha, Input = input },
            };
            EntropyRun run = EntropyRunner.Run(device, c);
            for (int k = 0; k < 18; k += device == "cpu" ? 1 : 5)
            {
                double numeric = FiniteDifferences.Derivative(
                    value => EntropyRunner.Run(device, c with { Rows = EntropyCase.Fill(3, 6, (i, j) => (6 * i) + j == k ? value : c.Rows[i][j]) }).Value,
                    c.Rows[k / 6][k % 6],
                    1e-4);
                Assert.That(run.Gradient[k / 6][k % 6], Is.EqualTo(numeric).Within(1e-6 * Math.Max(1, Math.Abs(numeric))), $"{input} entry {k}");
            }
        }
    }

    [Test]
    public void StatusesOfBadRows([ValueSource(nameof(s_types))] int type)
    {
        const double inf = double.PositiveInfinity, nan = double.NaN;
        double[][] rows = [[1, 2, 3], [1, nan, inf], [1, inf, -inf], [-inf, -inf, -inf], [1, 2, 3], [1, 2, 3], [nan, 1, 2], [-inf, 2, 3]];
        EntropyCase c = EntropyCase.Of((ElementType)type, EntropyKind.Shannon, 2, rows) with
        {
            Actions = [0, 0, 0, 0, 3, -100, -1, 0],
            ActionWeights = [1, 1, 1, 1, 1, 1, 1, 1],
            Temperatures = [1, 1, 1, 1, 1, 1, 0, 1],
        };
        foreach (EntropyKind kind in Enum.GetValues<EntropyKind>())
        {
            EntropyRun run = EntropyComparison.Conforms(device, c with { Options = c.Options with { Kind = kind, Alpha = 0.5 } });
            Assert.That(run.Status, Is.EqualTo(new[] { RowStatus.Ok, RowStatus.NotANumber, RowStatus.PlusInfinity, RowStatus.AllMasked, RowStatus.TargetOutOfRange, RowStatus.TargetOutOfRange, RowStatus.TargetOutOfRange, RowStatus.Ok }));
            Assert.That(run.Gradient[7][0], Is.Zero, "a masked action");
            Assert.That(run.LogProbability[7], Is.EqualTo(-inf));
        }

        EntropyRun invalid = EntropyComparison.Conforms(device, EntropyCase.Of((ElementType)type, EntropyKind.Shannon, 2, rows) with { Temperatures = [0, -1, inf, nan, -0.0, 1, 2, 3] });
        Assert.That(invalid.Status[..5], Is.All.EqualTo(RowStatus.InvalidTemperature));
        double[][] probabilities = [[0.5, 0.5], [-0.25, 1], [0.5, 1.5], [nan, 2], [inf, -1], [-inf, 0], [0, 0], [1, 0]];
        EntropyCase p = EntropyCase.Of((ElementType)type, EntropyKind.Tsallis, 0.5, probabilities);
        EntropyRun run2 = EntropyComparison.Conforms(device, p with { Options = p.Options with { Input = EntropyInput.Probabilities } });
        Assert.That(run2.Status, Is.EqualTo(new[] { RowStatus.Ok, RowStatus.InvalidProbability, RowStatus.InvalidProbability, RowStatus.NotANumber, RowStatus.PlusInfinity, RowStatus.InvalidProbability, RowStatus.AllMasked, RowStatus.Ok }));
    }

    [Test]
    public void WeightsOfZeroSilenceARow([ValueSource(nameof(s_types))] int type)
    {
        // log p of a masked action is −∞; a row weight of 0 makes its entropy and gradient 0.
        EntropyCase c = EntropyCase.Of((ElementType)type, EntropyKind.Shannon, 2, [double.NegativeInfinity, 1, 2], [0, 1, 2]) with { Actions = [0, 1], ActionWeights = [0, 0], RowWeights = [0, 2], Options = default };
        EntropyRun run = EntropyComparison.Conforms(device, c);
        Assert.That(run.Gradient[0], Is.All.Zero);
        Assert.That(run.Value, Is.EqualTo(run.Entropies[1]).Within(1e-6));
        EntropyRun none = EntropyComparison.Conforms(device, c with { RowWeights = [1, -1] });
        Assert.That(none.Value, Is.Zero);
        Assert.That(none.Gradient.SelectMany(g => g), Is.All.Zero);
    }

    [Test]
    public void ExtremeTemperaturesAndAlphas([Values(0, 1)] int type)
    {
        double[][] rows = EntropyCase.Fill(4, 9, (i, j) => j == 4 && i % 2 == 0 ? double.NegativeInfinity : Harness.Cases.Noise(i, j));
        foreach (double temperature in new[] { 1e-30, 1e-3, 1e3, 1e30 })
        {
            foreach (double alpha in new[] { 1e-30, 1e-6, 0.5, 3, 1e6, 1e30 })
            {
                EntropyCase c = EntropyCase.Of((ElementType)type, EntropyKind.Renyi, alpha, rows);
                EntropyRun run = EntropyRunner.Run(device, c with { Options = c.Options with { Temperature = temperature } });
                for (int i = 0; i < 4; i++)
                {
                    Assert.That(run.Entropies[i], Is.InRange(0, Math.Log(9) * 1.000001), $"T {temperature} alpha {alpha}");
                    Assert.That(run.Gradient[i], Is.All.Matches<double>(double.IsFinite), $"T {temperature} alpha {alpha}");
                    Assert.That(i % 2 == 0 ? run.Gradient[i][4] : 0, Is.Zero);
                }
            }
        }
    }

    private static double Log1P(double x) => Math.Abs(x) < 1e-5 ? x * (1 - (x / 2) + (x * x / 3)) : Math.Log(1 + x) * x / ((1 + x) - 1);
}
