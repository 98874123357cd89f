using System;
using System.Collections.Generic;
using System.Linq;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Entropies.Batch;

/// <summary>What a call wrote.</summary>
internal sealed record BatchEntropyRun(double Value, long Segments, double[] Values, double[] Marginals, double[] Entropies, double[] Gradient, RowStatus[] Status, RowStatus[] SegmentStatus);

/// <summary>Runs a case on "cpu" or "native", on padded, misaligned rows whose padding must stay as it was, and compares it with the reference.</summary>
internal static unsafe partial class BatchEntropyRunner
{
    private const double Canary = 13;

    public static BatchEntropyRun Conforms(string device, BatchEntropyCase c)
    {
        BatchEntropyRun run = Run(device, c);
        BatchEntropyReference expected = new(c);
        List<string> errors = [];
        Tolerance tolerance = new(c.Type, true);
        bool wide = c.Type == ElementType.Float64;
        double largest = c.Logits.Where(double.IsFinite).DefaultIfEmpty().Max(Math.Abs) / c.Options.Temperature;
        double shift = Math.ScaleB(largest, wide ? -50 : -22), rounding = (wide ? 1e-13 : 1e-6) + shift, floor = wide ? 1e-300 : 1e-36;
        void Real(string name, double actual, double exact, double bound)
        {
            if (!tolerance.RealIsClose(actual, exact, bound))
                errors.Add($"{name} is {actual:R}, expected {exact:R} ± {bound:R}, error {actual - exact:R}");
        }

        double total = 0;
        for (int s = 0; s < c.Segments; s++)
        {
            double size = expected.ValueScale[s] + floor;
            total += rounding * size;
            Real($"Values[{s}]", run.Values[s], expected.Values[s], rounding * size);
            if (run.SegmentStatus[s] != expected.SegmentStatus[s])
                errors.Add($"SegmentStatus[{s}] is {run.SegmentStatus[s]}, expected {expected.SegmentStatus[s]}");
            for (int j = 0; j < c.Columns; j++)
                Real($"Marginals[{s}, {j}]", run.Marginals[(s * c.Columns) + j], expected.Marginals[(s * c.Columns) + j], (rounding * expected.Marginals[(s * c.Columns) + j]) + floor);
        }

        Real("Value", run.Value, expected.Value, total);
        if (run.Segments != expected.Counted)
            errors.Add($"Segments is {run.Segments}, expected {expected.Counted}");
        for (int i = 0; i < c.Rows; i++)
        {
            Real($"Entropies[{i}]", run.Entropies[i], expected.Entropies[i], rounding * (expected.Entropies[i] + floor));
            if (run.Status[i] != expected.Status[i])
                errors.Add($"Status[{i}] is {run.Status[i]}, expected {expected.Status[i]}");
            double row = Enumerable.Range(i * c.Columns, c.Columns).Max(e => expected.GradientScale[e]);
            for (int j = 0; j < c.Columns; j++)
            {
                int e = (i * c.Columns) + j;
                double bound = (2 * rounding * Math.Max(expected.GradientScale[e], Math.Abs(expected.Gradient[e]))) + (0.1 * rounding * row) + floor;
                if (!tolerance.ElementIsClose(run.Gradient[e], expected.Gradient[e], bound))
                    errors.Add($"Gradient[{i}, {j}] is {run.Gradient[e]:R}, expected {expected.Gradient[e]:R} ± {bound:R}, error {run.Gradient[e] - expected.Gradient[e]:R}");
            }
        }

        if (errors.Count > 0)
            Assert.Fail($"{device}: {string.Join("\n  ", errors.Take(8))}\n{c.Describe()}");
        return run;
    }

    public static BatchEntropyRun Run(string device, BatchEntropyCase c) => c.Type switch
    {
        ElementType.Float32 => device == "cpu" ? Spans<float, float>(c, BatchEntropy.Compute) : Views<float, float>(c, BatchEntropy.Compute, BatchEntropy.WorkspaceBytes),
        ElementType.Float64 => device == "cpu" ? Spans<double, double>(c, BatchEntropy.Compute) : Views<double, double>(c, BatchEntropy.Compute, BatchEntropy.WorkspaceBytes),
        ElementType.Float16 => device == "cpu" ? Spans<Half, float>(c, BatchEntropy.Compute) : Views<Half, float>(c, BatchEntropy.Compute, BatchEntropy.WorkspaceBytes),
        _ => device == "cpu" ? Spans<BFloat16, float>(c, BatchEntropy.Compute) : Views<BFloat16, float>(c, BatchEntropy.Compute, BatchEntropy.WorkspaceBytes),
    };

