using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>In float64 every gradient is the derivative of the loss that the same device computes: nothing here knows the formula.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class FiniteDifferenceTests(string device)
{
    [Test]
    public void GradientIsTheDerivativeOfTheLoss([Range(0, 59)] int id)
    {
        CrossEntropyCase c = DifferentiableCases.Make(id);
        double[] gradient = CaseRunner.Run(TestDevices.Get(device), c).Gradient();
        Check(c, gradient, _ => 1);
    }

    [Test]
    public void GradientFromStatisticsIsUpstreamTimesTheDerivative([Range(0, 59)] int id)
    {
        double[] upstream = [1.5, -0.5, 0.25];
        CrossEntropyCase c = DifferentiableCases.Make(id);
        double[] gradient = CaseRunner.Run(TestDevices.Get(device), c with { Upstream = upstream }).Gradient();
        Check(c, gradient, row => upstream[row]);
    }

    private void Check(CrossEntropyCase c, double[] gradient, Func<int, double> upstream)
    {
        CrossEntropyCase losses = c with { Outputs = Output.Losses | Output.NormaliserUsed | Output.Loss };
        CrossEntropyRun at = CaseRunner.Run(TestDevices.Get(device), losses);
        double divisor = c.Options.Reduction == Reduction.Mean ? at.NormaliserUsed : 1;
        double scale = at.Reals(Output.Losses).Max(Math.Abs);
        for (int k = 0; k < c.Logits.Length; k += 2)
        {
            int row = k / c.Columns;
            double numeric = FiniteDifferences.Derivative(
                value =>
                {
                    double[] logits = [.. c.Logits];
                    logits[k] = value;
                    return CaseRunner.Run(TestDevices.Get(device), losses with { Logits = logits }).Reals(Output.Losses)[row];
                },
                c.Logits[k]) * upstream(row) / divisor;
            Assert.That(gradient[k], Is.EqualTo(numeric).Within((1e-7 * Math.Max(1, Math.Abs(numeric))) + (1e-9 * scale / divisor)), $"entry {k} of {c.Describe()}");
        }
    }
}
