using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Reference;

/// <summary>The reference's gradient is the derivative of its loss, and its corners are what closed forms say.</summary>
[TestFixture]
[Category("Cpu")]
public sealed class ReferenceTests
{
    [Test]
    public void AnalyticGradientIsTheDerivativeOfTheLoss([Range(0, 119)] int id)
    {
        CrossEntropyCase c = DifferentiableCases.Make(id);
        ReferenceProblem problem = c.ToProblem();
        ReferenceBatch batch = ReferenceBatch.Compute(problem);
        for (int k = 0; k < problem.Logits.Length; k++)
        {
            int at = k;
            double numeric = FiniteDifferences.Derivative(
                value =>
                {
                    double[] logits = [.. problem.Logits];
                    logits[at] = value;
                    return Total(ReferenceBatch.Compute((c with { Logits = logits }).ToProblem()));
                },
                problem.Logits[k]);
            Assert.That(batch.Gradient(k / c.Columns, k % c.Columns), Is.EqualTo(numeric).Within((1e-8 * Math.Max(1, Math.Abs(numeric))) + (1e-11 * Math.Abs(Total(batch)))), $"entry {k} of {c.Describe()}");
        }
    }

    [TestCase(10)]
    [TestCase(17)]
    [TestCase(20)]
    [TestCase(40)]
    [TestCase(100)]
    public void ConfidentRowsKeepRelativeAccuracy(double gap)
    {
        ReferenceRow row = Row([gap, 0], 0, default);
        double r = Math.Exp(-gap), log1p = r - (r * r / 2) + (r * r * r / 3) - (r * r * r * r / 4);
        Assert.That(row.Loss, Is.EqualTo(log1p).Within(1e-14 * r));
        Assert.That(row.Gradient[0], Is.EqualTo(-r / (1 + r)).Within(1e-14 * r));
    }

    [Test]
    public void SumsOfManyTermsLoseNothing()
    {
        ReferenceRow row = Row(new double[1 << 18], 3, default);
        Assert.That(row.Loss, Is.EqualTo(18 * Math.Log(2)).Within(2e-15));
        Assert.That(row.Entropy, Is.EqualTo(18 * Math.Log(2)).Within(2e-15));
    }

    [Test]
    public void CompSumIsContinuousAtOne()
    {
        double at(double tau) => Row([1, -2, 0.5], 1, new() { TargetLoss = TargetLoss.CompSum, TargetLossParameter = tau }).Loss;
        Assert.That(at(1 + 1e-9), Is.EqualTo(at(1)).Within(1e-7));
        Assert.That(at(1 - 1e-9), Is.EqualTo(at(1)).Within(1e-7));
        Assert.That(at(1.00002), Is.EqualTo((at(1.00001) * 2) - at(1)).Within(1e-8));
    }

    private static double Total(ReferenceBatch batch) =>
        batch.Problem.Options.Reduction == Reduction.None ? batch.Rows.Sum(r => r.Loss) : batch.Loss;

    private static ReferenceRow Row(double[] logits, long target, CrossEntropyOptions options) =>
        ReferenceCrossEntropy.Row(new() { Rows = 1, Columns = logits.Length, Logits = logits, Targets = [target], Options = options }, 0);
}
