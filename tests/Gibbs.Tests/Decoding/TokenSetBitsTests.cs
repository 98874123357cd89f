using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu;
using Gibbs.Tests.CrossEntropy;
using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Decoding;

/// <summary>On spans, thread counts, vector widths, stores past the caches, the batch and the place in memory do not change a bit; a warm call allocates nothing.</summary>
[Category("Cpu")]
[NonParallelizable]
internal sealed class TokenSetBitsTests
{
    private static readonly ElementType[] s_types = ElementTypes.All;

    private static readonly TokenSetOptions[] s_criteria =
        [default, new() { TopK = 40 }, new() { TopP = 0.9 }, new() { TopP = 0.8, IncludeCrossing = false }, new() { MinP = 0.05 }, new() { TopH = 0.5 }, new() { TopH = 0.5, TopHVariant = TopHVariant.Released }];

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

    [Test]
    public void EqualBits([ValueSource(nameof(s_types))] ElementType type, [Values(37, 5003)] int columns)
    {
        foreach (TokenSetOptions options in s_criteria)
        {
            TokenSetCase c = TokenSetCase.Of(type, 31, columns, (i, j) => i % 4 == 0 ? Math.Floor(Cases.Noise(i, j)) : (1 + (i % 3)) * Cases.Noise(i, j), options) with { Actions = new long[31] };
            c = c with { Options = c.Options with { Reduction = Reduction.Sum, Seed = 99 } };
            CpuThreads.Count = 1;
            TokenSetRun expected = TokenSetRunner.Run(c);
            foreach (int threads in new[] { 2, 5 })
            {
                CpuThreads.Count = threads;
                Same(expected, TokenSetRunner.Run(c), 0);
            }

            foreach (int bits in new[] { 128, 256, 512 })
            {
                CpuSettings.ForcedVectorBits = bits;
                Same(expected, TokenSetRunner.Run(c with { Padding = 3, Offset = 1 }), 0);
            }

            CpuSettings.ForcedVectorBits = 0;
            CpuSettings.ForcedStreaming = true;
            Same(expected, TokenSetRunner.Run(c with { Offset = 5 }), 0);
            CpuSettings.ForcedStreaming = null;
            Same(expected, TokenSetRunner.Run(c with { InPlace = true, Int64 = false }), 0);
            for (int i = 0; i < 31; i += 10)
                Same(expected, TokenSetRunner.Run(c with { Rows = 1, Logits = c.Row(i).ToArray(), Actions = [0], Options = c.Options with { RowOffset = i } }), i);
        }
    }

    [Test]
    public void AllocatesNothing([Values(0, 1, 2, 3, 4, 5, 6)] int criterion)
    {
        const int rows = 20, columns = 5003;
        float[] z = new float[rows * columns], gradient = new float[z.Length], logProbabilities = new float[z.Length], entropies = new float[rows], thresholds = new float[rows];
        byte[] mask = new byte[z.Length];
        long[] samples = new long[rows];
        int[] counts = new int[rows], actions = new int[rows];
        for (int k = 0; k < z.Length; k++)
            z[k] = (float)Cases.Noise(k / columns, k % columns);
        SteadyStateTests.AllocatesNothing(() => TokenSet.Compute(
            new ReadOnlySpan2D<float>(z, rows, columns),
            new TokenSetOutputs<float, float>
            {
                Entropies = entropies,
                Thresholds = thresholds,
                Counts = counts,
                Samples = samples,
                Mask = new(mask, rows, columns),
                Gradient = new(gradient, rows, columns),
                LogProbabilities = new(logProbabilities, rows, columns),
            },
            s_criteria[criterion],
            new TokenSetInputs<float> { Actions = actions }));
    }

    // The rows of a run are those of another from a row on.
    private static void Same(TokenSetRun expected, TokenSetRun actual, int first)
    {
        int rows = actual.Counts.Length, columns = actual.Mask.Length / rows;
        Range r = first..(first + rows), m = (first * columns)..((first + rows) * columns);
        Assert.Multiple(() =>
        {
            Assert.That(actual.Entropies, Is.EqualTo(expected.Entropies[r]));
            Assert.That(actual.FullEntropies, Is.EqualTo(expected.FullEntropies[r]));
            Assert.That(actual.Counts, Is.EqualTo(expected.Counts[r]));
            Assert.That(actual.Thresholds, Is.EqualTo(expected.Thresholds[r]));
            Assert.That(actual.ActionLogProbability, Is.EqualTo(expected.ActionLogProbability[r]));
            Assert.That(actual.Samples, Is.EqualTo(expected.Samples[r]));
            Assert.That(actual.SampleLogProbability, Is.EqualTo(expected.SampleLogProbability[r]));
            Assert.That(actual.Status, Is.EqualTo(expected.Status[r]));
            Assert.That(actual.Mask.AsSpan().SequenceEqual(expected.Mask.AsSpan()[m]), "mask");
            Assert.That(actual.LogProbabilities.AsSpan().SequenceEqual(expected.LogProbabilities.AsSpan()[m]), "log-probabilities");
            Assert.That(actual.Gradient.AsSpan().SequenceEqual(expected.Gradient.AsSpan()[m]), "gradient");
            if (rows == expected.Counts.Length)
                Assert.That(actual.Value, Is.EqualTo(expected.Value));
        });
    }
}
