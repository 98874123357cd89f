using System;
using System.Collections.Generic;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Plans;

/// <summary>Gradients of values, plans and potentials against closed forms and fp64 differences of solves.</summary>
internal sealed class TransportGradientTests
{
    private const double Step = 1e-5;

    private static IEnumerable<(double Source, double Target)> Marginals()
    {
        double held = double.PositiveInfinity;
        return [(held, held), (0.5, held), (held, 0.7), (0.4, 0.6)];
    }

    [Test]
    public void TheClosedJacobianOfTwoByTwo()
    {
        // dP11/dC11 = −(1/ε)/(1/P11 + 1/P12 + 1/P21 + 1/P22), and of C12 the negative.
        double[,] cost = { { 0, 1 }, { 2, 0.5 } }, plan = new double[2, 2], dc = new double[2, 2];
        double[] a = [0.3, 0.7], b = [0.6, 0.4], f = new double[2], g = new double[2];
        SinkhornOptions options = new() { Epsilon = 0.5, Tolerance = 1e-15 };
        Sinkhorn.Solve(cost, new() { Plan = plan, SourcePotential = f, TargetPotential = g }, options, new() { SourceWeights = a, TargetWeights = b });
        TransportGradient.Backward(
            TransportCost.Matrix(cost),
            new TransportPotentials<double> { SourcePotential = f, TargetPotential = g, SourceWeights = a, TargetWeights = b },
            new() { Plan = new double[,] { { 1, 0 }, { 0, 0 } } },
            new() { Cost = dc },
            options);
        double expected = -2 / ((1 / plan[0, 0]) + (1 / plan[0, 1]) + (1 / plan[1, 0]) + (1 / plan[1, 1]));
        Assert.That(dc[0, 0], Is.EqualTo(expected).Within(1e-13));
        Assert.That(dc[0, 1], Is.EqualTo(-expected).Within(1e-13));
        Assert.That(dc[1, 0], Is.EqualTo(-expected).Within(1e-13));
        Assert.That(dc[1, 1], Is.EqualTo(expected).Within(1e-13));
    }

    [Test]
    public void ImplicitDifferentiation([ValueSource(nameof(Marginals))] (double Source, double Target) rho, [Values(0, 1, 2, 3)] int upstream)
    {
        Check(PlanCase.Solved(5, 6, 30, 0.2, true, rho.Source, rho.Target), upstream, default);
        Check(PlanCase.Solved(7, 3, 31, 0.1, true, rho.Source, rho.Target), upstream, default);
    }

    [Test]
    public void ConjugateGradientsAgreeWithTheDirectSolution([ValueSource(nameof(Marginals))] (double Source, double Target) rho)
    {
        // 66 columns of mass are beyond what is factored; with 6 without, 60 are not.
        PlanCase problem = PlanCase.Solved(20, 60, 32, 0.1, true, rho.Source, rho.Target);
        Upstream upstream = new(20, 60, 3, 33);
        double[,] expected = new double[20, 60], dc = new double[20, 66], wide = new double[20, 66], dp = new double[20, 66];
        double[] db = new double[60], more = new double[66], g = new double[66], b = new double[66], dg = new double[66];
        TransportGradientResult direct = TransportGradient.Backward(
            TransportCost.Matrix(problem.Cost), problem.Potentials, upstream.Spans, new() { Cost = expected, TargetWeights = db }, problem.Options);
        for (int j = 0; j < 66; j++)
        {
            g[j] = problem.G[j % 60];
            b[j] = j < 60 ? problem.B[j] : 0;
            dg[j] = j < 60 ? upstream.G[j] : 0;
            for (int i = 0; i < 20; i++)
            {
                wide[i, j] = problem.Cost[i, j % 60];
                dp[i, j] = upstream.P[i, j % 60];
            }
        }

        TransportGradientResult result = TransportGradient.Backward(
            TransportCost.Matrix(wide),
            new TransportPotentials<double> { SourcePotential = problem.F, TargetPotential = g, SourceWeights = problem.A, TargetWeights = b },
            new() { Plan = dp, SourcePotential = upstream.F, TargetPotential = dg },
            new() { Cost = dc, TargetWeights = more },
            problem.Options);
        Assert.That(direct.Iterations, Is.Zero);
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(result.Iterations, Is.InRange(1, 60));
        Assert.That(result.Residual, Is.LessThan(1e-12));
        Assert.That(result.EpsilonGradient, Is.EqualTo(direct.EpsilonGradient).Within(1e-9));
        for (int i = 0; i < 20; i++)
        {
            for (int j = 0; j < 66; j++)
                Assert.That(dc[i, j], Is.EqualTo(j < 60 ? expected[i, j] : 0).Within(1e-9));
        }

        TransportPlanTests.Near(more.Take(60), db, 1e-9);
        Assert.That(more, Is.All.Matches<double>(double.IsFinite));
    }

