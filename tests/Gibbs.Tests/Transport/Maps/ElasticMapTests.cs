using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Cpu;
using Gibbs.Tests.CrossEntropy;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>Elastic maps and costs against their formulas, and what the maps are for.</summary>
[TestFixture]
[Category("Cpu")]
internal sealed class ElasticMapTests
{
    internal static IEnumerable<ElasticCost> Costs() =>
    [
        default, ElasticCost.L1(0.3), ElasticCost.KSupport(0.7, 2), ElasticCost.KSupport(0.4, 100), ElasticCost.VanishingShrinkage(0.4), ElasticCost.VanishingShrinkage(0), ElasticCost.Linear(1.5), ElasticCost.Complement(2.5),
    ];

    [Test]
    public void TheFormulas([ValueSource(nameof(Costs))] ElasticCost cost, [Values(1, 33)] int rows, [Values(1, 7, 1100)] int targets, [Values(1, 5)] int dimensions)
    {
        ElasticCase c = ElasticCase.Draw(cost, rows, targets, dimensions);
        double[,] mapped = new double[rows, dimensions], gradient = new double[rows, dimensions], costs = new double[rows, targets];
        double[] potential = new double[rows];
        ElasticMap.Apply(c.X, c.Y, c.G, new() { Mapped = mapped, Gradient = gradient, Potential = potential }, c.Options, new() { TargetWeights = c.B, Matrix = c.Matrix });
        ElasticMap.Costs(c.X, c.Y, costs, cost, c.Matrix);
        ElasticReference reference = new(cost, c.Matrix);
        double[][] y = [.. Enumerable.Range(0, targets).Select(j => ElasticCase.Row(c.Y, j))];

        // The reference's slopes of a squared k-support norm are differences.
        double tolerance = cost.Kind == ElasticCostKind.KSupport ? 1e-8 : 1e-11;
        for (int i = 0; i < rows; i += 4)
        {
            double[] x = ElasticCase.Row(c.X, i);
            (double value, double[] slope) = reference.Potential(x, y, c.G, c.B, c.Options.Epsilon);
            Assert.That(potential[i], Is.EqualTo(value).Within(1e-11));
            Assert.That(ElasticCase.Row(gradient, i), Is.EqualTo(slope).Within(tolerance));
            Assert.That(costs[i, targets / 2], Is.EqualTo(reference.Value(ElasticReference.Minus(x, y[targets / 2]))).Within(1e-11));

            // x − T(x) = ∇h*(∇f(x)): the q at which ⟨q, ∇f⟩ − h(q) is largest.
            double[] q = ElasticReference.Minus(x, ElasticCase.Row(mapped, i));
            double best = q.Zip(slope, (u, v) => u * v).Sum() - reference.Value(q);
            Random random = new(i);
            for (int trial = 0; trial < 20; trial++)
            {
                double[] other = [.. q.Select(v => v + ((random.NextDouble() - 0.5) * Math.Pow(10, -random.Next(1, 5))))];
                Assert.That(other.Zip(slope, (u, v) => u * v).Sum() - reference.Value(other), Is.LessThanOrEqualTo(best + 1e-8));
            }
        }
    }

    [TestCaseSource(nameof(Costs))]
    public void Float32IsCloseToFloat64(ElasticCost cost)
    {
        ElasticCase c = ElasticCase.Draw(cost, 17, 70, 6);
        double[,] expected = new double[17, 6];
        float[,] mapped = new float[17, 6];
        double[] values = new double[17];
        float[] potential = new float[17];
        ElasticMap.Apply(c.X, c.Y, c.G, new() { Mapped = expected, Potential = values }, c.Options, new() { TargetWeights = c.B, Matrix = c.Matrix });
        ElasticMap.Apply(ElasticCase.Single(c.X), ElasticCase.Single(c.Y), [.. c.G.Select(g => (float)g)], new() { Mapped = mapped, Potential = potential }, c.Options, new() { TargetWeights = [.. c.B.Select(b => (float)b)], Matrix = ElasticCase.Single(c.Matrix) });
        Assert.That(mapped.Cast<float>().Select(v => (double)v), Is.EqualTo(expected.Cast<double>()).Within(2e-5));
        Assert.That(potential.Select(v => (double)v), Is.EqualTo(values).Within(2e-6));
    }

