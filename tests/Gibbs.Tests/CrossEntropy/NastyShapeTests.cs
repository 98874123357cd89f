using System;
using System.Collections.Generic;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>Shapes, strides, alignments and targets: items 7, 8 (its run without compute-sanitizer), 9 (row counts) and 10.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class NastyShapeTests(string device)
{
    private static readonly int[] s_types = [0, 1, 2, 3];

    private static readonly int[] s_columns =
    [
        1, 2, 3, 5, 7, 8, 9, 31, 33, 127, 129, 255, 257, 1000, 1023, 1025, 4095, 50257, 65535, 65537, 129920, 151643, 151936, 262143, 262145,
    ];

    public static IEnumerable<(int Type, int Columns)> OddShapes()
    {
        foreach (int columns in s_columns)
        {
            foreach (int type in s_types)
            {
                // The longest in two types each: the emulator is not fast.
                if (columns < 60000 || type == columns % 2 * 3 || (type == 0 && columns == 151643))
                    yield return (type, columns);
            }
        }
    }

    [TestCaseSource(nameof(OddShapes))]
    public void Item07_OddColumnsStridesAndOffsets((int Type, int Columns) p)
    {
        ElementType type = (ElementType)p.Type;
        int n = p.Columns;
        bool large = n > 60000;
        long[] targets = large ? [n - 1] : [n - 1, 0, n / 3];
        CrossEntropyCase c = Cases.Hard(type, n, Cases.Noise, targets);
        int turn = Array.IndexOf(s_columns, n);
        // Strides V + 1 and V + 8; base offsets from 1 to 15 elements over the list.
        Run(c with { LogitsPadding = 1, LogitsOffset = 1 + (turn % 15), GradientPadding = 8, GradientOffset = 1 + ((turn + 7) % 15) });
        if (!large)
            Run(c with { LogitsPadding = 8, LogitsOffset = 1 + ((turn + 4) % 15), InPlace = true });
    }

    [TestCaseSource(nameof(s_types))]
    public void Item08_TailsInPlaceAHundredTimes(int t)
    {
        ElementType type = (ElementType)t;
        int pack = 16 / type.Size();
        TestDevice d = TestDevices.Get(device);
        for (int remainder = 1; remainder < Math.Max(8, pack); remainder++)
        {
            CrossEntropyCase c = Cases.Hard(type, (pack * 4) + remainder, Cases.Noise, 1, 0, 2) with { InPlace = true, LogitsPadding = 1, Tight = true };
            CrossEntropyRun first = CaseAssert.Conforms(d, c);
            for (int i = 0; i < 100; i++)
                CaseAssert.SameBits(first, CaseRunner.Run(d, c), $"run {i}");
        }
    }

    [TestCaseSource(nameof(s_types))]
    public void Item08_EveryRegimeBoundaryPlusMinusOne(int t)
    {
        ElementType type = (ElementType)t;
        int segment = 4096 / type.Size();
        int[] boundaries = [16 / type.Size(), 512 / type.Size(), segment, 2 * segment, 8 * segment, 16 * segment, 32 * segment];
        foreach (int boundary in boundaries)
        {
            for (int columns = Math.Max(1, boundary - 1); columns <= boundary + 1; columns++)
            {
                long[] targets = boundary <= segment ? [columns - 1, 0] : [columns - 1];
                CrossEntropyCase c = Cases.Hard(type, columns, Cases.Noise, targets);
                Run(c with { Tight = true, InPlace = true });
                Run(c with { Outputs = Output.ForStatistics | Output.Losses });
            }
        }
    }

    [TestCase(65535)]
    [TestCase(65536)]
    [TestCase(70000)]
    public void Item09_ManyRows(int rows)
    {
        long[] targets = new long[rows];
        for (int i = 0; i < rows; i++)
            targets[i] = i % 2;
        CrossEntropyCase c = Cases.Hard(ElementType.Float32, 2, (i, j) => Cases.Noise(i, j), targets) with { Options = default };
        CrossEntropyRun run = Run(c);
        Assert.That(run.ValidRows, Is.EqualTo(rows));
    }

    [Test]
    public void Item09_NoRows([ValueSource(nameof(s_types))] int t, [Values] Reduction reduction)
    {
        CrossEntropyCase c = Cases.Hard((ElementType)t, 5, Cases.Noise) with { Options = new() { Reduction = reduction } };
        CrossEntropyRun run = Run(c);
        Assert.That(run.ValidRows, Is.Zero);
        Assert.That(run.NormaliserUsed, Is.Zero);
        if (reduction != Reduction.None)
            Assert.That(run.Loss, Is.Zero);
    }

    [Test]
    public void Item10_AllIgnoredOrOneValid([ValueSource(nameof(s_types))] int t, [Values] Reduction reduction, [Values(-100L, -1L, 3L, 9L, int.MinValue, long.MinValue)] long ignore)
    {
        CrossEntropyCase c = Cases.Hard((ElementType)t, 9, Cases.Noise, ignore, ignore, ignore) with { Options = new() { Reduction = reduction, IgnoreIndex = ignore } };
        CrossEntropyRun none = Run(c);
        Assert.That(none.ValidRows, Is.Zero);
        Assert.That(none.Gradient(), Is.All.Zero);
        if (reduction != Reduction.None)
            Assert.That(none.Loss, Is.Zero);
        CrossEntropyRun one = Run(c with { Targets = [ignore, 2, ignore] });
        Assert.That(one.ValidRows, Is.EqualTo(1));
        if (ignore >= int.MinValue)
            Run(c with { Targets = [ignore, 2, ignore], TargetKind = TargetKind.Int32 });
    }

    [TestCaseSource(nameof(s_types))]
    public void Item10_TargetsOutOfRange(int t)
    {
        ElementType type = (ElementType)t;
        foreach (int columns in new[] { 9, 600, 5000 })
        {
            CrossEntropyCase c = Cases.Hard(type, columns, Cases.Noise, columns, -1, 1L << 31, 1L << 40, long.MaxValue, long.MinValue, (1L << 32) + 1, 1) with { Tight = true };
            CrossEntropyRun run = Run(c);
            Assert.That(run.Status()[..7], Is.All.EqualTo(RowStatus.TargetOutOfRange));
            Assert.That(run.Status()[7], Is.EqualTo(RowStatus.Ok));
            Assert.That(run.ValidRows, Is.EqualTo(1));
            Assert.That(run.Gradient()[..(7 * columns)], Is.All.Zero);
            Run(c with { Targets = [columns, -1, int.MaxValue, int.MinValue, 0, 1, 2, 3], TargetKind = TargetKind.Int32 });
            // Nothing trains silently on nonsense.
            Assert.That(Run(c with { Options = default }).Loss, Is.NaN);
        }
    }

    private CrossEntropyRun Run(CrossEntropyCase c) => CaseAssert.Conforms(TestDevices.Get(device), c);
}
