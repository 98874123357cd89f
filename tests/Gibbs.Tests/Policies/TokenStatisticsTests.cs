using System;
using System.Linq;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Policies;

/// <summary>Masked means, quantiles and selections against sorting, per sequence and over the batch.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed unsafe class TokenStatisticsTests(string device)
{
    private static readonly (int Rows, int Columns)[] s_shapes = [(1, 1), (3, 2), (5, 33), (2, 700), (40, 3)];

    private delegate void SpanForm<TReal>(ReadOnlySpan2D<TReal> values, ReadOnlySpan2D<byte> mask, in TokenStatisticsOutputs<TReal> outputs, in TokenStatisticsOptions options)
        where TReal : unmanaged;

    private delegate void DeviceForm<TReal>(
        CudaStream stream, DeviceSpan2D<TReal> values, DeviceSpan2D<byte> mask, in DeviceTokenStatisticsOutputs<TReal> outputs, in TokenStatisticsOptions options, DeviceSpan<byte> workspace)
        where TReal : unmanaged;

    private sealed record Result(long[] Counts, double[] Means, double[] Quantiles, byte[] Selected);

    [Test]
    public void ConformsToSorting([Values] TokenScope scope, [Values(0, 1)] int type, [Values] bool largest)
    {
        int seed = 0;
        foreach ((int rows, int columns) in s_shapes)
        {
            foreach (double quantile in new[] { 0, 0.3, 0.8, 1 })
            {
                Random random = new(++seed);

                // Few distinct numbers in every other case: ties.
                double[] values = [.. Enumerable.Range(0, rows * columns).Select(_ => ((ElementType)type).Round(seed % 2 == 0 ? random.Next(-2, 3) : (4 * random.NextDouble()) - 2))];
                byte[]? mask = seed % 3 == 0 ? null : [.. Enumerable.Range(0, rows * columns).Select(k => (byte)(random.Next(3) == 0 || k / columns == 1 ? 0 : 7))];
                bool counted = seed % 4 < 2;
                TokenStatisticsOptions options = new()
                {
                    Scope = scope,
                    Quantile = quantile,
                    Largest = largest,
                    SelectedCount = counted ? random.Next(rows * columns) : null,
                    SelectedShare = counted ? 0 : 0.4 * quantile,
                };
                Conforms((ElementType)type, rows, columns, values, mask, options, padding: seed % 4, inPlace: seed % 5 == 0);
            }
        }
    }

    [Test]
    public void NaNTokensAreNeverSelected([Values] TokenScope scope, [Values] bool largest)
    {
        double[] values = [3, double.NaN, 1, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        Result result = Run(ElementType.Float32, 1, 6, values, null, new() { Scope = scope, SelectedCount = 6, Largest = largest }, 0, false);
        Assert.That(result.Selected, Is.EqualTo(new byte[] { 1, 0, 1, 1, 1, 0 }));
        Assert.That(result.Quantiles[0], Is.NaN);
        Result masked = Run(ElementType.Float32, 1, 6, values, [1, 0, 1, 1, 1, 0], new() { Scope = scope, SelectedCount = 2, Largest = largest }, 0, false);
        Assert.That(masked.Selected, Is.EqualTo(largest ? new byte[] { 1, 0, 0, 1, 0, 0 } : [0, 0, 1, 0, 1, 0]));
        Assert.That(masked.Quantiles[0], Is.EqualTo(2));
    }

    [Test]
    public void NothingButMaskedTokens([Values] TokenScope scope)
    {
        Result result = Run(ElementType.Float64, 2, 3, [1, 2, 3, 4, 5, double.NaN], new byte[6], new() { Scope = scope, SelectedShare = 1 }, 0, false);
        Assert.That(result.Counts, Is.All.Zero);
        Assert.That(result.Means, Is.All.Zero);
        Assert.That(result.Quantiles, Is.All.NaN);
        Assert.That(result.Selected, Is.All.Zero);
    }

    [Test]
    public void WrongArgumentsAreNamed()
    {
        float[,] values = new float[2, 3];
        void Throws<TException>(Action call, string text)
            where TException : Exception => Assert.That(Assert.Throws<TException>(call)!.Message, Does.Contain(text));
        Assert.Multiple(() =>
        {
            Throws<ArgumentException>(() => TokenStatistics.Compute(values, new byte[2, 2], new()), "mask is [2, 2]; it must be [2, 3]");
            Throws<ArgumentException>(() => TokenStatistics.Compute(values, default, new() { Means = new float[2] }), "outputs.Means has 2 elements; it needs 1");
            Throws<ArgumentException>(() => TokenStatistics.Compute(values, default, new() { Means = new float[1] }, new() { Scope = TokenScope.Sequence }), "outputs.Means has 1 elements; it needs 2");
            Throws<ArgumentException>(() => TokenStatistics.Compute(values, default, new() { Selected = new byte[3, 2] }), "outputs.Selected is [3, 2]");
            Throws<ArgumentOutOfRangeException>(() => TokenStatistics.Compute(values, default, new(), new() { Quantile = 1.5 }), "Quantile is 1.5");
            Throws<ArgumentOutOfRangeException>(() => TokenStatistics.Compute(values, default, new(), new() { SelectedShare = -0.5 }), "SelectedShare is -0.5");
            Throws<ArgumentOutOfRangeException>(() => TokenStatistics.Compute(values, default, new(), new() { SelectedCount = -1 }), "SelectedCount is -1");
            Throws<ArgumentException>(() => TokenStatistics.Compute(values, default, new(), new() { SelectedCount = 1, SelectedShare = 0.5 }), "give one of them");
        });
    }

    [Test]
    public void DefaultsAreTheDocumentedOnes()
    {
        Assert.That(default(TokenStatisticsOptions), Is.EqualTo(new TokenStatisticsOptions { Scope = TokenScope.Batch, Quantile = 0.5, SelectedShare = 0, SelectedCount = null, Largest = false }));
        Assert.That(default(TokenStatisticsOptions).Quantile, Is.EqualTo(0.5));
    }

    private void Conforms(ElementType type, int rows, int columns, double[] values, byte[]? mask, TokenStatisticsOptions options, int padding, bool inPlace)
    {
        Result result = Run(type, rows, columns, values, mask, options, padding, inPlace);
        Tolerance tolerance = new(type, false);
        bool batch = options.Scope == TokenScope.Batch;
        string text = $"{type} [{rows}, {columns}] {options}";
        for (int scope = 0; scope < (batch ? 1 : rows); scope++)
        {
            int[] tokens = [.. Enumerable.Range(batch ? 0 : scope * columns, batch ? rows * columns : columns).Where(k => mask is null || mask[k] != 0)];
            double[] sorted = [.. tokens.Select(k => values[k]).Order()];
            Assert.That(result.Counts[scope], Is.EqualTo(tokens.Length), text);
            double mean = sorted.Length == 0 ? 0 : sorted.Average();
            Assert.That(tolerance.RealIsClose(result.Means[scope], mean, 1e-13), $"mean {result.Means[scope]:R}, expected {mean:R}, {text}");
            double place = options.Quantile * (sorted.Length - 1);
            int i = (int)place;
            double quantile = sorted.Length == 0 ? double.NaN : i + 1 < sorted.Length ? sorted[i] + ((place - i) * (sorted[i + 1] - sorted[i])) : sorted[i];
            Assert.That(tolerance.RealIsClose(result.Quantiles[scope], quantile, 1e-14), $"quantile {result.Quantiles[scope]:R}, expected {quantile:R}, {text}");
            int wanted = options.SelectedCount is long given ? (int)Math.Min(given, tokens.Length)
                : options.SelectedShare == 0 ? 0 : Math.Min(Math.Max(1, (int)(options.SelectedShare * tokens.Length)), tokens.Length);
            int[] selected = [.. (options.Largest ? tokens.OrderByDescending(k => values[k]) : tokens.OrderBy(k => values[k])).Take(wanted).Order()];
            int begin = batch ? 0 : scope * columns, end = batch ? rows * columns : begin + columns;
            Assert.That(Enumerable.Range(begin, end - begin).Where(k => result.Selected[k] != 0), Is.EqualTo(selected), text);
        }
    }

    private Result Run(ElementType type, int rows, int columns, double[] values, byte[]? mask, TokenStatisticsOptions options, int padding, bool inPlace) => type == ElementType.Float32
        ? Run<float>(type, rows, columns, values, mask, options, padding, inPlace, TokenStatistics.Compute, TokenStatistics.Compute)
        : Run<double>(type, rows, columns, values, mask, options, padding, inPlace, TokenStatistics.Compute, TokenStatistics.Compute);

    private Result Run<TReal>(
        ElementType type, int rows, int columns, double[] values, byte[]? mask, TokenStatisticsOptions options, int padding, bool inPlace, SpanForm<TReal> spans, DeviceForm<TReal> views)
        where TReal : unmanaged
    {
        using TokenMemory memory = new(TestDevices.Get(device));
        int scopes = options.Scope == TokenScope.Batch ? 1 : rows;
        inPlace &= mask is not null;
        TokenMemory.Place v = memory.Reals("values", type, values, rows, columns, padding, padding);
        TokenMemory.Place counts = memory.Out("counts", 8, scopes, 1, 0, 0), means = memory.Out("means", type.Size(), scopes, 1, 0, 0), quantiles = memory.Out("quantiles", type.Size(), scopes, 1, 0, 0);
        TokenMemory.Place selected = memory.Out("selected", 1, rows, columns, padding, 1), m = inPlace ? selected : memory.Bytes("mask", mask, rows, columns, padding, 0);
        if (inPlace)
            selected = m = memory.Marks("mask", mask!, rows, columns, padding);
        if (memory.Device is NativeDevice native)
        {
            int ordinal = native.Stream.Device.Ordinal;
            DeviceSpan2D<byte> masks = m.IsEmpty ? default : new(m.Address, rows, columns, m.Stride, ordinal);
            DeviceTokenStatisticsOutputs<TReal> outputs = new()
            {
                Counts = new(counts.Address, scopes, ordinal),
                Means = new(means.Address, scopes, ordinal),
                Quantiles = new(quantiles.Address, scopes, ordinal),
                Selected = new(selected.Address, rows, columns, selected.Stride, ordinal),
            };
            views(native.Stream, new(v.Address, rows, columns, v.Stride, ordinal), masks, outputs, options, default);
            native.Stream.Synchronize();
        }
        else
        {
            ReadOnlySpan2D<byte> masks = m.IsEmpty ? default : new((void*)m.Address, rows, columns, m.Stride - columns);
            TokenStatisticsOutputs<TReal> outputs = new()
            {
                Counts = new((void*)counts.Address, scopes),
                Means = new((void*)means.Address, scopes),
                Quantiles = new((void*)quantiles.Address, scopes),
                Selected = new((void*)selected.Address, rows, columns, selected.Stride - columns),
            };
            spans(new((void*)v.Address, rows, columns, v.Stride - columns), masks, outputs, options);
        }

        memory.Check();
        return new(memory.Fetch<long>(counts), memory.FetchReals(means, type), memory.FetchReals(quantiles, type), memory.Fetch(selected));
    }
}
