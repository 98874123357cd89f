using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Projections.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

/// <summary>Every map on every kind of bad row, between good ones: the row's status and values are the reference's, and its neighbours do not notice.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class StatusTests(string device)
{
    private const int Columns = 13;

    [TestCaseSource(typeof(MapCatalogue), nameof(MapCatalogue.Names))]
    public void BadRowsBetweenGoodOnes(string name)
    {
        double inf = double.PositiveInfinity, nan = double.NaN;
        foreach (ElementType type in ElementTypes.All)
        {
            double[][] rows =
            [
                Noise(0), [.. Noise(1).Select((x, j) => j == 4 ? nan : x)], Noise(2), [.. Noise(3).Select((x, j) => j == 0 ? inf : x)], [.. Noise(4).Select((x, j) => j == 12 ? -inf : x)],
                [.. Noise(5).Select(_ => -inf)], Noise(6), [.. Noise(7).Select((x, j) => j is 3 or 9 ? inf : x)], [.. Noise(8).Select((x, j) => j == 3 ? nan : j == 9 ? inf : j == 10 ? -inf : x)],
                [.. Noise(9).Select((_, j) => j == 7 ? 0.5 : -inf)], new double[Columns], [.. Noise(11).Select(_ => nan)], Noise(12),
            ];
            ProjectionCase c = MapCatalogue.Draw(name, type, rows.Length, Columns, new Random(3)) with
            {
                Name = name,
                Input = [.. rows.SelectMany(r => r).Select(x => double.IsFinite(x) ? type.Round(x) : x)],
                Upstream = Cases.Fill(type, rows.Length, Columns, (i, j) => Cases.Noise(i + 40, j)),
            };
            ProjectionComparison.ConformsForward(ProjectionDevice.Get(device), c);
            ProjectionComparison.ConformsGradient(ProjectionDevice.Get(device), c);
        }
    }

    [TestCaseSource(typeof(MapCatalogue), nameof(MapCatalogue.WithParameter))]
    public void RowParametersOutOfRange(string name)
    {
        foreach (ElementType type in ElementTypes.All)
        {
            double[] parameters = [0.5, double.NaN, double.PositiveInfinity, -1, 1.5, double.NegativeInfinity, 0, 9, -0.0, 2];
            ProjectionCase c = MapCatalogue.Draw(name, type, parameters.Length, Columns, new Random(4));
            c = c with
            {
                Name = name,
                ColumnParameters = null,
                RowParameters = parameters,
                Input = Cases.Fill(type, parameters.Length, Columns, Cases.Noise),
                Upstream = Cases.Fill(type, parameters.Length, Columns, (i, j) => Cases.Noise(i + 40, j)),
            };
            // An invalid parameter comes first: the second bad row has a NaN too.
            c.Input[Columns] = double.NaN;
            ProjectionComparison.ConformsForward(ProjectionDevice.Get(device), c);
            ProjectionComparison.ConformsGradient(ProjectionDevice.Get(device), c);
        }
    }

    private static double[] Noise(int row) => [.. Enumerable.Range(0, Columns).Select(j => Cases.Noise(row, j))];
}
