using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Projections.Harness;
using Gibbs.Tests.Projections.Reference;
using Gibbs.Tests.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

/// <summary>In float64 every gradient is the derivative of the map that the same device computes, by the input and by every parameter: nothing here knows a formula. "reference" checks the reference so.</summary>
[TestFixture("reference", Category = "Cpu")]
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class FiniteDifferenceTests(string device)
{
    private const double Step = 1e-4;
    private const int Columns = 9;

    // Drawn scalars may put a row on an edge (radius 0, an infeasible total); those draws are passed over.
    private int Count => device == "native" ? 3 : 12;

    [TestCaseSource(typeof(MapCatalogue), nameof(MapCatalogue.Names))]
    public void GradientsAreDerivatives(string name)
    {
        int checkedCases = 0;
        for (int id = 0; checkedCases < Count; id++)
        {
            Assert.That(id, Is.LessThan(40 * Count), "no smooth cases");
            ProjectionCase c = Smooth(name, id);
            if (!IsSmooth(c))
                continue;
            checkedCases++;
            Check(c);
        }
    }

    private void Check(ProjectionCase c)
    {
        (double[] y, double[] thresholds) = Apply(c);
        (double[] input, double parameter, double second, double[] column) = Backward(c, y, thresholds);
        double scale = c.Upstream!.Sum(Math.Abs) * (1 + c.Input.Max(Math.Abs));
        for (int j = 0; j < Columns; j++)
        {
            double numeric = Derivative(c, value => c with { Input = Replaced(c.Input, j, value) }, c.Input[j]);
            AreClose(input[j], numeric, scale, $"input {j}", c);
        }
        if (!double.IsNaN(parameter))
            AreClose(parameter, Derivative(c, value => c with { Map = MapCatalogue.With(c.Map, value, c.Map.Second) }, c.Map.Parameter), scale, "parameter", c);
        if (!double.IsNaN(second))
            AreClose(second, Derivative(c, value => c with { Map = MapCatalogue.With(c.Map, c.Map.Parameter, value) }, c.Map.Second), scale, "second", c);
        for (int j = 0; j < Columns && c.ColumnParameters is not null; j++)
            AreClose(column[j], Derivative(c, value => c with { ColumnParameters = Replaced(c.ColumnParameters, j, value) }, c.ColumnParameters[j]), scale, $"column {j}", c);
    }

    private static void AreClose(double analytic, double numeric, double scale, string what, ProjectionCase c) =>
        Assert.That(analytic, Is.EqualTo(numeric).Within((1e-6 * Math.Abs(numeric)) + (1e-8 * scale)), () => $"by {what} of {c.Describe()}");

    private double Derivative(ProjectionCase c, Func<double, ProjectionCase> with, double at) => FiniteDifferences.Derivative(
        value =>
        {
            double[] y = Apply(with(value)).Y;
            return y.Zip(c.Upstream!, (a, b) => a * b).Sum();
        },
        at,
        Step * Math.Max(0.1, Math.Min(1, Math.Abs(at))));

    private (double[] Y, double[] Thresholds) Apply(ProjectionCase c)
    {
        if (device == "reference")
            return ProjectionComparison.Saved(c);
        ProjectionRun run = ProjectionRunner.Forward(ProjectionDevice.Get(device), c with { Outputs = MapOutput.Output | MapOutput.Thresholds });
        return (run.Y, run.Has(MapOutput.Thresholds) ? run.Reals(MapOutput.Thresholds) : []);
    }

    private (double[] Input, double Parameter, double Second, double[] Column) Backward(ProjectionCase c, double[] y, double[] thresholds)
    {
        bool hasParameter = ReferenceRowMap.HasParameter(c.Map.Kind) && c.ColumnParameters is null, hasSecond = ProjectionCase.HasSecond(c.Map.Kind);
        if (device == "reference")
        {
            MapGradient gradient = ReferenceGradient.Of(c.Row(0), y, thresholds[0], c.Upstream!);
            return (gradient.Input, hasParameter ? gradient.Parameter : double.NaN, hasSecond ? gradient.Second : double.NaN, gradient.Column);
        }
        ProjectionRun run = ProjectionRunner.Gradient(ProjectionDevice.Get(device), c, y, thresholds);
        return (
            run.Gradient,
            hasParameter ? run.Reals(MapOutput.Parameter)[0] : double.NaN,
            hasSecond ? run.Reals(MapOutput.Second)[0] : double.NaN,
            run.Has(MapOutput.ColumnParameters) ? run.Reals(MapOutput.ColumnParameters) : []);
    }

    private static ProjectionCase Smooth(string name, int id)
    {
        Random random = new(unchecked(id * 7919));
        ProjectionCase drawn = MapCatalogue.Draw(name, ElementType.Float64, 1, Columns, random);
        double[] x = new double[Columns], v = new double[Columns];
        for (int j = 0; j < Columns; j++)
        {
            x[j] = (0.37 * ((j * 4 % Columns) - 4)) + (0.2 * random.NextDouble());
            v[j] = (random.NextDouble() * 2) - 1;
        }
        return drawn with { Name = $"{name} {id}", Input = x, Upstream = v };
    }

    // Neither support nor blocks change within a few steps; by the reference, so that a device cannot excuse itself.
    private static bool IsSmooth(ProjectionCase c)
    {
        MapResult at = ReferenceRowMap.Forward(c.Row(0));
        if (at.Status != RowStatus.Ok || (ReferenceRowMap.HasParameter(c.Map.Kind) && Math.Abs(c.Map.Parameter) is < 0.02 or > 20) || c.ColumnParameters?.Any(t => t < 0.02) == true)
            return false;
        if ((ProjectionCase.HasSecond(c.Map.Kind) && c.Map.Second < 0.02) || (c.Map.Kind is RowMapKind.Entmax or RowMapKind.Normmax && (c.Map.Parameter is < 1.01 or > 7.9)))
            return false;
        (double[] y, double[] thresholds) = ProjectionComparison.Saved(c);
        MapGradient gradient = ReferenceGradient.Of(c.Row(0), y, thresholds[0], c.Upstream!);
        if (gradient.Ambiguous || gradient.Scale.Any(s => s > 1e4) || gradient.ParameterScale > 1e4)
            return false;
        for (int k = 0; k < 24; k++)
        {
            Random random = new(k);
            double[] moved = [.. c.Input.Select(x => x + ((random.NextDouble() - 0.5) * 30 * Step))];
            double parameter = c.Map.Parameter * (1 + ((random.NextDouble() - 0.5) * 20 * Step)), second = c.Map.Second * (1 + ((random.NextDouble() - 0.5) * 20 * Step));
            ProjectionCase near = c with { Input = moved, Map = MapCatalogue.With(c.Map, parameter, second) };
            (double[] nearY, double[] nearThresholds) = ProjectionComparison.Saved(near);
            MapGradient nearGradient = ReferenceGradient.Of(near.Row(0), nearY, nearThresholds[0], c.Upstream!);
            // A kink makes the gradient jump; smooth parts move with the step.
            for (int j = 0; j < Columns; j++)
            {
                if (Math.Abs(nearGradient.Input[j] - gradient.Input[j]) > 0.03 * (1 + gradient.Scale[j]) || (nearY[j] != 0) != (y[j] != 0))
                    return false;
            }
            if (Math.Abs(nearGradient.Parameter - gradient.Parameter) > 0.03 * (1 + gradient.ParameterScale))
                return false;
        }
        return true;
    }

    private static double[] Replaced(double[] values, int at, double value)
    {
        double[] copy = [.. values];
        copy[at] = value;
        return copy;
    }
}