    [Test]
    public void AtomsOfNoMass([ValueSource(nameof(Marginals))] (double Source, double Target) rho)
    {
        // Their potentials are transforms of the others, and depend on costs like any other's.
        PlanCase problem = new(5, 6, 34, 0.2, true, rho.Source, rho.Target);
        problem.A[1] = problem.B[2] = problem.B[4] = 0;
        double source = problem.A.Sum(), target = problem.B.Sum();
        for (int i = 0; i < 5; i++)
            problem.A[i] /= source;
        for (int j = 0; j < 6; j++)
            problem.B[j] /= target;
        problem.Solve();
        Check(problem, 3, default);
    }

    [Test]
    public void GradientsByThePoints([ValueSource(nameof(Marginals))] (double Source, double Target) rho, [Values] bool cosine)
    {
        PlanCase problem = new(5, 4, 35, 0.2, true, rho.Source, rho.Target);
        problem.Options = problem.Options with { Metric = cosine ? TransportMetric.Cosine : TransportMetric.SquaredEuclidean };
        Upstream upstream = new(5, 4, 3, 36);
        double[,] dx = new double[5, 3], dy = new double[4, 3];
        double Value(double[,] x, double[,] y)
        {
            double[,] plan = new double[5, 4];
            double[] f = new double[5], g = new double[4];
            Sinkhorn.SolvePoints(x, y, new() { Plan = plan, SourcePotential = f, TargetPotential = g }, problem.Options, new() { SourceWeights = problem.A, TargetWeights = problem.B });
            return upstream.Of(plan, f, g);
        }

        Sinkhorn.SolvePoints(problem.X, problem.Y, new() { SourcePotential = problem.F, TargetPotential = problem.G }, problem.Options, new() { SourceWeights = problem.A, TargetWeights = problem.B });
        TransportGradient.Backward(TransportCost.Points(problem.X, problem.Y), problem.Potentials, upstream.Spans, new() { SourcePoints = dx, TargetPoints = dy }, problem.Options);
        for (int k = 0; k < 3; k++)
        {
            Near(dx[3, k], Difference(h => Value(Moved(problem.X, 3, k, h), problem.Y)));
            Near(dy[1, k], Difference(h => Value(problem.X, Moved(problem.Y, 1, k, h))));
        }
    }

    [Test]
    public void EnvelopeOfTheValue([ValueSource(nameof(Marginals))] (double Source, double Target) rho, [Values(1, 1.7)] double mass)
    {
        PlanCase problem = new(5, 6, 37, 0.2, true, rho.Source, rho.Target);
        for (int i = 0; i < 5; i++)
            problem.A[i] *= mass;
        for (int j = 0; j < 6; j++)
            problem.B[j] *= mass;
        SinkhornResult result = problem.Solve();
        double[] da = new double[5], db = new double[6];
        TransportGradient.Weights(problem.Potentials, da, db, problem.Options);
        for (int i = 0; i < 5; i++)
            Near(da[i], Difference(h => Solve(problem, Moved(problem.A, i, h), problem.B, problem.Options).Value));
        for (int j = 0; j < 6; j++)
            Near(db[j], Difference(h => Solve(problem, problem.A, Moved(problem.B, j, h), problem.Options).Value));
        Near(result.Kl, Difference(h => Solve(problem, problem.A, problem.B, problem.Options with { Epsilon = 0.2 + h }).Value));
        if (double.IsFinite(rho.Source))
            Near(result.SourceDivergence, Difference(h => Solve(problem, problem.A, problem.B, problem.Options with { SourceRho = rho.Source + h }).Value));
        if (double.IsFinite(rho.Target))
            Near(result.TargetDivergence, Difference(h => Solve(problem, problem.A, problem.B, problem.Options with { TargetRho = rho.Target + h }).Value));
    }

