using System;
using System.Linq;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Entropies.Batch;

/// <summary>The entropy of the class given a unit's sign, against counting one by one.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class ConditionalClassEntropyTests(string device)
{
    private static readonly ElementType[] s_types = ElementTypes.All;

    internal sealed record Outcome(double[] Entropies, long[] Counts, RowStatus[] Status, long Samples, long OutOfRange);

    [Test]
    public void PspEntropy([ValueSource(nameof(s_types))] int type, [Values(1, 33, 130)] int units, [Values] bool base2)
    {
        const int samples = 200, classes = 5;
        double[] x = Cases.Fill((ElementType)type, samples, units, (i, j) => (i + j) % 11 == 0 ? 0 : Cases.Noise(i, j) + (0.2 * (i % classes)));
        long[] labels = [.. Enumerable.Range(0, samples).Select(i => i % 17 == 0 ? -100L : (i * 7) % classes)];
        Outcome run = Run((ElementType)type, x, units, labels, classes, new() { Base2 = base2 });
        for (int u = 0; u < units; u++)
        {
            double expected = 0;
            int[] counted = [.. Enumerable.Range(0, samples).Where(i => labels[i] >= 0)];
            foreach (bool above in new[] { false, true })
            {
                int[] side = [.. counted.Where(i => x[(i * units) + u] > 0 == above)];
                for (int c = 0; c < classes; c++)
                {
                    int n = side.Count(i => labels[i] == c);
                    Assert.That(run.Counts[((((above ? 1 : 0) * classes) + c) * units) + u], Is.EqualTo(n));
                    expected -= n == 0 ? 0 : (double)side.Length / counted.Length * ((double)n / side.Length) * (base2 ? Math.Log2((double)n / side.Length) : Math.Log((double)n / side.Length));
                }
            }
            Assert.That(run.Entropies[u], Is.EqualTo(expected).Within((ElementType)type == ElementType.Float64 ? 1e-14 : 1e-6));
        }
        Assert.That((run.Samples, run.OutOfRange), Is.EqualTo((188L, 0L)));
    }

    [Test]
    public void AUnitThatTellsTheClassAndOneThatTellsNothing()
    {
        // The first splits the classes, the second never changes its sign, the third halves every class.
        double[] x = [.. Enumerable.Range(0, 8).SelectMany(i => new[] { i < 4 ? 1.0 : -1, 2, i % 2 == 0 ? 1 : 0 })];
        Outcome run = Run(ElementType.Float64, x, 3, [0, 0, 0, 0, 1, 1, 1, 1], 2, new() { Base2 = true });
        Assert.That(run.Entropies, Is.EqualTo(new double[] { 0, 1, 1 }));
    }

    [Test]
    public void CountsAccumulateOverBatches()
    {
        double[] x = Cases.Fill(ElementType.Float32, 90, 7, Cases.Noise);
        long[] labels = [.. Enumerable.Range(0, 90).Select(i => (long)(i % 4))];
        Outcome whole = Run(ElementType.Float32, x, 7, labels, 4, default);
        Outcome first = Run(ElementType.Float32, x[..(40 * 7)], 7, labels[..40], 4, default);
        Outcome second = Run(ElementType.Float32, x[(40 * 7)..], 7, labels[40..], 4, new() { Accumulate = true }, first.Counts);
        Assert.That(second.Counts, Is.EqualTo(whole.Counts));
        Assert.That(second.Entropies, Is.EqualTo(whole.Entropies));
    }

    [Test]
    public void WhatIsNoClassOrNoNumber()
    {
        Outcome outside = Run(ElementType.Float32, [1, -1, 2, -2, 3, -3], 2, [0, 2, 1], 2, default);
        Assert.Multiple(() =>
        {
            Assert.That(outside.Entropies, Is.All.NaN);
            Assert.That(outside.Status, Is.All.EqualTo(RowStatus.TargetOutOfRange));
            Assert.That((outside.Samples, outside.OutOfRange), Is.EqualTo((2L, 1L)));
        });
        Outcome nan = Run(ElementType.Float32, [1, double.NaN, 2, -2, 3, -3], 2, [0, 1, 1], 2, default);
        Assert.Multiple(() =>
        {
            Assert.That(nan.Status, Is.EqualTo(new[] { RowStatus.Ok, RowStatus.NotANumber }));
            Assert.That(nan.Entropies[1], Is.NaN);
            Assert.That(nan.Entropies[0], Is.EqualTo(-((Math.Log(1.0 / 3) / 3) + (Math.Log(2.0 / 3) * 2 / 3))).Within(1e-6));
        });
        Outcome ignored = Run(ElementType.Float32, [double.NaN, 1, 2, 3], 2, [7, 7], 2, new() { IgnoreIndex = 7 });
        Assert.Multiple(() =>
        {
            Assert.That(ignored.Entropies, Is.All.Zero);
            Assert.That(ignored.Status, Is.All.EqualTo(RowStatus.AllMasked));
            Assert.That(ignored.Samples, Is.Zero);
        });
        Outcome none = Run(ElementType.Float32, [], 3, [], 2, default);
        Assert.That(none.Status, Is.All.EqualTo(RowStatus.AllMasked));
    }

    private Outcome Run(ElementType type, double[] x, int units, long[] labels, int classes, ConditionalClassEntropyOptions options, long[]? counts = null) => type switch
    {
        ElementType.Float32 => device == "cpu" ? Spans<float, float>(x, units, labels, classes, options, counts, ConditionalClassEntropy.Compute) : Views<float, float>(x, units, labels, classes, options, counts, ConditionalClassEntropy.Compute),
        ElementType.Float64 => device == "cpu" ? Spans<double, double>(x, units, labels, classes, options, counts, ConditionalClassEntropy.Compute) : Views<double, double>(x, units, labels, classes, options, counts, ConditionalClassEntropy.Compute),
        ElementType.Float16 => device == "cpu" ? Spans<Half, float>(x, units, labels, classes, options, counts, ConditionalClassEntropy.Compute) : Views<Half, float>(x, units, labels, classes, options, counts, ConditionalClassEntropy.Compute),
        _ => device == "cpu" ? Spans<BFloat16, float>(x, units, labels, classes, options, counts, ConditionalClassEntropy.Compute) : Views<BFloat16, float>(x, units, labels, classes, options, counts, ConditionalClassEntropy.Compute),
    };

    private delegate ConditionalClassEntropyResult SpanForm<T, TReal>(
        ReadOnlySpan2D<T> preActivations, TargetSpan labels, int classes, in ConditionalClassEntropyOutputs<TReal> outputs, in ConditionalClassEntropyOptions options)
        where T : unmanaged
        where TReal : unmanaged;

    private static unsafe Outcome Spans<T, TReal>(double[] x, int units, long[] labels, int classes, ConditionalClassEntropyOptions options, long[]? given, SpanForm<T, TReal> form)
        where T : unmanaged
        where TReal : unmanaged
    {
        T[] values = [.. x.Select(Gibbs.Cpu.Simd.Real.From<T>)];
        TReal[] entropies = new TReal[units];
        long[] counts = given is null ? [.. Enumerable.Repeat(99L, 2 * classes * units)] : [.. given];
        RowStatus[] status = new RowStatus[units];
        ReadOnlySpan2D<T> matrix = labels.Length == 0 ? new ReadOnlySpan2D<T>((void*)8, 0, units, 0) : new(values, labels.Length, units);
        // Labels of either width.
        TargetSpan targets = labels.Length % 2 == 0 ? labels : labels.Select(l => (int)l).ToArray();
        ConditionalClassEntropyResult result = form(matrix, targets, classes, new() { Entropies = entropies, Counts = new(counts, 2 * classes, units), Status = status }, options);
        return new([.. entropies.Select(Gibbs.Cpu.Simd.Real.ToDouble)], counts, status, result.Samples, result.OutOfRange);
    }

    private delegate void DeviceForm<T, TReal>(
        CudaStream stream, DeviceSpan2D<T> preActivations, DeviceTargetSpan labels, int classes, in DeviceConditionalClassEntropyOutputs<TReal> outputs, in ConditionalClassEntropyOptions options)
        where T : unmanaged
        where TReal : unmanaged;

    private static Outcome Views<T, TReal>(double[] x, int units, long[] labels, int classes, ConditionalClassEntropyOptions options, long[]? given, DeviceForm<T, TReal> form)
        where T : unmanaged
        where TReal : unmanaged
    {
        CudaStream stream = TestDevices.Native().Stream;
        using DeviceBuffer<T> values = stream.Upload<T>([.. x.Select(Gibbs.Cpu.Simd.Real.From<T>)]);
        using DeviceBuffer<long> wide = stream.Upload<long>(labels), counts = stream.Upload<long>(given ?? [.. Enumerable.Repeat(99L, 2 * classes * units)]), samples = stream.Allocate<long>(1), outOfRange = stream.Allocate<long>(1);
        using DeviceBuffer<int> narrow = stream.Upload<int>([.. labels.Select(l => (int)l)]);
        using DeviceBuffer<TReal> entropies = stream.Allocate<TReal>(units);
        using DeviceBuffer<RowStatus> status = stream.Allocate<RowStatus>(units);
        DeviceTargetSpan targets = labels.Length % 2 == 0 ? wide : narrow;
        form(
            stream,
            labels.Length == 0 ? new(0, 0, units, units) : values.AsRows(labels.Length, units),
            targets,
            classes,
            new() { Entropies = entropies, Counts = counts.AsRows(2 * classes, units), Status = status, Samples = samples, OutOfRange = outOfRange },
            options);
        return new([.. entropies.ToArray().Select(Gibbs.Cpu.Simd.Real.ToDouble)], counts.ToArray(), status.ToArray(), samples.ToArray()[0], outOfRange.ToArray()[0]);
    }
}
