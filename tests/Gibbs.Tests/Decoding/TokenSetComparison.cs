using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Decoding;

/// <summary>
/// Compares a run with the reference. A set is right where it is a prefix of the ranking and its length is that of the criteria with every limit moved by a rounding, one way or the other; its numbers
/// are then compared with those of the formulas for the set that was kept.
/// </summary>
internal static class TokenSetComparison
{
    public static TokenSetRun Conforms(TokenSetCase c, string device = "cpu")
    {
        TokenSetRun run = TokenSetRunner.Run(c, device);
        List<string> errors = [];
        for (int i = 0; i < c.Rows; i++)
            Row(c, run, i, errors);
        Reduced(c, run, device == "cpu" || c.Type == ElementType.Float64 ? 1e-9 : Math.ScaleB(1, -24), errors);
        if (errors.Count > 0)
            Assert.Fail($"{string.Join("\n  ", errors.Take(8))}\n{c.Describe()}");
        return run;
    }

    /// <summary>The least and the greatest length that rounding may make of the criteria.</summary>
    public static (int Least, int Greatest) Lengths(TokenSetCase c, int row)
    {
        double slack = c.Type == ElementType.Float64 ? 1e-12 : 4e-6, t = c.Temperature(row);
        TokenSetOptions o = c.Options;
        int Count(double way, double p) => TokenSetReference.Row(c.Type, c.Row(row), t, o with
        {
            TopP = o.TopP == 1 ? 1 : Math.Clamp(p, 1e-300, 1 - 1e-16),
            MinP = o.MinP * (1 - (way * slack)),
            MinProbability = o.MinProbability * (1 - (way * slack)),
            TopH = o.TopH == 1 ? 1 : Math.Clamp(o.TopH * (1 + (way * slack)), 1e-300, 1 - 1e-16),
        }).Count;

        // A bound is relative to the entropy, and a share of the mass to the mass that is left too.
        return (Count(-1, o.TopP - (slack * Math.Min(o.TopP, 1))), Count(1, o.TopP + (slack * Math.Min(o.TopP, 1))));
    }

