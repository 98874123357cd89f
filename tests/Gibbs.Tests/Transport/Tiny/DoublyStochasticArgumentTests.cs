using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu;
using Gibbs.Tests.CrossEntropy;
using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Tiny;

/// <summary>What is refused, and in which words; on spans, widths, threads and warm calls.</summary>
[Category("Cpu")]
[NonParallelizable]
public sealed class DoublyStochasticArgumentTests
{
    private int _threads;

    [SetUp]
    public void Remember() => _threads = CpuThreads.Count;

    [TearDown]
    public void Restore()
    {
        CpuThreads.Count = _threads;
        CpuSettings.ForcedVectorBits = 0;
    }

    [Test]
    public void DefaultsAreTheDocumentedOnes()
    {
        DoublyStochasticOptions written = new() { Rows = 0, Iterations = 20, Scheme = DoublyStochasticScheme.Alternating, Input = DoublyStochasticInput.Logits, Temperature = 1, Epsilon = 1e-6, NoiseScale = 0, Seed = 0, Step = 0, MatrixOffset = 0 };
        Assert.That(default(DoublyStochasticOptions), Is.EqualTo(written));
        Assert.That(new DoublyStochasticOptions(), Is.EqualTo(written));
    }

    [Test]
    public void OptionsAreChecked()
    {
        Refused(new() { Iterations = 0 }, "Iterations is 0; it must be from 1 to 1000");
        Refused(new() { Iterations = 1001 }, "Iterations is 1001");
        Refused(new() { Temperature = 0 }, "Temperature is 0; it must be from 1e-30 to 1e18");
        Refused(new() { Temperature = double.NaN }, "Temperature is NaN");
        Refused(new() { Epsilon = 0 }, "Epsilon is 0; it must be from 1e-9 to 1");
        Refused(new() { NoiseScale = -1 }, "NoiseScale is -1");
        Refused(new() { MatrixOffset = -1 }, "MatrixOffset is -1");
        Refused(new() { Scheme = (DoublyStochasticScheme)2 }, "Scheme is 2; it must be Alternating (0) or DeepSeek (1)");
        Refused(new() { Input = (DoublyStochasticInput)2 }, "Input is 2");
        Refused(new() { Rows = 2, Scheme = DoublyStochasticScheme.DeepSeek }, "values holds matrices of [2, 8]; the DeepSeek scheme");
        Refused(new() { Rows = 65 }, "Rows is 65");
        Refused(new() { Rows = 3 }, "values is [2, 16]; its width must be a positive multiple of options.Rows, 3");
        Refused(new() { Input = DoublyStochasticInput.Positive, Temperature = 2 }, "1 for Positive");
        Refused(new() { Input = DoublyStochasticInput.Positive, NoiseScale = 2 }, "0 for Positive");
    }

    [Test]
    public void ShapesAreChecked()
    {
        Assert.That(() => DoublyStochastic.Normalise(new float[2, 15], default), Throws.ArgumentException.With.Message.Contains("values is [2, 15]; without options.Rows its rows are square matrices"));
        Assert.That(() => DoublyStochastic.Normalise(new float[1, 130], default, new() { Rows = 2 }), Throws.ArgumentException.With.Message.Contains("values holds matrices of [2, 65]; sides are at most 64"));
        Assert.That(() => DoublyStochastic.Normalise(new float[2, 16], new() { Matrices = new float[2, 15] }), Throws.ArgumentException.With.Message.Contains("outputs.Matrices is [2, 15]; it must be [2, 16]"));
        Assert.That(() => DoublyStochastic.Normalise(new float[2, 16], new() { Status = new TransportStatus[3] }), Throws.ArgumentException.With.Message.Contains("outputs.Status has 3 elements; it needs 2"));
        Assert.That(() => DoublyStochastic.Normalise(new float[2, 16], new() { MarginalErrors = new float[3] }), Throws.ArgumentException.With.Message.Contains("outputs.MarginalErrors has 3"));
        Assert.That(() => DoublyStochastic.Normalise(new float[2, 16], default, default, new() { RowTargets = new float[5] }), Throws.ArgumentException.With.Message.Contains("inputs.RowTargets has 5 elements; it needs 4, the same for all matrices, or 8"));
        Assert.That(() => DoublyStochastic.Normalise(new float[2, 16], default, new() { Scheme = DoublyStochasticScheme.DeepSeek }, new() { ColumnTargets = new float[4] }), Throws.ArgumentException.With.Message.Contains("takes none"));
        Assert.That(() => DoublyStochastic.Backward(new float[2, 16], new float[2, 12], new float[2, 16]), Throws.ArgumentException.With.Message.Contains("upstream is [2, 12]"));
        Assert.That(() => DoublyStochastic.Backward(new float[2, 16], new float[2, 16], new float[1, 16]), Throws.ArgumentException.With.Message.Contains("gradient is [1, 16]"));
        float[] memory = new float[40];
        Assert.That(() => DoublyStochastic.Normalise(new ReadOnlySpan2D<float>(memory, 0, 2, 16, 0), new() { Matrices = new Span2D<float>(memory, 4, 2, 16, 0) }), Throws.ArgumentException.With.Message.Contains("outputs.Matrices overlaps values in part"));
        Assert.That(() => DoublyStochastic.Backward(new float[2, 16], new ReadOnlySpan2D<float>(memory, 0, 2, 16, 0), new Span2D<float>(memory, 4, 2, 16, 0)), Throws.ArgumentException.With.Message.Contains("gradient overlaps upstream in part"));
    }

    [Test]
    public void WidthsAndThreadsDoNotChangeABit([Values(0, 1, 2)] int type, [Values(4, 6, 40)] int side)
    {
        foreach (DoublyStochasticOptions options in new DoublyStochasticOptions[] { default, new() { Scheme = DoublyStochasticScheme.DeepSeek }, new() { Iterations = 5, NoiseScale = 1 } })
        {
            TinyCase c = TinyCase.Draw((ElementType)type, side, side, options, count: side == 40 ? 70 : 2100);
            c.Values[3][0] = double.NegativeInfinity;
            c.Values[4][1] = double.NaN;
            CpuThreads.Count = 1;
            TinyRun p = TinyRunner.Forward("cpu", c), gradient = TinyRunner.Backward("cpu", c);
            foreach ((int bits, int threads) in new[] { (128, 3), (256, 2), (512, 5) })
            {
                CpuSettings.ForcedVectorBits = bits;
                CpuThreads.Count = threads;
                Assert.That(TinyRunner.Forward("cpu", c, gap: 1).Result, Is.EqualTo(p.Result));
                Assert.That(TinyRunner.Backward("cpu", c, gap: 1).Result, Is.EqualTo(gradient.Result));
            }

            CpuSettings.ForcedVectorBits = 0;
        }
    }

    [Test]
    public void WarmCallsAllocateNothing()
    {
        float[] x = new float[16 * 500], p = new float[x.Length];
        x[5] = float.NegativeInfinity;
        SteadyStateTests.AllocatesNothing(() => DoublyStochastic.Normalise(new ReadOnlySpan2D<float>(x, 500, 16), new() { Matrices = new(p, 500, 16) }));
        SteadyStateTests.AllocatesNothing(() => DoublyStochastic.Backward(new ReadOnlySpan2D<float>(x, 500, 16), new ReadOnlySpan2D<float>(p, 500, 16), new(p, 500, 16)));
    }

    private static void Refused(DoublyStochasticOptions options, string words) =>
        Assert.That(() => DoublyStochastic.Normalise(new float[2, 16], default, options), Throws.InstanceOf<ArgumentException>().With.Message.Contains(words));
}
