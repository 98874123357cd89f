using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.Backups;

/// <summary>Soft backups against the reference, against their limits, and against their own derivatives.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class SoftBackupTests(string device)
{
    private static readonly int[] s_types = [0, 1, 2, 3];
    private static readonly int[] s_columns = [1, 2, 3, 7, 33, 130, 1000, 4097];

    private static SoftBackupCase Case(ElementType type, int rows, int columns, bool prior = true) => new()
    {
        Type = type,
        Rows = rows,
        Columns = columns,
        Q = Cases.Fill(type, rows, columns, Cases.Noise),
        LogPrior = prior ? LogSoftmax(type, rows, columns) : null,
        Options = new() { KlWeight = 0.75, Temperature = 0.5 },
    };

    private static double[] LogSoftmax(ElementType type, int rows, int columns)
    {
        double[] values = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            double[] z = [.. Enumerable.Range(0, columns).Select(j => Cases.Noise(i + 100, j))];
            double lse = z.Max() + Math.Log(z.Sum(v => Math.Exp(v - z.Max())));
            for (int j = 0; j < columns; j++)
                values[(i * columns) + j] = type.Round(z[j] - lse);
        }
        return values;
    }

    [Test]
    public void EveryShape([ValueSource(nameof(s_types))] int type, [ValueSource(nameof(s_columns))] int columns)
    {
        SoftBackupCase c = Case((ElementType)type, columns > 500 ? 2 : 5, columns);
        BackupComparison.Conforms(device, c);
        BackupComparison.Conforms(device, c with { LogPrior = null, Options = new(), Padding = 3, Offset = 1 });
        BackupComparison.Conforms(device, c with { Options = new() { KlWeight = 1, Temperature = 0, Minimise = true }, Padding = 1, Offset = 5, InPlace = true });
    }

    [Test]
    public void RowsOfTheirOwnWeights([ValueSource(nameof(s_types))] int type)
    {
        ElementType t = (ElementType)type;
        SoftBackupCase c = Case(t, 9, 21) with
        {
            KlWeights = Cases.Reals(t, 0, 1, 0.1, 0, 3, -1, 1, double.NaN, 1e-3),
            Temperatures = Cases.Reals(t, 1, 0, 0.1, 0, 30, 1, double.PositiveInfinity, 1, 1e-3),
            Upstream = Cases.Reals(t, 1, -2, 0.5, 3, 0, 1, 1, 1, 0.25),
        };
        SoftBackupRun run = BackupComparison.Conforms(device, c);
        Assert.That(run.Status[5..8], Is.EqualTo(new[] { RowStatus.InvalidParameter, RowStatus.InvalidTemperature, RowStatus.InvalidParameter }));
        BackupComparison.Conforms(device, c with { InPlace = true, Options = new() { Minimise = true } });
    }

    [Test]
    public void BadRowsAndMasks([ValueSource(nameof(s_types))] int type)
    {
        const double m = double.NegativeInfinity, p = double.PositiveInfinity, n = double.NaN;
        ElementType t = (ElementType)type;
        SoftBackupCase c = new()
        {
            Type = t,
            Rows = 9,
            Columns = 4,
            Q = [1, 2, m, 0, m, m, m, m, n, 1, 2, p, 1, p, 2, 3, 0, 0, 0, 0, 1, 2, 3, 4, 1, 2, 3, 4, p, 0, 0, 0, 1, 1, 1, 1],
            LogPrior = [-1, m, -1, -2, -1, -1, -1, -1, 0, 0, 0, 0, -1, m, -1, -1, m, m, m, m, -1, n, -1, -1, -1, -1, p, -1, m, -1, -1, -1, m, 0, m, 0],
            Options = new() { KlWeight = 1, Temperature = 1 },
        };
        SoftBackupRun run = BackupComparison.Conforms(device, c);
        Assert.That(
            run.Status,
            Is.EqualTo(new[]
            {
                RowStatus.Ok, RowStatus.AllMasked, RowStatus.NotANumber, RowStatus.PlusInfinity, RowStatus.AllMasked, RowStatus.NotANumber, RowStatus.PlusInfinity, RowStatus.PlusInfinity, RowStatus.Ok,
            }));
        Assert.That(run.Policy[1] + run.Policy[2], Is.Zero);
        Assert.That(run.QGradient[4..8], Is.All.Zero);
        BackupComparison.Conforms(device, c with { Options = new() { KlWeight = 0, Temperature = 2 } });
        BackupComparison.Conforms(device, c with { Options = new() { KlWeight = 0, Temperature = 0 } });
        BackupComparison.Conforms(device, c with { Q = [.. c.Q.Select(v => -v)], Options = new() { KlWeight = 1, Minimise = true } });
    }

    // Mass where the prior has none costs nothing at λ = 0, and is an infinite divergence.
    [Test]
    public void DisjointSupport()
    {
        SoftBackupCase c = Case(ElementType.Float32, 1, 3) with { LogPrior = [double.NegativeInfinity, -1, -1], Options = new() };
        SoftBackupRun run = BackupComparison.Conforms(device, c);
        Assert.That(run.Status[0], Is.EqualTo(RowStatus.DisjointSupport));
        Assert.That(run.Kl[0], Is.EqualTo(double.PositiveInfinity));
        Assert.That(double.IsFinite(run.Values[0]));
    }

    [Test]
    public void WithoutWeightsTheFirstOfTheLargest([ValueSource(nameof(s_types))] int type, [Values(5, 1500)] int columns)
    {
        SoftBackupCase c = Case((ElementType)type, 2, columns, false) with { Q = Cases.Fill((ElementType)type, 2, columns, (i, j) => j % 4 == 2 + i ? 7 : Cases.Noise(i, j)), Options = new() { Temperature = 0 } };
        SoftBackupRun run = BackupComparison.Conforms(device, c);
        Assert.That(run.Values, Is.All.EqualTo(7));
        Assert.That(run.Policy.Select((v, k) => (v, k)).Where(e => e.v != 0).Select(e => e.k), Is.EqualTo(new[] { 2, columns + 3 }));
        Assert.That(run.Entropies, Is.All.Zero);
        // The limit of small weights.
        SoftBackupRun near = (c with { Type = ElementType.Float64, Q = Cases.Fill(ElementType.Float64, 2, columns, (i, j) => j == 2 ? 7 : Cases.Noise(i, j)), Options = new() { Temperature = 1e-3 } }).Run(device);
        Assert.That(near.Values, Is.All.EqualTo(7).Within(1e-12));
    }

    [Test]
    public void ConstantsMoveTheValueAlone([Values(0, 1)] int type, [Values(0, 1)] double lambda)
    {
        ElementType t = (ElementType)type;
        SoftBackupCase c = Case(t, 3, 50) with { Q = Cases.Fill(t, 3, 50, (i, j) => Math.Round(Cases.Noise(i, j) * 64) / 64), Options = new() { KlWeight = lambda, Temperature = 0.5 } };
        SoftBackupRun a = c.Run(device), b = (c with { Q = [.. c.Q.Select(v => v + 4096)] }).Run(device);
        Assert.That(b.Policy, lambda == 0 ? Is.EqualTo(a.Policy) : Is.EqualTo(a.Policy).Within(1e-11));
        Assert.That(b.Values, Is.EqualTo(a.Values.Select(v => v + 4096)).Within(type == 0 ? 5e-4 : 1e-11));
    }

    // Large weights: what the value adds to c·log Σ μ is small beside c.
    [Test]
    public void LargeWeightsKeepTheMean()
    {
        SoftBackupCase c = Case(ElementType.Float64, 1, 4) with { Q = [1, 2, 3, 6], LogPrior = [.. Enumerable.Repeat(-Math.Log(4), 4)], Options = new() { KlWeight = 1e7, Temperature = 0 } };
        SoftBackupRun run = BackupComparison.Conforms(device, c);
        Assert.That(run.Values[0], Is.EqualTo(3).Within(1e-6));
    }

    [Test]
    public void UniformAndOneHotEntropies([ValueSource(nameof(s_types))] int type)
    {
        SoftBackupRun uniform = (Case((ElementType)type, 1, 1000, false) with { Q = new double[1000], Options = new() }).Run(device);
        Assert.That(uniform.Entropies[0], Is.EqualTo(Math.Log(1000)).Within(1e-6));
        Assert.That(uniform.Kl[0], Is.Zero.Within(1e-14));
        SoftBackupRun oneHot = (Case((ElementType)type, 1, 3, false) with { Q = [0, double.NegativeInfinity, double.NegativeInfinity], Options = new() }).Run(device);
        Assert.That(oneHot.Entropies[0], Is.Zero);
        Assert.That(oneHot.Policy, Is.EqualTo(new double[] { 1, 0, 0 }));
    }

    [Test]
    public void GradientsAreTheDerivativesOfTheValue([Values] bool minimise, [Values] bool prior)
    {
        SoftBackupCase c = Case(ElementType.Float64, 2, 6, prior) with { Upstream = [1.5, -0.5], KlWeights = [0.75, 0.25], Temperatures = [0.5, 1], Options = new() { Minimise = minimise } };
        SoftBackupRun run = c.Run(device);
        double Value(SoftBackupCase moved) => moved.Run(device).Values.Zip(c.Upstream!, (v, r) => v * r).Sum();
        void Compare(double[] gradient, double[] at, Func<double[], SoftBackupCase> with, string name)
        {
            for (int k = 0; k < at.Length; k += device == "cpu" ? 1 : 3)
            {
                double numeric = FiniteDifferences.Derivative(value => Value(with([.. at.Select((v, i) => i == k ? value : v)])), at[k]);
                Assert.That(gradient[k], Is.EqualTo(numeric).Within(1e-9), $"{name} {k}");
            }
        }
        Compare(run.QGradient, c.Q, q => c with { Q = q }, "q");
        Compare(run.TemperatureGradient, c.Temperatures!, t => c with { Temperatures = t }, "temperature");
        Compare(run.KlWeightGradient, c.KlWeights!, w => c with { KlWeights = w }, "KL weight");
        if (prior)
            Compare(run.LogPriorGradient, c.LogPrior!, p => c with { LogPrior = p }, "log prior");
        else
            Assert.That(run.LogPriorGradient, Is.All.Zero);
    }

    [Test]
    public void EqualBitsWhereverTheRowsLie([ValueSource(nameof(s_types))] int type, [Values(5, 130, 1025)] int columns)
    {
        SoftBackupCase c = Case((ElementType)type, 3, columns);
        SoftBackupRun expected = c.Run(device);
        foreach (SoftBackupCase moved in new[] { c, c with { Offset = 1, Padding = 3 }, c with { Offset = 5, InPlace = true }, c with { Regime = device == "cpu" ? 0 : 5 }, c with { Regime = device == "cpu" ? 0 : 5, InPlace = true, Offset = 3, Padding = 1 } })
            Same(expected, moved.Run(device));
        for (int i = 0; i < 3; i++)
        {
            SoftBackupRun alone = c.Row(i).Run(device);
            Assert.That(alone.Values[0], Is.EqualTo(expected.Values[i]));
            Assert.That(alone.QGradient, Is.EqualTo(expected.QGradient[(i * columns)..((i + 1) * columns)]));
        }
    }

    [Test]
    public void NoRows()
    {
        SoftBackupRun run = Case(ElementType.Float32, 0, 3).Run(device);
        Assert.That(run.Values, Is.Empty);
    }

    internal static void Same(SoftBackupRun a, SoftBackupRun b)
    {
        Assert.That(b.Values, Is.EqualTo(a.Values));
        Assert.That(b.Policy, Is.EqualTo(a.Policy));
        Assert.That(b.LogPolicy, Is.EqualTo(a.LogPolicy));
        Assert.That(b.Entropies, Is.EqualTo(a.Entropies));
        Assert.That(b.Kl, Is.EqualTo(a.Kl));
        Assert.That(b.QGradient, Is.EqualTo(a.QGradient));
        Assert.That(b.LogPriorGradient, Is.EqualTo(a.LogPriorGradient));
        Assert.That(b.Status, Is.EqualTo(a.Status));
    }
}
