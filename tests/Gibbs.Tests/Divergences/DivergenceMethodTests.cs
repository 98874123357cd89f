using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Divergences;

/// <summary>Published methods made of divergences between rows, each by its defining property on small data.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class DivergenceMethodTests(string device)
{
    private const int Rows = 3;
    private const int Classes = 6;

    private static double Student(int i, int j) => Cases.Noise(i, j) / 2;

    private static double Teacher(int i, int j) => Cases.Noise(i + 11, j) / 2;

    private DivergenceRun Run(DivergenceOptions options, Func<int, int, double>? student = null, Func<int, int, double>? teacher = null) =>
        DivergenceRunner.Run(device, DivergenceCase.Of(ElementType.Float64, Rows, Classes, student ?? Student, teacher ?? Teacher) with { Options = options });

    private static double[] Softmax(Func<int, int, double> logits, int row, double temperature = 1)
    {
        double[] e = [.. Enumerable.Range(0, Classes).Select(j => Math.Exp(logits(row, j) / temperature))];
        return [.. e.Select(v => v / e.Sum())];
    }

    private static double KullbackLeibler(double[] q, double[] p) => q.Zip(p, (a, b) => a * Math.Log(a / b)).Sum();

    // L = −(1−a) Σ q log p − a Σ p log q, dL/dz = (1−a)(p − q) + a p (−log q − H(p, q)).
    [Test]
    public void RobustMeanTeacherSymmetricCrossEntropy()
    {
        const double a = 0.3;
        DivergenceRun run = Run(new() { Kind = DivergenceKind.SymmetricCrossEntropy, CrossEntropyShare = a, Reduction = Reduction.None });
        for (int i = 0; i < Rows; i++)
        {
            double[] p = Softmax(Student, i), q = Softmax(Teacher, i);
            double forward = -q.Zip(p, (x, y) => x * Math.Log(y)).Sum(), crossed = -p.Zip(q, (x, y) => x * Math.Log(y)).Sum();
            Assert.That(run.Divergences[i], Is.EqualTo(((1 - a) * forward) + (a * crossed)).Within(1e-13));
            for (int j = 0; j < Classes; j++)
                Assert.That(run.StudentGradient[(i * Classes) + j], Is.EqualTo(((1 - a) * (p[j] - q[j])) + (a * p[j] * (-Math.Log(q[j]) - crossed))).Within(1e-13));
        }
    }

    // KL from the zero-shot logits, divided by N·K and not by N.
    [Test]
    public void PromptSRC()
    {
        DivergenceRun run = Run(new() { PerElement = true });
        double sum = Enumerable.Range(0, Rows).Sum(i => KullbackLeibler(Softmax(Teacher, i), Softmax(Student, i)));
        Assert.That(run.Value, Is.EqualTo(sum / (Rows * Classes)).Within(1e-14));
        Assert.That(run.StudentGradient[1], Is.EqualTo((Softmax(Student, 0)[1] - Softmax(Teacher, 0)[1]) / (Rows * Classes)).Within(1e-15));
    }

    // The generalised divergence over β tends to the forward KL as β → 0, and over 1 − β to the reverse one as β → 1.
    [Test]
    public void GeneralisedKnowledgeDistillation()
    {
        double forward = Run(new()).Value, reverse = Run(new() { Kind = DivergenceKind.ReverseKullbackLeibler }).Value;
        foreach (double epsilon in new[] { 1e-3, 1e-5 })
        {
            Assert.That(Run(new() { Kind = DivergenceKind.JensenShannon, Beta = epsilon }).Value / epsilon, Is.EqualTo(forward).Within(20 * epsilon * forward));
            Assert.That(Run(new() { Kind = DivergenceKind.JensenShannon, Beta = 1 - epsilon }).Value / epsilon, Is.EqualTo(reverse).Within(20 * epsilon * reverse));
        }
    }

    // TRADES: KL(p_natural ‖ p_adversarial), with a gradient to both; the inner maximisation climbs it.
    [Test]
    public void AdversarialWeightPerturbation()
    {
        DivergenceOptions options = new() { Weight = 6 };
        DivergenceRun run = Run(options);
        double[] steps = new double[Rows * Classes];
        for (int i = 0; i < Rows; i++)
        {
            Range row = (i * Classes)..((i + 1) * Classes);
            Assert.That(run.StudentGradient[row].Sum(), Is.EqualTo(0).Within(1e-14));
            Assert.That(run.TeacherGradient[row].Sum(), Is.EqualTo(0).Within(1e-14));
            double[] natural = Softmax(Teacher, i), adversarial = Softmax(Student, i);
            double kl = KullbackLeibler(natural, adversarial);
            for (int j = 0; j < Classes; j++)
                Assert.That(run.TeacherGradient[(i * Classes) + j], Is.EqualTo(2 * natural[j] * (Math.Log(natural[j] / adversarial[j]) - kl)).Within(1e-13));
        }
        Assert.That(Run(options, (i, j) => Student(i, j) + (0.1 * run.StudentGradient[(i * Classes) + j])).Value, Is.GreaterThan(run.Value));
        Assert.That(Run(options, null, (i, j) => Teacher(i, j) - (0.1 * run.TeacherGradient[(i * Classes) + j])).Value, Is.LessThan(run.Value));
    }

    // The larger of the α-divergences at −1 and 1, each from one call: ½(Σ q²/p − 1) and KL(p‖q).
    [Test]
    public void EQNetAdaptiveAlphaDivergence()
    {
        DivergenceRun minus = Run(new() { Kind = DivergenceKind.Alpha, Alpha = -1, Reduction = Reduction.None }), plus = Run(new() { Kind = DivergenceKind.Alpha, Alpha = 1, Reduction = Reduction.None });
        for (int i = 0; i < Rows; i++)
        {
            double[] p = Softmax(Student, i), q = Softmax(Teacher, i);
            Assert.That(minus.Divergences[i], Is.EqualTo((q.Zip(p, (a, b) => a * a / b).Sum() - 1) / 2).Within(1e-12));
            Assert.That(plus.Divergences[i], Is.EqualTo(KullbackLeibler(p, q)).Within(1e-13));
            DivergenceRun larger = minus.Divergences[i] > plus.Divergences[i] ? minus : plus;
            Assert.That(larger.StudentGradient[(i * Classes)..((i + 1) * Classes)].Sum(), Is.EqualTo(0).Within(1e-13));
        }
    }

    // The paper's term is the KL of two views; as released the softmax is taken twice, of probabilities as logits.
    [Test]
    public void LegoGCDDualViewKullbackLeibler()
    {
        double paper = Run(new() { StudentTemperature = 0.1, TeacherTemperature = 0.1 }).Value;
        double released = Run(new(), (i, j) => Softmax(Student, i, 0.1)[j], (i, j) => Softmax(Teacher, i, 0.1)[j]).Value;
        double Twice(Func<int, int, double> logits, int i, int j) => Softmax((r, k) => Softmax(logits, r, 0.1)[k], i)[j];
        double expected = Enumerable.Range(0, Rows).Average(i => KullbackLeibler([.. Enumerable.Range(0, Classes).Select(j => Twice(Teacher, i, j))], [.. Enumerable.Range(0, Classes).Select(j => Twice(Student, i, j))]));
        Assert.That(paper, Is.EqualTo(Enumerable.Range(0, Rows).Average(i => KullbackLeibler(Softmax(Teacher, i, 0.1), Softmax(Student, i, 0.1)))).Within(1e-12 * paper));
        Assert.That(released, Is.EqualTo(expected).Within(1e-13));
        Assert.That(released, Is.LessThan(paper / 2));
    }

    // KL at temperature 0.15 between the vectors of the two stages, over the batch.
    [Test]
    public void DiffIRDistillation()
    {
        DivergenceRun run = Run(new() { StudentTemperature = 0.15, TeacherTemperature = 0.15 });
        double expected = Enumerable.Range(0, Rows).Average(i => KullbackLeibler(Softmax(Teacher, i, 0.15), Softmax(Student, i, 0.15)));
        Assert.That(run.Value, Is.EqualTo(expected).Within(1e-12 * expected));
        Assert.That(run.StudentGradient[2], Is.EqualTo((Softmax(Student, 0, 0.15)[2] - Softmax(Teacher, 0, 0.15)[2]) / 0.15 / Rows).Within(1e-13));
    }
}
