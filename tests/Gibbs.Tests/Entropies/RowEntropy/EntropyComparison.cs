using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Entropies;

/// <summary>
/// Compares a run with the reference. Values: 1e-6 of themselves (their terms are of one sign; 1e-13 for float64) and four roundings of each x; gradients: 2e-6 of the row's largest entry and the same of x. Temperatures and
/// 16-bit storage change nothing in that: the reference starts from the stored numbers.
/// </summary>
internal static class EntropyComparison
{
    public static EntropyRun Conforms(string device, EntropyCase c)
    {
        EntropyRun run = EntropyRunner.Run(device, c);
        List<string> errors = Errors(c, run);
        if (errors.Count > 0)
            Assert.Fail($"{device}: {string.Join("\n  ", errors.Take(8))}\n{c.Describe()}");
        return run;
    }

    private static List<string> Errors(EntropyCase c, EntropyRun run)
    {
        List<string> errors = [];
        Tolerance tolerance = new(c.Type, false);
        bool wide = c.Type == ElementType.Float64;
        double relative = wide ? 1e-13 : 1e-6, rounding = Math.ScaleB(1, wide ? -53 : -24), flush = Math.ScaleB(1, wide ? -1010 : -110);
        EntropyReference[] rows = [.. Enumerable.Range(0, c.Rows.Length).Select(i => EntropyReference.Row(c, i))];
        double weights = Enumerable.Range(0, c.Rows.Length).Sum(c.RowWeight), normaliser = c.Options.Normaliser ?? weights;
        bool mean = c.Options.Reduction == Reduction.Mean;
        double factor = !mean ? 1 : normaliser == 0 ? 0 : 1 / normaliser, total = 0;
        double divisorError = mean && c.Options.Normaliser is null ? 4 * rounding * Enumerable.Range(0, c.Rows.Length).Sum(i => Math.Abs(c.RowWeight(i))) * Math.Abs(factor) : rounding;
        void Real(string name, int i, double actual, double exact, double slack, double noise = 0)
        {
            double bound = (relative * Magnitude(exact)) + (6 * rounding * slack) + noise + (flush * c.Columns);
            if (!tolerance.RealIsClose(actual, exact, bound))
                errors.Add($"{name}[{i}] is {actual:R}, expected {exact:R} ± {bound:R}, error {actual - exact:R}");
        }

        for (int i = 0; i < rows.Length; i++)
        {
            EntropyReference row = rows[i];
            if (run.Status[i] != row.Status)
                errors.Add($"Status[{i}] is {run.Status[i]}, expected {row.Status}");
            Real("Entropies", i, run.Entropies[i], row.Entropy, row.EntropySlack, row.EntropyNoise);
            if (run.LogSumExp.Length > 0)
                Real("LogSumExp", i, run.LogSumExp[i], row.LogSumExp, row.LogSlack + (double.IsFinite(row.LogSumExp) ? Magnitude(c.Rows[i].Max() / c.Temperature(i)) : 0));
            if (run.LogProbability.Length > 0)
                Real("LogProbability", i, run.LogProbability[i], row.LogProbability, row.LogSlack + Magnitude(row.LogProbability));
            total += (relative * Magnitude(row.Value)) + (6 * rounding * row.ValueSlack) + row.ValueNoise;
            double largest = row.Gradient.Select(Magnitude).DefaultIfEmpty().Max() * Math.Abs(factor);
            for (int k = 0; k < row.Gradient.Length; k++)
            {
                double exact = factor == 0 ? 0 : row.Gradient[k] * factor;
                double bound = (2 * relative * largest) + (((6 * rounding * row.GradientSlack[k]) + row.GradientNoise[k]) * Math.Abs(factor)) + (divisorError * Magnitude(exact)) + (flush * Math.Max(1, largest));
                if (!tolerance.ElementIsClose(run.Gradient[i][k], exact, bound))
                    errors.Add($"gradient[{i}, {k}] is {run.Gradient[i][k]:R}, expected {exact:R} ± {bound:R}, error {run.Gradient[i][k] - exact:R}");
            }
        }

        if (run.ValidRows != rows.Length)
            errors.Add($"ValidRows is {run.ValidRows}");
        if (!tolerance.RealIsClose(run.Normaliser, normaliser, 8 * rounding * Enumerable.Range(0, c.Rows.Length).Sum(i => Math.Abs(c.RowWeight(i)))))
            errors.Add($"the normaliser is {run.Normaliser:R}, expected {normaliser:R}");
        double sum = rows.Sum(r => r.Value), value = c.Options.Reduction == Reduction.None ? double.NaN : factor == 0 ? 0 : sum * factor;
        if (!tolerance.RealIsClose(run.Value, value, (total * Math.Abs(factor)) + (divisorError * rows.Sum(r => Magnitude(r.Value)) * Math.Abs(factor))))
            errors.Add($"the value is {run.Value:R}, expected {value:R}");
        return errors;
    }

    private static double Magnitude(double value) => double.IsFinite(value) ? Math.Abs(value) : 0;
}
