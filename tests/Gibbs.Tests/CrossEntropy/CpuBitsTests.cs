using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.Intrinsics;

using Gibbs.Cpu;
using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>On spans, thread counts, vector widths and the way gradients are stored do not change a bit. A width that the machine lacks runs in its parts.</summary>
[TestFixture]
[Category("Cpu")]
[NonParallelizable]
public sealed class CpuBitsTests
{
    private static readonly int[] s_types = [0, 1, 2, 3];

    private int _threads;

    [SetUp]
    public void Remember() => _threads = CpuThreads.Count;

    [TearDown]
    public void Restore()
    {
        CpuThreads.Count = _threads;
        CpuSettings.ForcedVectorBits = 0;
        CpuSettings.ForcedStreaming = null;
    }

    private static IEnumerable<CrossEntropyCase> Large()
    {
        foreach (int t in s_types)
        {
            foreach ((int rows, int columns) in new[] { (4000, 51), (97, 2049), (7, 50257), (2, 151643) })
            {
                long[] targets = [.. Enumerable.Range(0, rows).Select(i => (long)(i % columns))];
                CrossEntropyCase c = Cases.Hard((ElementType)t, columns, Cases.Noise, targets) with { LogitsOffset = 1, LogitsPadding = 3, GradientPadding = 1 };
                yield return c with
                {
                    Name = $"{(ElementType)t} [{rows}, {columns}]",
                    Options = rows == 97 ? new() { LabelSmoothing = 0.1, ZLoss = 1e-3, Softcap = 20, EntropyWeight = 0.2, MaxSuppression = 0.1, LogitPenalty = 1e-3 } : default,
                };
            }
        }
    }

    public static IEnumerable<TestCaseData> LargeCases() => Large().Select(c => new TestCaseData(c).SetArgDisplayNames(c.Name));

    [TestCaseSource(nameof(LargeCases))]
    public void ThreadCountsGiveTheSameBits(object given)
    {
        CrossEntropyCase c = (CrossEntropyCase)given;
        CpuThreads.Count = 1;
        CrossEntropyRun alone = Run(c);
        foreach (int threads in new[] { 2, 4, 7 })
        {
            CpuThreads.Count = threads;
            CaseAssert.SameBits(alone, Run(c), $"{threads} threads");
            CaseAssert.SameBits(alone, Run(c with { InPlace = true }), $"{threads} threads, in place");
        }
    }

    [TestCaseSource(nameof(LargeCases))]
    public void StreamingStoresGiveTheSameBits(object given)
    {
        CrossEntropyCase c = (CrossEntropyCase)given;
        CpuSettings.ForcedStreaming = false;
        CrossEntropyRun cached = Run(c);
        CpuSettings.ForcedStreaming = true;
        CaseAssert.SameBits(cached, Run(c), "streaming stores");
        foreach (int offset in new[] { 1, 3, 8, 15 })
            CaseAssert.SameBits(cached, Run(c with { GradientOffset = offset, Tight = true }), $"streaming stores, offset {offset}");
        CaseAssert.SameBits(cached, Run(c with { InPlace = true }), "streaming stores in place");
    }

    [Test]
    public void VectorWidthsGiveTheSameBits([Range(0, 399)] int id)
    {
        CrossEntropyCase c = CaseGenerator.Generate(77, id);
        CpuSettings.ForcedVectorBits = 128;
        CrossEntropyRun narrow = Run(c);
        foreach (int bits in new[] { 256, 512 })
        {
            CpuSettings.ForcedVectorBits = bits;
            CaseAssert.SameBits(narrow, Run(c), $"{bits} bits, {c.Name}");
        }
    }

    [Test]
    public void EachWidthConforms([Values(128, 256, 512)] int bits, [Range(0, 99)] int id)
    {
        CpuSettings.ForcedVectorBits = bits;
        CaseAssert.Conforms(TestDevices.Get("cpu"), CaseGenerator.Generate(78, id));
    }

    [Test]
    public void TheWidestWidthOfTheMachineIsTheDefault() =>
        Assert.That(CpuSettings.VectorBits, Is.EqualTo(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128));

    private static CrossEntropyRun Run(CrossEntropyCase c)
    {
        CrossEntropyRun run = CaseRunner.Run(TestDevices.Get("cpu"), c);
        Assert.That(run.Violations, Is.Empty);
        return run;
    }
}
