using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Couplings on the device against those on spans: the same atoms, to the bit.</summary>
[TestFixture]
[Category("Native")]
internal sealed class CouplingDeviceTests
{
    [Test]
    public void TheSameAtomsAsOnSpans([Values(1, 3, 33, 70)] int source, [Values(1, 2, 32, 100)] int target)
    {
        const int Problems = 3;
        Random random = new(source + (1000 * target));
        double[,] p = Draw(random, Problems, source), q = Draw(random, Problems, target);
        CouplingRun<double> expected = new(Problems, source, target), run = new(Problems, source, target);
        MinimumEntropyCoupling.Compute(p, q, expected.Outputs);
        OnDevice(p, q, run, false);
        Compare(run, expected, 1e-13);
        CouplingRun<float> narrow = new(Problems, source, target), single = new(Problems, source, target);
        MinimumEntropyCoupling.Compute(ElasticCase.Single(p), ElasticCase.Single(q), narrow.Outputs, new() { Base2 = true });
        OnDevice(ElasticCase.Single(p), ElasticCase.Single(q), single, true);
        Compare(single, narrow, 1e-6);
    }

    [Test]
    public void ManySymbolsTakeThreeLevels()
    {
        // 2000 masses: two levels above them. Few atoms are large, so that the greedy rule soon ends.
        Random random = new(7);
        double[,] p = Draw(random, 1, 2000), q = { { 0.5, 0.25, 0.25 } };
        CouplingRun<double> expected = new(1, 2000, 3), run = new(1, 2000, 3);
        MinimumEntropyCoupling.Compute(p, q, expected.Outputs);
        OnDevice(p, q, run, false, bounds: false);
        Assert.That(run.Sources, Is.EqualTo(expected.Sources));
        Assert.That(run.Masses, Is.EqualTo(expected.Masses));
    }

    [Test]
    public void WhatIsNoDistributionHasAStatus()
    {
        double[,] p = { { 0.5, 0.5 }, { double.NaN, 1 }, { double.PositiveInfinity, 1 }, { -0.5, 1.5 }, { 0, 0 }, { 0.5, 0.5 }, { 0.5, 0.5 } };
        double[,] q = { { 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 1e-4 }, { double.NaN, 1 } };
        CouplingRun<double> expected = new(7, 2, 2), run = new(7, 2, 2);
        MinimumEntropyCoupling.Compute(p, q, expected.Outputs);
        OnDevice(p, q, run, false);
        Compare(run, expected, 1e-14);
    }

    [Test]
    public void ArgumentsAreChecked()
    {
        CudaStream stream = TestDevices.Native().Stream;
        using DeviceBuffer<double> memory = stream.Upload<double>(new double[100]);
        using DeviceBuffer<int> indices = stream.Allocate<int>(100);
        DeviceSpan2D<double> p = memory.Span.Slice(0, 12).AsRows(3, 4), q = memory.Span.Slice(20, 6).AsRows(3, 2);
        string Message(Action call) => Assert.Catch<Exception>(() => call())!.Message;
        Assert.That(Message(() => MinimumEntropyCoupling.Compute(stream, p, memory.Span.Slice(20, 4).AsRows(2, 2), default)), Does.Contain("target is [2, 2]; it needs 3 rows"));
        Assert.That(Message(() => MinimumEntropyCoupling.Compute(stream, p, q, new() { SourceIndices = indices.Span.Slice(0, 12).AsRows(3, 4) })), Does.Contain("outputs.SourceIndices is [3, 4]"));
        Assert.That(Message(() => MinimumEntropyCoupling.Compute(stream, p, q, new() { Counts = indices.Span.Slice(0, 2) })), Does.Contain("outputs.Counts has 2"));
        Assert.That(Message(() => MinimumEntropyCoupling.Compute(stream, p, q, new() { Masses = memory.Span.Slice(10, 15).AsRows(3, 5) })), Does.Contain("outputs.Masses overlaps source"));
        Assert.That(Message(() => MinimumEntropyCoupling.WorkspaceBytes(stream, 3, 0, 2)), Does.Contain("source is"));
        using DeviceBuffer<byte> scratch = stream.Allocate<byte>(256);
        Assert.That(Message(() => MinimumEntropyCoupling.Compute(stream, p, q, default, default, scratch)), Does.Contain("workspace_bytes"));
        Assert.That(() => MinimumEntropyCoupling.Compute(stream, memory.Span.Slice(0, 0).AsRows(0, 4), memory.Span.Slice(0, 0).AsRows(0, 2), default), Throws.Nothing);
    }

