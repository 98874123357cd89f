using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Backups;

/// <summary>
/// Compares runs with the references. The arithmetic is fp64 whatever the storage: results must be the exact ones to 1e-13 of the terms they are made of, rounded to storage (float16 and bfloat16 by one ulp more).
/// </summary>
internal static class BackupComparison
{
    private const double Relative = 1e-13;

    public static SoftBackupRun Conforms(string device, SoftBackupCase c)
    {
        SoftBackupRun run = c.Run(device);
        Checker check = new(c.Type);
        for (int i = 0; i < c.Rows; i++)
        {
            SoftBackupReference row = new(c, i);
            double upstream = Math.Abs(c.Upstream?[i] ?? 1), lambda = Math.Abs(c.KlWeights?[i] ?? c.Options.KlWeight);
            double spread = 1 + Math.Log(c.Columns) + row.LogPolicy.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Where(v => v < 800).DefaultIfEmpty(0).Max();
            check.Status(i, run.Status[i], row.Status);
            check.Real("value", i, run.Values[i], row.Value, row.Scale);
            check.Real("entropy", i, run.Entropies[i], row.Entropy, Math.Max(row.Entropy, 1e-3 * (1 - row.Policy.Max())));
            check.Real("kl", i, run.Kl[i], row.Kl, spread);
            check.Real("temperature gradient", i, run.TemperatureGradient[i], row.TemperatureGradient, upstream * row.Entropy);
            check.Real("kl weight gradient", i, run.KlWeightGradient[i], row.KlWeightGradient, upstream * spread);
            for (int j = 0; j < c.Columns; j++)
            {
                int k = (i * c.Columns) + j;
                check.Element("policy", i, j, run.Policy[k], row.Policy[j], spread * row.Policy[j]);
                check.Element("log policy", i, j, run.LogPolicy[k], row.LogPolicy[j], Math.Abs(row.LogPolicy[j]) + 1);
                check.Element("q gradient", i, j, run.QGradient[k], row.QGradient[j], spread * upstream * row.Policy[j]);
                check.Element("log prior gradient", i, j, run.LogPriorGradient[k], row.LogPriorGradient[j], spread * upstream * lambda * row.Policy[j]);
            }
        }
        check.Report($"{device}: {c}");
        return run;
    }

    /// <summary>At the slope that was found: how well it meets the budget is compared by the divergence, since a slope near the cap is hardly determined.</summary>
    public static TiltRun Conforms(string device, TiltCase c)
    {
        TiltRun run = c.Run(device);
        Checker check = new(c.Type);
        for (int i = 0; i < c.Rows; i++)
        {
            TiltCase one = c.Row(i);
            TiltReference row = new(one.LogPrior, one.Reward);
            bool given = c.Slopes is not null || c.Options.Slope is not null;
            double budget = c.Budgets?[i] ?? c.Options.Budget;
            double slope = c.Slopes?[i] ?? c.Options.Slope ?? row.Slope(budget);
            check.Status(i, run.Status[i], RowStatus.Ok);
            if (double.IsPositiveInfinity(slope))
            {
                check.Real("slope", i, run.Slopes[i], slope, 0);
                check.Real("kl", i, run.Kl[i], row.LargestDivergence, row.LargestDivergence);
                for (int j = 0; j < c.Columns; j++)
                {
                    double expected = one.Reward[j] == row.Best ? row.LogP[j] + row.LargestDivergence : double.NegativeInfinity;
                    check.Element("log q", i, j, run.LogProbabilities[(i * c.Columns) + j], expected, 1 + Math.Abs(row.LogP[j]));
                }
                continue;
            }
            var at = row.At(slope);
            double size = one.Reward.Where(double.IsFinite).Max() - one.Reward.Where(double.IsFinite).Min(), shift = one.Reward.Where(double.IsFinite).Max(Math.Abs);
            double depth = 1 + row.LogP.Where(double.IsFinite).Max(Math.Abs), bend = slope == 0 || at.Variance == 0 ? 0 : (at.Kl + Math.Abs(slope * size)) / (slope * slope * at.Variance);
            double tolerance = given ? 0 : Math.Max(bend, 1);
            check.Real("slope", i, run.Slopes[i], slope, 10 * tolerance * slope);
            check.Real("kl", i, run.Kl[i], at.Kl, 10 * (at.Kl + (at.Kl * Math.Abs(slope * size))));
            check.Real("expected reward", i, run.ExpectedRewards[i], at.Mean, shift + size + (10 * tolerance * slope * at.Variance));
            check.Real("cumulant", i, run.Cumulants[i], at.Cumulant, depth + (Math.Abs(slope) * shift * (1 + (10 * tolerance))));
            for (int j = 0; j < c.Columns; j++)
                check.Element("log q", i, j, run.LogProbabilities[(i * c.Columns) + j], at.LogQ[j], depth + Math.Abs(at.LogQ[j]) + (Math.Abs(slope) * size * (1 + (10 * tolerance))));
        }
        check.Report($"{device}: {c}");
        return run;
    }

