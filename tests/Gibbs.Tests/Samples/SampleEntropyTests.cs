using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Samples;

/// <summary>Every kind, type and odd shape against whole matrices in fp64, values, gradients and numbers per row.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class SampleEntropyTests(string device)
{
    private static readonly int[] s_types = [0, 1, 2, 3];

    public static IEnumerable<SampleEntropyOptions> Kinds =>
    [
        new() { Kind = SampleEntropyKind.RenyiQuadratic, Bandwidth = 0.8 },
        new() { Kind = SampleEntropyKind.KdeBound, Bandwidth = 1.3, Base2 = true },
        new() { Kind = SampleEntropyKind.DiffusionEntries, Bandwidth = 0.9 },
        new() { Kind = SampleEntropyKind.DiffusionEntries, Bandwidth = 0.9, PlainRows = true, Base2 = true },
        new() { Kind = SampleEntropyKind.NearestNeighbour, Weight = 0.3 },
        new() { Kind = SampleEntropyKind.NearestNeighbour, OwnBuffers = true },
        new() { Kind = SampleEntropyKind.CauchySchwarzDivergence, Bandwidth = 1.1, Weight = 2 },
        new() { Kind = SampleEntropyKind.CauchySchwarzInformation, Bandwidth = 0.9, OthersBandwidth = 1.4 },
        new() { Kind = SampleEntropyKind.CauchySchwarzInformation, Bandwidth = 1.2, Normalised = true, Weight = 3, Base2 = true },
        new() { Kind = SampleEntropyKind.ConditionalCauchySchwarz, Bandwidth = 1.1, ConditionsBandwidth = 0.8 },
        new() { Kind = SampleEntropyKind.ConditionalCauchySchwarz, Bandwidth = 0.9, SquaredKernelSums = true, Base2 = true, Weight = -0.5 },
    ];

    [Test]
    public void AgainstTheFormulas([ValueSource(nameof(Kinds))] SampleEntropyOptions options, [ValueSource(nameof(s_types))] int type)
    {
        (int Rows, int Columns, int Others)[] shapes = [(1, 1, 1), (2, 3, 4), (5, 1, 10), (7, 33, 21), (33, 2, 66), (67, 40, 134)];
        foreach ((int rows, int columns, int others) in shapes)
            Check(SampleCase.Draw((ElementType)type, options with { Bandwidth = options.Bandwidth * Math.Sqrt(columns) }, rows, columns, others, rows + columns));
    }

    [Test]
    public void ManyPoints([ValueSource(nameof(Kinds))] SampleEntropyOptions options) =>
        Check(SampleCase.Draw(ElementType.Float32, options with { Bandwidth = 2 }, 200, 5, 400, 5), coordinates: 2);

    private void Check(SampleCase c, int coordinates = 4)
    {
        SampleRun run = SampleRunner.Run(device, c);
        double[][] x = Copy(c.Points), y = Copy(c.Others), conditions = Copy(c.Conditions);
        (double value, double terms) = SampleReference.Value(c.Options, x, y, conditions);
        bool wide = c.Type == ElementType.Float64;
        double unit = wide ? 1e-13 : 1e-6;
        if (c.Options.Normalised && c.Points.Length == 1)
        {
            Assert.That(run.Value, Is.Zero, c.ToString());
            Assert.That(run.Gradient[0], Is.All.Zero, c.ToString());
            return;
        }
        Assert.That(run.Value, Is.EqualTo(value).Within(unit * (terms + Math.Abs(c.Options.Weight))), c.ToString());
        CheckRows(c, run, x, y, unit);
        Random random = new(1);

        // A quotient of differences of logarithms is known to their rounding, not to its own.
        double conditioning = c.Options.Normalised ? 1 + (terms / Math.Abs(value)) : 1;
        CheckGradient(c, "points", run.Gradient, x, x, y, conditions, coordinates, random, conditioning);
        CheckGradient(c, "others", run.OthersGradient, y, x, y, conditions, coordinates, random, conditioning);
        CheckGradient(c, "conditions", run.ConditionsGradient, conditions, x, y, conditions, coordinates, random, conditioning);
    }

    private static void CheckRows(SampleCase c, SampleRun run, double[][] x, double[][] y, double unit)
    {
        if (!c.HasRowValues)
            return;
        double[] rows = SampleReference.RowValues(c.Options, x, y);
        for (int i = 0; i < rows.Length; i++)
            Assert.That(run.RowValues[i], Is.EqualTo(rows[i]).Within(4 * unit * (1 + Math.Abs(rows[i]))), $"{c}, row value {i}");
        for (int i = 0; i < run.Nearest.Length; i++)
            Assert.That(run.Nearest[i], Is.EqualTo(SampleReference.Nearest(c.Options, x, y)[i].At), $"{c}, nearest {i}");
    }

    // Every output is compared at the entries drawn, its largest among them, within rounding of the storage type.
    private static void CheckGradient(SampleCase c, string name, double[][] gradient, double[][] by, double[][] x, double[][] y, double[][] conditions, int coordinates, Random random, double conditioning)
    {
        if (gradient.Length == 0)
            return;
        double largest = gradient.Max(row => row.Max(Math.Abs));
        double unit = c.Type switch { ElementType.Float64 => 2e-10, ElementType.Float32 => 4e-6, ElementType.Float16 => 6e-4, _ => 4.5e-3 };
        double floor = c.Type == ElementType.Float16 ? 6e-8 : 0;
        for (int n = 0; n < coordinates; n++)
        {
            int i = random.Next(by.Length), k = random.Next(by[0].Length);
            if (n == 0)
                (i, k) = Enumerable.Range(0, by.Length).SelectMany(a => Enumerable.Range(0, by[0].Length).Select(b => (a, b))).MaxBy(at => Math.Abs(gradient[at.a][at.b]));
            double expected = SampleReference.Derivative(c.Options, x, y, conditions, by, i, k);
            double tolerance = (Math.Max(c.Type <= ElementType.Float64 ? unit * largest : unit * Math.Abs(expected), 4e-6 * largest) * conditioning) + floor + 1e-10;
            Assert.That(gradient[i][k], Is.EqualTo(expected).Within(tolerance), $"{c}, gradient by {name} [{i}][{k}], largest {largest}");
        }
    }

    private static double[][] Copy(double[][] m) => [.. m.Select(row => (double[])row.Clone())];
}
