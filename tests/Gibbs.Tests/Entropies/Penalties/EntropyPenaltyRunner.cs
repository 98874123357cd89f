using System;
using System.Collections.Generic;
using System.Linq;

using CommunityToolkit.HighPerformance;

using NUnit.Framework;

namespace Gibbs.Tests.Entropies.Penalties;

/// <summary>What a call wrote.</summary>
internal sealed record EntropyPenaltyRun(
    EntropyPenaltyResult Result, double[] Gradient, double[] Penalties, byte[] Selected, double[] SequenceMeans, double[] Quantiles, double[] ThresholdGradient, RowStatus[] Status);

/// <summary>Runs a case on "cpu" or "native", on padded rows whose padding must stay as it was, and compares it with the reference.</summary>
internal static unsafe partial class EntropyPenaltyRunner
{
    private const double Canary = 13;

    public static EntropyPenaltyRun Conforms(string device, EntropyPenaltyCase c)
    {
        EntropyPenaltyRun run = Run(device, c);
        EntropyPenaltyReference expected = new(c);
        List<string> errors = [];
        double relative = c.Wide ? 1e-12 : 1.5e-7;
        void Close(string name, double actual, double exact, double scale)
        {
            bool close = double.IsFinite(exact) ? Math.Abs(actual - exact) <= relative * scale : actual.Equals(exact);
            if (!close)
                errors.Add($"{name} is {actual:R}, expected {exact:R}");
        }

        double sum = expected.Penalties.Where(double.IsFinite).Sum(Math.Abs);
        Close("Value", run.Result.Value, expected.Value, Math.Abs(expected.Value) + (1e-7 * sum));
        Close("MeanEntropy", run.Result.MeanEntropy, expected.MeanEntropy, Math.Abs(expected.MeanEntropy));
        if (run.Result.Tokens != Enumerable.Range(0, c.Entropies.Length).Count(c.Valid) || run.Result.Selected != expected.Selected.Sum(s => s))
            errors.Add($"{run.Result.Tokens} tokens, {run.Result.Selected} selected, expected {expected.Selected.Sum(s => s)}");
        for (int b = 0; b < c.Rows; b++)
        {
            if (run.Status[b] != expected.Status[b])
                errors.Add($"Status[{b}] is {run.Status[b]}, expected {expected.Status[b]}");
            Close($"SequenceMeans[{b}]", run.SequenceMeans[b], expected.SequenceMeans[b], Math.Abs(expected.SequenceMeans[b]));
            Close($"Quantiles[{b}]", run.Quantiles[b], expected.Quantiles[b], Math.Abs(expected.Quantiles[b]));
        }

        for (int e = 0; e < c.Entropies.Length; e++)
        {
            Close($"Gradient[{e}]", run.Gradient[e], expected.Gradient[e], Math.Abs(expected.Gradient[e]));
            if (c.Options.Kind != EntropyPenaltyKind.Siren)
                Close($"Penalties[{e}]", run.Penalties[e], expected.Penalties[e], Math.Abs(expected.Penalties[e]) + (c.Wide ? 0 : 1e-3));
            if (run.Selected[e] != expected.Selected[e])
                errors.Add($"Selected[{e}] is {run.Selected[e]}, expected {expected.Selected[e]}");
        }

        for (int h = 0; h < run.ThresholdGradient.Length; h++)
            Close($"HeadThresholdGradient[{h}]", run.ThresholdGradient[h], expected.ThresholdGradient[h], Math.Abs(expected.ThresholdGradient[h]) + 1e-7);
        if (errors.Count > 0)
            Assert.Fail($"{device}: {string.Join("\n  ", errors.Take(8))}\n[{c.Rows}, {c.Columns}] {c.Options}");
        return run;
    }

    public static EntropyPenaltyRun Run(string device, EntropyPenaltyCase c) => (c.Wide, device == "cpu") switch
    {
        (true, true) => Spans<double>(c, EntropyPenalty.Compute),
        (false, true) => Spans<float>(c, EntropyPenalty.Compute),
        (true, false) => Views<double>(c, EntropyPenalty.Compute, EntropyPenalty.WorkspaceBytes),
        (false, false) => Views<float>(c, EntropyPenalty.Compute, EntropyPenalty.WorkspaceBytes),
    };

