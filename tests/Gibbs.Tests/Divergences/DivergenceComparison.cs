using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Divergences;

/// <summary>Compares a run with the reference: values by 1e-6 (float64: 1e-13) of Σ |terms|, gradients by 2e-6 (2e-13) of the row's largest entry, and 16-bit storage by a rounding and an ulp more.</summary>
internal static class DivergenceComparison
{
    public static DivergenceRun Conforms(string device, DivergenceCase c)
    {
        DivergenceRun run = DivergenceRunner.Run(device, c);
        List<string> errors = Errors(c, run);
        if (errors.Count > 0)
            Assert.Fail($"{device}: {string.Join("\n  ", errors.Take(8))}\n{c.Describe()}");
        return run;
    }

    private static List<string> Errors(DivergenceCase c, DivergenceRun run)
    {
        List<string> errors = [];
        Tolerance tolerance = new(c.Type, false);
        bool wide = c.Type == ElementType.Float64;
        double valueFactor = wide ? 1e-13 : 1e-6, gradientFactor = wide ? 4e-13 : 2e-6, rounding = wide ? 1e-15 : 5e-7;
        DivergenceReference[] rows = [.. Enumerable.Range(0, c.Rows).Select(i => DivergenceReference.Row(c, i))];
        double shares = Enumerable.Range(0, c.Rows).Sum(c.RowWeight), normaliser = c.Options.Normaliser ?? shares;
        bool mean = c.Options.Reduction == Reduction.Mean;
        double factor = !mean ? 1 : normaliser == 0 ? 0 : 1 / normaliser, bounds = 0;
        for (int i = 0; i < c.Rows; i++)
        {
            DivergenceReference row = rows[i];
            if (run.Status[i] != row.Status)
                errors.Add($"Status[{i}] is {run.Status[i]}, expected {row.Status}");
            bounds += valueFactor * row.ValueScale;
            if (!tolerance.RealIsClose(run.Divergences[i], row.Value, valueFactor * row.ValueScale))
                errors.Add($"Divergences[{i}] is {run.Divergences[i]:R}, expected {row.Value:R} ± {valueFactor * row.ValueScale:R}, error {run.Divergences[i] - row.Value:R}");
            Gradient("student", row.StudentGradient, run.StudentGradient, row.StudentBound, row.StudentTerms);
            if (!c.IsSparse)
                Gradient("teacher", row.TeacherGradient, run.TeacherGradient, row.TeacherBound, row.TeacherTerms);

            void Gradient(string side, double[] expected, double[] actual, double bound, double[] terms)
            {
                double largest = expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();

                // A power of a probability may leave the range of the arithmetic.
                if (row.HasCorner || largest > c.Type.Real().Largest() || Math.Abs(row.Value) > c.Type.Real().Largest())
                    return;
                for (int j = 0; j < c.Columns; j++)
                {
                    double exact = factor == 0 ? 0 : expected[j] * factor, value = actual[(i * c.Columns) + j];
                    bool given = side == "teacher" && c.Options.TeacherInput == TeacherInput.Probabilities;
                    double slack = given
                        ? ((gradientFactor * Math.Abs(expected[j])) + (rounding * (1 + terms[j]))) * Math.Abs(factor)
                        : ((gradientFactor * largest) + bound + (rounding * (double.IsFinite(terms[j]) ? terms[j] : 0))) * Math.Abs(factor);
                    if (!tolerance.ElementIsClose(value, exact, slack))
                        errors.Add($"{side} gradient[{i}, {j}] is {value:R}, expected {exact:R} ± {slack:R}, error {value - exact:R}");
                }
            }
        }

        if (!tolerance.RealIsClose(run.Normaliser, normaliser, valueFactor * (shares + normaliser)))
            errors.Add($"the normaliser is {run.Normaliser:R}, expected {normaliser:R}");
        double total = rows.Sum(r => r.Value), expectedTotal = c.Options.Reduction == Reduction.None ? double.NaN : factor == 0 ? 0 : total * factor;
        if (!tolerance.RealIsClose(run.Value, expectedTotal, (bounds * Math.Abs(factor)) + (valueFactor * Math.Abs(double.IsFinite(expectedTotal) ? expectedTotal : 0))))
            errors.Add($"the reduced divergence is {run.Value:R}, expected {expectedTotal:R}");
        return errors;
    }
}
