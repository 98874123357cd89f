using System;
using System.Linq;

using CommunityToolkit.HighPerformance;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>Shapes that do not fit are argument errors on spans: the message names the argument and the shape, and nothing is written.</summary>
[TestFixture]
[Category("Cpu")]
public sealed class SpanArgumentTests
{
    private const int N = 3;
    private const int V = 4;

    private delegate void Call();

    [Test]
    public void TargetsOfAnotherLength()
    {
        Refuses("targets", () => Compute(new int[N + 1]));
        Refuses("targets", () => Compute(new long[N - 1]));
    }

    [Test]
    public void OutputsOfAnotherLength([Values("Losses", "LogSumExp", "Entropy", "LogProbability", "Argmax", "Rank", "Status", "Statistics", "Gradient")] string name)
    {
        foreach (int length in new[] { N - 1, N + 1 })
        {
            Refuses(name, () =>
            {
                CrossEntropyOutputs<float, float> outputs = new()
                {
                    Losses = name == "Losses" ? new float[length] : default,
                    LogSumExp = name == "LogSumExp" ? new float[length] : default,
                    Entropy = name == "Entropy" ? new float[length] : default,
                    LogProbability = name == "LogProbability" ? new float[length] : default,
                    Argmax = name == "Argmax" ? new long[length] : default,
                    Rank = name == "Rank" ? new long[length] : default,
                    Status = name == "Status" ? new RowStatus[length] : default,
                    Statistics = name == "Statistics" ? new RowStatistics<float>[length] : default,
                    Gradient = name == "Gradient" ? new float[length, V] : default,
                };
                SoftmaxCrossEntropy.Compute(new float[N, V], new int[N], outputs);
            });
        }
    }

    [Test]
    public void GradientOfAnotherWidth() =>
        Refuses("Gradient", () => SoftmaxCrossEntropy.Compute(new float[N, V], new int[N], new() { Gradient = new float[N, V + 1] }));

    [Test]
    public void InputsOfAnotherLength()
    {
        Refuses("ClassWeights", () => SoftmaxCrossEntropy.Compute(new float[N, V], new int[N], default, default, new() { ClassWeights = new float[V - 1] }));
        Refuses("RowWeights", () => SoftmaxCrossEntropy.Compute(new float[N, V], new int[N], default, default, new() { RowWeights = new float[N + 1] }));
        Refuses("RowTemperatures", () => SoftmaxCrossEntropy.Compute(new float[N, V], new int[N], default, default, new() { RowTemperatures = new float[1] }));
        Refuses("SoftTargets", () => SoftmaxCrossEntropy.Compute(new float[N, V], default, default, default, new() { SoftTargets = new float[N, V + 2] }));
        Refuses("SoftTargets", () => SoftmaxCrossEntropy.Compute(new float[N, V], default, default, default, new() { SoftTargets = new float[N + 1, V] }));
    }

    [Test]
    public void BothKindsOfTargets() =>
        Refuses("SoftTargets", () => SoftmaxCrossEntropy.Compute(new float[N, V], new int[N], default, default, new() { SoftTargets = new float[N, V] }));

    [Test]
    public void OutputsThatNeedTargets()
    {
        Refuses("Losses", () => SoftmaxCrossEntropy.Compute(new float[N, V], default, new() { Losses = new float[N] }));
        Refuses("Gradient", () => SoftmaxCrossEntropy.Compute(new float[N, V], default, new() { Gradient = new float[N, V] }));
        Refuses("LogProbability", () => SoftmaxCrossEntropy.Compute(new float[N, V], default, new() { LogProbability = new float[N] }));
        Refuses("Rank", () => SoftmaxCrossEntropy.Compute(new float[N, V], default, new() { Rank = new long[N] }, default, new() { SoftTargets = new float[N, V] }));
    }

    [Test]
    public void GradientForm()
    {
        RowStatistics<float>[] statistics = new RowStatistics<float>[N];
        Refuses("statistics", () => SoftmaxCrossEntropy.Gradient(new float[N, V], new int[N], statistics.AsSpan(1), new float[1], new float[N, V]));
        Refuses("upstream", () => SoftmaxCrossEntropy.Gradient(new float[N, V], new int[N], statistics, new float[2], new float[N, V]));
        Refuses("upstream", () => SoftmaxCrossEntropy.Gradient(new float[N, V], new int[N], statistics, default, new float[N, V]));
        Refuses("gradient", () => SoftmaxCrossEntropy.Gradient(new float[N, V], new int[N], statistics, new float[1], new float[N, V - 1]));
        Refuses("gradient", () => SoftmaxCrossEntropy.Gradient(new float[N, V], new int[N], statistics, new float[1], default));
        Refuses("targets", () => SoftmaxCrossEntropy.Gradient(new float[N, V], default, statistics, new float[1], new float[N, V]));
    }

    [Test]
    public void GradientThatOverlapsTheLogits()
    {
        float[] memory = [.. Enumerable.Range(0, 64).Select(i => (float)i)];
        float[] before = [.. memory];
        // One element further on; the same start but another stride; one row further on.
        Refuses("Gradient", () => Overlap(memory, 0, 0, 1, 0));
        Refuses("Gradient", () => Overlap(memory, 0, 0, 0, 1));
        Refuses("Gradient", () => Overlap(memory, 4, 0, 0, 0));
        Assert.That(memory, Is.EqualTo(before));
        // Apart, and the very same: fine.
        Overlap(memory, 0, 0, N * V, 0);
        Overlap(memory, 0, 2, 0, 2);
    }

    [Test]
    public void GradientThatOverlapsTheSoftTargets()
    {
        float[] memory = new float[64];
        Refuses("Gradient", () =>
        {
            Span2D<float> soft = Span2D<float>.DangerousCreate(ref memory[0], N, V, 0), gradient = Span2D<float>.DangerousCreate(ref memory[2], N, V, 0);
            SoftmaxCrossEntropy.Compute(new float[N, V], default, new() { Gradient = gradient }, default, new() { SoftTargets = soft });
        });
    }

    [Test]
    public void NothingAtAllIsFine()
    {
        CrossEntropyResult result = SoftmaxCrossEntropy.Compute(new float[N, V], default, default);
        Assert.That(result.Loss, Is.NaN);
        Assert.That(result.ValidRows, Is.Zero);
        Assert.That(result.Normaliser, Is.Zero);
    }

    private static void Compute(TargetSpan targets)
    {
        float[] losses = new float[N];
        Array.Fill(losses, 77);
        try
        {
            SoftmaxCrossEntropy.Compute(new float[N, V], targets, new() { Losses = losses });
        }
        finally
        {
            Assert.That(losses, Is.All.EqualTo(77));
        }
    }

    private static void Overlap(float[] memory, int logitsAt, int logitsPadding, int gradientAt, int gradientPadding)
    {
        ReadOnlySpan2D<float> logits = ReadOnlySpan2D<float>.DangerousCreate(in memory[logitsAt], N, V, logitsPadding);
        Span2D<float> gradient = Span2D<float>.DangerousCreate(ref memory[gradientAt], N, V, gradientPadding);
        SoftmaxCrossEntropy.Compute(logits, new int[N], new() { Gradient = gradient });
    }

    private static void Refuses(string name, Call call)
    {
        ArgumentException? error = Assert.Catch<ArgumentException>(() => call());
        Assert.That(error!.Message, Does.Contain(name).IgnoreCase);
    }
}