    [TestCaseSource(nameof(Costs))]
    public void TheGradientIsThatOfThePotential(ElasticCost cost)
    {
        ElasticCase c = ElasticCase.Draw(cost, 4, 9, 3);
        double[,] gradient = new double[4, 3];
        ElasticMap.Apply(c.X, c.Y, c.G, new() { Gradient = gradient }, c.Options, new() { TargetWeights = c.B, Matrix = c.Matrix });
        const double H = 1e-5;
        for (int k = 0; k < 3; k++)
        {
            double[] up = new double[4], down = new double[4];
            ElasticMap.Apply(Moved(c.X, 2, k, H), c.Y, c.G, new() { Potential = up }, c.Options, new() { TargetWeights = c.B, Matrix = c.Matrix });
            ElasticMap.Apply(Moved(c.X, 2, k, -H), c.Y, c.G, new() { Potential = down }, c.Options, new() { TargetWeights = c.B, Matrix = c.Matrix });
            Assert.That(gradient[2, k], Is.EqualTo((up[2] - down[2]) / (2 * H)).Within(1e-7));
        }
    }

    [TestCaseSource(nameof(Costs))]
    public void TheConjugateAndWhereItIsAttained(ElasticCost cost)
    {
        ElasticCase c = ElasticCase.Draw(cost, 30, 2, 4);
        ElasticReference reference = new(cost, c.Matrix);
        double[] values = new double[30], up = new double[30];
        double[,] maximisers = new double[30, 4];
        ElasticMap.Conjugate(c.X, values, maximisers, cost, c.Matrix);
        for (int i = 0; i < 30; i++)
        {
            double[] w = ElasticCase.Row(c.X, i), q = ElasticCase.Row(maximisers, i);
            Assert.That(values[i], Is.EqualTo(q.Zip(w, (u, v) => u * v).Sum() - reference.Value(q)).Within(1e-11));
        }

        const double H = 1e-6;
        for (int k = 0; k < 4; k++)
        {
            ElasticMap.Conjugate(Moved(c.X, 7, k, H), up, default, cost, c.Matrix);
            Assert.That((up[7] - values[7]) / H, Is.EqualTo(maximisers[7, k]).Within(1e-5), "its gradient");
        }
    }

    [Test]
    public void EmbeddedPointsHaveTheCost([Values] bool complement)
    {
        ElasticCost cost = complement ? ElasticCost.Complement(2.5) : ElasticCost.Linear(1.5);
        ElasticCase c = ElasticCase.Draw(cost, 6, 8, 5);
        int width = 5 + c.Matrix.GetLength(0);
        double[,] x = new double[6, width], y = new double[8, width], costs = new double[6, 8];
        ElasticMap.Embed(c.X, x, cost, c.Matrix);
        ElasticMap.Embed(c.Y, y, cost, c.Matrix);
        ElasticMap.Costs(c.X, c.Y, costs, cost, c.Matrix);
        SinkhornOptions options = new() { Epsilon = 0.3, Tolerance = 1e-12 };
        Assert.That(Sinkhorn.SolvePoints(x, y, default, options).Value, Is.EqualTo(Sinkhorn.Solve(costs, default, options).Value).Within(1e-11));
        Assert.That(ElasticReference.Minus(ElasticCase.Row(x, 3), ElasticCase.Row(y, 4)).Sum(v => v * v), Is.EqualTo(costs[3, 4]).Within(1e-12));
    }

