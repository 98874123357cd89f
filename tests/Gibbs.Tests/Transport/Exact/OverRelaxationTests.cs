using System;
using System.Collections.Generic;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Iterations of adaptive over-relaxation against those of plain alternation, to an error of 1e-6 in fp64: costs over their mean, random weights. Lehmann, von Renesse, Sambale, Uschmajew, 2022.</summary>
internal sealed class OverRelaxationTests
{
    private const int Limit = 20000;

    private static IEnumerable<TestCaseData> Problems()
    {
        foreach (double epsilon in (double[])[0.1, 0.05, 0.02, 0.01, 0.005, 0.002])
            yield return new(200, 200, 2, 0.0, epsilon);
        yield return new(200, 200, 2, 0.5, 0.01);
        yield return new(200, 200, 2, 0.5, 0.002);
        yield return new(200, 300, 16, 0.0, 0.01);
        yield return new(200, 300, 16, 0.0, 0.005);
        yield return new(700, 600, 2, 0.0, 0.02);
        yield return new(700, 600, 16, 0.0, 0.05);
    }

    [TestCaseSource(nameof(Problems))]
    public void NeverMoreThanATenthMoreAndHalfInThePlane(int rows, int columns, int dimensions, double shift, double epsilon)
    {
        for (int seed = 1; seed <= 2; seed++)
        {
            Random random = new(seed);
            double[,] cost = Costs(rows, columns, dimensions, shift, random);
            double[] a = Weights(rows, random), b = Weights(columns, random);
            SinkhornOptions options = new() { Epsilon = epsilon, Tolerance = 1e-6, MaxIterations = Limit };
            SinkhornResult accelerated = Sinkhorn.Solve(cost, default, options, new() { SourceWeights = a, TargetWeights = b });
            SinkhornResult plain = Sinkhorn.Solve(cost, default, options with { Plain = true }, new() { SourceWeights = a, TargetWeights = b });
            TestContext.Out.WriteLine($"{rows}x{columns}, d = {dimensions}, shift {shift}, epsilon {epsilon}, seed {seed}: {accelerated.Iterations} for {plain.Iterations}");
            Assert.That(accelerated.Status, Is.EqualTo(TransportStatus.Converged));
            Assert.That(accelerated.Iterations, Is.LessThanOrEqualTo(1.1 * plain.Iterations));
            if (dimensions == 2 && epsilon <= 0.02)
                Assert.That(accelerated.Iterations, Is.LessThanOrEqualTo(0.5 * plain.Iterations));
            if (plain.Status == TransportStatus.Converged)
                Assert.That(accelerated.Value, Is.EqualTo(plain.Value).Within(1e-6));
        }
    }

    private static double[,] Costs(int rows, int columns, int dimensions, double shift, Random random)
    {
        double[,] x = SinkhornExactTests.Cost(rows, dimensions, (_, _) => random.NextDouble()), y = SinkhornExactTests.Cost(columns, dimensions, (_, _) => shift + random.NextDouble());
        double[,] cost = SinkhornExactTests.Cost(rows, columns, (i, j) => Enumerable.Range(0, dimensions).Sum(k => (x[i, k] - y[j, k]) * (x[i, k] - y[j, k])));
        double mean = cost.Cast<double>().Average();
        return SinkhornExactTests.Cost(rows, columns, (i, j) => cost[i, j] / mean);
    }

    private static double[] Weights(int count, Random random)
    {
        double[] weights = [.. Enumerable.Range(0, count).Select(_ => 0.1 + random.NextDouble())];
        double sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }
}