    [Test]
    public void SinglePrecision([Values(40, 80)] int columns)
    {
        PlanCase problem = PlanCase.Solved(30, columns, 38, 0.1);
        Upstream upstream = new(30, columns, 3, 39);
        double[,] expected = new double[30, columns];
        float[,] dc = new float[30, columns];
        TransportGradientResult exact = TransportGradient.Backward(TransportCost.Matrix(problem.Cost), problem.Potentials, upstream.Spans, new() { Cost = expected }, problem.Options);
        TransportGradientResult result = TransportGradient.Backward(
            TransportCost.Matrix(PlanCase.To(problem.Cost, c => (float)c)),
            new TransportPotentials<float>
            {
                SourcePotential = PlanCase.Single(problem.F),
                TargetPotential = PlanCase.Single(problem.G),
                SourceWeights = PlanCase.Single(problem.A),
                TargetWeights = PlanCase.Single(problem.B),
            },
            new() { Plan = PlanCase.To(upstream.P, p => (float)p), SourcePotential = PlanCase.Single(upstream.F), TargetPotential = PlanCase.Single(upstream.G) },
            new() { Cost = dc },
            problem.Options);
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        double largest = expected.Cast<double>().Max(Math.Abs);
        TransportPlanTests.Near(PlanCase.Wide(dc), expected, 2e-5 * largest);
        Assert.That(result.EpsilonGradient, Is.EqualTo(exact.EpsilonGradient).Within(1e-4 * Math.Abs(exact.EpsilonGradient)));
    }

    [Test]
    public void OneColumnHasNothingToDecide()
    {
        PlanCase problem = PlanCase.Solved(1100, 1, 40);
        Upstream upstream = new(1100, 1, 0, 41);
        double[,] dc = new double[1100, 1];
        TransportGradientResult result = TransportGradient.Backward(TransportCost.Matrix(problem.Cost), problem.Potentials, upstream.Spans, new() { Cost = dc }, problem.Options);
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(dc.Cast<double>(), Is.All.EqualTo(0).Within(1e-14));
    }

