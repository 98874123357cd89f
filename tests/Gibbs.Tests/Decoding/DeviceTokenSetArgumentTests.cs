using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;

using Gibbs.Interop;
using Gibbs.Tests.Interop;

using NUnit.Framework;

namespace Gibbs.Tests.Decoding;

/// <summary>Token sets on device memory: wrong arguments are named and nothing is enqueued; scratch serves, no rows are fine, nothing is allocated; the struct is the header's.</summary>
[Category("Native")]
internal sealed class DeviceTokenSetArgumentTests
{
    private const long Rows = 2;
    private const long Columns = 4;

    // Addresses are made up: no check reads them and no call comes past them.
    private static readonly DeviceSpan2D<float> s_rows = new(0x10000, Rows, Columns, 6);

    private CudaDevice _device = null!;
    private CudaStream _stream = null!;

    private delegate void Call(CudaStream stream);

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

    [TestCaseSource(nameof(Cases))]
    public void WrongArgumentIsNamed(string says, object call) =>
        Assert.That(() => ((Call)call)(_stream), Throws.InstanceOf<ArgumentException>().With.Message.Contains(says));

    [Test]
    public void NoRows_IsValueZero()
    {
        using DeviceBuffer<float> value = _stream.Upload<float>([7]), used = _stream.Upload<float>([7]);
        using DeviceBuffer<long> valid = _stream.Upload<long>([7]);
        TokenSet.Compute(_stream, new DeviceSpan2D<float>(0, 0, 10, 10), new DeviceTokenSetOutputs<float, float> { Value = value, ValidRows = valid, NormaliserUsed = used });
        Assert.That(value.ToArray()[0], Is.Zero);
        Assert.That(used.ToArray()[0], Is.Zero);
        Assert.That(valid.ToArray()[0], Is.Zero);
    }

    // A caller's divisor that never leaves the device: 2 log 2 / 4.
    [Test]
    public void NormaliserOnTheDevice()
    {
        using DeviceBuffer<double> logits = _stream.Upload<double>(new double[4]), normaliser = _stream.Upload<double>([4]), value = _stream.Allocate<double>(1);
        TokenSet.Compute(_stream, logits.AsRows(2, 2), new DeviceTokenSetOutputs<double, double> { Value = value }, default, new DeviceTokenSetInputs<double> { Normaliser = normaliser });
        Assert.That(value.ToArray()[0], Is.EqualTo(Math.Log(2) / 2).Within(1e-15));
    }

    [Test]
    public void WorkspaceOfTheAskedSize_Serves()
    {
        using DeviceBuffer<float> logits = _stream.Upload<float>(new float[64 * 50]), value = _stream.Allocate<float>(1);
        DeviceTokenSetOutputs<float, float> outputs = new() { Value = value };
        long bytes = TokenSet.WorkspaceBytes(_stream, logits.AsRows(64, 50), outputs);
        using DeviceBuffer<byte> workspace = _stream.Allocate<byte>(bytes + 256);
        TokenSet.Compute(_stream, logits.AsRows(64, 50), outputs, new() { TopK = 10 }, new DeviceTokenSetInputs<float> { Workspace = workspace });
        Assert.That(value.ToArray()[0], Is.EqualTo(Math.Log(10)).Within(1e-6));
        DeviceSpan<byte> tooSmall = workspace.Span.Slice(0, bytes - 1);
        Assert.That(
            () => TokenSet.Compute(_stream, logits.AsRows(64, 50), new DeviceTokenSetOutputs<float, float> { Value = value }, default, new DeviceTokenSetInputs<float> { Workspace = tooSmall }),
            Throws.ArgumentException.With.Message.Contains("workspace"));
    }

