using System;
using System.Linq;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu;
using Gibbs.Tests.CrossEntropy;
using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Entropies;

/// <summary>A row's bits do not depend on where it lies, on its neighbours, on threads, widths or regimes; rows of any lengths; nothing is allocated.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
[NonParallelizable]
public sealed class EntropyLayoutTests(string device)
{
    private static readonly object[] s_kinds =
    [
        new object[] { EntropyKind.Shannon, 2.0, EntropyInput.Logits },
        new object[] { EntropyKind.Tsallis, 2.0, EntropyInput.Logits },
        new object[] { EntropyKind.Renyi, 0.5, EntropyInput.Logits },
        new object[] { EntropyKind.Min, 2.0, EntropyInput.Logits },
        new object[] { EntropyKind.Tsallis, 0.5, EntropyInput.Probabilities },
    ];

    [TestCaseSource(nameof(s_kinds))]
    public void EqualBitsWhereverTheRowsLie(EntropyKind kind, double alpha, EntropyInput input)
    {
        foreach (ElementType type in ElementTypes.All)
        {
            foreach (int n in new[] { 5, 67, 1025, 5001 })
            {
                if (n > 2000 && device != "cpu" && type is ElementType.Float16 or ElementType.BFloat16)
                    continue;
                EntropyCase c = Batch(type, kind, alpha, input, n);
                EntropyRun expected = EntropyRunner.Run(device, c);
                Same(expected, EntropyRunner.Run(device, c with { Offset = 1, Padding = 3 }));
                Same(expected, EntropyRunner.Run(device, c with { Offset = 5, Padding = 1, InPlace = true, Int64 = false }));
                Same(expected, EntropyRunner.Run(device, c with { InPlace = true, OwnWorkspace = true }));
                Same(expected, EntropyRunner.Run(device, c with { Ragged = true, Padding = 1 }));
                Same(expected, EntropyRunner.Run(device, c with { Ragged = true, InPlace = true, Offset = 3 }));
                for (int i = 0; i < c.Rows.Length; i++)
                {
                    EntropyRun alone = EntropyRunner.Run(device, c with { Rows = [c.Rows[i]], Actions = [c.Actions![i]], ActionWeights = [c.ActionWeights![i]] });
                    Assert.That(alone.Entropies[0], Is.EqualTo(expected.Entropies[i]));
                    Assert.That(alone.Gradient[0], Is.EqualTo(expected.Gradient[i]));
                }
            }
        }
    }

    [TestCaseSource(nameof(s_kinds))]
    public void EqualBitsInEveryRegime(EntropyKind kind, double alpha, EntropyInput input)
    {
        foreach (int n in new[] { 300, 3000 })
        {
            EntropyCase c = Batch(ElementType.Float32, kind, alpha, input, n);
            EntropyRun expected = EntropyRunner.Run(device, c);
            if (device == "cpu")
            {
                try
                {
                    foreach (int bits in new[] { 128, 256, 512 })
                    {
                        foreach (bool streaming in new[] { false, true })
                        {
                            (CpuSettings.ForcedVectorBits, CpuSettings.ForcedStreaming) = (bits, streaming);
                            Same(expected, EntropyRunner.Run(device, c));
                            Same(expected, EntropyRunner.Run(device, c with { Offset = 4, Padding = 1 }));
                        }
                    }
                }
                finally
                {
                    (CpuSettings.ForcedVectorBits, CpuSettings.ForcedStreaming) = (0, null);
                }

                continue;
            }

            foreach (int regime in n == 300 ? [2, 4, 5] : new[] { 4, 5 })
                Same(expected, EntropyRunner.Run(device, c with { Regime = regime, Offset = 4 }));
            Same(expected, EntropyRunner.Run(device, c with { Regime = 5, Ragged = true, InPlace = true }));
        }
    }

    [Test]
    public void RaggedRowsFromNothingToAMillion([Values(EntropyKind.Shannon, EntropyKind.Renyi)] EntropyKind kind)
    {
        int[] lengths = device == "cpu" ? [0, 1, 1_000_000, 3, 70_000, 0] : [0, 1, 100_000, 3, 9000, 0];
        double[][] rows = [.. lengths.Select((n, i) => Enumerable.Range(0, n).Select(j => Cases.Noise(i, j)).ToArray())];
        EntropyCase c = EntropyCase.Of(ElementType.Float32, kind, 0.5, rows) with { Ragged = true, Options = new() { Kind = kind, Alpha = 0.5 } };
        EntropyRun run = EntropyComparison.Conforms(device, c);
        Assert.That(run.Status, Is.EqualTo(lengths.Select(n => n == 0 ? RowStatus.AllMasked : RowStatus.Ok)));
        EntropyRun alone = EntropyRunner.Run(device, EntropyCase.Of(ElementType.Float32, kind, 0.5, rows[4]));
        Assert.That(alone.Entropies[0], Is.EqualTo(run.Entropies[4]));
    }

