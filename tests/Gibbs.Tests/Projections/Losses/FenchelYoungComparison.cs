using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Projections.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Projections.Losses;

/// <summary>Compares a run with the reference by the tolerance rule of row maps, and the reduction with its definition.</summary>
internal static class FenchelYoungComparison
{
    public static FenchelYoungRun Conforms(string device, FenchelYoungCase c)
    {
        FenchelYoungRun run = FenchelYoungRunner.Run(device, c);
        List<string> errors = Errors(c, run);
        if (errors.Count > 0)
            Assert.Fail($"{device}: {string.Join("\n  ", errors.Take(8))}\n{c.Describe()}");
        return run;
    }

    private static List<string> Errors(FenchelYoungCase c, FenchelYoungRun run)
    {
        List<string> errors = [];
        Tolerance tolerance = new(c.Type, false);
        double rounding = c.Type == ElementType.Float64 ? Math.ScaleB(1, -52) : Math.ScaleB(1, -24);
        double Bound(double scale, double wide, double roundings) => (roundings * rounding * scale) + (ProjectionComparison.WideRoundings * Math.ScaleB(1, -53) * wide);
        FenchelYoungReference[] rows = [.. Enumerable.Range(0, c.Rows).Select(i => FenchelYoungReference.Row(c, i))];
        double normaliser = c.Options.Normaliser ?? rows.Sum(r => r.Share), shares = rows.Sum(r => Math.Abs(r.Share));
        bool mean = c.Options.Reduction == Reduction.Mean;
        double factor = !mean ? 1 : normaliser == 0 ? 0 : 1 / normaliser, divisorError = mean && normaliser != 0 ? 1 + (shares / Math.Abs(normaliser)) : 0;
        double lossBound = 0;
        for (int i = 0; i < c.Rows; i++)
        {
            FenchelYoungReference row = rows[i];
            if (run.Status[i] != row.Status)
                errors.Add($"Status[{i}] is {run.Status[i]}, expected {row.Status}");
            double bound = Bound(row.LossScale, row.LossWideScale, ProjectionComparison.SumRoundings);
            lossBound += bound + (4 * rounding * Math.Abs(double.IsFinite(row.Loss) ? row.Loss : 0));
            if (!tolerance.RealIsClose(run.Losses[i], row.Loss, bound))
                errors.Add($"Losses[{i}] is {run.Losses[i]:R}, expected {row.Loss:R} ± {bound:R}, error {run.Losses[i] - row.Loss:R}");
            int support = 0;
            for (int j = 0; j < c.Columns; j++)
            {
                int k = (i * c.Columns) + j;
                support += run.Probabilities[k] != 0 ? 1 : 0;
                bound = Bound(row.Probabilities.Scale[j], row.Probabilities.WideScale[j], ProjectionComparison.Roundings);
                if (!tolerance.ElementIsClose(run.Probabilities[k], row.Probabilities.Y[j], bound))
                    errors.Add($"p[{i}, {j}] is {run.Probabilities[k]:R}, expected {row.Probabilities.Y[j]:R} ± {bound:R}");
                double exact = factor == 0 ? 0 : row.Gradient[j] * factor;
                bound = (Bound(row.Scale[j], row.WideScale[j], ProjectionComparison.SumRoundings) * Math.Abs(factor)) + (4 * rounding * divisorError * Math.Abs(double.IsFinite(exact) ? exact : 0));
                if (!tolerance.ElementIsClose(run.Gradient[k], exact, bound))
                    errors.Add($"gradient[{i}, {j}] is {run.Gradient[k]:R}, expected {exact:R} ± {bound:R}, error {run.Gradient[k] - exact:R}");
            }
            if (run.SupportSize[i] != support)
                errors.Add($"SupportSize[{i}] is {run.SupportSize[i]}, but {support} entries of p are not 0");
        }
        if (run.ValidRows != rows.Count(r => r.Valid))
            errors.Add($"ValidRows is {run.ValidRows}");
        if (!tolerance.RealIsClose(run.Normaliser, normaliser, 8 * rounding * Math.Max(shares, Math.Abs(normaliser))))
            errors.Add($"the normaliser is {run.Normaliser:R}, expected {normaliser:R}");
        double total = rows.Sum(r => r.Loss), loss = c.Options.Reduction == Reduction.None ? double.NaN : factor == 0 ? 0 : total * factor;
        if (!tolerance.RealIsClose(run.Loss, loss, (lossBound * Math.Abs(factor)) + (8 * rounding * divisorError * Math.Abs(double.IsFinite(loss) ? loss : 0))))
            errors.Add($"the loss is {run.Loss:R}, expected {loss:R}");
        return errors;
    }
}