    [Test]
    public void SteadyState_AllocatesNothing()
    {
        using DeviceBuffer<float> logits = _stream.Upload<float>(new float[8]), entropies = _stream.Allocate<float>(2), value = _stream.Allocate<float>(1);
        using DeviceBuffer<long> samples = _stream.Allocate<long>(2);
        void Invoke()
        {
            DeviceTokenSetOutputs<float, float> outputs = new() { Entropies = entropies, Value = value, Samples = samples };
            TokenSetOptions options = new() { TopP = 0.9, Reduction = Reduction.Sum };
            TokenSet.Compute(_stream, logits.AsRows(2, 4), outputs, options);
            _ = TokenSet.WorkspaceBytes(_stream, logits.AsRows(2, 4), outputs, options);
        }

        for (int i = 0; i < 50; i++)
            Invoke();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Invoke();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    // AEPO: tokens drawn at T = 1.2, their log-probability taken at T = 1, with no copy to the host between.
    [Test]
    public void Aepo_TemperedSamples()
    {
        const int rows = 3000;
        double[] p = [0.6, 0.25, 0.1, 0.05];
        using DeviceBuffer<float> logits = _stream.Upload<float>([.. Enumerable.Range(0, rows * p.Length).Select(k => (float)Math.Log(p[k % p.Length]))]), logProbability = _stream.Allocate<float>(rows);
        using DeviceBuffer<long> samples = _stream.Allocate<long>(rows);
        TokenSet.Compute(_stream, logits.AsRows(rows, p.Length), new DeviceTokenSetOutputs<float, float> { Samples = samples }, new() { Temperature = 1.2, Seed = 3, Step = 17 });
        TokenSet.Compute(_stream, logits.AsRows(rows, p.Length), new DeviceTokenSetOutputs<float, float> { ActionLogProbability = logProbability }, default, new DeviceTokenSetInputs<float> { Actions = samples });
        long[] drawn = samples.ToArray();
        float[] scored = logProbability.ToArray();
        double[] tempered = [.. p.Select(q => Math.Pow(q, 1 / 1.2))];
        double chiSquare = Enumerable.Range(0, p.Length).Sum(j => Math.Pow(drawn.Count(s => s == j) - (rows * tempered[j] / tempered.Sum()), 2) / (rows * tempered[j] / tempered.Sum()));
        Assert.That(chiSquare, Is.LessThan(16.3)); // three degrees of freedom, 999 of 1000 draws
        for (int i = 0; i < rows; i++)
            Assert.That(scored[i], Is.EqualTo(Math.Log(p[drawn[i]])).Within(2e-6));
    }

    [Test]
    public unsafe void OffsetsAreTheHeaders()
    {
        gibbs_token_set set = default;
        byte* start = (byte*)&set;
        long[] offsets =
        [
            (byte*)&set.logits - start,
            (byte*)&set.action_type - start,
            (byte*)&set.normaliser_value - start,
            (byte*)&set.top_k - start,
            (byte*)&set.excludes_crossing - start,
            (byte*)&set.seed - start,
            (byte*)&set.value - start,
            (byte*)&set.gradient - start,
            (byte*)&set.workspace_bytes - start,
        ];
        Assert.That(offsets, Is.EqualTo(new long[] { 24, 72, 88, 104, 144, 160, 176, 272, 320 }));
        Assert.That(Unsafe.SizeOf<gibbs_token_set>(), Is.EqualTo(328));
    }

    private static void Compute(CudaStream stream, DeviceSpan2D<float> logits, in DeviceTokenSetOutputs<float, float> outputs = default, in TokenSetOptions options = default, in DeviceTokenSetInputs<float> inputs = default) =>
        TokenSet.Compute(stream, logits, outputs, options, inputs);

    private static TestCaseData Case(string name, string says, Call call) => new TestCaseData(says, call).SetName($"WrongArgumentIsNamed({name})");

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("no stream", "stream", _ => Compute(null!, s_rows));
        yield return Case("no columns", "logits is [2, 0]", s => Compute(s, new(0x10000, Rows, 0, 6)));
        yield return Case("logits of another device", "logits lies on device 3", s => Compute(s, new(0x10000, Rows, Columns, 6, 3)));
        yield return Case("gradient one element on", "outputs.Gradient overlaps logits", s => Compute(s, s_rows, new() { Gradient = new(0x10004, Rows, Columns, 6) }));
        yield return Case("log-probabilities in place", "outputs.LogProbabilities overlaps logits", s => Compute(s, s_rows, new() { LogProbabilities = s_rows }));
        yield return Case("log-probabilities over the gradient", "outputs.LogProbabilities overlaps outputs.Gradient", s => Compute(s, s_rows, new() { Gradient = new(0x20000, Rows, Columns, 6), LogProbabilities = new(0x20000, Rows, Columns, 6) }));
        yield return Case("mask shape", "outputs.Mask is [2, 5]", s => Compute(s, s_rows, new() { Mask = new(0x20000, Rows, 5, 5) }));
        yield return Case("samples", "outputs.Samples has 3 elements", s => Compute(s, s_rows, new() { Samples = new(0x20000, 3) }));
        yield return Case("odd samples", "outputs.Samples points to 0x20004", s => Compute(s, s_rows, new() { Samples = new(0x20004, Rows) }));
        yield return Case("value of no reduction", "reduction none", s => Compute(s, s_rows, new() { Value = new(0x20000, 1) }, new() { Reduction = Reduction.None }));
        yield return Case("log-probability of no action", "inputs.Actions", s => Compute(s, s_rows, new() { ActionLogProbability = new(0x20000, Rows) }));
        yield return Case("actions of another device", "inputs.Actions lies on device 1", s => Compute(s, s_rows, default, default, new() { Actions = new DeviceSpan<int>(0x20000, Rows, 1) }));
        yield return Case("two normalisers", "inputs.Normaliser and options.Normaliser", s => Compute(s, s_rows, default, new() { Normaliser = 2 }, new() { Normaliser = new(0x20000, 1) }));
        yield return Case("top-p of zero", "TopP", s => Compute(s, s_rows, default, new() { TopP = 0 }));
        yield return Case("top-k below zero", "TopK", s => Compute(s, s_rows, default, new() { TopK = -1 }));
        yield return Case("min-p above one", "MinP", s => Compute(s, s_rows, default, new() { MinP = 1.5 }));
        yield return Case("top-h that is no number", "TopH", s => Compute(s, s_rows, default, new() { TopH = double.NaN }));
        yield return Case("temperature of zero", "Temperature", s => Compute(s, s_rows, default, new() { Temperature = 0 }));
        yield return Case("unknown regime", "regime", s => Compute(s, s_rows, new() { Status = new(0x20000, Rows) }, default, new() { Regime = 77 }));
    }
}