    private static void Row(TokenSetCase c, TokenSetRun run, int i, List<string> errors)
    {
        TokenSetReference row = TokenSetReference.Row(c.Type, c.Row(i), c.Temperature(i), c.Options);
        bool wide = c.Type == ElementType.Float64;
        double rounding = wide ? 1e-13 : 1e-6;
        Tolerance tolerance = new(c.Type, false);
        void Equal(string what, double actual, double expected)
        {
            if (!actual.Equals(expected))
                errors.Add($"{what}[{i}] is {actual:R}, expected {expected:R}");
        }

        void Close(string what, double actual, double expected, double bound)
        {
            if (!tolerance.RealIsClose(actual, expected, bound))
                errors.Add($"{what}[{i}] is {actual:R}, expected {expected:R} ± {bound:R}, error {actual - expected:R}");
        }

        long action = c.Actions is null ? 0 : c.Actions[i];
        bool outOfRange = action < 0 || action >= c.Columns;
        bool isNumber = row.Status is RowStatus.Ok or RowStatus.AllMasked or RowStatus.EmptySet;
        int count = run.Counts[i];
        if (count != row.Count)
        {
            (int least, int greatest) = isNumber && row.Status != RowStatus.AllMasked ? Lengths(c, i) : (0, 0);
            if (count < least || count > greatest)
                errors.Add($"Counts[{i}] is {count}, expected {row.Count}, from {least} to {greatest}");
        }

        if (count > row.Ranking.Length)
            return;
        RowStatus status = row.Status is RowStatus.Ok or RowStatus.EmptySet ? (count == 0 ? RowStatus.EmptySet : RowStatus.Ok) : row.Status;
        if (run.Status[i] != (outOfRange ? RowStatus.TargetOutOfRange : status))
            errors.Add($"Status[{i}] is {run.Status[i]}, expected {status}");

        double nothing = isNumber ? double.NegativeInfinity : double.NaN;
        HashSet<int> set = [.. row.Ranking.Take(count)];
        (double logSum, double mean) = count == 0 ? (0, 0) : row.Sums(count);

        // An offset of a float is off by its rounding, an exponential by that many times the offset: in a confident row by the gap to the next.
        double entropy = logSum - mean, gap = row.Offsets.Where(x => x < 0 && double.IsFinite(x)).Select(x => -x).DefaultIfEmpty(0).Min();
        double loose = rounding + (Math.ScaleB(1, wide ? -52 : -23) * Math.Min(gap, 100)), floor = c.Columns * Math.ScaleB(100, wide ? -1022 : -126);
        double Bound(double logProbability) => floor + (double.IsFinite(logProbability) ? (rounding * Math.Abs(logProbability)) + ((loose - rounding) * Math.Max(logSum, row.LogSum)) : 0);
        Close("FullEntropies", run.FullEntropies[i], isNumber ? row.FullEntropy : double.NaN, floor + (loose * 2 * Math.Abs(row.FullEntropy)));
        Close("Entropies", run.Entropies[i], isNumber ? entropy : double.NaN, floor + (loose * 2 * entropy));
        Equal("Thresholds", run.Thresholds[i], !isNumber ? double.NaN : count == 0 ? double.PositiveInfinity : c.Row(i)[row.Ranking[count - 1]]);
        double factor = Factor(c, run.Normaliser) * c.RowWeight(i) / c.Temperature(i), largest = 0;
        double[] gradient = new double[c.Columns];
        foreach (int j in set)
        {
            double q = Math.Exp(row.Offsets[j] - logSum);
            gradient[j] = q == 0 ? 0 : -q * (row.Offsets[j] - mean) * factor;
            largest = Math.Max(largest, Math.Abs(gradient[j]));
        }

        double spread = set.Count == 0 ? 0 : set.Max(j => Math.Exp(row.Offsets[j] - logSum) * (Math.Abs(row.Offsets[j]) - mean)) * Math.Abs(factor);
        for (int j = 0; j < c.Columns; j++)
        {
            int k = (i * c.Columns) + j;
            bool kept = set.Contains(j);
            if (run.Mask[k] != (kept ? 1 : 0))
                errors.Add($"Mask[{i}, {j}] is {run.Mask[k]}, rank {Array.IndexOf(row.Ranking, j)} of {count}");
            double logProbability = kept ? row.Offsets[j] - logSum : nothing;
            if (!tolerance.ElementIsClose(run.LogProbabilities[k], logProbability, floor + (kept ? Bound(logProbability) : 0)) && !(kept && Math.Abs(logProbability) > c.Type.Largest() / 2))
                errors.Add($"LogProbabilities[{i}, {j}] is {run.LogProbabilities[k]:R}, expected {logProbability:R}");
            double exact = Factor(c, run.Normaliser) == 0 ? 0 : isNumber ? gradient[j] : double.NaN;
            if (kept || !isNumber ? !tolerance.ElementIsClose(run.Gradient[k], exact, floor + (2 * loose * Math.Max(largest, 0.1 * spread))) : run.Gradient[k] != 0)
                errors.Add($"Gradient[{i}, {j}] is {run.Gradient[k]:R}, expected {exact:R}, error {run.Gradient[k] - exact:R}, largest {largest:R}");
        }

        if (c.Actions is not null)
        {
            double exact = outOfRange ? double.NaN : set.Contains((int)action) ? row.Offsets[action] - logSum : nothing;
            Close("ActionLogProbability", run.ActionLogProbability[i], exact, Bound(exact));
        }

        long sample = run.Samples[i];
        if (count == 0 ? sample != -1 : sample < 0 || sample >= c.Columns || !set.Contains((int)sample))
            errors.Add($"Samples[{i}] is {sample}, not in the set");
        else
            Close("SampleLogProbability", run.SampleLogProbability[i], count == 0 ? nothing : row.Offsets[sample] - row.LogSum, count == 0 ? 0 : Bound(row.Offsets[sample] - row.LogSum));
    }

    private static double Factor(TokenSetCase c, double normaliser) => c.Options.Reduction != Reduction.Mean ? 1 : normaliser == 0 ? 0 : 1 / normaliser;

    // held: the rounding of the arithmetic type, where scalars are stored in it.
    private static void Reduced(TokenSetCase c, TokenSetRun run, double held, List<string> errors)
    {
        double rounding = c.Type == ElementType.Float64 ? 1e-12 : 2e-6, sum = 0, magnitude = 0, weights = 0;
        for (int i = 0; i < c.Rows; i++)
        {
            double weight = c.RowWeight(i);
            bool isNumber = !double.IsNaN(run.Entropies[i]);
            double value = weight == 0 && isNumber ? 0 : weight * run.Entropies[i];
            sum += value;
            magnitude += Math.Abs(value);
            weights += weight;
        }

        double normaliser = c.Options.Normaliser ?? weights, factor = Factor(c, run.Normaliser);
        double expected = c.Options.Reduction == Reduction.None ? double.NaN : factor == 0 ? 0 : sum * factor;
        if (!(Math.Abs(run.Normaliser - normaliser) <= held * Math.Max(1, Math.Abs(normaliser))))
            errors.Add($"the normaliser is {run.Normaliser:R}, expected {normaliser:R}");
        if (double.IsNaN(expected) ? !double.IsNaN(run.Value) : !(run.Value == expected || Math.Abs(run.Value - expected) <= rounding * magnitude * Math.Abs(factor)))
            errors.Add($"the value is {run.Value:R}, expected {expected:R}");
        if (run.ValidRows != c.Rows)
            errors.Add($"ValidRows is {run.ValidRows}");
    }
}
