using System;
using System.Collections.Generic;

using NUnit.Framework;

namespace Gibbs.Tests.Interop;

/// <summary>Wrong arguments of the call on device memory: each is named, with what was given and what would be right, and nothing is enqueued.</summary>
[Category("Native")]
internal sealed class DeviceArgumentTests
{
    private const long Rows = 2;
    private const long Columns = 4;

    // What a call is made of; a case spoils one part. Addresses are made up: no check reads them and no call comes past them.
    private struct Call
    {
        public DeviceSpan2D<float> Logits = new(0x10000, Rows, Columns, 6);
        public DeviceTargetSpan Targets = new DeviceSpan<int>(0x20000, Rows);
        public DeviceSpan2D<float> SoftTargets;
        public DeviceSpan<float> ClassWeights;
        public DeviceSpan<float> RowWeights;
        public DeviceSpan<float> RowTemperatures;
        public DeviceSpan<float> Normaliser;
        public DeviceSpan<byte> Workspace;
        public DeviceSpan<float> Losses = new(0x30000, Rows);
        public DeviceSpan<float> Loss;
        public DeviceSpan2D<float> Gradient;
        public DeviceSpan<float> LogProbability;
        public DeviceSpan<long> Rank;
        public DeviceSpan<long> Argmax;
        public CrossEntropyOptions Options;

        public Call()
        {
        }
    }

    private delegate void Spoil(ref Call call);

