using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.Backups;

/// <summary>Follow the regularised leader against the reference, by its optimality conditions, and against its own derivatives.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class FtrlTests(string device)
{
    private static readonly int[] s_types = [0, 1, 2, 3];
    private static readonly int[] s_columns = [1, 2, 3, 7, 33, 130, 1000, 4097];
    private static readonly FtrlOptions[] s_options =
    [
        new(),
        new() { Kind = FtrlRegulariser.Tsallis },
        new() { Kind = FtrlRegulariser.Tsallis, Alpha = 0.25 },
        new() { Kind = FtrlRegulariser.Tsallis, Alpha = 0.9 },
        new() { Kind = FtrlRegulariser.LogBarrier },
    ];

    private static FtrlCase Case(ElementType type, int rows, int columns, FtrlOptions options) => new()
    {
        Type = type,
        Rows = rows,
        Columns = columns,
        Losses = Cases.Fill(type, rows, columns, Cases.Noise),
        Upstream = Cases.Fill(type, rows, columns, (i, j) => Cases.Noise(i + 7, j)),
        Options = options,
    };

    private static double Positive(int i, int j) => Math.Exp(Cases.Noise(i + 31, j) / 2);

    [Test]
    public void EveryShape([ValueSource(nameof(s_types))] int type, [ValueSource(nameof(s_columns))] int columns)
    {
        ElementType t = (ElementType)type;
        foreach (FtrlOptions options in s_options)
        {
            if (columns > 500 && options.Alpha == 0.25)
                continue;
            FtrlCase c = Case(t, columns > 500 ? 1 : 3, columns, options with { Rate = 0.5 });
            BackupComparison.Conforms(device, c);
            BackupComparison.Conforms(device, c with { Rates = Cases.Fill(t.Real(), c.Rows, columns, Positive), Padding = 3, Offset = 1 });
            BackupComparison.Conforms(device, c with
            {
                RowRates = Cases.Fill(t.Real(), c.Rows, 1, Positive),
                ColumnRates = Cases.Fill(t.Real(), 1, columns, (_, j) => Positive(5, j)),
                Padding = 1,
                Offset = 5,
                InPlace = true,
            });
        }
    }

    // Negative, positive, equal and far apart.
    [Test]
    public void LossesOfAnySize([Values(0, 1)] int type, [ValueSource(nameof(s_options))] FtrlOptions options)
    {
        ElementType t = (ElementType)type;
        double[][] rows = [[-1e6, -1e6, -1e6], [1e8, 1e8 + 64, 1e8 - 64], [0, 1e20, 2e20], [-1e20, 0, 0], [1e-30, 0, -1e-30], [0, 0, 0], [5, double.PositiveInfinity, 5.5], [double.PositiveInfinity, 3, double.PositiveInfinity]];
        foreach (double[] row in rows)
        {
            FtrlRun run = BackupComparison.Conforms(device, new FtrlCase { Type = t, Rows = 1, Columns = 3, Losses = [.. row.Select(v => t.Round(v))], Upstream = [1, -2, 3], Options = options });
            Assert.That(run.Policy.Sum(), Is.EqualTo(1).Within(type == 0 ? 2e-7 : 1e-14), string.Join(" ", row));
        }
    }

    [Test]
    public void RatesOfAnySize([ValueSource(nameof(s_options))] FtrlOptions options)
    {
        foreach (double rate in new[] { 1e-12, 1e-3, 1, 1e3, 1e9 })
        {
            FtrlCase c = Case(ElementType.Float64, 2, 50, options with { Rate = rate });
            Assert.That(Total(c.Run(device), 50), Is.All.EqualTo(1).Within(1e-12));
            FtrlRun mixed = (c with { ColumnRates = [.. Enumerable.Range(0, 50).Select(j => Math.Pow(10, (j % 13) - 6))] }).Run(device);
            Assert.That(Total(mixed, 50), Is.All.EqualTo(1).Within(1e-11), $"rate {rate}");
            Assert.That(mixed.Policy, Is.All.GreaterThanOrEqualTo(0));
        }
    }

    [Test]
    public void BadRows([ValueSource(nameof(s_types))] int type, [ValueSource(nameof(s_options))] FtrlOptions options)
    {
        const double m = double.NegativeInfinity, p = double.PositiveInfinity, n = double.NaN;
        ElementType t = (ElementType)type;
        FtrlCase c = new()
        {
            Type = t,
            Rows = 6,
            Columns = 3,
            Losses = [1, 2, 3, p, p, p, 1, n, 2, 1, m, 2, 1, 2, 3, 1, 2, 3],
            Upstream = Cases.Fill(t, 6, 3, Cases.Noise),
            RowRates = Cases.Reals(t, 1, 1, 1, 1, 0, double.NaN),
            Options = options,
        };
        FtrlRun run = BackupComparison.Conforms(device, c);
        Assert.That(run.Status, Is.EqualTo(new[] { RowStatus.Ok, RowStatus.AllMasked, RowStatus.NotANumber, RowStatus.PlusInfinity, RowStatus.InvalidParameter, RowStatus.InvalidParameter }));
        Assert.That(run.Policy[6..], Is.All.NaN);
    }

    // π is a stationary point of ⟨π, L⟩ + ψ(π): L + dψ/dπ is the multiplier, for every action.
    [Test]
    public void TheGradientOfTheObjectiveIsTheMultiplier([ValueSource(nameof(s_options))] FtrlOptions options)
    {
        FtrlCase c = Case(ElementType.Float64, 1, 12, options) with { ColumnRates = [.. Enumerable.Range(0, 12).Select(j => Positive(2, j))] };
        FtrlRun run = c.Run(device);
        for (int j = 0; j < 12; j++)
        {
            double p = run.Policy[j], slope = options.Kind switch
            {
                FtrlRegulariser.Shannon => Math.Log(p) + 1,
                FtrlRegulariser.LogBarrier => -1 / p,
                _ => -Math.Pow(p, options.Alpha - 1),
            };
            Assert.That(c.Losses[j] + (slope / c.Rate(0, j)), Is.EqualTo(run.Multipliers[0]).Within(1e-10 * (1 + Math.Abs(slope / c.Rate(0, j)))), $"action {j}");
        }
    }

    [Test]
    public void ShannonOfOneRateIsSoftmax()
    {
        FtrlCase c = Case(ElementType.Float64, 2, 40, new() { Rate = 1.5 });
        FtrlRun run = c.Run(device);
        for (int i = 0; i < 2; i++)
        {
            double[] e = [.. c.Row(i).Losses.Select(l => Math.Exp(-1.5 * l))];
            for (int j = 0; j < 40; j++)
                Assert.That(run.Policy[(i * 40) + j], Is.EqualTo(e[j] / e.Sum()).Within(1e-14));
        }
    }

    [Test]
    public void GradientIsTheDerivativeOfThePolicy([ValueSource(nameof(s_options))] FtrlOptions options)
    {
        FtrlCase c = Case(ElementType.Float64, 2, 5, options) with { Rates = Cases.Fill(ElementType.Float64, 2, 5, Positive) };
        FtrlRun run = c.Run(device);
        for (int k = 0; k < 10; k += device == "cpu" ? 1 : 4)
        {
            double numeric = FiniteDifferences.Derivative(value => (c with { Losses = [.. c.Losses.Select((l, i) => i == k ? value : l)] }).Run(device).Policy.Zip(c.Upstream!, (p, v) => p * v).Sum(), c.Losses[k]);
            Assert.That(run.Gradient[k], Is.EqualTo(numeric).Within(1e-8), $"entry {k}");
        }
    }

    [Test]
    public void EqualBitsWhereverTheRowsLie([ValueSource(nameof(s_types))] int type, [ValueSource(nameof(s_options))] FtrlOptions options)
    {
        int regime = device == "cpu" ? 0 : 5;
        foreach (int columns in new[] { 5, 130, 1025 })
        {
            FtrlCase c = Case((ElementType)type, 3, columns, options);
            FtrlRun expected = c.Run(device);
            foreach (FtrlCase moved in new[] { c, c with { Offset = 1, Padding = 3 }, c with { Regime = regime }, c with { Regime = regime, Offset = 5, InPlace = true } })
            {
                FtrlRun run = moved.Run(device);
                Assert.That(run.Policy, Is.EqualTo(expected.Policy));
                Assert.That(run.Multipliers, Is.EqualTo(expected.Multipliers));
                Assert.That(run.Gradient, Is.EqualTo(expected.Gradient));
            }
            Assert.That(c.Row(1).Run(device).Policy, Is.EqualTo(expected.Policy[columns..(2 * columns)]));
        }
    }

    private static double[] Total(FtrlRun run, int columns) => [.. run.Policy.Chunk(columns).Select(row => row.Sum())];
}
