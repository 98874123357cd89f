using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>Every regime that can take a shape gives the same bits; one that cannot is an argument error.</summary>
[TestFixture]
[Category("Native")]
public sealed class RegimeTests
{
    private const int Regimes = 6;

    private static readonly int[] s_types = [0, 1, 2, 3];

    public static IEnumerable<int> Bytes()
    {
        foreach (int boundary in new[] { 16, 512, 4096, 8192, 32768, 65536, 131072 })
        {
            for (int offset = -1; offset <= 1; offset++)
                yield return (boundary * 16) + offset;
        }
        yield return 151643 * 16;
    }

    /// <summary>Columns as bytes/size plus −1, 0 or 1 elements: encoded ×16 so that one list serves all types.</summary>
    [Test]
    public void EveryRegimeGivesTheSameBits([ValueSource(nameof(s_types))] int t, [ValueSource(nameof(Bytes))] int code)
    {
        ElementType type = (ElementType)t;
        int delta = ((code + 1) % 16) - 1;
        int columns = ((code - delta) / 16 / type.Size()) + delta;
        if (columns < 1)
            columns = 1;
        bool large = columns * type.Size() > 20000;
        foreach (CrossEntropyOptions options in EqualBitsTests.OptionSets())
        {
            long[] targets = large ? [columns / 2] : [columns - 1, 0, columns / 2];
            CrossEntropyCase c = Cases.Hard(type, columns, (i, j) => j % 29 == 5 ? double.NegativeInfinity : Cases.Noise(i, j), targets) with
            {
                Options = options,
                LogitsOffset = 3,
                LogitsPadding = 1,
                GradientOffset = 1,
            };
            Compare(c);
            Compare(c with { Outputs = Output.ForStatistics | Output.Losses });
            if (!large)
                Compare(c with { Upstream = Cases.Reals(type, 1.5, -0.25, 3), Options = options with { Reduction = Reduction.None } });
        }
    }

    /// <summary>More rows than the blocks that a device holds at once (the emulated one: 128): blocks, warps and lanes go on to further rows, over the same shared memory.</summary>
    [TestCase(20, 4200)]
    [TestCase(300, 1100)]
    [TestCase(1100, 300)]
    public void MoreRowsThanADeviceHolds(int columns, int rows)
    {
        long[] targets = [.. Enumerable.Range(0, rows).Select(i => (long)(i % columns))];
        Compare(Cases.Hard(ElementType.Float32, columns, Cases.Noise, targets) with { LogitsOffset = 1, LogitsPadding = 1 });
    }

    [Test]
    public void SoftTargetsAndClassWeights([ValueSource(nameof(s_types))] int t, [Values(20, 300, 3000, 9000)] int columns)
    {
        ElementType type = (ElementType)t;
        CrossEntropyCase c = Cases.Soft(type, 2, columns, Cases.Noise, (i, j) => (4 + Cases.Noise(i + 9, j)) / columns) with
        {
            ClassWeights = Cases.Fill(type.Real(), 1, columns, (_, j) => (j % 4) / 2.0),
            SoftOffset = 1,
        };
        Compare(c);
        Compare(Cases.Hard(type, columns, Cases.Noise, 1, 2) with { ClassWeights = c.ClassWeights, Options = new() { LabelSmoothing = 0.2, Reduction = Reduction.None } });
    }

    private static void Compare(CrossEntropyCase c)
    {
        TestDevice device = TestDevices.Native();
        CrossEntropyRun automatic = CaseAssert.Conforms(device, c);
        int taken = 0;
        for (int regime = 1; regime <= Regimes; regime++)
        {
            CrossEntropyRun forced;
            try
            {
                forced = CaseRunner.Run(device, c with { Regime = regime });
            }
            catch (ArgumentException)
            {
                continue;
            }
            taken++;
            Assert.That(forced.Violations, Is.Empty);
            CaseAssert.SameBits(automatic, forced, $"regime {regime}, {c.Type} V = {c.Columns}, {c.Options}");
        }
        // Split takes every shape, and two-pass all of these.
        Assert.That(taken, Is.GreaterThanOrEqualTo(2));
        if (c.Columns * c.Type.Size() <= 512)
            Assert.That(taken, Is.EqualTo(Regimes));
    }
}
