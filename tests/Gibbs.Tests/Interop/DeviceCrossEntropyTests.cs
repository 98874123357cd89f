using System;
using System.Linq;
using System.Threading.Tasks;

using NUnit.Framework;

namespace Gibbs.Tests.Interop;

/// <summary>The call on device memory: every overload arrives, wrong arguments are named, memory may be anybody's, nothing is allocated. Values are the conformance suite's.</summary>
[Category("Native")]
internal sealed class DeviceCrossEntropyTests
{
    private static readonly double s_log2 = Math.Log(2);

    private CudaDevice _device = null!;
    private CudaStream _stream = null!;

    [SetUp]
    public void SetUp()
    {
        _device = NativeFixture.Open();
        _stream = _device.CreateStream();
    }

    [TearDown]
    public void TearDown()
    {
        _stream?.Dispose();
        _device?.Dispose();
    }

    [Test]
    public void Float32Arrives()
    {
        using DeviceBuffer<float> logits = _stream.Upload<float>([0, 0, 0, 0]);
        using DeviceBuffer<int> targets = _stream.Upload<int>([0, 1]);
        using DeviceBuffer<float> loss = _stream.Allocate<float>(1);
        using DeviceBuffer<float> gradient = _stream.Allocate<float>(4);
        using DeviceBuffer<RowStatistics<float>> statistics = _stream.Allocate<RowStatistics<float>>(2);
        SoftmaxCrossEntropy.Compute(_stream, logits.AsRows(2, 2), targets, new() { Loss = loss, Gradient = gradient.AsRows(2, 2), Statistics = statistics });
        Assert.That(loss.ToArray()[0], Is.EqualTo(s_log2).Within(1e-6));
        Assert.That(gradient.ToArray(), Is.EqualTo(new[] { -0.25f, 0.25f, 0.25f, -0.25f }).Within(1e-6));
        using DeviceBuffer<float> upstream = _stream.Upload<float>([2]);
        SoftmaxCrossEntropy.Gradient(_stream, logits.AsRows(2, 2), targets, statistics, upstream, gradient.AsRows(2, 2), new() { Reduction = Reduction.Sum });
        Assert.That(gradient.ToArray(), Is.EqualTo(new[] { -1f, 1f, 1f, -1f }).Within(1e-6));
    }

    [Test]
    public void Float64Arrives()
    {
        using DeviceBuffer<double> logits = _stream.Upload<double>([0, 0, 0, 0]);
        using DeviceBuffer<long> targets = _stream.Upload<long>([0, 1]);
        using DeviceBuffer<double> loss = _stream.Allocate<double>(1);
        using DeviceBuffer<double> gradient = _stream.Allocate<double>(4);
        using DeviceBuffer<RowStatistics<double>> statistics = _stream.Allocate<RowStatistics<double>>(2);
        SoftmaxCrossEntropy.Compute(_stream, logits.AsRows(2, 2), targets, new() { Loss = loss, Gradient = gradient.AsRows(2, 2), Statistics = statistics });
        Assert.That(loss.ToArray()[0], Is.EqualTo(s_log2).Within(1e-14));
        using DeviceBuffer<double> upstream = _stream.Upload<double>([1, 3]);
        SoftmaxCrossEntropy.Gradient(_stream, logits.AsRows(2, 2), targets, statistics, upstream, gradient.AsRows(2, 2), new() { Reduction = Reduction.None });
        Assert.That(gradient.ToArray(), Is.EqualTo(new[] { -0.5, 0.5, 1.5, -1.5 }).Within(1e-14));
    }

    [Test]
    public void Float16Arrives()
    {
        using DeviceBuffer<Half> logits = _stream.Upload<Half>(new Half[4]);
        using DeviceBuffer<int> targets = _stream.Upload<int>([0, 1]);
        using DeviceBuffer<float> loss = _stream.Allocate<float>(1);
        using DeviceBuffer<Half> gradient = _stream.Allocate<Half>(4);
        using DeviceBuffer<RowStatistics<float>> statistics = _stream.Allocate<RowStatistics<float>>(2);
        SoftmaxCrossEntropy.Compute(_stream, logits.AsRows(2, 2), targets, new() { Loss = loss, Statistics = statistics });
        Assert.That(loss.ToArray()[0], Is.EqualTo(s_log2).Within(1e-6));
        using DeviceBuffer<float> upstream = _stream.Upload<float>([2]);
        SoftmaxCrossEntropy.Gradient(_stream, logits.AsRows(2, 2), targets, statistics, upstream, gradient.AsRows(2, 2), new() { Reduction = Reduction.Sum });
        Assert.That(gradient.ToArray().Select(g => (float)g), Is.EqualTo(new[] { -1f, 1f, 1f, -1f }));
    }

    [Test]
    public void BFloat16Arrives_InPlace()
    {
        using DeviceBuffer<BFloat16> logits = _stream.Upload<BFloat16>(new BFloat16[4]);
        using DeviceBuffer<int> targets = _stream.Upload<int>([0, 1]);
        using DeviceBuffer<float> losses = _stream.Allocate<float>(2);
        using DeviceBuffer<RowStatistics<float>> statistics = _stream.Allocate<RowStatistics<float>>(2);
        DeviceSpan2D<BFloat16> rows = logits.AsRows(2, 2);
        SoftmaxCrossEntropy.Compute(_stream, rows, targets, new() { Losses = losses, Statistics = statistics });
        Assert.That(losses.ToArray(), Is.EqualTo(new[] { s_log2, s_log2 }).Within(1e-6));
        using DeviceBuffer<float> upstream = _stream.Upload<float>([2]);
        SoftmaxCrossEntropy.Gradient(_stream, rows, targets, statistics, upstream, rows, new() { Reduction = Reduction.Sum });
        Assert.That(logits.ToArray().Select(g => (float)g), Is.EqualTo(new[] { -1f, 1f, 1f, -1f }));
    }

