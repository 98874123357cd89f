using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.Divergences;

/// <summary>Divergences from dense teachers against the reference and against their own derivatives.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class RowDivergenceTests(string device)
{
    private static readonly int[] s_types = [0, 1, 2, 3];

    internal static readonly DivergenceOptions[] Kinds =
    [
        new() { Kind = DivergenceKind.KullbackLeibler },
        new() { Kind = DivergenceKind.ReverseKullbackLeibler },
        new() { Kind = DivergenceKind.Jeffreys },
        new() { Kind = DivergenceKind.JensenShannon },
        new() { Kind = DivergenceKind.JensenShannon, Beta = 0.9 },
        new() { Kind = DivergenceKind.Alpha },
        new() { Kind = DivergenceKind.Alpha, Alpha = -1 },
        new() { Kind = DivergenceKind.Alpha, Alpha = 2.5 },
        new() { Kind = DivergenceKind.Alpha, Alpha = 1 },
        new() { Kind = DivergenceKind.Alpha, Alpha = 1e-4 },
        new() { Kind = DivergenceKind.TotalVariation },
        new() { Kind = DivergenceKind.SymmetricCrossEntropy },
        new() { Kind = DivergenceKind.SymmetricCrossEntropy, CrossEntropyShare = 0 },
    ];

    [Test]
    public void GeneratedCases([ValueSource(nameof(Kinds))] DivergenceOptions kind, [ValueSource(nameof(s_types))] int type)
    {
        for (int id = 0; id < (device == "cpu" ? 40 : 6); id++)
            DivergenceComparison.Conforms(device, Generate((ElementType)type, kind, id));
    }

    [Test]
    public void LongRows([ValueSource(nameof(Kinds))] DivergenceOptions kind, [Values(0, 1, 3)] int type)
    {
        foreach (int n in device == "cpu" ? [1000, 4097, 32000] : new[] { 4097 })
            DivergenceComparison.Conforms(device, DivergenceCase.Of((ElementType)type, 2, n, Cases.Noise, (i, j) => Cases.Noise(i + 7, j), kind) with { Padding = 1, Offset = 1 });
    }

    [Test]
    public void GradientsAreTheDerivatives([ValueSource(nameof(Kinds))] DivergenceOptions kind, [Values] bool probabilities, [Values(1, 0.7)] double temperature)
    {
        DivergenceCase c = DivergenceCase.Of(ElementType.Float64, 2, 7, (i, j) => Cases.Noise(i, j) / 2, (i, j) => probabilities ? (1 + j) / 32.0 : Cases.Noise(i + 3, j) / 2) with
        {
            Options = kind with
            {
                Reduction = Reduction.Mean,
                TeacherInput = probabilities ? TeacherInput.Probabilities : TeacherInput.Logits,
                StudentTemperature = temperature,
                TeacherTemperature = probabilities ? 1 : 1.5,
                Weight = 2.25,
                PerElement = true,
            },
            RowWeights = [1, 0.5],
        };
        DivergenceRun run = DivergenceRunner.Run(device, c);
        for (int k = 0; k < c.Student.Length; k += device == "cpu" ? 1 : 5)
        {
            double Numeric(Func<double[], DivergenceCase> with, double[] values) => FiniteDifferences.Derivative(
                value =>
                {
                    double[] moved = [.. values];
                    moved[k] = value;
                    return DivergenceRunner.Run(device, with(moved)).Value;
                },
                values[k],
                probabilities ? 1e-4 : 1e-3);
            double largest = run.StudentGradient.Max(Math.Abs), teacherLargest = run.TeacherGradient.Max(Math.Abs);
            Assert.That(run.StudentGradient[k], Is.EqualTo(Numeric(moved => c with { Student = moved }, c.Student)).Within(1e-7 * largest), $"student {k}");
            Assert.That(run.TeacherGradient[k], Is.EqualTo(Numeric(moved => c with { Teacher = moved }, c.Teacher)).Within(1e-6 * teacherLargest), $"teacher {k}");
        }
    }

    [Test]
    public void EqualBitsWhereverTheRowsLie([ValueSource(nameof(Kinds))] DivergenceOptions kind, [ValueSource(nameof(s_types))] int type)
    {
        foreach (int n in new[] { 5, 130, 1025 })
        {
            DivergenceCase c = DivergenceCase.Of((ElementType)type, 3, n, Cases.Noise, (i, j) => Cases.Noise(i + 9, j), kind);
            DivergenceRun expected = DivergenceRunner.Run(device, c);
            foreach (DivergenceCase moved in new[] { c, c with { Offset = 1, Padding = 3 }, c with { Offset = 5, InPlace = true }, c with { OwnWorkspace = true } })
                Same(expected, DivergenceRunner.Run(device, moved));
            for (int i = 0; i < 3; i++)
            {
                DivergenceRun alone = DivergenceRunner.Run(device, c.Row(i));
                Assert.That(alone.Divergences[0], Is.EqualTo(expected.Divergences[i]));
                Assert.That(alone.StudentGradient, Is.EqualTo(expected.StudentGradient[(i * n)..((i + 1) * n)]));
                Assert.That(alone.TeacherGradient, Is.EqualTo(expected.TeacherGradient[(i * n)..((i + 1) * n)]));
            }
        }
    }

    internal static void Same(DivergenceRun expected, DivergenceRun actual)
    {
        Assert.That(actual.Divergences, Is.EqualTo(expected.Divergences));
        Assert.That(actual.StudentGradient, Is.EqualTo(expected.StudentGradient));
        Assert.That(actual.TeacherGradient, Is.EqualTo(expected.TeacherGradient));
        Assert.That(actual.Status, Is.EqualTo(expected.Status));
        Assert.That(actual.Value, Is.EqualTo(expected.Value));
    }

    internal static DivergenceCase Generate(ElementType type, DivergenceOptions kind, int id)
    {
        Random random = new((id * 31) + (int)type);
        int rows = random.Next(1, 5), columns = new[] { 1, 2, 3, 7, 33, 64, 100, 300 }[random.Next(8)];
        bool probabilities = random.Next(3) == 0;
        double spread = new[] { 0.01, 1, 1, 8, 30 }[random.Next(5)], apart = new[] { 0, 0.001, 0.1, 1, 5, 40 }[random.Next(6)], offset = random.Next(3) == 0 ? 100 : 0;
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] student = [.. Enumerable.Range(0, rows * columns).Select(_ => type.Round(offset + (spread * Normal())))];
        double[] teacher = [.. student.Select(z => type.Round(z + (apart * Normal())))];
        if (probabilities)
        {
            for (int i = 0; i < rows; i++)
            {
                Span<double> row = teacher.AsSpan(i * columns, columns);
                double top = row.ToArray().Max(), sum = row.ToArray().Sum(v => Math.Exp(v - top));
                foreach (ref double v in row)
                    v = v - top < -60 ? 0 : type.Round(Math.Exp(v - top) / sum);
            }
        }

        if (random.Next(3) == 0)
        {
            for (int k = 0; k < student.Length; k++)
            {
                bool mask = random.Next(4) == 0;
                if (mask || random.Next(12) == 0)
                    student[k] = double.NegativeInfinity;
                if (mask || random.Next(12) == 0)
                    teacher[k] = probabilities ? 0 : double.NegativeInfinity;
            }
        }

        if (random.Next(6) == 0)
            (random.Next(2) == 0 ? student : teacher)[random.Next(student.Length)] = random.Next(3) switch { 0 => double.NaN, 1 => double.PositiveInfinity, _ => probabilities ? 1.5 : double.NaN };
        Reduction reduction = (Reduction)random.Next(3);
        return new()
        {
            Name = $"id {id}, spread {spread}, apart {apart}",
            Type = type,
            Rows = rows,
            Columns = columns,
            Student = student,
            Teacher = teacher,
            RowWeights = random.Next(3) == 0 ? [.. Enumerable.Range(0, rows).Select(_ => random.Next(4) == 0 ? 0 : (double)(float)random.NextDouble())] : null,
            Options = kind with
            {
                Reduction = reduction,
                Normaliser = reduction == Reduction.Mean && random.Next(4) == 0 ? 3.5 : null,
                TeacherInput = probabilities ? TeacherInput.Probabilities : TeacherInput.Logits,
                StudentTemperature = random.Next(3) == 0 ? 2 : 1,
                TeacherTemperature = probabilities ? 1 : random.Next(3) == 0 ? 2 : 1,
                Weight = random.Next(3) == 0 ? 4 : 1,
                PerElement = random.Next(4) == 0,
            },
            InPlace = random.Next(3) == 0,
            Padding = random.Next(4),
            Offset = random.Next(9),
            OwnWorkspace = random.Next(2) == 0,
        };
    }
}
