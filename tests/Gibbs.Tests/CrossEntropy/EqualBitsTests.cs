using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>Item 18: on one path a row's result does not depend, to the bit, on alignment, stride, batch, position, run, or on what else is asked for.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class EqualBitsTests(string device)
{
    private static readonly int[] s_types = [0, 1, 2, 3];
    private static readonly int[] s_columns = [1, 7, 33, 130, 257, 1025, 2050, 4099];

    public static IEnumerable<CrossEntropyOptions> OptionSets()
    {
        yield return new() { Reduction = Reduction.None };
        yield return new() { Reduction = Reduction.None, LabelSmoothing = 0.1, ZLoss = 1e-3, Softcap = 20, Temperature = 0.7, EntropyWeight = 0.2, MaxSuppression = 0.1, LogitPenalty = 1e-3 };
    }

    [Test]
    public void SixteenBaseOffsets([ValueSource(nameof(s_types))] int t, [ValueSource(nameof(s_columns))] int n)
    {
        foreach (CrossEntropyOptions options in OptionSets())
        {
            CrossEntropyCase c = Case(t, n) with { Options = options };
            CrossEntropyRun expected = CaseAssert.Conforms(TestDevices.Get(device), c);
            for (int offset = 1; offset < 16; offset++)
            {
                CrossEntropyCase moved = c with { LogitsOffset = offset, GradientOffset = (offset * 5) % 16, LogitsPadding = offset % 3, GradientPadding = offset % 5, InPlace = offset % 4 == 3 };
                CaseAssert.SameBits(expected, Run(moved), $"offset {offset}, {options}");
            }
        }
    }

    [Test]
    public void SoftTargetsAtEveryOffset([ValueSource(nameof(s_types))] int t, [Values(5, 260, 2100)] int n)
    {
        CrossEntropyCase c = Cases.Soft((ElementType)t, 2, n, Cases.Noise, (i, j) => (4 + Cases.Noise(i + 9, j)) / n);
        CrossEntropyRun expected = CaseAssert.Conforms(TestDevices.Get(device), c);
        for (int offset = 1; offset < 16; offset++)
            CaseAssert.SameBits(expected, Run(c with { LogitsOffset = offset % 4, SoftOffset = offset, SoftPadding = offset % 3 }), $"offset {offset}");
    }

    [Test]
    public void AloneInABatchAndAtAnyPosition([ValueSource(nameof(s_types))] int t, [ValueSource(nameof(s_columns))] int n)
    {
        int rows = n > 1000 ? 5 : 37;
        ElementType type = (ElementType)t;
        long[] targets = [.. Enumerable.Range(0, rows).Select(i => (long)(i % n))];
        CrossEntropyCase batch = Cases.Hard(type, n, Cases.Noise, targets) with { Options = OptionSets().Last() };
        CrossEntropyRun whole = Run(batch);
        for (int i = 0; i < rows; i += n > 1000 ? 1 : 5)
        {
            CrossEntropyRun alone = Run(batch with { Rows = 1, Logits = batch.Logits[(i * n)..((i + 1) * n)], Targets = [targets[i]] });
            foreach (Output output in new[] { Output.Losses, Output.LogSumExp, Output.Entropy, Output.LogProbability, Output.Argmax, Output.Rank, Output.Status, Output.Statistics, Output.Gradient })
            {
                int size = alone.Bytes[output].Length;
                Assert.That(whole.Bytes[output].AsSpan(i * size, size).SequenceEqual(alone.Bytes[output]), $"{output} of row {i} of {rows}");
            }
        }
    }

    [Test]
    public void RowAloneAndInALargeBatch([ValueSource(nameof(s_types))] int t)
    {
        const int n = 19, rows = 8192;
        CrossEntropyCase batch = Cases.Hard((ElementType)t, n, Cases.Noise, [.. Enumerable.Range(0, rows).Select(i => (long)(i % n))]) with
        {
            Outputs = Output.Losses | Output.Gradient,
        };
        CrossEntropyRun whole = Run(batch);
        foreach (int i in new[] { 0, 1, 4095, 8191 })
        {
            CrossEntropyRun alone = Run(batch with { Rows = 1, Logits = batch.Logits[(i * n)..((i + 1) * n)], Targets = [i % n] });
            Assert.That(whole.Reals(Output.Losses)[i], Is.EqualTo(alone.Reals(Output.Losses)[0]));
            Assert.That(whole.Gradient()[(i * n)..((i + 1) * n)], Is.EqualTo(alone.Gradient()));
        }
    }

    [Test]
    public void RunTwiceAndWithFewerOutputs([ValueSource(nameof(s_types))] int t, [ValueSource(nameof(s_columns))] int n)
    {
        foreach (CrossEntropyOptions options in OptionSets())
        {
            CrossEntropyCase c = Case(t, n) with { Options = options };
            CrossEntropyRun all = Run(c);
            CaseAssert.SameBits(all, Run(c), "second run");
            foreach (Output output in new[] { Output.Losses, Output.Gradient, Output.LogSumExp, Output.Entropy, Output.LogProbability, Output.Argmax, Output.Rank, Output.Statistics })
                CaseAssert.SameBits(Run(c with { Outputs = output }), all, $"{output} alone, {options}");
        }
    }

    [Test]
    public void Int32AndInt64TargetsAreTheSame([ValueSource(nameof(s_types))] int t, [Values(9, 3000)] int n)
    {
        CrossEntropyCase c = Case(t, n);
        CaseAssert.SameBits(Run(c), Run(c with { TargetKind = TargetKind.Int32 }), "int32 targets");
    }

    private static CrossEntropyCase Case(int t, int n) => Cases.Hard((ElementType)t, n, (i, j) => j % 13 == 5 ? double.NegativeInfinity : 2 * Cases.Noise(i, j), n / 2, 0);

    private CrossEntropyRun Run(CrossEntropyCase c)
    {
        CrossEntropyRun run = CaseRunner.Run(TestDevices.Get(device), c);
        Assert.That(run.Violations, Is.Empty);
        return run;
    }
}
