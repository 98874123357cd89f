using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>A call on spans allocates nothing once warm, neither on the caller's thread nor on the workers'; many callers at once get the bits of one alone.</summary>
[TestFixture]
[Category("Cpu")]
public sealed class SteadyStateTests
{
    private const int Rows = 64;
    private const int Columns = 3001;

    [Test]
    public void ComputeAllocatesNothing([Values(1, 64)] int rows)
    {
        Buffers b = new(rows);
        AllocatesNothing(() => b.Compute());
    }

    [Test]
    public void GradientAllocatesNothing()
    {
        Buffers b = new(Rows);
        b.Compute();
        AllocatesNothing(() => b.GradientFromStatistics());
    }

    [Test]
    public void ArgumentsAndOptionsAllocateNothing()
    {
        Buffers b = new(3);
        CrossEntropyOptions options = new()
        {
            LabelSmoothing = 0.1,
            ZLoss = 1e-4,
            Softcap = 30,
            Temperature = 0.9,
            EntropyWeight = 0.1,
            MaxSuppression = 0.1,
            LogitPenalty = 1e-4,
            TargetLoss = TargetLoss.Focal,
            TargetLossParameter = 2,
        };
        AllocatesNothing(() => b.Compute(options));
    }

    [Test]
    public void EightThreadsAtOnceGetTheSameBits()
    {
        Buffers[] all = [.. Enumerable.Range(0, 8).Select(_ => new Buffers(Rows))];
        Buffers expected = new(Rows);
        double loss = expected.Compute().Loss;
        Parallel.ForEach(all, new ParallelOptions { MaxDegreeOfParallelism = 8 }, b =>
        {
            for (int i = 0; i < 20; i++)
            {
                double own = b.Compute().Loss;
                Assert.That(own, Is.EqualTo(loss));
                Assert.That(b.Gradient.AsSpan().SequenceEqual(expected.Gradient));
                Assert.That(b.Losses.AsSpan().SequenceEqual(expected.Losses));
                Array.Clear(b.Gradient);
            }
        });
    }

    [Test]
    public void EightDedicatedThreadsOfAllTypesAtOnce()
    {
        CrossEntropyCase[] cases = [.. Enumerable.Range(0, 8).Select(i => CaseGenerator.Generate(99, i + 40))];
        TestDevice cpu = TestDevices.Get("cpu");
        CrossEntropyRun[] expected = [.. cases.Select(c => CaseRunner.Run(cpu, c))];
        string[] differences = new string[cases.Length];
        Thread[] threads = [.. Enumerable.Range(0, cases.Length).Select(i => new Thread(() =>
        {
            differences[i] = "";
            for (int k = 0; k < 40; k++)
                differences[i] += expected[i].Difference(CaseRunner.Run(cpu, cases[i]));
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.That(differences, Is.All.EqualTo(""));
    }

    internal static void AllocatesNothing(Action call)
    {
        for (int i = 0; i < 20; i++)
            call();
        // Another thread of the process may allocate now and then; a call that allocates does so every time.
        long least = long.MaxValue, leastProcess = long.MaxValue;
        for (int attempt = 0; attempt < 10; attempt++)
        {
            long process = GC.GetTotalAllocatedBytes(precise: true), thread = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++)
                call();
            thread = GC.GetAllocatedBytesForCurrentThread() - thread;
            process = GC.GetTotalAllocatedBytes(precise: true) - process;
            (least, leastProcess) = (Math.Min(least, thread), Math.Min(leastProcess, process));
        }
        Assert.That(least, Is.Zero, "bytes on the caller's thread in 10 calls");
        Assert.That(leastProcess, Is.Zero, "bytes in the process in 10 calls");
    }

    private sealed class Buffers
    {
        private readonly float[] _logits;
        private readonly int[] _targets;
        private readonly RowStatistics<float>[] _statistics;
        private readonly float[] _upstream = [0.5f];
        private readonly int _rows;

        public Buffers(int rows)
        {
            _rows = rows;
            _logits = [.. Cases.Fill(ElementType.Float32, rows, Columns, Cases.Noise).Select(v => (float)v)];
            _targets = [.. Enumerable.Range(0, rows).Select(i => i * 7 % Columns)];
            _statistics = new RowStatistics<float>[rows];
            Losses = new float[rows];
            Gradient = new float[rows * Columns];
        }

        public float[] Losses { get; }

        public float[] Gradient { get; }

        public CrossEntropyResult Compute(CrossEntropyOptions options = default)
        {
            CrossEntropyOutputs<float, float> outputs = new() { Losses = Losses, Gradient = new Span2D<float>(Gradient, _rows, Columns), Statistics = _statistics };
            return SoftmaxCrossEntropy.Compute(_logits.AsSpan2D(_rows, Columns), _targets, outputs, options);
        }

        public void GradientFromStatistics() =>
            SoftmaxCrossEntropy.Gradient(_logits.AsSpan2D(_rows, Columns), _targets, _statistics, _upstream, new Span2D<float>(Gradient, _rows, Columns));
    }
}
