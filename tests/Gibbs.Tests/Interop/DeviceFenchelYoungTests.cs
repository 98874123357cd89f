using System;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Interop;

/// <summary>Fenchel-Young losses on device memory: every overload arrives, scratch serves, no rows are fine, nothing is allocated. Values are the conformance suite's.</summary>
[Category("Native")]
internal sealed class DeviceFenchelYoungTests
{
    // Two rows of two equal logits, α = 2: p = (½, ½), the loss H = ¼, the gradient of the mean (p − 1[j=y])/2.
    private const double Loss = 0.25;
    private static readonly double[] s_gradient = [-0.25, 0.25, 0.25, -0.25];
    private static readonly FenchelYoungOptions s_sparsemax = new() { Alpha = 2 };

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
        using DeviceBuffer<float> logits = _stream.Upload<float>([3, 3, -1, -1]);
        using DeviceBuffer<int> targets = _stream.Upload<int>([0, 1]);
        using DeviceBuffer<float> losses = _stream.Allocate<float>(2), loss = _stream.Allocate<float>(1), used = _stream.Allocate<float>(1), gradient = _stream.Allocate<float>(4), p = _stream.Allocate<float>(4);
        using DeviceBuffer<long> support = _stream.Allocate<long>(2), valid = _stream.Allocate<long>(1);
        using DeviceBuffer<RowStatus> status = _stream.Upload<RowStatus>([RowStatus.Infeasible, RowStatus.Infeasible]);
        FenchelYoung.Compute(
            _stream,
            logits.AsRows(2, 2),
            targets,
            new DeviceFenchelYoungOutputs<float, float>
            {
                Losses = losses,
                Loss = loss,
                NormaliserUsed = used,
                Gradient = gradient.AsRows(2, 2),
                Probabilities = p.AsRows(2, 2),
                SupportSize = support,
                ValidRows = valid,
                Status = status,
            },
            s_sparsemax);
        Assert.Multiple(() =>
        {
            Assert.That(losses.ToArray(), Is.All.EqualTo(Loss));
            Assert.That(loss.ToArray()[0], Is.EqualTo(Loss));
            Assert.That(used.ToArray()[0], Is.EqualTo(2));
            Assert.That(gradient.ToArray(), Is.EqualTo(s_gradient));
            Assert.That(p.ToArray(), Is.All.EqualTo(0.5));
            Assert.That(support.ToArray(), Is.All.EqualTo(2));
            Assert.That(valid.ToArray()[0], Is.EqualTo(2));
            Assert.That(status.ToArray(), Is.All.EqualTo(RowStatus.Ok));
        });
    }

    [Test]
    public void Float64Arrives()
    {
        using DeviceBuffer<double> logits = _stream.Upload<double>([3, 3, -1, -1]);
        using DeviceBuffer<long> targets = _stream.Upload<long>([0, 1]);
        using DeviceBuffer<double> loss = _stream.Allocate<double>(1), gradient = _stream.Allocate<double>(4), alphas = _stream.Upload<double>([2, 2]), normaliser = _stream.Upload<double>([4]);
        FenchelYoung.Compute(
            _stream,
            logits.AsRows(2, 2),
            targets,
            new DeviceFenchelYoungOutputs<double, double> { Loss = loss, Gradient = gradient.AsRows(2, 2) },
            default,
            new DeviceFenchelYoungInputs<double> { Alphas = alphas, Normaliser = normaliser });
        Assert.That(loss.ToArray()[0], Is.EqualTo(Loss / 2));
        Assert.That(gradient.ToArray(), Is.EqualTo(s_gradient.Select(g => g / 2)));
    }

    [Test]
    public void Float16Arrives()
    {
        using DeviceBuffer<Half> logits = _stream.Upload<Half>(new Half[4]);
        using DeviceBuffer<int> targets = _stream.Upload<int>([0, 1]);
        using DeviceBuffer<float> loss = _stream.Allocate<float>(1);
        using DeviceBuffer<Half> gradient = _stream.Allocate<Half>(4);
        FenchelYoung.Compute(_stream, logits.AsRows(2, 2), targets, new DeviceFenchelYoungOutputs<Half, float> { Loss = loss, Gradient = gradient.AsRows(2, 2) }, s_sparsemax);
        Assert.That(loss.ToArray()[0], Is.EqualTo(Loss));
        Assert.That(gradient.ToArray().Select(g => (double)g), Is.EqualTo(s_gradient));
    }

    [Test]
    public void BFloat16Arrives_InPlace()
    {
        using DeviceBuffer<BFloat16> logits = _stream.Upload<BFloat16>(new BFloat16[4]);
        using DeviceBuffer<int> targets = _stream.Upload<int>([0, 1]);
        DeviceSpan2D<BFloat16> rows = logits.AsRows(2, 2);
        FenchelYoung.Compute(_stream, rows, targets, new DeviceFenchelYoungOutputs<BFloat16, float> { Gradient = rows }, s_sparsemax);
        Assert.That(logits.ToArray().Select(g => (double)(float)g), Is.EqualTo(s_gradient));
    }

    [Test]
    public void NoRows_IsLossZero()
    {
        using DeviceBuffer<float> loss = _stream.Upload<float>([7]);
        using DeviceBuffer<long> valid = _stream.Upload<long>([7]);
        FenchelYoung.Compute(_stream, new DeviceSpan2D<float>(0, 0, 10, 10), default, new DeviceFenchelYoungOutputs<float, float> { Loss = loss, ValidRows = valid });
        Assert.That(loss.ToArray()[0], Is.Zero);
        Assert.That(valid.ToArray()[0], Is.Zero);
    }

    [Test]
    public void WorkspaceOfTheAskedSize_Serves()
    {
        using DeviceBuffer<float> logits = _stream.Upload<float>(new float[64 * 50]), loss = _stream.Allocate<float>(1);
        using DeviceBuffer<int> targets = _stream.Upload<int>(new int[64]);
        DeviceFenchelYoungOutputs<float, float> outputs = new() { Loss = loss };
        long bytes = FenchelYoung.WorkspaceBytes(_stream, logits.AsRows(64, 50), targets, outputs, s_sparsemax);
        using DeviceBuffer<byte> workspace = _stream.Allocate<byte>(bytes + 256);
        FenchelYoung.Compute(_stream, logits.AsRows(64, 50), targets, outputs, s_sparsemax, new DeviceFenchelYoungInputs<float> { Workspace = workspace });
        Assert.That(loss.ToArray()[0], Is.EqualTo(0.5 * (1 - (1 / 50.0))).Within(1e-6));
        if (bytes > 0)
        {
            DeviceSpan<byte> tooSmall = workspace.Span.Slice(0, bytes - 1);
            Assert.That(
                () => FenchelYoung.Compute(
                    _stream, logits.AsRows(64, 50), targets, new DeviceFenchelYoungOutputs<float, float> { Loss = loss }, s_sparsemax, new DeviceFenchelYoungInputs<float> { Workspace = tooSmall }),
                Throws.ArgumentException.With.Message.Contains("workspace"));
        }
    }

    [Test]
    public void SteadyState_AllocatesNothing()
    {
        using DeviceBuffer<float> logits = _stream.Upload<float>(new float[8]), loss = _stream.Allocate<float>(1), gradient = _stream.Allocate<float>(8);
        using DeviceBuffer<int> targets = _stream.Upload<int>([0, 1]);
        void Call()
        {
            DeviceFenchelYoungOutputs<float, float> outputs = new() { Loss = loss, Gradient = gradient.AsRows(2, 4) };
            FenchelYoungOptions options = new() { LabelSmoothing = 0.1, Reduction = Reduction.Sum };
            FenchelYoung.Compute(_stream, logits.AsRows(2, 4), targets, outputs, options);
            _ = FenchelYoung.WorkspaceBytes(_stream, logits.AsRows(2, 4), targets, outputs, options);
        }

        for (int i = 0; i < 50; i++)
            Call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Call();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