    public static FtrlRun Conforms(string device, FtrlCase c)
    {
        FtrlRun run = c.Run(device);
        Checker check = new(c.Type);
        double steep = c.Options.Kind == FtrlRegulariser.Tsallis ? 4 / (1 - c.Options.Alpha) : 4;
        for (int i = 0; i < c.Rows; i++)
        {
            FtrlReference row = new(c, i);
            // A rounding of the losses' differences, as far as the row's rates make of it.
            double gap = c.Losses.Skip(i * c.Columns).Take(c.Columns).Where(double.IsFinite).DefaultIfEmpty(0).Max(Math.Abs);
            double scale = steep * (10 + (c.Options.Kind == FtrlRegulariser.Shannon ? Enumerable.Range(0, c.Columns).Max(j => c.Rate(i, j)) * Math.Min(gap, 1000) : 0));
            check.Status(i, run.Status[i], row.Status);
            check.Real("multiplier", i, run.Multipliers[i], row.Multiplier, 10 * row.Scale);
            check.Real("regulariser", i, run.Regularisers[i], row.Regulariser, scale * (row.RegulariserScale + (1 / c.Rate(i, 0))));
            for (int j = 0; j < c.Columns; j++)
            {
                int k = (i * c.Columns) + j;
                check.Element("policy", i, j, run.Policy[k], row.Policy[j], scale * row.Policy[j]);
                if (c.Upstream is not null)
                    check.Element("gradient", i, j, run.Gradient[k], row.Gradient[j], 10 * scale * row.GradientScale);
            }
        }
        check.Report($"{device}: {c}");
        return run;
    }

    private sealed class Checker(ElementType type)
    {
        private readonly Tolerance _tolerance = new(type, false);
        private readonly List<string> _errors = [];

        public void Status(int i, RowStatus actual, RowStatus expected)
        {
            if (actual != expected)
                _errors.Add($"status[{i}] is {actual}, expected {expected}");
        }

        public void Real(string name, int i, double actual, double expected, double scale)
        {
            if (!_tolerance.RealIsClose(actual, expected, Relative * scale))
                _errors.Add($"{name}[{i}] is {actual:R}, expected {expected:R} ± {Relative * scale:R}, error {actual - expected:R}");
        }

        public void Element(string name, int i, int j, double actual, double expected, double scale)
        {
            if (!_tolerance.ElementIsClose(actual, expected, Relative * scale))
                _errors.Add($"{name}[{i}, {j}] is {actual:R}, expected {expected:R} ± {Relative * scale:R}, error {actual - expected:R}");
        }

        public void Report(string what)
        {
            if (_errors.Count > 0)
                Assert.Fail($"{what}\n  {string.Join("\n  ", _errors.Take(8))}");
        }
    }
}
