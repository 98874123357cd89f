using System;
using System.Collections.Generic;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Plans;

/// <summary>Rounding and implicit differentiation on the device against the CPU.</summary>
[Category("Native")]
internal sealed class TransportGradientDeviceTests
{
    private static IEnumerable<(double Source, double Target)> Marginals()
    {
        double held = double.PositiveInfinity;
        return [(held, held), (0.5, held), (held, 0.7), (0.4, 0.6)];
    }

    [Test]
    public void RoundingAsOnTheCpu([ValueSource(nameof(Marginals))] (double Source, double Target) rho, [Values(1, 9, 130)] int rows, [Values(1, 12, 70)] int columns)
    {
        using DevicePlan<double> device = new();
        PlanCase problem = PlanCase.Unsolved(rows, columns, 70, 0.2, rho.Source, rho.Target);
        double[,] plan = new double[rows, columns];
        double[] x = new double[rows], y = new double[columns], u = new double[rows], v = new double[columns];
        TransportRoundingResult expected = TransportRounding.Round(
            TransportCost.Matrix(problem.Cost), problem.Potentials, new() { Plan = plan, SourceFactors = x, TargetFactors = y, SourceResidual = u, TargetResidual = v }, problem.Options);
        DeviceTransportCost cost = DeviceTransportCost.Matrix(device.Matrix(problem.Cost));
        DeviceTransportPotentials<double> potentials = device.Potentials(problem);
        DeviceTransportRoundingOutputs<double> outputs = new()
        {
            Result = device.Empty<TransportRoundingResult>(1),
            Plan = device.Matrix(new double[rows, columns]),
            SourceFactors = device.Empty<double>(rows),
            TargetFactors = device.Empty<double>(columns),
            SourceResidual = device.Empty<double>(rows),
            TargetResidual = device.Empty<double>(columns),
        };
        DeviceSpan<byte> workspace = device.Empty<byte>(TransportRounding.WorkspaceBytes(device.Stream, cost, potentials, problem.Options));
        TransportRounding.Round(device.Stream, cost, potentials, outputs, problem.Options, workspace);
        TransportRoundingResult result = device.Read(outputs.Result)[0];
        Assert.That(result.Status, Is.EqualTo(expected.Status));
        Assert.That(result.Value, Is.EqualTo(expected.Value).Within(1e-13));
        Assert.That(result.LinearCost, Is.EqualTo(expected.LinearCost).Within(1e-13));
        Assert.That(result.Dual, Is.EqualTo(expected.Dual).Within(1e-13));
        Assert.That(result.Gap, Is.EqualTo(expected.Gap).Within(1e-13));
        Assert.That(result.Residual, Is.EqualTo(expected.Residual).Within(1e-14));
        TransportPlanTests.Near(device.Read(outputs.Plan), plan, 1e-14);
        TransportPlanTests.Near(device.Read(outputs.SourceFactors), x, 1e-13);
        TransportPlanTests.Near(device.Read(outputs.TargetFactors), y, 1e-13);
        TransportPlanTests.Near(device.Read(outputs.SourceResidual), u, 1e-14);
        TransportPlanTests.Near(device.Read(outputs.TargetResidual), v, 1e-14);
    }

    [Test]
    public void RoundingOfPointsInSinglePrecision()
    {
        using DevicePlan<float> device = new();
        PlanCase problem = PlanCase.Solved(50, 60, 71);
        TransportRoundingResult expected = TransportRounding.Round(TransportCost.Matrix(problem.Cost), problem.Potentials, default, problem.Options);
        DeviceSpan<TransportRoundingResult> result = device.Empty<TransportRoundingResult>(1);
        TransportRounding.Round(
            device.Stream, DeviceTransportCost.Points(device.Matrix(device.Real(problem.X)), device.Matrix(device.Real(problem.Y))), device.Potentials(problem), new() { Result = result }, problem.Options);
        TransportRoundingResult read = device.Read(result)[0];
        Assert.That(read.Value, Is.EqualTo(expected.Value).Within(2e-7));
        Assert.That(read.LinearCost, Is.EqualTo(expected.LinearCost).Within(2e-7));
        Assert.That(read.Gap, Is.LessThan(1e-7).And.GreaterThanOrEqualTo(0));
    }