    [Test]
    public void NoRows_IsLossZero()
    {
        using DeviceBuffer<float> loss = _stream.Upload<float>([7]);
        using DeviceBuffer<long> valid = _stream.Upload<long>([7]);
        SoftmaxCrossEntropy.Compute(_stream, new DeviceSpan2D<float>(0, 0, 10, 10), default, new() { Loss = loss, ValidRows = valid });
        Assert.That(loss.ToArray()[0], Is.Zero);
        Assert.That(valid.ToArray()[0], Is.Zero);
    }

    [Test]
    public void WorkspaceOfTheAskedSize_Serves()
    {
        using DeviceBuffer<float> logits = _stream.Upload<float>(new float[64 * 50]);
        using DeviceBuffer<int> targets = _stream.Upload<int>(new int[64]);
        using DeviceBuffer<float> loss = _stream.Allocate<float>(1);
        DeviceCrossEntropyOutputs<float, float> outputs = new() { Loss = loss };
        long bytes = SoftmaxCrossEntropy.WorkspaceBytes(_stream, logits.AsRows(64, 50), targets, outputs);
        Assert.That(bytes, Is.GreaterThanOrEqualTo(0));
        using DeviceBuffer<byte> workspace = _stream.Allocate<byte>(bytes + 256);
        SoftmaxCrossEntropy.Compute(_stream, logits.AsRows(64, 50), targets, outputs, default, new() { Workspace = workspace });
        Assert.That(loss.ToArray()[0], Is.EqualTo(Math.Log(50)).Within(1e-5));
        if (bytes > 0)
        {
            DeviceSpan<byte> tooSmall = workspace.Span.Slice(0, bytes - 1);
            Assert.That(() => SoftmaxCrossEntropy.Compute(_stream, logits.AsRows(64, 50), targets, new DeviceCrossEntropyOutputs<float, float> { Loss = loss }, default, new() { Workspace = tooSmall }), Throws.ArgumentException.With.Message.Contains("workspace"));
        }
    }

    [Test]
    public void MemoryAndStreamOfSomebodyElse_Serve()
    {
        // Another opening of the device stands for another library: only its pointers and its stream handle are passed.
        using CudaDevice other = CudaDevice.Open();
        using CudaStream otherStream = other.CreateStream();
        using DeviceBuffer<float> memory = otherStream.Upload<float>([0, 0, float.NaN, 0, 0]);
        using DeviceBuffer<long> targets = otherStream.Upload<long>([1, 0]);
        using DeviceBuffer<float> losses = otherStream.Allocate<float>(2);
        using CudaStream wrapped = _device.WrapStream(otherStream.Handle);
        DeviceSpan2D<float> logits = new(memory.Span.Pointer, 2, 2, 3);
        DeviceSpan<long> foreignTargets = new(targets.Span.Pointer, 2);
        SoftmaxCrossEntropy.Compute(wrapped, logits, foreignTargets, new() { Losses = new(losses.Span.Pointer, 2) });
        Assert.That(losses.ToArray(), Is.EqualTo(new[] { s_log2, s_log2 }).Within(1e-6));
    }

    [Test]
    public void EightThreadsAtOnce() => Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
    {
        using CudaStream stream = _device.CreateStream();
        int columns = 3 + thread;
        using DeviceBuffer<float> logits = stream.Upload<float>(new float[5 * columns]);
        using DeviceBuffer<int> targets = stream.Upload<int>(new int[5]);
        using DeviceBuffer<float> loss = stream.Allocate<float>(1);
        for (int i = 0; i < 10; i++)
        {
            stream.EnqueueFill(loss.Span);
            SoftmaxCrossEntropy.Compute(stream, logits.AsRows(5, columns), targets, new() { Loss = loss });
            Assert.That(loss.ToArray()[0], Is.EqualTo(Math.Log(columns)).Within(1e-5));
        }
    });

    [Test]
    public void SteadyState_AllocatesNothing()
    {
        using DeviceBuffer<float> logits = _stream.Upload<float>(new float[8]);
        using DeviceBuffer<int> targets = _stream.Upload<int>([0, 1]);
        using DeviceBuffer<float> loss = _stream.Allocate<float>(1);
        using DeviceBuffer<float> upstream = _stream.Upload<float>([1]);
        using DeviceBuffer<RowStatistics<float>> statistics = _stream.Allocate<RowStatistics<float>>(2);
        using DeviceBuffer<float> gradient = _stream.Allocate<float>(8);
        void Call()
        {
            DeviceCrossEntropyOutputs<float, float> outputs = new() { Loss = loss, Statistics = statistics, Gradient = gradient.AsRows(2, 4) };
            CrossEntropyOptions options = new() { LabelSmoothing = 0.1, Reduction = Reduction.Sum };
            SoftmaxCrossEntropy.Compute(_stream, logits.AsRows(2, 4), targets, outputs, options);
            SoftmaxCrossEntropy.Gradient(_stream, logits.AsRows(2, 4), targets, statistics, upstream, gradient.AsRows(2, 4), options);
            _ = SoftmaxCrossEntropy.WorkspaceBytes(_stream, logits.AsRows(2, 4), targets, outputs, options);
        }

        for (int i = 0; i < 50; i++)
            Call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
            Call();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