    [Test]
    public void MongeBregmanAndOccam()
    {
        // Cuturi, Klein, Ablin, 2023: with an ℓ1 term displacements are sparse; without one the map is the barycentre of the plan.
        double[,] x = ElasticCase.Points(40, 4, 1), y = new double[40, 4];
        for (int j = 0; j < 40; j++)
        {
            for (int k = 0; k < 4; k++)
                y[j, k] = x[(j * 7) % 40, k] + (k == 2 ? 3 : 0);
        }

        double[] g = new double[40];
        double[,] mapped = new double[40, 4], plan = new double[40, 40];
        Sinkhorn.SolvePoints(x, y, new() { TargetPotential = g }, new() { Epsilon = 0.05, Metric = TransportMetric.ElasticL1(0.6), Tolerance = 1e-11 });
        ElasticMap.Apply(x, y, g, new() { Mapped = mapped }, new() { Epsilon = 0.05, Cost = ElasticCost.L1(0.6) });
        for (int i = 0; i < 40; i++)
        {
            Assert.That(mapped[i, 2] - x[i, 2], Is.EqualTo(3).Within(0.7));
            Assert.That(new[] { mapped[i, 0], mapped[i, 1], mapped[i, 3] }, Is.EqualTo(new[] { x[i, 0], x[i, 1], x[i, 3] }), "these coordinates do not move");
        }

        Sinkhorn.SolvePoints(x, y, new() { TargetPotential = g, Plan = plan }, new() { Epsilon = 0.05, Metric = TransportMetric.ElasticL1(0), Tolerance = 1e-13 });
        ElasticMap.Apply(x, y, g, new() { Mapped = mapped }, new() { Epsilon = 0.05 });
        for (int i = 0; i < 40; i++)
        {
            double mass = Enumerable.Range(0, 40).Sum(j => plan[i, j]);
            Assert.That(mapped[i, 0], Is.EqualTo(Enumerable.Range(0, 40).Sum(j => plan[i, j] / mass * y[j, 0])).Within(1e-11));
        }
    }

    [Test]
    public void DisplacementsInASubspace()
    {
        // With a large weight on the complement points move along the span of A only.
        ElasticCost cost = ElasticCost.Complement(1e4);
        double[,] matrix = { { 0.6, 0.8, 0 } }, x = ElasticCase.Points(20, 3, 1), y = ElasticCase.Points(25, 3, 2), costs = new double[20, 25], mapped = new double[20, 3];
        for (int j = 0; j < 25; j++)
            (y[j, 0], y[j, 1]) = (y[j, 0] + 2.4, y[j, 1] + 3.2);
        double[] g = new double[25];
        ElasticMap.Costs(x, y, costs, cost, matrix);
        Sinkhorn.Solve(costs, new() { TargetPotential = g }, new() { Epsilon = 10 });
        ElasticMap.Apply(x, y, g, new() { Mapped = mapped }, new() { Epsilon = 10, Cost = cost }, new() { Matrix = matrix });
        double along = Enumerable.Range(0, 20).Average(i => (0.6 * (mapped[i, 0] - x[i, 0])) + (0.8 * (mapped[i, 1] - x[i, 1])));
        Assert.That(along, Is.EqualTo(4).Within(0.5));
    }

    [Test]
    public void AZeroWeightAndAPointThatIsNotFinite([ValueSource(nameof(Costs))] ElasticCost cost, [Values(double.NaN, double.PositiveInfinity)] double bad)
    {
        ElasticCase c = ElasticCase.Draw(cost, 4, 9, 3);
        c.B[5] = 0;
        c.G[5] = 1e6;
        c.X[1, 2] = bad;
        double[,] mapped = new double[4, 3], gradient = new double[4, 3];
        double[] potential = new double[4];
        ElasticMap.Apply(c.X, c.Y, c.G, new() { Mapped = mapped, Gradient = gradient, Potential = potential }, c.Options, new() { TargetWeights = c.B, Matrix = c.Matrix });
        for (int i = 0; i < 4; i++)
        {
            Assert.That(ElasticCase.Row(mapped, i), i == 1 ? Is.All.NaN : Is.All.InRange(-3, 3));
            Assert.That(ElasticCase.Row(gradient, i), i == 1 ? Is.All.NaN : Is.All.InRange(-20, 20));
            Assert.That(double.IsNaN(potential[i]), Is.EqualTo(i == 1));
        }
    }

    [TestCaseSource(nameof(Costs))]
    public void TheSameBitsForAnyThreadsAndWidth(ElasticCost cost)
    {
        ElasticCase c = ElasticCase.Draw(cost, 150, 1300, 3);
        double[,]? first = null;
        int threads = CpuThreads.Count;
        try
        {
            foreach ((int count, int bits) in ((int, int)[])[(1, 0), (3, 0), (2, 128), (2, 256)])
            {
                (CpuThreads.Count, CpuSettings.ForcedVectorBits) = (count, bits);
                double[,] mapped = new double[150, 3];
                ElasticMap.Apply(c.X, c.Y, c.G, new() { Mapped = mapped }, c.Options, new() { TargetWeights = c.B, Matrix = c.Matrix });
                Assert.That(mapped, Is.EqualTo(first ??= mapped));
            }
        }
        finally
        {
            (CpuThreads.Count, CpuSettings.ForcedVectorBits) = (threads, 0);
        }
    }