    private delegate BatchEntropyResult SpanForm<T, TReal>(ReadOnlySpan2D<T> logits, in BatchEntropyOutputs<T, TReal> outputs, in BatchEntropyOptions options, in BatchEntropyInputs<TReal> inputs)
        where T : unmanaged
        where TReal : unmanaged;

    private static BatchEntropyRun Spans<T, TReal>(BatchEntropyCase c, SpanForm<T, TReal> form)
        where T : unmanaged
        where TReal : unmanaged
    {
        int s = c.Segments;
        T[] logits = Rows<T>(c, c.Logits), gradient = c.InPlace ? logits : Rows<T>(c, null);
        TReal[] values = new TReal[s], marginals = new TReal[s * c.Columns], entropies = new TReal[c.Rows];
        RowStatus[] status = new RowStatus[c.Rows], segmentStatus = new RowStatus[s];
        ReadOnlySpan2D<T> z = c.Rows == 0 ? new ReadOnlySpan2D<T>((void*)8, 0, c.Columns, 0) : new(logits, c.Offset, c.Rows, c.Columns, c.Padding);
        TReal[] priors = Reals<TReal>(c.Priors);
        BatchEntropyResult result = form(
            z,
            new()
            {
                Values = values,
                Marginals = new(marginals, s, c.Columns),
                Entropies = entropies,
                Gradient = c.Rows == 0 ? default : new(gradient, c.Offset, c.Rows, c.Columns, c.Padding),
                Status = status,
                SegmentStatus = segmentStatus,
            },
            c.Options,
            new()
            {
                Offsets = c.Offsets,
                RowWeights = Reals<TReal>(c.RowWeights),
                ClassWeights = Reals<TReal>(c.ClassWeights),
                Priors = c.Priors is null ? default : new ReadOnlySpan2D<TReal>(priors, c.Priors.Length / c.Columns, c.Columns),
                ClassGroups = c.ClassGroups,
            });
        return new(result.Value, result.Segments, Doubles(values), Doubles(marginals), Doubles(entropies), Unpack(c, gradient), status, segmentStatus);
    }

    private static T[] Rows<T>(BatchEntropyCase c, double[]? values)
        where T : unmanaged
    {
        int stride = c.Columns + c.Padding;
        T[] rows = new T[c.Offset + (c.Rows * stride)];
        Array.Fill(rows, Gibbs.Cpu.Simd.Real.From<T>(Canary));
        for (int e = 0; values is not null && e < values.Length; e++)
            rows[c.Offset + (e / c.Columns * stride) + (e % c.Columns)] = Gibbs.Cpu.Simd.Real.From<T>(values[e]);
        return rows;
    }

    private static double[] Unpack<T>(BatchEntropyCase c, T[] rows)
        where T : unmanaged
    {
        int stride = c.Columns + c.Padding;
        double[] values = new double[c.Rows * c.Columns];
        for (int at = 0; at < rows.Length; at++)
        {
            int column = (at - c.Offset) % stride;
            double value = Gibbs.Cpu.Simd.Real.ToDouble(rows[at]);
            if (at < c.Offset || column >= c.Columns)
                Assert.That(value, Is.EqualTo(Canary), $"element {at} beside the rows was written");
            else
                values[((at - c.Offset) / stride * c.Columns) + column] = value;
        }

        return values;
    }

    private static TReal[] Reals<TReal>(double[]? values)
        where TReal : unmanaged => values is null ? [] : [.. values.Select(v => Gibbs.Cpu.Simd.Real.From<TReal>(v))];

    private static double[] Doubles<TReal>(TReal[] values)
        where TReal : unmanaged => [.. values.Select(Gibbs.Cpu.Simd.Real.ToDouble)];
}
