using System;
using System.Collections.Generic;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>Masks, infinities and NaN: items 1, 2, 3, 5 and 11 of the list of nasty cases, and the warp-packed neighbour of item 22.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class NastyMaskTests(string device)
{
    private const double Masked = double.NegativeInfinity;

    private static readonly int[] s_types = [0, 1, 2, 3];

    public static IEnumerable<(int Type, int Columns, int At)> LoneFiniteLogits()
    {
        foreach (int columns in new[] { 5000, 40000, 70000 })
        {
            foreach (int at in new[] { 0, 1, 31, 32, 4095, 4096, columns / 2, columns - 1 })
                yield return (columns == 5000 ? at % 4 : at % 2 * 3, columns, at);
        }
        foreach (int type in s_types)
            yield return (type, 33000, 32768);
    }

    [TestCaseSource(nameof(LoneFiniteLogits))]
    public void Item01_EverythingMaskedButOne((int Type, int Columns, int At) p)
    {
        ElementType type = (ElementType)p.Type;
        CrossEntropyRun run = Run(Cases.Hard(type, p.Columns, (_, j) => j == p.At ? -3 : Masked, p.At));
        Assert.That(run.Reals(Output.Losses)[0], Is.Zero);
        Assert.That(run.Reals(Output.Entropy)[0], Is.Zero);
        Assert.That(run.Reals(Output.LogSumExp)[0], Is.EqualTo(-3));
    }

    [TestCaseSource(nameof(s_types))]
    public void Item01_LeadingBlocksMasked(int t)
    {
        foreach (int block in new[] { 4096, 8192, 16384, 32768, 65536 })
            Run(Cases.Hard((ElementType)t, block + 37, (_, j) => j < block ? Masked : Cases.Noise(0, j), block + 5));
    }

    [TestCaseSource(nameof(s_types))]
    public void Item02_InfiniteAndNaNRows(int t)
    {
        const double inf = double.PositiveInfinity, nan = double.NaN;
        foreach (int columns in new[] { 5, 64, 700, 9000 })
        {
            CrossEntropyRun run = Run(Cases.Hard(
                (ElementType)t,
                columns,
                (i, j) => i switch
                {
                    0 => Masked,
                    1 => j == 3 ? inf : 1,
                    2 => j is 1 or 4 ? inf : 1,
                    3 => j == 2 ? nan : 1,
                    4 => j == 4 ? nan : 1,
                    5 => j == 4 ? nan : 1,
                    6 => j == 0 ? nan : j == 1 ? inf : Masked,
                    7 => j == 2 ? inf : Masked,
                    8 => j == 1 ? nan : 1,
                    _ => Cases.Noise(i, j),
                },
                1, 2, 1, 2, 2, -100, 2, 2, 77777, 3));
            RowStatus[] expected =
            [
                RowStatus.AllMasked, RowStatus.PlusInfinity, RowStatus.PlusInfinity, RowStatus.NotANumber, RowStatus.NotANumber,
                RowStatus.Ignored, RowStatus.NotANumber, RowStatus.PlusInfinity, RowStatus.TargetOutOfRange, RowStatus.Ok,
            ];
            Assert.That(run.Status(), Is.EqualTo(expected));
            Assert.That(run.Integers(Output.Argmax)[..9], Is.EqualTo(new long[] { -1, 3, 1, -1, -1, -1, -1, 2, -1 }));
            // NaN in an ignored row: zero, not NaN times zero.
            Assert.That(run.Gradient()[(5 * columns)..(6 * columns)], Is.All.Zero);
            Assert.That(run.Reals(Output.Losses)[5], Is.Zero);
        }
    }

    [TestCaseSource(nameof(s_types))]
    public void Item03_TargetMasked(int t)
    {
        foreach (int columns in new[] { 7, 300, 3000 })
        {
            CrossEntropyRun run = Run(Cases.Hard((ElementType)t, columns, (i, j) => j == 4 ? Masked : Cases.Noise(i, j), 4, 5));
            Assert.That(run.Reals(Output.Losses)[0], Is.EqualTo(double.PositiveInfinity));
            Assert.That(run.Status()[0], Is.EqualTo(RowStatus.Ok));
            Assert.That(run.Gradient()[4], Is.EqualTo(-1).Within(1e-14));
            Assert.That(run.Gradient(), Has.All.Matches<double>(double.IsFinite));
        }
    }

    [TestCaseSource(nameof(s_types))]
    public void Item05_RowSumOverflowBait(int t)
    {
        ElementType type = (ElementType)t;
        CrossEntropyRun run = Run(Cases.Hard(type, 262144, (_, _) => 1, 262143) with { Outputs = Output.ForStatistics | Output.Losses | Output.Rank });
        Assert.That(run.Reals(Output.Losses)[0], Is.EqualTo(18 * Math.Log(2)).Within(2e-6));
        Assert.That(run.Integers(Output.Rank)[0], Is.EqualTo(262143));
        Run(Cases.Hard(type, 3001, (_, j) => j % 2 == 0 ? 65504 : -65504, 3000, 1));
    }

    [TestCaseSource(nameof(s_types))]
    public void Item11_PoisonedPadding(int t)
    {
        ElementType type = (ElementType)t;
        foreach (int columns in new[] { 1, 13, 257, 2049, 5003 })
        {
            CrossEntropyCase c = Cases.Hard(type, columns, Cases.Noise, 0, columns - 1, columns / 2) with
            {
                LogitsPadding = 29,
                LogitsOffset = 3,
                GradientPadding = 11,
                GradientOffset = 1,
            };
            Run(c);
            Run(c with { InPlace = true });
            Run(c with { Tight = true, LogitsPadding = 0, GradientPadding = 0, Upstream = Cases.Reals(type, 1, 2, 3) });
        }
    }

    [TestCaseSource(nameof(s_types))]
    public void Item22_ABadRowLeavesItsNeighboursAlone(int t)
    {
        ElementType type = (ElementType)t;
        foreach (int columns in new[] { 2, 8, 33, 100 })
        {
            CrossEntropyCase clean = Cases.Hard(type, columns, Cases.Noise, 0, 1, 1, 0, 1, 0, 1);
            CrossEntropyRun expected = Run(clean);
            foreach (double poison in new[] { double.NaN, double.PositiveInfinity, Masked })
            {
                double[] logits = [.. clean.Logits];
                logits.AsSpan(0, columns).Fill(poison);
                logits.AsSpan(3 * columns, columns).Fill(poison);
                CrossEntropyRun run = Run(clean with { Logits = logits });
                foreach (int row in new[] { 1, 2, 4, 5, 6 })
                {
                    Assert.That(run.Reals(Output.Losses)[row], Is.EqualTo(expected.Reals(Output.Losses)[row]));
                    Assert.That(run.Gradient()[(row * columns)..((row + 1) * columns)], Is.EqualTo(expected.Gradient()[(row * columns)..((row + 1) * columns)]));
                }
            }
        }
    }

    private CrossEntropyRun Run(CrossEntropyCase c) => CaseAssert.Conforms(TestDevices.Get(device), c);
}