    private static TestCaseData Case(string name, string says, Spoil spoil) => new TestCaseData(spoil, says).SetName($"WrongArgumentIsNamed({name})");

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("no columns", "logits is [2, 0]", (ref Call c) => c.Logits = new(0x10000, Rows, 0, 6));
        yield return Case("no columns and no rows", "logits is [0, 0]", (ref Call c) => c.Logits = default);
        yield return Case("null logits", "logits points to 0x0", (ref Call c) => c.Logits = new(0, Rows, Columns, 6));
        yield return Case("odd address", "a multiple of 4", (ref Call c) => c.Logits = new(0x10002, Rows, Columns, 6));
        yield return Case("logits beyond 64 bits", "reach beyond", (ref Call c) => c.Logits = new(0x10000, Rows, Columns, 1L << 61));
        yield return Case("logits of another device", "logits lies on device 3, the stream on device 0", (ref Call c) => c.Logits = new(0x10000, Rows, Columns, 6, 3));
        yield return Case("targets of another device", "targets lies on device 3", (ref Call c) => c.Targets = new DeviceSpan<int>(0x20000, Rows, 3));
        yield return Case("too few targets", "targets has 1 elements; it needs 2, one per row", (ref Call c) => c.Targets = new DeviceSpan<long>(0x20000, 1));
        yield return Case("hard and soft targets", "both given", (ref Call c) => c.SoftTargets = new(0x40000, Rows, Columns, 4));
        yield return Case("no targets", "it needs targets or inputs.SoftTargets", (ref Call c) => c.Targets = default);
        yield return Case("log-probability without hard targets", "outputs.LogProbability is given without targets; it needs hard targets", (ref Call c) => { Soften(ref c); c.LogProbability = new(0x50000, Rows); });
        yield return Case("rank without hard targets", "outputs.Rank is given without targets; it needs hard targets", (ref Call c) => { Soften(ref c); c.Rank = new(0x50000, Rows); });
        yield return Case("focal with soft targets", "TargetLoss is Focal with inputs.SoftTargets; it needs hard targets", (ref Call c) => { Soften(ref c); c.Options = new() { TargetLoss = TargetLoss.Focal }; });
        yield return Case("soft targets of another shape", "inputs.SoftTargets is [2, 3]", (ref Call c) => { Soften(ref c); c.SoftTargets = new(0x40000, Rows, 3, 3); });
        yield return Case("class weights", "inputs.ClassWeights has 3 elements; it needs 4, V, one per column", (ref Call c) => c.ClassWeights = new(0x50000, 3));
        yield return Case("row weights", "inputs.RowWeights has 3 elements; it needs 2", (ref Call c) => c.RowWeights = new(0x50000, 3));
        yield return Case("row temperatures", "inputs.RowTemperatures", (ref Call c) => c.RowTemperatures = new(0x50000, 3));
        yield return Case("two normalisers", "inputs.Normaliser and options.Normaliser", (ref Call c) => { c.Normaliser = new(0x50000, 1); c.Options = new() { Normaliser = 2 }; });
        yield return Case("normaliser with sum", "a normaliser goes with Reduction.Mean only", (ref Call c) => { c.Normaliser = new(0x50000, 1); c.Options = new() { Reduction = Reduction.Sum }; });
        yield return Case("normaliser length", "inputs.Normaliser has 2 elements", (ref Call c) => c.Normaliser = new(0x50000, 2));
        yield return Case("losses", "outputs.Losses has 3 elements", (ref Call c) => c.Losses = new(0x30000, 3));
        yield return Case("loss", "outputs.Loss has 2 elements; it needs 1", (ref Call c) => c.Loss = new(0x30000, 2));
        yield return Case("loss that reduction none has not", "loss: asked for with reduction none", (ref Call c) => { c.Loss = new(0x30000, 1); c.Losses = default; c.Options = new() { Reduction = Reduction.None }; });
        yield return Case("argmax address", "a multiple of 8", (ref Call c) => c.Argmax = new(0x30004, Rows));
        yield return Case("gradient shape", "outputs.Gradient is [2, 5]; it must be [2, 4], as logits", (ref Call c) => c.Gradient = new(0x60000, Rows, 5, 5));
        yield return Case("gradient one element on", "outputs.Gradient overlaps logits", (ref Call c) => c.Gradient = new(0x10004, Rows, Columns, 6));
        yield return Case("gradient of another stride", "outputs.Gradient overlaps logits", (ref Call c) => c.Gradient = new(0x10000, Rows, Columns, 4));
        yield return Case("gradient into the last row", "outputs.Gradient overlaps logits", (ref Call c) => c.Gradient = new(0x10000 - (4 * 4), Rows, Columns, 4));
        yield return Case("workspace of another device", "inputs.Workspace lies on device 1", (ref Call c) => c.Workspace = new(0x70000, 256, 1));
        yield return Case("smoothing", "LabelSmoothing", (ref Call c) => c.Options = new() { LabelSmoothing = -0.1 });
    }

    private static void Soften(ref Call call)
    {
        call.Targets = default;
        call.SoftTargets = new(0x40000, Rows, Columns, 4);
    }

    [TestCaseSource(nameof(Cases))]
    public void WrongArgumentIsNamed(object spoil, string says)
    {
        using CudaDevice device = NativeFixture.Open();
        Call call = new();
        ((Spoil)spoil)(ref call);
        ArgumentException? thrown = null;
        try
        {
            SoftmaxCrossEntropy.Compute(
                device.DefaultStream,
                call.Logits,
                call.Targets,
                new() { Losses = call.Losses, Loss = call.Loss, Gradient = call.Gradient, LogProbability = call.LogProbability, Rank = call.Rank, Argmax = call.Argmax },
                call.Options,
                new()
                {
                    SoftTargets = call.SoftTargets,
                    ClassWeights = call.ClassWeights,
                    RowWeights = call.RowWeights,
                    RowTemperatures = call.RowTemperatures,
                    Normaliser = call.Normaliser,
                    Workspace = call.Workspace,
                });
        }
        catch (ArgumentException exception)
        {
            thrown = exception;
        }

        Assert.That(thrown?.Message, Does.Contain(says));
        device.DefaultStream.Synchronize();
    }

    [Test]
    public void NullStream_IsNamed() =>
        Assert.That(() => SoftmaxCrossEntropy.Compute(null!, default(DeviceSpan2D<float>), default, default), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("stream"));

    [Test]
    public void GradientFromStatistics_NamesWhatIsWrong()
    {
        using CudaDevice device = NativeFixture.Open();
        DeviceSpan2D<float> logits = new(0x10000, Rows, Columns, Columns);
        DeviceTargetSpan targets = new DeviceSpan<int>(0x20000, Rows);
        DeviceSpan<RowStatistics<float>> statistics = new(0x30000, Rows);
        DeviceSpan<float> upstream = new(0x40000, Rows);
        CudaStream stream = device.DefaultStream;
        Assert.Multiple(() =>
        {
            Assert.That(() => SoftmaxCrossEntropy.Gradient(stream, logits, targets, statistics.Slice(0, 1), upstream, logits), Throws.ArgumentException.With.Message.Contains("statistics has 1 elements; it needs 2"));
            Assert.That(() => SoftmaxCrossEntropy.Gradient(stream, logits, targets, default, upstream, logits), Throws.ArgumentException.With.Message.Contains("statistics has 0 elements"));
            Assert.That(() => SoftmaxCrossEntropy.Gradient(stream, logits, targets, statistics, new(0x40000, 3), logits), Throws.ArgumentException.With.Message.Contains("upstream has 3 elements"));
            Assert.That(() => SoftmaxCrossEntropy.Gradient(stream, logits, targets, statistics, default, logits), Throws.ArgumentException.With.Message.Contains("upstream has 0 elements"));
            Assert.That(() => SoftmaxCrossEntropy.Gradient(stream, logits, targets, statistics, upstream, default), Throws.ArgumentException.With.Message.Contains("gradient is [0, 0]; it must be [2, 4], as logits"));
            Assert.That(() => SoftmaxCrossEntropy.Gradient(stream, logits, default, statistics, upstream, logits), Throws.ArgumentException.With.Message.Contains("a gradient needs targets"));
            Assert.That(() => SoftmaxCrossEntropy.Gradient(stream, logits, targets, statistics, upstream, new DeviceSpan2D<float>(0x10004, Rows, Columns, Columns)), Throws.ArgumentException.With.Message.Contains("gradient overlaps logits"));
        });
    }
}