    [Test]
    public void RowsOutsideTheValuesAreNotTouched()
    {
        if (device == "cpu")
            Assert.Ignore("spans throw");
        CudaStream stream = TestDevices.Native().Stream;
        float[] values = [.. Enumerable.Range(0, 8).Select(i => (float)i)];
        using DeviceBuffer<float> z = stream.Upload<float>(values), entropies = stream.Upload<float>(new float[4]), gradient = stream.Upload<float>(Enumerable.Repeat(7f, 8).ToArray());
        using DeviceBuffer<long> offsets = stream.Upload<long>([0, 3, 2, 20, 8]);
        using DeviceBuffer<RowStatus> status = stream.Upload<RowStatus>(new RowStatus[4]);
        RowEntropy.ComputeRagged(stream, z, offsets, new DeviceRaggedEntropyOutputs<float, float> { Entropies = entropies, Gradient = gradient, Status = status });
        stream.Synchronize();
        RowStatus[] statuses = new RowStatus[4];
        float[] written = new float[8];
        stream.Copy(status.Span, statuses.AsSpan());
        stream.Copy(gradient.Span, written.AsSpan());
        Assert.That(statuses, Is.EqualTo(new[] { RowStatus.Ok, RowStatus.InvalidParameter, RowStatus.InvalidParameter, RowStatus.InvalidParameter }));
        Assert.That(written[3..], Is.All.EqualTo(7f));
    }

    [Test]
    public void ACallAllocatesNothing()
    {
        if (device != "cpu")
            Assert.Ignore("of spans");
        const int rows = 20, columns = 1203;
        float[] x = [.. Enumerable.Range(0, rows * columns).Select(i => (float)Cases.Noise(i, 3))], gradient = new float[x.Length], entropies = new float[rows], p = [.. x.Select(v => (v + 4) / 9)];
        long[] offsets = [.. Enumerable.Range(0, rows + 1).Select(i => (long)i * columns)];
        int[] actions = new int[rows];
        SteadyStateTests.AllocatesNothing(() =>
        {
            RowEntropy.Compute(new ReadOnlySpan2D<float>(x, rows, columns), new() { Entropies = entropies, Gradient = new(gradient, rows, columns) }, default, new() { Actions = actions });
            RowEntropy.Compute(new ReadOnlySpan2D<float>(x, rows, columns), new() { Entropies = entropies, Gradient = new(gradient, rows, columns) }, new() { Kind = EntropyKind.Tsallis });
            RowEntropy.Compute(new ReadOnlySpan2D<float>(p, rows, columns), new() { Entropies = entropies, Gradient = new(gradient, rows, columns) }, new() { Input = EntropyInput.Probabilities });
            RowEntropy.ComputeRagged(x, offsets, new RaggedEntropyOutputs<float, float> { Entropies = entropies, Gradient = gradient });
        });
    }

    private static EntropyCase Batch(ElementType type, EntropyKind kind, double alpha, EntropyInput input, int n)
    {
        double[][] rows = EntropyCase.Fill(3, n, (i, j) => j % 13 == 7 ? double.NegativeInfinity : (i + 1) * Cases.Noise(i, j));
        if (input == EntropyInput.Probabilities)
            rows = EntropyCase.Fill(3, n, (i, j) => j % 13 == 7 ? 0 : (Cases.Noise(i, j) + 4) / (8 * n));
        EntropyCase c = EntropyCase.Of(type, kind, alpha, rows);
        return c with { Options = c.Options with { Input = input }, Actions = [0, n - 1, n / 2], ActionWeights = [0.5, -1, 0] };
    }

    private static void Same(EntropyRun a, EntropyRun b)
    {
        Assert.That(b.Entropies, Is.EqualTo(a.Entropies));
        Assert.That(b.LogSumExp, Is.EqualTo(a.LogSumExp));
        Assert.That(b.LogProbability, Is.EqualTo(a.LogProbability));
        Assert.That(b.Status, Is.EqualTo(a.Status));
        for (int i = 0; i < a.Gradient.Length; i++)
            Assert.That(b.Gradient[i], Is.EqualTo(a.Gradient[i]));
    }
}
