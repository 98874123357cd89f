using System;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Plans;

/// <summary>Rounding to the marginals, and the certificate that it gives.</summary>
internal sealed class TransportRoundingTests
{
    [Test]
    public void Altschuler2017Algorithm2([Values(1, 7, 33)] int rows, [Values(1, 5, 100)] int columns)
    {
        PlanCase problem = PlanCase.Unsolved(rows, columns, 20);
        double[,] expected = Rounded(problem), plan = new double[rows, columns];
        double[] x = new double[rows], y = new double[columns], u = new double[rows], v = new double[columns];
        TransportRoundingResult result = TransportRounding.Round(
            TransportCost.Matrix(problem.Cost), problem.Potentials, new() { Plan = plan, SourceFactors = x, TargetFactors = y, SourceResidual = u, TargetResidual = v }, problem.Options);
        TransportPlanTests.Near(plan, expected, 1e-14);
        TransportPlanTests.Near(PlanCase.RowSums(plan), problem.A, 1e-14);
        TransportPlanTests.Near(PlanCase.ColumnSums(plan), problem.B, 1e-14);
        double[,] given = problem.Plan();
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                Assert.That(plan[i, j], Is.EqualTo((x[i] * given[i, j] * y[j]) + (result.Residual > 0 ? u[i] * v[j] / result.Residual : 0)).Within(1e-15));
        }

        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(result.Residual, Is.EqualTo(u.Sum()).Within(1e-15));
        Assert.That(result.LinearCost, Is.EqualTo(Linear(plan, problem.Cost)).Within(1e-13));
        Assert.That(result.Value, Is.EqualTo(Value(problem, plan)).Within(1e-12));
        Assert.That(result.Dual, Is.EqualTo(Dual(problem, given)).Within(1e-12));
        Assert.That(result.Gap, Is.EqualTo(Value(problem, plan) - Dual(problem, given)).Within(1e-12).And.GreaterThanOrEqualTo(0));