    private static void OnDevice<TReal>(TReal[,] p, TReal[,] q, CouplingRun<TReal> run, bool base2, bool bounds = true)
        where TReal : unmanaged
    {
        CudaStream stream = TestDevices.Native().Stream;
        int problems = p.GetLength(0);
        using DeviceArray<TReal> source = new(stream, p), target = new(stream, q), masses = new(stream, run.Masses);
        using DeviceArray<int> sources = new(stream, run.Sources), targets = new(stream, run.Targets);
        using DeviceBuffer<int> counts = stream.Allocate<int>(problems);
        using DeviceBuffer<TReal> entropies = stream.Allocate<TReal>(problems), information = stream.Allocate<TReal>(problems), least = stream.Allocate<TReal>(problems);
        using DeviceBuffer<RowStatus> status = stream.Allocate<RowStatus>(problems);
        using DeviceBuffer<byte> scratch = stream.Allocate<byte>(MinimumEntropyCoupling.WorkspaceBytes(stream, problems, p.GetLength(1), q.GetLength(1)));
        DeviceEntropyCouplingOutputs<TReal> outputs = new()
        {
            SourceIndices = sources.View,
            TargetIndices = targets.View,
            Masses = masses.View,
            Counts = counts,
            Entropies = entropies,
            MutualInformation = information,
            LowerBounds = bounds ? least : default(DeviceSpan<TReal>),
            Status = status,
        };
        if (source.View is DeviceSpan2D<double> wide && target.View is DeviceSpan2D<double> other)
            MinimumEntropyCoupling.Compute(stream, wide, other, Retyped<TReal, double>(outputs), new() { Base2 = base2 }, scratch);
        else if (source.View is DeviceSpan2D<float> narrow && target.View is DeviceSpan2D<float> second)
            MinimumEntropyCoupling.Compute(stream, narrow, second, Retyped<TReal, float>(outputs), new() { Base2 = base2 });
        Array.Copy(sources.Read(), run.Sources, run.Sources.Length);
        Array.Copy(targets.Read(), run.Targets, run.Targets.Length);
        Array.Copy(masses.Read(), run.Masses, run.Masses.Length);
        counts.ToArray().CopyTo(run.Counts, 0);
        entropies.ToArray().CopyTo(run.Entropies, 0);
        information.ToArray().CopyTo(run.Information, 0);
        least.ToArray().CopyTo(run.Bounds, 0);
        status.ToArray().CopyTo(run.Status, 0);
    }

    // The same outputs under the type that they have.
    private static DeviceEntropyCouplingOutputs<TTo> Retyped<TFrom, TTo>(in DeviceEntropyCouplingOutputs<TFrom> outputs)
        where TFrom : unmanaged
        where TTo : unmanaged => new()
        {
            SourceIndices = outputs.SourceIndices,
            TargetIndices = outputs.TargetIndices,
            Masses = (DeviceSpan2D<TTo>)(object)outputs.Masses,
            Counts = outputs.Counts,
            Entropies = (DeviceSpan<TTo>)(object)outputs.Entropies,
            MutualInformation = (DeviceSpan<TTo>)(object)outputs.MutualInformation,
            LowerBounds = (DeviceSpan<TTo>)(object)outputs.LowerBounds,
            Status = outputs.Status,
        };

    private static void Compare<TReal>(CouplingRun<TReal> run, CouplingRun<TReal> expected, double tolerance)
        where TReal : unmanaged
    {
        Assert.That(run.Status, Is.EqualTo(expected.Status));
        Assert.That(run.Counts, Is.EqualTo(expected.Counts));
        Assert.That(run.Sources, Is.EqualTo(expected.Sources));
        Assert.That(run.Targets, Is.EqualTo(expected.Targets));
        Assert.That(run.Masses, Is.EqualTo(expected.Masses), "to the bit");
        Assert.That(Doubles(run.Entropies), Is.EqualTo(Doubles(expected.Entropies)).Within(tolerance));
        Assert.That(Doubles(run.Information), Is.EqualTo(Doubles(expected.Information)).Within(tolerance));
        Assert.That(Doubles(run.Bounds), Is.EqualTo(Doubles(expected.Bounds)).Within(tolerance));
    }

    private static double[] Doubles<TReal>(TReal[] values)
        where TReal : unmanaged => [.. values.Select(v => Convert.ToDouble(v))];

    private static double[,] Draw(Random random, int problems, int symbols) => MinimumEntropyCouplingTests.Matrix([.. Enumerable.Range(0, problems).Select(_ => CouplingReference.Draw(random, symbols))]);
}