    [Test]
    public void EndsThatHaveNames()
    {
        PlanCase problem = PlanCase.Solved(80, 90, 42, 0.01);
        Upstream upstream = new(80, 90, 3, 43);
        double[,] dc = new double[80, 90];
        TransportGradientResult result = TransportGradient.Backward(
            TransportCost.Matrix(problem.Cost), problem.Potentials, upstream.Spans, new() { Cost = dc }, problem.Options, new() { MaxIterations = 2 });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.MaxIterations));
        Assert.That(result.Iterations, Is.EqualTo(2));
        upstream.F[3] = double.NaN;
        result = TransportGradient.Backward(TransportCost.Matrix(problem.Cost), problem.Potentials, upstream.Spans, new() { Cost = dc }, problem.Options);
        Assert.That(result.Status, Is.EqualTo(TransportStatus.NonFinite));
        Assert.That(dc[7, 7], Is.NaN);
    }

    [Test]
    public void ArgumentsThatAreWrong()
    {
        PlanCase problem = PlanCase.Solved(3, 4, 44);
        void Fails(string member, Action call) => Assert.That(Assert.Catch<ArgumentException>(() => call())!.Message, Does.Contain(member));
        Fails("upstream.Plan is [4, 3]", () => TransportGradient.Backward(TransportCost.Matrix(problem.Cost), problem.Potentials, new() { Plan = new double[4, 3] }, default, problem.Options));
        Fails("outputs.SourceWeights has 4", () => TransportGradient.Backward(TransportCost.Matrix(problem.Cost), problem.Potentials, default, new() { SourceWeights = new double[4] }, problem.Options));
        Fails("the cost is a matrix", () => TransportGradient.Backward(TransportCost.Matrix(problem.Cost), problem.Potentials, default, new() { SourcePoints = new double[3, 3] }, problem.Options));
        Fails("Tolerance", () => TransportGradient.Backward(TransportCost.Matrix(problem.Cost), problem.Potentials, default, default, problem.Options, new() { Tolerance = -1 }));
        Fails("MaxIterations", () => TransportGradient.Backward(TransportCost.Matrix(problem.Cost), problem.Potentials, default, default, problem.Options, new() { MaxIterations = 0 }));
        Fails("source has 4", () => TransportGradient.Weights(problem.Potentials, new double[4], default, problem.Options));
        Assert.That(default(ConjugateGradientOptions), Is.EqualTo(new ConjugateGradientOptions { MaxIterations = 1000, Tolerance = 0 }));
    }

    /// <summary>A linear function of plan and potentials: of the plan, of f, of g, or of all.</summary>
    internal sealed class Upstream
    {
        public Upstream(int rows, int columns, int kind, int seed)
        {
            Random random = new(seed);
            double Draw(bool wanted) => wanted ? random.NextDouble() - 0.3 : 0;
            P = SinkhornExactTests.Cost(rows, columns, (_, _) => Draw(kind is 0 or 3));
            F = [.. Enumerable.Range(0, rows).Select(_ => Draw(kind is 1 or 3))];
            G = [.. Enumerable.Range(0, columns).Select(_ => Draw(kind is 2 or 3))];
        }

        public double[,] P { get; }

        public double[] F { get; }

        public double[] G { get; }

        public TransportUpstream<double> Spans => new() { Plan = P, SourcePotential = F, TargetPotential = G };

        public double Of(double[,] plan, double[] f, double[] g) =>
            plan.Cast<double>().Zip(P.Cast<double>(), (x, y) => x * y).Sum() + f.Zip(F, (x, y) => x * y).Sum() + g.Zip(G, (x, y) => x * y).Sum();
    }

    private static void Check(PlanCase problem, int kind, ConjugateGradientOptions solver)
    {
        Upstream upstream = new(problem.Rows, problem.Columns, kind, 50);
        double[,] dc = new double[problem.Rows, problem.Columns];
        double[] da = new double[problem.Rows], db = new double[problem.Columns];
        TransportGradientResult result = TransportGradient.Backward(
            TransportCost.Matrix(problem.Cost), problem.Potentials, upstream.Spans, new() { Cost = dc, SourceWeights = da, TargetWeights = db }, problem.Options, solver);
        double Value(double[,] cost, double[] a, double[] b, SinkhornOptions options)
        {
            double[,] plan = new double[problem.Rows, problem.Columns];
            double[] f = new double[problem.Rows], g = new double[problem.Columns];
            Sinkhorn.Solve(cost, new() { Plan = plan, SourcePotential = f, TargetPotential = g }, options, new() { SourceWeights = a, TargetWeights = b });
            return upstream.Of(plan, f, g);
        }

        for (int i = 0; i < problem.Rows; i++)
        {
            for (int j = 0; j < problem.Columns; j += 2)
                Near(dc[i, j], Difference(h => Value(Moved(problem.Cost, i, j, h), problem.A, problem.B, problem.Options)));
        }

        for (int i = 0; i < problem.Rows; i++)
        {
            if (problem.A[i] > 0)
                Near(da[i], Difference(h => Value(problem.Cost, Moved(problem.A, i, h), problem.B, problem.Options)));
        }

        for (int j = 0; j < problem.Columns; j++)
        {
            if (problem.B[j] > 0)
                Near(db[j], Difference(h => Value(problem.Cost, problem.A, Moved(problem.B, j, h), problem.Options)));
        }

        Near(result.EpsilonGradient, Difference(h => Value(problem.Cost, problem.A, problem.B, problem.Options with { Epsilon = problem.Options.Epsilon + h })));
    }

    private static SinkhornResult Solve(PlanCase problem, double[] a, double[] b, SinkhornOptions options) =>
        Sinkhorn.Solve(problem.Cost, default, options, new() { SourceWeights = a, TargetWeights = b });

    // Masses of held marginals may differ by 1e-5: steps stay below.
    private static double Difference(Func<double, double> value) => (value(Step / 2) - value(-Step / 2)) / Step;

    private static void Near(double actual, double expected) => Assert.That(actual, Is.EqualTo(expected).Within(1e-6 * (1 + Math.Abs(expected))));

    private static double[,] Moved(double[,] matrix, int i, int j, double by)
    {
        double[,] moved = (double[,])matrix.Clone();
        moved[i, j] += by;
        return moved;
    }

    private static double[] Moved(double[] vector, int i, double by)
    {
        double[] moved = [.. vector];
        moved[i] += by;
        return moved;
    }
}