    [Test]
    public void ArgumentsAreChecked()
    {
        double[,] x = new double[3, 2], y = new double[4, 2];
        double[] g = new double[4];
        ElasticMapOptions options = new() { Epsilon = 1 }, linear = new() { Epsilon = 1, Cost = ElasticCost.Linear(1) }, complement = new() { Epsilon = 1, Cost = ElasticCost.Complement(1) };
        string Message(Action call) => Assert.Catch<ArgumentException>(() => call())!.Message;
        Assert.That(Message(() => ElasticMap.Apply(x, y, g, default, default)), Does.Contain("Epsilon is 0"));
        Assert.That(Message(() => ElasticMap.Apply(x, new double[4, 3], g, default, options)), Does.Contain("targets is [4, 3]"));
        Assert.That(Message(() => ElasticMap.Apply(new double[3, 0], y, g, default, options)), Does.Contain("points is"));
        Assert.That(Message(() => ElasticMap.Apply(x, y, g.AsSpan(1), default, options)), Does.Contain("targetPotential has 3 elements; it needs 4"));
        Assert.That(Message(() => ElasticMap.Apply(x, y, g, new() { Mapped = new double[3, 3] }, options)), Does.Contain("outputs.Mapped is [3, 3]"));
        Assert.That(Message(() => ElasticMap.Apply(x, y, g, new() { Potential = new double[4] }, options)), Does.Contain("outputs.Potential has 4"));
        Assert.That(Message(() => ElasticMap.Apply(x, y, g, default, options, new() { TargetWeights = new double[3] })), Does.Contain("inputs.TargetWeights has 3"));
        Assert.That(Message(() => ElasticMap.Apply(x, y, g, default, options, new() { TargetWeights = [1, 1, -1, 1] })), Does.Contain("inputs.TargetWeights[2] is -1"));
        Assert.That(Message(() => ElasticMap.Apply(x, y, g, default, linear)), Does.Contain("inputs.Matrix is [0, 0]; the cost Linear needs"));
        Assert.That(Message(() => ElasticMap.Apply(x, y, g, default, options, new() { Matrix = x })), Does.Contain("the cost L1 takes none"));
        Assert.That(Message(() => ElasticMap.Apply(x, y, g, default, complement, new() { Matrix = new double[,] { { 1, 0.1 } } })), Does.Contain("must be orthonormal"));
        Assert.That(Message(() => ElasticMap.Apply(x, y, g, default, complement, new() { Matrix = new double[3, 2] })), Does.Contain("cannot be orthonormal"));
        Assert.That(Message(() => ElasticMap.Costs(x, y, new double[3, 3], default)), Does.Contain("costs is [3, 3]; it must be [3, 4]"));
        Assert.That(Message(() => ElasticMap.Embed(x, x, default, default)), Does.Contain("cost is L1; only costs that take a matrix"));
        Assert.That(Message(() => ElasticMap.Embed(x, x, linear.Cost, y)), Does.Contain("embedded is [3, 2]; it must be [3, 6]"));
        Assert.That(Message(() => ElasticMap.Conjugate(x, g, default, default)), Does.Contain("values has 4 elements"));
        Assert.That(Message(() => ElasticCost.L1(-1)), Does.Contain("gamma is -1"));
        Assert.That(Message(() => ElasticCost.KSupport(1, 0)), Does.Contain("k is 0"));
        Assert.That(() => ElasticMap.Apply(new double[0, 2], y, g, default, options), Throws.Nothing);
    }

    [TestCaseSource(nameof(Costs))]
    public void ACallAllocatesNothing(ElasticCost cost)
    {
        ElasticCase c = ElasticCase.Draw(cost, 10, 20, 3);
        double[,] mapped = new double[10, 3];
        SteadyStateTests.AllocatesNothing(() => ElasticMap.Apply(c.X, c.Y, c.G, new() { Mapped = mapped }, c.Options, new() { TargetWeights = c.B, Matrix = c.Matrix }));
    }

    private static double[,] Moved(double[,] points, int i, int k, double by)
    {
        double[,] moved = (double[,])points.Clone();
        moved[i, k] += by;
        return moved;
    }
}
