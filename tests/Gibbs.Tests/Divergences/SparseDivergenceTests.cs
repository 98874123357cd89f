using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.Divergences;

/// <summary>Divergences from sparse teachers against the reference, against dense ones and against their own derivatives.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class SparseDivergenceTests(string device)
{
    private static readonly int[] s_types = [0, 1, 2, 3];

    private static readonly DivergenceOptions[] s_kinds = [.. RowDivergenceTests.Kinds.SelectMany(k => new[] { k with { Tail = SparseTail.Renormalised }, k with { Tail = SparseTail.Bucket } }), new()];

    [Test]
    public void GeneratedCases([ValueSource(nameof(s_kinds))] DivergenceOptions kind, [ValueSource(nameof(s_types))] int type)
    {
        for (int id = 0; id < (device == "cpu" ? 30 : 4); id++)
            DivergenceComparison.Conforms(device, Generate((ElementType)type, kind, id));
    }

    [Test]
    public void LongRows([Values(SparseTail.None, SparseTail.Bucket)] SparseTail tail, [Values(0, 2)] int type)
    {
        foreach (int n in device == "cpu" ? [4097, 32000] : new[] { 5000 })
        {
            DivergenceCase c = TopOf((ElementType)type, 2, n, 64, Cases.Noise, (i, j) => 2 * Cases.Noise(i + 5, j), new() { Tail = tail });
            DivergenceComparison.Conforms(device, c with { Padding = 1, Offset = 1 });
        }
    }

    [Test]
    public void EqualBitsWhereverTheRowsLie([Values(SparseTail.None, SparseTail.Renormalised, SparseTail.Bucket)] SparseTail tail, [ValueSource(nameof(s_types))] int type)
    {
        foreach (int n in new[] { 5, 1030 })
        {
            DivergenceCase c = TopOf((ElementType)type, 3, n, 4, Cases.Noise, (i, j) => Cases.Noise(i + 5, j), new() { Tail = tail });
            DivergenceRun expected = DivergenceRunner.Run(device, c);
            foreach (DivergenceCase moved in new[] { c with { Offset = 1, Padding = 3 }, c with { Offset = 5, InPlace = true }, c with { OwnWorkspace = true, Int64 = false } })
                RowDivergenceTests.Same(expected, DivergenceRunner.Run(device, moved));
            for (int i = 0; i < 3; i++)
            {
                DivergenceRun alone = DivergenceRunner.Run(device, c.Row(i));
                Assert.That(alone.Divergences[0], Is.EqualTo(expected.Divergences[i]));
                Assert.That(alone.StudentGradient, Is.EqualTo(expected.StudentGradient[(i * n)..((i + 1) * n)]));
            }
        }
    }

    [Test]
    public void ListingEveryClassIsTheDenseDivergence([ValueSource(nameof(s_kinds))] DivergenceOptions kind)
    {
        DivergenceCase sparse = TopOf(ElementType.Float64, 2, 9, 9, Cases.Noise, (i, j) => Cases.Noise(i + 5, j), kind);
        DivergenceCase dense = DivergenceCase.Of(ElementType.Float64, 2, 9, Cases.Noise, (i, j) => Cases.Noise(i + 5, j), kind with { Tail = SparseTail.None });
        DivergenceRun expected = DivergenceRunner.Run(device, dense), actual = DivergenceRunner.Run(device, sparse);
        for (int i = 0; i < 2; i++)
            Assert.That(actual.Divergences[i], Is.EqualTo(expected.Divergences[i]).Within(1e-12 * Math.Abs(expected.Divergences[i])));
        Assert.That(actual.StudentGradient, Is.EqualTo(expected.StudentGradient).Within(1e-12 * expected.StudentGradient.Max(Math.Abs)));
    }

    [Test]
    public void GradientIsTheDerivative([ValueSource(nameof(s_kinds))] DivergenceOptions kind)
    {
        if (kind.Tail == SparseTail.Renormalised && kind.Kind is DivergenceKind.ReverseKullbackLeibler or DivergenceKind.Jeffreys or DivergenceKind.SymmetricCrossEntropy)
            return;
        DivergenceCase c = TopOf(ElementType.Float64, 2, 8, 3, (i, j) => Cases.Noise(i, j) / 2, (i, j) => Cases.Noise(i + 3, j) / 2, kind) with { Options = kind with { StudentTemperature = 0.7, Weight = 2, Reduction = Reduction.Sum } };
        DivergenceRun run = DivergenceRunner.Run(device, c);
        if (!double.IsFinite(run.Value))
            return;
        double largest = run.StudentGradient.Max(Math.Abs);
        for (int k = 0; k < c.Student.Length; k += device == "cpu" ? 1 : 5)
        {
            double numeric = FiniteDifferences.Derivative(
                value =>
                {
                    double[] moved = [.. c.Student];
                    moved[k] = value;
                    return DivergenceRunner.Run(device, c with { Student = moved }).Value;
                },
                c.Student[k]);
            Assert.That(run.StudentGradient[k], Is.EqualTo(numeric).Within(1e-7 * largest), $"entry {k}");
        }
    }

    [Test]
    public void RestOfAConfidentStudentKeepsItsDigits([Values(0, 1)] int type, [Values(40, 200)] double gap)
    {
        // All that is not listed is far below, and so is one that is: its exponential is the larger by far.
        DivergenceCase c = new()
        {
            Type = (ElementType)type,
            Rows = 1,
            Columns = 300,
            Student = Cases.Fill((ElementType)type, 1, 300, (_, j) => j == 3 ? 0 : j == 7 ? 10 - gap : -gap - (j / 64.0)),
            Teacher = Cases.Reals((ElementType)type, Math.Log(0.5), Math.Log(0.25)),
            Listed = 2,
            Ids = [3, 7],
            Options = new() { Tail = SparseTail.Bucket, Reduction = Reduction.None },
        };
        if (type == 1 || gap == 40)
            DivergenceComparison.Conforms(device, c);

        // Their own probabilities are 0 in fp32, their sum's logarithm is not.
        Assert.That(DivergenceRunner.Run(device, c).Divergences[0], Is.EqualTo(DivergenceReference.Row(c, 0).Value).Within(type == 0 ? 1e-4 : 1e-11));
    }

    [TestCase(RowStatus.TargetOutOfRange, 0L, 5L, -0.5, double.NaN)]
    [TestCase(RowStatus.InvalidParameter, 2L, 2L, -0.5, double.NaN)]
    [TestCase(RowStatus.NotANumber, 0L, 1L, double.NaN, double.NaN)]
    [TestCase(RowStatus.InvalidProbability, 0L, 1L, 0.25, double.NaN)]
    [TestCase(RowStatus.AllMasked, -1L, -7L, -0.5, double.PositiveInfinity)]
    [TestCase(RowStatus.AllMasked, 0L, -1L, double.NegativeInfinity, double.PositiveInfinity)]
    [TestCase(RowStatus.Ok, 0L, -1L, -0.5, 0)]
    public void Statuses(RowStatus status, long first, long second, double log, double value)
    {
        DivergenceCase c = new() { Type = ElementType.Float32, Rows = 1, Columns = 5, Student = [1, 2, 3, 4, 5], Teacher = [(float)log, -2], Listed = 2, Ids = [first, second], Options = new() { Reduction = Reduction.None } };
        DivergenceRun run = DivergenceComparison.Conforms(device, c);
        Assert.That(run.Status[0], Is.EqualTo(status));
        if (status == RowStatus.Ok)
            return;
        Assert.That(run.Divergences[0], Is.EqualTo(value));
        Assert.That(run.StudentGradient, status is RowStatus.TargetOutOfRange or RowStatus.AllMasked ? Is.All.Zero : Is.All.NaN);
    }

    [Test]
    public void AnEmptyBucketHasAllTheMass()
    {
        DivergenceCase c = new() { Type = ElementType.Float32, Rows = 1, Columns = 4, Student = [1, 2, 3, 4], Teacher = [-1], Listed = 1, Ids = [-1], Options = new() { Tail = SparseTail.Bucket, Reduction = Reduction.None } };
        DivergenceRun run = DivergenceRunner.Run(device, c);
        Assert.That(run.Status[0], Is.EqualTo(RowStatus.Ok));
        Assert.That(run.Divergences[0], Is.EqualTo(0).Within(1e-13));
        Assert.That(run.StudentGradient, Is.All.EqualTo(0).Within(1e-7));
    }

    /// <summary>The k largest classes of dense logits, by their log-probabilities.</summary>
    internal static DivergenceCase TopOf(ElementType type, int rows, int columns, int listed, Func<int, int, double> student, Func<int, int, double> teacher, DivergenceOptions options)
    {
        double[] logs = new double[rows * listed];
        long[] ids = new long[rows * listed];
        for (int i = 0; i < rows; i++)
        {
            double[] z = [.. Enumerable.Range(0, columns).Select(j => type.Round(teacher(i, j)))];
            double top = z.Max(), sum = Math.Log(z.Sum(v => Math.Exp(v - top)));
            int[] order = [.. Enumerable.Range(0, columns).OrderByDescending(j => z[j]).Take(listed)];
            for (int k = 0; k < listed; k++)
            {
                ids[(i * listed) + k] = order[k];
                logs[(i * listed) + k] = type.Real().Round(z[order[k]] - top - sum);
            }
        }
        return new() { Type = type, Rows = rows, Columns = columns, Student = Cases.Fill(type, rows, columns, student), Teacher = logs, Listed = listed, Ids = ids, Options = options with { Reduction = Reduction.None } };
    }

    private static DivergenceCase Generate(ElementType type, DivergenceOptions kind, int id)
    {
        Random random = new((id * 37) + (int)type);
        int rows = random.Next(1, 4), columns = new[] { 1, 2, 3, 7, 33, 100, 300 }[random.Next(7)], listed = Math.Min(columns, random.Next(1, 9));
        double spread = new[] { 0.1, 1, 4, 15 }[random.Next(4)], apart = new[] { 0, 0.01, 1, 5 }[random.Next(4)];
        double[] noise = [.. Enumerable.Range(0, rows * columns).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
        int seed = random.Next(1000);
        DivergenceCase c = TopOf(type, rows, columns, listed, (i, j) => (spread * noise[(i * columns) + j]) + (apart * Cases.Noise(i + seed, j)), (i, j) => spread * noise[(i * columns) + j], kind);
        double[] student = c.Student, logs = c.Teacher;
        long[] ids = c.Ids;
        for (int k = 0; k < ids.Length; k++)
        {
            if (random.Next(8) == 0)
                ids[k] = -1 - random.Next(3);
            if (random.Next(20) == 0)
                logs[k] = double.NegativeInfinity;
        }
        if (random.Next(3) == 0)
        {
            for (int k = 0; k < student.Length; k++)
                student[k] = random.Next(6) == 0 ? double.NegativeInfinity : student[k];
        }
        if (random.Next(8) == 0)
            student[random.Next(student.Length)] = random.Next(2) == 0 ? double.NaN : double.PositiveInfinity;
        if (random.Next(8) == 0)
            ids[random.Next(ids.Length)] = columns;
        if (random.Next(8) == 0)
            logs[random.Next(logs.Length)] = random.Next(2) == 0 ? double.NaN : 0.5;
        Reduction reduction = (Reduction)random.Next(3);
        return c with
        {
            Name = $"id {id}, spread {spread}, apart {apart}",
            RowWeights = random.Next(3) == 0 ? [.. Enumerable.Range(0, rows).Select(_ => random.Next(4) == 0 ? 0 : (double)(float)random.NextDouble())] : null,
            Options = kind with { Reduction = reduction, StudentTemperature = random.Next(3) == 0 ? 2 : 1, Weight = random.Next(3) == 0 ? 4 : 1, PerElement = random.Next(4) == 0 },
            InPlace = random.Next(3) == 0,
            Padding = random.Next(4),
            Offset = random.Next(9),
            OwnWorkspace = random.Next(2) == 0,
            Int64 = random.Next(2) == 0,
        };
    }
}
