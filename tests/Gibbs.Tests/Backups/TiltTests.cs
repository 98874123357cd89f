using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.Backups;

/// <summary>Exponential tilting against the reference, at its limits, and against its own derivatives.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class TiltTests(string device)
{
    private static readonly int[] s_types = [0, 1, 2, 3];
    private static readonly int[] s_columns = [1, 2, 3, 7, 33, 130, 1000, 4097];

    private static TiltCase Case(ElementType type, int rows, int columns) => new()
    {
        Type = type,
        Rows = rows,
        Columns = columns,
        LogPrior = Cases.Fill(type, rows, columns, (i, j) => Cases.Noise(i + 50, j)),
        Reward = Cases.Fill(type, rows, columns, Cases.Noise),
        Upstream = Cases.Fill(type, rows, columns, (i, j) => Cases.Noise(i + 7, j)),
    };

    [Test]
    public void EveryShape([ValueSource(nameof(s_types))] int type, [ValueSource(nameof(s_columns))] int columns)
    {
        int rows = columns > 500 ? 2 : 4;
        ElementType t = (ElementType)type;
        TiltCase c = Case(t, rows, columns);
        BackupComparison.Conforms(device, c with { Budgets = [.. Cases.Reals(t, 0, 0.3, 1, 2.5).Take(rows)] });
        BackupComparison.Conforms(device, c with { Options = new() { Budget = 0.01 }, Padding = 3, Offset = 1 });
        BackupComparison.Conforms(device, c with { Slopes = [.. Cases.Reals(t, 0.5, -2, 0, 40).Take(rows)], InPlace = true, Padding = 1, Offset = 5 });
    }

    [Test]
    public void BudgetsOfEverySize([Values(0, 1)] int type)
    {
        ElementType t = (ElementType)type;
        double[] budgets = [0, 1e-20, 1e-12, 1e-6, 1e-3, 0.1, 1, 3, 5, 6, 6.5, 1e6];
        TiltCase c = Case(t, budgets.Length, 300) with { Budgets = Cases.Reals(t, budgets) };
        TiltRun run = BackupComparison.Conforms(device, c);
        for (int i = 1; i < budgets.Length - 1; i++)
        {
            if (double.IsFinite(run.Slopes[i]))
                Assert.That(run.Kl[i], Is.EqualTo(c.Budgets![i]).Within((type == 0 ? 1e-7 : 1e-12) * c.Budgets[i]), $"budget {budgets[i]}");
        }
        Assert.That(run.Slopes[0], Is.Zero);
        Assert.That(run.Slopes[^1], Is.EqualTo(double.PositiveInfinity));
    }

    // Two of the largest: the limit is p restricted to them.
    [Test]
    public void CappedBudget()
    {
        double[] p = [0.1, 0.2, 0.3, 0.4];
        TiltCase c = new() { Type = ElementType.Float64, Rows = 1, Columns = 4, LogPrior = [.. p.Select(v => Math.Log(v))], Reward = [5, 1, 5, 2], Upstream = [1, 2, 3, 4], Options = new() { Budget = 2 } };
        TiltRun run = BackupComparison.Conforms(device, c);
        Assert.That(run.Kl[0], Is.EqualTo(-Math.Log(0.4)).Within(1e-15));
        Assert.That(run.LogProbabilities[0], Is.EqualTo(Math.Log(0.25)).Within(1e-14));
        Assert.That(run.LogProbabilities[1], Is.EqualTo(double.NegativeInfinity));
        Assert.That(run.Cumulants[0], Is.EqualTo(double.PositiveInfinity));
        Assert.That(run.ExpectedRewards[0], Is.EqualTo(5));
        Assert.That(run.Gradient, Is.All.Zero);
        // Just below the cap the slope is finite.
        TiltRun near = (c with { Options = new() { Budget = -Math.Log(0.4) * (1 - 1e-9) } }).Run(device);
        Assert.That(double.IsFinite(near.Slopes[0]));
        Assert.That(near.Kl[0], Is.EqualTo(-Math.Log(0.4) * (1 - 1e-9)).Within(1e-13));
        Assert.That(Math.Sign((c with { Reward = [-5, -7, -5, -6] }).Run(device).Cumulants[0]), Is.EqualTo(-1));
    }

    // A reward without differences reaches no budget but 0.
    [Test]
    public void EqualRewards()
    {
        TiltCase c = Case(ElementType.Float32, 2, 9) with { Reward = [.. Enumerable.Repeat(3.0, 18)], Budgets = [0, 0.5] };
        TiltRun run = c.Run(device);
        Assert.That(run.Slopes, Is.EqualTo(new[] { 0, double.PositiveInfinity }));
        Assert.That(run.Kl, Is.All.Zero);
        Assert.That(run.LogProbabilities[9], Is.EqualTo(new TiltReference(c.Row(1).LogPrior, c.Row(1).Reward).LogP[0]).Within(1e-6));
    }

    // All of p on one entry, rewards of every size: the search ends.
    [Test]
    public void HardRows()
    {
        double[] tiny = [0, -700, -650], spread = [1e-8, 1, 0], huge = [1e30, -1e30, 3e30];
        foreach (double[] prior in new[] { tiny, [-300, 0, -20], [0, 0, 0] })
        {
            foreach (double[] reward in new[] { spread, huge, [1e-30, 2e-30, 0], [4, 4 + 1e-12, 4] })
            {
                foreach (double budget in new[] { 1e-20, 1e-3, 0.5, 1.0986122886, 15, 299, 640 })
                {
                    TiltCase c = new() { Type = ElementType.Float64, Rows = 1, Columns = 3, LogPrior = prior, Reward = reward, Options = new() { Budget = budget } };
                    TiltRun run = c.Run(device);
                    double cap = new TiltReference(prior, reward).LargestDivergence;
                    string name = $"prior {string.Join(" ", prior)}, reward {string.Join(" ", reward)}, budget {budget}, slope {run.Slopes[0]:R}";
                    Assert.That(double.IsPositiveInfinity(run.Slopes[0]), Is.EqualTo(budget >= cap), name);
                    Assert.That(run.Kl[0], Is.EqualTo(Math.Min(budget, cap)).Within(1e-11 * Math.Min(budget, cap)), name);
                }
            }
        }
    }

    [Test]
    public void BadRowsAndMasks([ValueSource(nameof(s_types))] int type)
    {
        const double m = double.NegativeInfinity, p = double.PositiveInfinity, n = double.NaN;
        ElementType t = (ElementType)type;
        TiltCase c = new()
        {
            Type = t,
            Rows = 7,
            Columns = 3,
            LogPrior = [-1, m, -1, m, m, 0, n, 0, 0, p, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            Reward = [m, 9, 2, 1, 2, m, 0, 0, 0, 1, 2, 3, 1, p, 3, 1, 2, 3, 1, 2, 3],
            Upstream = Cases.Fill(t, 7, 3, Cases.Noise),
            Budgets = Cases.Reals(t, 1, 1, 1, 1, 1, -1, double.NaN),
        };
        TiltRun run = c.Run(device);
        Assert.That(
            run.Status,
            Is.EqualTo(new[] { RowStatus.Ok, RowStatus.AllMasked, RowStatus.NotANumber, RowStatus.PlusInfinity, RowStatus.PlusInfinity, RowStatus.InvalidParameter, RowStatus.InvalidParameter }));
        // One entry is left: all of q.
        Assert.That(run.LogProbabilities[..3], Is.EqualTo(new[] { m, m, 0 }));
        Assert.That(run.LogProbabilities[3..6], Is.All.EqualTo(m));
        Assert.That(run.Gradient[3..6], Is.All.Zero);
        Assert.That(run.Gradient[6..], Is.All.NaN);
        Assert.That(run.Kl[2..], Is.All.NaN);
        Assert.That(run.Kl[1], Is.Zero);
        // Entries outside p take no part, whatever lies there.
        TiltCase wide = Case(t, 1, 40), masked = wide with
        {
            LogPrior = [.. wide.LogPrior.Select((v, j) => j % 3 == 0 ? m : v)],
            Reward = [.. wide.Reward.Select((v, j) => j % 5 == 0 ? m : j % 3 == 0 ? 100 : v)],
            Upstream = [.. wide.Upstream!.Select((v, j) => j % 3 == 0 ? n : v)],
            Options = new() { Budget = 0.5 },
        };
        TiltRun part = BackupComparison.Conforms(device, masked);
        for (int j = 0; j < 40; j++)
            Assert.That(part.Gradient[j], j % 3 == 0 || j % 5 == 0 ? Is.Zero : Is.Not.NaN);
    }

    [Test]
    public void GradientIsTheDerivativeOfTheTiltedRow([Values] bool budget)
    {
        TiltCase c = Case(ElementType.Float64, 2, 6) with { LogPrior = Cases.Fill(ElementType.Float64, 2, 6, (i, j) => Cases.Noise(i + 50, j) / 4), Budgets = budget ? [0.05, 0.2] : null, Slopes = budget ? null : [0.7, -1.5] };
        TiltRun run = c.Run(device);
        for (int k = 0; k < 12; k += device == "cpu" ? 1 : 5)
        {
            double numeric = FiniteDifferences.Derivative(
                value => (c with { Reward = [.. c.Reward.Select((r, i) => i == k ? value : r)] }).Run(device).LogProbabilities.Zip(c.Upstream!, (q, g) => q * g).Sum(),
                c.Reward[k]);
            Assert.That(run.Gradient[k], Is.EqualTo(numeric).Within(1e-8), $"entry {k}");
        }
    }

    [Test]
    public void EqualBitsWhereverTheRowsLie([ValueSource(nameof(s_types))] int type, [Values(5, 130, 1025)] int columns)
    {
        TiltCase c = Case((ElementType)type, 3, columns) with { Options = new() { Budget = 0.4 } };
        TiltRun expected = c.Run(device);
        int regime = device == "cpu" ? 0 : 5;
        foreach (TiltCase moved in new[] { c, c with { Offset = 1, Padding = 3 }, c with { Offset = 5, InPlace = true }, c with { Regime = regime }, c with { Regime = regime, InPlace = true, Offset = 3, Padding = 1 } })
            Same(expected, moved.Run(device));
        for (int i = 0; i < 3; i++)
        {
            TiltRun alone = c.Row(i).Run(device);
            Assert.That(alone.Slopes[0], Is.EqualTo(expected.Slopes[i]));
            Assert.That(alone.LogProbabilities, Is.EqualTo(expected.LogProbabilities[(i * columns)..((i + 1) * columns)]));
        }
    }

    internal static void Same(TiltRun a, TiltRun b)
    {
        Assert.That(b.Slopes, Is.EqualTo(a.Slopes));
        Assert.That(b.LogProbabilities, Is.EqualTo(a.LogProbabilities));
        Assert.That(b.Cumulants, Is.EqualTo(a.Cumulants));
        Assert.That(b.Kl, Is.EqualTo(a.Kl));
        Assert.That(b.Gradient, Is.EqualTo(a.Gradient));
        Assert.That(b.Status, Is.EqualTo(a.Status));
    }
}