    private delegate EntropyPenaltyResult SpanForm<TReal>(ReadOnlySpan2D<TReal> entropies, in EntropyPenaltyOutputs<TReal> outputs, in EntropyPenaltyOptions options, in EntropyPenaltyInputs<TReal> inputs)
        where TReal : unmanaged;

    private static EntropyPenaltyRun Spans<TReal>(EntropyPenaltyCase c, SpanForm<TReal> form)
        where TReal : unmanaged
    {
        TReal[] entropies = Rows<TReal>(c, c.Entropies), gradient = c.InPlace ? entropies : Rows<TReal>(c, null), penalties = Rows<TReal>(c, null);
        byte[] mask = Bytes(c, c.Mask), selected = Bytes(c, null);
        TReal[] means = new TReal[c.Rows], quantiles = new TReal[c.Rows], thresholdGradient = new TReal[c.HeadThresholds?.Length ?? 0];
        RowStatus[] status = new RowStatus[c.Rows];
        bool empty = c.Rows == 0, siren = c.Options.Kind == EntropyPenaltyKind.Siren;
        EntropyPenaltyResult result = form(
            empty ? new ReadOnlySpan2D<TReal>((void*)8, 0, c.Columns, 0) : new(entropies, c.Offset, c.Rows, c.Columns, c.Padding),
            new()
            {
                Gradient = empty ? default : new(gradient, c.Offset, c.Rows, c.Columns, c.Padding),
                Penalties = empty || siren ? default : new(penalties, c.Offset, c.Rows, c.Columns, c.Padding),
                Selected = empty ? default : new(selected, c.Offset, c.Rows, c.Columns, c.Padding),
                SequenceMeans = means,
                Quantiles = quantiles,
                HeadThresholdGradient = thresholdGradient,
                Status = status,
            },
            c.Options,
            new()
            {
                Mask = c.Mask is null || empty ? default : new(mask, c.Offset, c.Rows, c.Columns, c.Padding),
                Anchors = Reals<TReal>(c.Anchors),
                AnchorIndices = c.AnchorIndices,
                HeadThresholds = Reals<TReal>(c.HeadThresholds),
            });
        return new(result, Unpack(c, Doubles(gradient)), Unpack(c, Doubles(penalties)), [.. Unpack(c, [.. selected.Select(v => (double)v)]).Select(v => (byte)v)], Doubles(means), Doubles(quantiles), Doubles(thresholdGradient), status);
    }

    private static TReal[] Rows<TReal>(EntropyPenaltyCase c, double[]? values)
        where TReal : unmanaged => Reals<TReal>(Pack(c, values));

    private static byte[] Bytes(EntropyPenaltyCase c, byte[]? values) => [.. Pack(c, values is null ? null : [.. values.Select(v => (double)v)]).Select(v => (byte)v)];

    private static double[] Pack(EntropyPenaltyCase c, double[]? values)
    {
        int stride = c.Columns + c.Padding;
        double[] rows = [.. Enumerable.Repeat(Canary, c.Offset + (c.Rows * stride))];
        for (int e = 0; values is not null && e < values.Length; e++)
            rows[c.Offset + (e / c.Columns * stride) + (e % c.Columns)] = values[e];
        return rows;
    }

    private static double[] Unpack(EntropyPenaltyCase c, double[] rows)
    {
        int stride = c.Columns + c.Padding;
        double[] values = new double[c.Rows * c.Columns];
        for (int at = 0; at < rows.Length; at++)
        {
            int column = (at - c.Offset) % stride;
            if (at < c.Offset || column >= c.Columns)
                Assert.That(rows[at], Is.EqualTo(Canary), $"element {at} beside the rows was written");
            else
                values[((at - c.Offset) / stride * c.Columns) + column] = rows[at];
        }

        return values;
    }

    private static TReal[] Reals<TReal>(double[]? values)
        where TReal : unmanaged => values is null ? [] : [.. values.Select(v => Gibbs.Cpu.Simd.Real.From<TReal>(v))];

    private static double[] Doubles<TReal>(TReal[] values)
        where TReal : unmanaged => [.. values.Select(Gibbs.Cpu.Simd.Real.ToDouble)];
}