        // Their bound of what rounding moves.
        double moved = plan.Cast<double>().Zip(given.Cast<double>(), (p, q) => Math.Abs(p - q)).Sum();
        double error = PlanCase.RowSums(given).Zip(problem.A, (p, q) => Math.Abs(p - q)).Sum() + PlanCase.ColumnSums(given).Zip(problem.B, (p, q) => Math.Abs(p - q)).Sum();
        Assert.That(moved, Is.LessThanOrEqualTo(2 * error));
    }

    [Test]
    public void TheGapOfASolveIsThatOfItsError([Values(1e-2, 1e-4, 1e-8)] double tolerance)
    {
        PlanCase problem = new(40, 30, 21, 0.05);
        problem.Options = problem.Options with { Tolerance = tolerance, Plain = true };
        SinkhornResult solved = problem.Solve();
        PlanCase exact = PlanCase.Solved(40, 30, 21, 0.05);
        SinkhornResult best = exact.Solve();
        TransportRoundingResult result = TransportRounding.Round(TransportCost.Matrix(problem.Cost), problem.Potentials, default, problem.Options);
        Assert.That(result.Dual, Is.EqualTo(solved.Dual).Within(1e-12));
        Assert.That(result.Dual, Is.LessThanOrEqualTo(best.Value + 1e-13));
        Assert.That(result.Value, Is.GreaterThanOrEqualTo(best.Value - 1e-13));

        // Quadratic in the marginal error, to a logarithm.
        Assert.That(result.Gap, Is.LessThan(tolerance).And.GreaterThan(0));
        Assert.That(TransportRounding.Round(TransportCost.Matrix(problem.Cost), exact.Potentials, default, problem.Options).Gap, Is.LessThan(1e-12).And.GreaterThanOrEqualTo(0));
    }

    [Test]
    public void RelaxedMarginals([Values(0.5, double.PositiveInfinity)] double sourceRho, [Values(0.3, double.PositiveInfinity)] double targetRho)
    {
        PlanCase problem = PlanCase.Unsolved(9, 12, 22, 0.2, sourceRho, targetRho);
        double[,] plan = new double[9, 12], given = problem.Plan();
        TransportRoundingResult result = TransportRounding.Round(TransportCost.Matrix(problem.Cost), problem.Potentials, new() { Plan = plan }, problem.Options);
        if (double.IsPositiveInfinity(sourceRho))
            TransportPlanTests.Near(PlanCase.RowSums(plan), problem.A, 1e-14);
        if (double.IsPositiveInfinity(targetRho))
            TransportPlanTests.Near(PlanCase.ColumnSums(plan), problem.B, 1e-14);
        if (double.IsFinite(sourceRho) && double.IsFinite(targetRho))
            TransportPlanTests.Near(plan, given, 1e-15);
        Assert.That(result.Value, Is.EqualTo(Value(problem, plan)).Within(1e-12));
        Assert.That(result.Dual, Is.EqualTo(Dual(problem, given)).Within(1e-12));
        Assert.That(result.Gap, Is.EqualTo(result.Value - result.Dual).Within(1e-14).And.GreaterThan(0));

        problem.Solve();
        result = TransportRounding.Round(TransportCost.Matrix(problem.Cost), problem.Potentials, default, problem.Options);
        Assert.That(result.Gap, Is.LessThan(1e-12));
        Assert.That(result.Value, Is.EqualTo(problem.Solve().Value).Within(1e-11));
    }

    [Test]
    public void SinglePrecisionAndPoints()
    {
        PlanCase problem = PlanCase.Solved(50, 60, 23);
        TransportPotentials<float> potentials = new()
        {
            SourcePotential = PlanCase.Single(problem.F),
            TargetPotential = PlanCase.Single(problem.G),
            SourceWeights = PlanCase.Single(problem.A),
            TargetWeights = PlanCase.Single(problem.B),
        };
        float[,] x = PlanCase.To(problem.X, c => (float)c), y = PlanCase.To(problem.Y, c => (float)c), plan = new float[50, 60];
        TransportRoundingResult result = TransportRounding.Round(TransportCost.Points(x, y), potentials, new() { Plan = plan }, problem.Options);
        TransportRoundingResult expected = TransportRounding.Round(TransportCost.Matrix(problem.Cost), problem.Potentials, default, problem.Options);
        Assert.That(result.Value, Is.EqualTo(expected.Value).Within(2e-7));
        Assert.That(result.LinearCost, Is.EqualTo(expected.LinearCost).Within(2e-7));
        Assert.That(result.Gap, Is.LessThan(1e-7).And.GreaterThanOrEqualTo(0));
        TransportPlanTests.Near(PlanCase.RowSums(PlanCase.Wide(plan)), problem.A, 1e-8);
        TransportPlanTests.Near(PlanCase.ColumnSums(PlanCase.Wide(plan)), problem.B, 1e-8);
    }

    [Test]
    public void ForbiddenPairsAndNoMass()
    {
        double inf = double.PositiveInfinity;
        double[,] cost = { { 0, inf, 1 }, { inf, 0, 1 }, { 1, 1, 1 } };
        double[] a = [0.5, 0.5, 0], b = [0.25, 0.5, 0.25], f = [0, 0, 0], g = [0, 0, 0];
        TransportPotentials<double> potentials = new() { SourcePotential = f, TargetPotential = g, SourceWeights = a, TargetWeights = b };
        double[,] plan = new double[3, 3];

        // Before a solve the rest needs the pairs that are forbidden.
        TransportRoundingResult result = TransportRounding.Round(TransportCost.Matrix(cost), potentials, default, new() { Epsilon = 1 });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Infeasible));
        Assert.That(result.Gap, Is.EqualTo(inf));

        Sinkhorn.Solve(cost, new() { SourcePotential = f, TargetPotential = g }, new() { Epsilon = 1, Tolerance = 1e-15 }, new() { SourceWeights = a, TargetWeights = b });
        result = TransportRounding.Round(TransportCost.Matrix(cost), potentials, new() { Plan = plan }, new() { Epsilon = 1 });
        Assert.That(plan[2, 0] + plan[2, 1] + plan[2, 2], Is.Zero);

        // Column 2 is also open to row 1: convergence is sublinear.
        Assert.That(plan[0, 2], Is.EqualTo(0.25).Within(1e-4));

        f[0] = double.NaN;
        result = TransportRounding.Round(TransportCost.Matrix(cost), potentials, new() { Plan = plan }, new() { Epsilon = 1 });
        Assert.That(result.Status, Is.EqualTo(TransportStatus.NonFinite));
        Assert.That(result.Value, Is.NaN);
    }

    private static double[,] Rounded(PlanCase problem)
    {
        double[,] plan = problem.Plan();
        double[] rows = PlanCase.RowSums(plan);
        plan = SinkhornExactTests.Cost(problem.Rows, problem.Columns, (i, j) => plan[i, j] * Math.Min(1, problem.A[i] / rows[i]));
        double[] columns = PlanCase.ColumnSums(plan);
        plan = SinkhornExactTests.Cost(problem.Rows, problem.Columns, (i, j) => plan[i, j] * Math.Min(1, problem.B[j] / columns[j]));
        double[] u = [.. PlanCase.RowSums(plan).Zip(problem.A, (p, a) => a - p)], v = [.. PlanCase.ColumnSums(plan).Zip(problem.B, (p, b) => b - p)];
        double mass = u.Sum();
        return SinkhornExactTests.Cost(problem.Rows, problem.Columns, (i, j) => plan[i, j] + (mass > 1e-15 ? u[i] * v[j] / mass : 0));
    }

    private static double Linear(double[,] plan, double[,] cost) => plan.Cast<double>().Zip(cost.Cast<double>(), (p, c) => p * c).Sum();

    private static double Kl(double[] p, double[] q) => p.Zip(q, (x, y) => (x == 0 ? 0 : x * Math.Log(x / y)) - x + y).Sum();

    private static double Value(PlanCase problem, double[,] plan)
    {
        double[] product = [.. problem.A.SelectMany(_ => problem.B, (a, b) => a * b)];
        double value = Linear(plan, problem.Cost) + (problem.Options.Epsilon * Kl([.. plan.Cast<double>()], product));
        if (double.IsFinite(problem.Options.SourceRho))
            value += problem.Options.SourceRho * Kl(PlanCase.RowSums(plan), problem.A);
        return double.IsFinite(problem.Options.TargetRho) ? value + (problem.Options.TargetRho * Kl(PlanCase.ColumnSums(plan), problem.B)) : value;
    }

    private static double Dual(PlanCase problem, double[,] plan)
    {
        double Side(double[] mass, double[] potential, double rho) => mass.Zip(potential, (m, f) => m * (double.IsFinite(rho) ? rho * (1 - Math.Exp(-f / rho)) : f)).Sum();
        return Side(problem.A, problem.F, problem.Options.SourceRho) + Side(problem.B, problem.G, problem.Options.TargetRho) - (problem.Options.Epsilon * (plan.Cast<double>().Sum() - 1));
    }
}