    [Test]
    public void BackwardAsOnTheCpu([ValueSource(nameof(Marginals))] (double Source, double Target) rho, [Values] bool massless)
    {
        using DevicePlan<double> device = new();
        PlanCase problem = new(12, 17, 72, 0.2, true, rho.Source, rho.Target);
        if (massless)
        {
            problem.A[1] = problem.B[2] = 0;
            double source = problem.A.Sum(), target = problem.B.Sum();
            for (int i = 0; i < 12; i++)
                problem.A[i] /= source;
            for (int j = 0; j < 17; j++)
                problem.B[j] /= target;
        }

        problem.Solve();
        TransportGradientTests.Upstream upstream = new(12, 17, 3, 73);
        double[,] dc = new double[12, 17], dx = new double[12, 3], dy = new double[17, 3];
        double[] da = new double[12], db = new double[17];
        TransportGradientResult expected = TransportGradient.Backward(
            TransportCost.Points(problem.X, problem.Y), problem.Potentials, upstream.Spans, new() { Cost = dc, SourceWeights = da, TargetWeights = db, SourcePoints = dx, TargetPoints = dy }, problem.Options);
        DeviceSpan2D<double> p = device.Matrix(upstream.P);
        DeviceTransportGradientOutputs<double> outputs = new()
        {
            Result = device.Empty<TransportGradientResult>(1),
            Cost = p,
            SourceWeights = device.Empty<double>(12),
            TargetWeights = device.Empty<double>(17),
            SourcePoints = device.Matrix(new double[12, 3]),
            TargetPoints = device.Matrix(new double[17, 3]),
        };
        DeviceTransportCost cost = DeviceTransportCost.Points(device.Matrix(problem.X), device.Matrix(problem.Y));
        DeviceTransportPotentials<double> potentials = device.Potentials(problem);
        DeviceSpan<byte> workspace = device.Empty<byte>(TransportGradient.WorkspaceBytes(device.Stream, cost, potentials, problem.Options));
        TransportGradient.Backward(
            device.Stream, cost, potentials, new() { Plan = p, SourcePotential = device.Vector(upstream.F), TargetPotential = device.Vector(upstream.G) }, outputs, problem.Options, default, workspace);
        TransportGradientResult result = device.Read(outputs.Result)[0];
        Assert.That(result.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(result.Iterations, Is.InRange(1, 20));
        Assert.That(result.EpsilonGradient, Is.EqualTo(expected.EpsilonGradient).Within(1e-10));
        TransportPlanTests.Near(device.Read(outputs.Cost), dc, 1e-10);
        TransportPlanTests.Near(device.Read(outputs.SourceWeights), da, 1e-10);
        TransportPlanTests.Near(device.Read(outputs.TargetWeights), db, 1e-10);
        TransportPlanTests.Near(device.Read(outputs.SourcePoints), dx, 1e-10);
        TransportPlanTests.Near(device.Read(outputs.TargetPoints), dy, 1e-10);
    }

    [Test]
    public void BackwardOfAMatrixInSinglePrecision([Values] bool relaxed)
    {
        using DevicePlan<float> device = new();
        PlanCase problem = PlanCase.Solved(70, 90, 74, 0.1, true, double.PositiveInfinity, relaxed ? 0.5 : double.PositiveInfinity);
        TransportGradientTests.Upstream upstream = new(70, 90, 3, 75);
        double[,] expected = new double[70, 90];
        TransportGradient.Backward(TransportCost.Matrix(problem.Cost), problem.Potentials, upstream.Spans, new() { Cost = expected }, problem.Options);
        DeviceSpan2D<float> dc = device.Matrix(new float[70, 90]);
        DeviceSpan<TransportGradientResult> result = device.Empty<TransportGradientResult>(1);
        TransportGradient.Backward(
            device.Stream,
            DeviceTransportCost.Matrix(device.Matrix(device.Real(problem.Cost))),
            device.Potentials(problem),
            new()
            {
                Plan = device.Matrix(device.Real(upstream.P)),
                SourcePotential = device.Vector(device.Real(upstream.F)),
                TargetPotential = device.Vector(device.Real(upstream.G)),
            },
            new() { Cost = dc, Result = result },
            problem.Options);
        Assert.That(device.Read(result)[0].Status, Is.EqualTo(TransportStatus.Converged));
        TransportPlanTests.Near(PlanCase.Wide(device.Read(dc)), expected, 2e-5 * expected.Cast<double>().Max(Math.Abs));
    }

    [Test]
    public void EndsThatHaveNames()
    {
        using DevicePlan<double> device = new();
        PlanCase problem = PlanCase.Solved(20, 25, 76, 0.01);
        TransportGradientTests.Upstream upstream = new(20, 25, 3, 77);
        DeviceTransportCost cost = DeviceTransportCost.Matrix(device.Matrix(problem.Cost));
        DeviceSpan<TransportGradientResult> gradient = device.Empty<TransportGradientResult>(1);
        DeviceSpan<TransportRoundingResult> rounding = device.Empty<TransportRoundingResult>(1);
        DeviceTransportUpstream<double> given = new() { SourcePotential = device.Vector(upstream.F) };
        TransportGradient.Backward(device.Stream, cost, device.Potentials(problem), given, new() { Result = gradient }, problem.Options, new() { MaxIterations = 2 });
        Assert.That(device.Read(gradient)[0].Status, Is.EqualTo(TransportStatus.MaxIterations));

        problem.F[1] = double.NaN;
        TransportGradient.Backward(device.Stream, cost, device.Potentials(problem), given, new() { Result = gradient }, problem.Options);
        TransportRounding.Round(device.Stream, cost, device.Potentials(problem), new() { Result = rounding }, problem.Options);
        Assert.That(device.Read(gradient)[0].Status, Is.EqualTo(TransportStatus.NonFinite));
        Assert.That(device.Read(rounding)[0].Status, Is.EqualTo(TransportStatus.NonFinite));

        problem.F[1] = 0;
        problem.A[0] = -1;
        TransportGradient.Backward(device.Stream, cost, device.Potentials(problem), given, new() { Result = gradient }, problem.Options);
        TransportRounding.Round(device.Stream, cost, device.Potentials(problem), new() { Result = rounding }, problem.Options);
        Assert.That(device.Read(gradient)[0].Status, Is.EqualTo(TransportStatus.InvalidInput));
        Assert.That(device.Read(rounding)[0].Status, Is.EqualTo(TransportStatus.InvalidInput));
        Assert.That(device.Read(rounding)[0].Value, Is.NaN);
    }
}
