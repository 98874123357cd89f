using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Tiny;

/// <summary>Of device memory alone: kernels in registers against those in shared memory, noise of the same bits as on spans, the same bids, refusals of the native library.</summary>
[TestFixture]
[Category("Native")]
public sealed class DoublyStochasticDeviceTests
{
    private const int InRegisters = 1, InSharedMemory = 3;

    [Test]
    public void TiersAgree([Values(0, 1)] int type, [Values(1, 3, 4, 5, 8)] int rows, [Values(2, 4, 8)] int columns)
    {
        double unit = type == 0 ? 4e-6 : 1e-14;
        foreach (DoublyStochasticOptions options in new DoublyStochasticOptions[] { default, new() { Iterations = 7, Input = DoublyStochasticInput.Positive }, new() { Scheme = DoublyStochasticScheme.DeepSeek } })
        {
            if (options.Scheme == DoublyStochasticScheme.DeepSeek && rows != columns)
                continue;
            TinyCase c = TinyCase.Draw((ElementType)type, rows, columns, options, count: 70);
            c.Values[2][0] = options.Input == DoublyStochasticInput.Positive ? 0 : double.NegativeInfinity;
            c.Values[66][1] = double.NaN;
            foreach (Func<string, TinyCase, int, TinyRun> run in new Func<string, TinyCase, int, TinyRun>[] { TinyRunner.Forward, TinyRunner.Backward })
            {
                TinyRun registers = run("native", c with { Regime = InRegisters }, 3), shared = run("native", c with { Regime = InSharedMemory }, 3), cpu = run("cpu", c, 3);
                Assert.That(registers.Status, Is.EqualTo(cpu.Status));
                Assert.That(shared.Status, Is.EqualTo(cpu.Status));
                for (int matrix = 0; matrix < c.Values.Length; matrix++)
                {
                    double[] expected = cpu.Result[matrix];
                    double tolerance = cpu.Status[matrix] == TransportStatus.Converged ? unit * Math.Max(1, expected.Max(Math.Abs)) : 0;
                    Assert.That(registers.Result[matrix], Is.EqualTo(expected).Within(tolerance));
                    Assert.That(shared.Result[matrix], Is.EqualTo(expected).Within(tolerance));
                }
            }
        }
    }

    /// <summary>Segments of every length: states that are kept, and those made again.</summary>
    [Test]
    public void GradientsOfAnyNumberOfIterations([Values(1, 2, 3, 5, 16, 17, 250, 1000)] int iterations, [Values(InRegisters, InSharedMemory)] int regime)
    {
        TinyCase c = TinyCase.Draw(ElementType.Float64, 3, 3, new() { Iterations = iterations }, count: 3, spread: 2);
        TinyRun native = TinyRunner.Backward("native", c with { Regime = regime }), cpu = TinyRunner.Backward("cpu", c);
        for (int matrix = 0; matrix < 3; matrix++)
            Assert.That(native.Result[matrix], Is.EqualTo(cpu.Result[matrix]).Within(1e-13));
    }

    [Test]
    public void TheSameBidsAsOnSpans([Values(0, 1, 2, 3)] int type)
    {
        AssignmentCase c = AssignmentCase.Draw((ElementType)type, 6, 40, 5, [10, 9, 0, 30, 1]);
        AssignmentRun native = AssignmentRunner.Run("native", c), cpu = AssignmentRunner.Run("cpu", c);
        Assert.That(native.Experts, Is.EqualTo(cpu.Experts));
        Assert.That(native.Prices, Is.EqualTo(cpu.Prices));
        Assert.That(native.Results.Select(r => r.Bids), Is.EqualTo(cpu.Results.Select(r => r.Bids)));
    }

    [Test]
    public void ArgumentsAreChecked()
    {
        CudaStream stream = TestDevices.Native().Stream;
        using DeviceBuffer<float> x = stream.Upload<float>(new float[64]);
        using DeviceBuffer<byte> scratch = stream.Allocate<byte>(16);
        Assert.That(
            () => DoublyStochastic.Normalise(stream, x.AsRows(4, 16), new() { Matrices = x.AsRows(2, 16) }), Throws.ArgumentException.With.Message.Contains("outputs.Matrices is [2, 16]; it must be [4, 16]"));
        Assert.That(() => DoublyStochastic.Normalise(stream, x.AsRows(4, 15), default), Throws.ArgumentException.With.Message.Contains("values is [4, 15]"));
        Assert.That(
            () => DoublyStochastic.Normalise(stream, x.AsRows(4, 16), new() { Matrices = x.AsRows(4, 16) }, new() { NoiseScale = 1 }, new() { Regime = InRegisters }),
            Throws.ArgumentException.With.Message.Contains("regime: lanes given"));
        Assert.That(() => DoublyStochastic.Backward(stream, x.AsRows(4, 16), x.AsRows(4, 16), x.AsRows(2, 16)), Throws.ArgumentException.With.Message.Contains("gradient is [2, 16]"));
        Assert.That(() => BalancedAssignment.Solve(stream, x.AsRows(16, 4), default, new() { Problems = 3 }), Throws.ArgumentException.With.Message.Contains("rows for 3 problems"));
        Assert.That(() => BalancedAssignment.Solve(stream, x.AsRows(16, 4), default, default, new() { Workspace = scratch }), Throws.InstanceOf<Exception>().With.Message.Contains("workspace_bytes"));
    }
}
