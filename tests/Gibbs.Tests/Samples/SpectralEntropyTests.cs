using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Samples;

/// <summary>Spectral entropies against the formulas and differences; corners; refused arguments.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class SpectralEntropyTests(string device)
{
    private static readonly int[] s_columns = [1, 2, 3, 7, 33, 1000, 4097];
    private static readonly double[] s_powers = [1, 2, 0.5, 60];

    [Test]
    public void Diffusion([ValueSource(nameof(s_columns))] int columns, [ValueSource(nameof(s_powers))] double power, [Values(0, 1)] int type) =>
        Check((ElementType)type, new() { Power = power, Base2 = power == 2 }, Draw((ElementType)type, columns, signed: true));

    [Test]
    public void VonNeumann([ValueSource(nameof(s_columns))] int columns, [Values(0, 1)] int type) =>
        Check((ElementType)type, new() { Kind = SpectralEntropyKind.VonNeumann, Base2 = columns == 7 }, Draw((ElementType)type, columns, signed: false));

    [Test]
    public void Corners()
    {
        double tiny = 1e-300, huge = 1e300;
        double[][] rows = [[0, 0, 0], [1, double.NaN, 0], [double.PositiveInfinity, 1, 1], [huge, huge, huge], [tiny, tiny, 0], [0, -5, 0]];
        SpectralRun run = SpectralRunner.Run(device, ElementType.Float64, new() { Power = 3 }, rows);
        Assert.That(run.Status, Is.EqualTo(new[] { RowStatus.AllMasked, RowStatus.NotANumber, RowStatus.PlusInfinity, RowStatus.Ok, RowStatus.Ok, RowStatus.Ok }));
        Assert.That(run.Entropies, Is.EqualTo(new[] { 0, double.NaN, double.NaN, Math.Log(3), Math.Log(2), 0 }).Within(1e-14));
        Assert.That(run.Gradient[0], Is.All.Zero);
        Assert.That(run.Gradient[1].Concat(run.Gradient[2]), Is.All.NaN);
        Assert.That(run.Gradient[3], Is.All.Zero.Within(1e-312), "uniform: stationary");
        Assert.That(run.Entropies[5], Is.Zero, "one eigenvalue: exactly 0");
        Assert.That(run.Gradient[5], Is.All.Zero);
    }

    [Test]
    public void VonNeumannCorners()
    {
        double[][] rows = [[0.5, 0.5, -1e-17], [0.5, -0.1, 0.6], [1, 0, 0]];
        SpectralRun run = SpectralRunner.Run(device, ElementType.Float64, new() { Kind = SpectralEntropyKind.VonNeumann }, rows, [2, 1, 0]);
        Assert.That(run.Status, Is.EqualTo(new[] { RowStatus.Ok, RowStatus.InvalidProbability, RowStatus.Ok }));
        Assert.That(run.Entropies, Is.EqualTo(new[] { Math.Log(2), double.NaN, 0 }).Within(1e-15));
        Assert.That(run.Gradient[0][0], Is.EqualTo(-2 * (Math.Log(0.5) + 1)).Within(1e-14), "row weight 2");
        Assert.That(run.Gradient[0][2], Is.EqualTo(double.PositiveInfinity));
        Assert.That(run.Gradient[2], Is.All.Zero, "row weight 0");
    }

    [Test]
    public void InPlaceIsTheSame()
    {
        double[][] rows = Draw(ElementType.Float32, 1500, true);
        SpectralRun apart = SpectralRunner.Run(device, ElementType.Float32, new() { Power = 2 }, rows), inPlace = SpectralRunner.Run(device, ElementType.Float32, new() { Power = 2 }, rows, inPlace: true);
        Assert.That(inPlace.Gradient, Is.EqualTo(apart.Gradient));
        SpectralRun alone = SpectralRunner.Run(device, ElementType.Float32, new() { Power = 2 }, [rows[1]]);
        Assert.That(alone.Gradient[0], Is.EqualTo(apart.Gradient[1]), "alone as in a batch");
        Assert.That(alone.Entropies[0], Is.EqualTo(apart.Entropies[1]));
    }

    [Test]
    public void OptionsAndShapesAreChecked()
    {
        Assert.That(default(SpectralEntropyOptions), Is.EqualTo(new SpectralEntropyOptions { Kind = SpectralEntropyKind.Diffusion, Power = 1, Base2 = false }));
        Assert.That(() => SpectralRunner.Run(device, ElementType.Float32, new() { Power = 0 }, [[1]]), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Power is 0; it must be positive and finite"));
        Assert.That(() => SpectralRunner.Run(device, ElementType.Float32, new() { Kind = (SpectralEntropyKind)2 }, [[1]]), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Kind is 2"));
        Assert.That(() => SpectralRunner.Run(device, ElementType.Float32, new() { Kind = SpectralEntropyKind.VonNeumann, Power = 2 }, [[1]]), Throws.InstanceOf<ArgumentException>().With.Message.Contains("1 for VonNeumann"));
        Assert.That(() => SpectralRunner.Run(device, ElementType.Float32, default, [[1]], [1, 2]), Throws.ArgumentException.With.Message.Contains("inputs.RowWeights has 2 elements; it needs 1"));
    }

    private static double[][] Draw(ElementType type, int columns, bool signed)
    {
        Random random = new(columns);
        return [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, columns).Select(_ => type.Round(Math.Exp(3 * SampleCase.Normal(random)) / columns * (signed && random.Next(3) == 0 ? -1 : 1))).ToArray())];
    }

    private static double Entropy(SpectralEntropyOptions o, double[] row)
    {
        double unit = o.Base2 ? 1 / Math.Log(2) : 1;
        if (o.Kind == SpectralEntropyKind.VonNeumann)
            return -unit * row.Sum(v => v == 0 ? 0 : v * Math.Log(v));
        double top = row.Max(Math.Abs);
        double[] w = [.. row.Select(v => Math.Pow(Math.Abs(v) / top, o.Power))];
        double sum = w.Sum();
        return -unit * w.Sum(v => v == 0 ? 0 : v / sum * Math.Log(v / sum));
    }

    private void Check(ElementType type, SpectralEntropyOptions options, double[][] rows)
    {
        SpectralRun run = SpectralRunner.Run(device, type, options, rows);
        double unit = type == ElementType.Float64 ? 1e-13 : 1e-6;
        Random random = new(2);
        for (int i = 0; i < rows.Length; i++)
        {
            double entropy = Entropy(options, rows[i]), terms = options.Kind == SpectralEntropyKind.VonNeumann ? rows[i].Sum(v => Math.Abs(v * Math.Log(v))) * (options.Base2 ? 2 : 1) : Math.Abs(entropy);
            Assert.That(run.Status[i], Is.EqualTo(RowStatus.Ok));
            Assert.That(run.Entropies[i], Is.EqualTo(entropy).Within((unit * terms) + 1e-14), $"row {i}");
            double largest = run.Gradient[i].Max(Math.Abs);
            for (int n = 0; n < 4; n++)
            {
                int j = n == 0 ? Array.IndexOf(rows[i], rows[i].MaxBy(Math.Abs)) : random.Next(rows[i].Length);
                double given = rows[i][j], h = 1e-3 * Math.Abs(given) / Math.Max(1, options.Power);
                double At(double delta)
                {
                    rows[i][j] = given + delta;
                    double value = Entropy(options, rows[i]);
                    rows[i][j] = given;
                    return value;
                }
                double expected = ((8 * (At(h) - At(-h))) - (At(2 * h) - At(-2 * h))) / (12 * h);
                double tolerance = (type == ElementType.Float64 ? 1e-8 : 2e-6) * Math.Max(largest, Math.Abs(expected)) + (1e-14 * (terms + 1) / h);
                Assert.That(run.Gradient[i][j], Is.EqualTo(expected).Within(tolerance), $"row {i}, by eigenvalue {j}, {given}");
            }
        }
    }
}
