using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Projections.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

/// <summary>Corners that long runs of generated cases met.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class CornerTests(string device)
{
    /// <summary>Entries that differ in x but not in x − max do not tie: the k largest are those of x.</summary>
    [Test]
    public void SelectionIsByTheEntriesThemselves()
    {
        foreach (ElementType type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            foreach (int k in new[] { 100, 130, 167, 200 })
                Forward(Maps.Of(type, RowMap.SparseSimplex(k, 10000), [.. Enumerable.Range(0, 255).Select(j => Math.Pow(-0.7, j))]));
        }
    }

    /// <summary>+∞ entries that cannot hold the total: PlusInfinity is the upper status, the row is NaN.</summary>
    [Test]
    public void PlusInfinityBeforeInfeasible()
    {
        foreach (ElementType type in ElementTypes.All)
        {
            Forward(Maps.Of(type, RowMap.CappedSimplex(3), 1, double.PositiveInfinity, 0, 2));
            Forward(Maps.Of(type, RowMap.CappedSimplex(2), 1, double.PositiveInfinity, double.PositiveInfinity, 2));
            Forward(Maps.Of(type, RowMap.BoxSection(-1), 1, double.PositiveInfinity, 0, 2));
        }
    }

    /// <summary>With threshold 0 too, the gradient is v where y is not 0.</summary>
    [Test]
    public void SoftThresholdOfZeroAtZero()
    {
        foreach (ElementType type in ElementTypes.All)
        {
            ProjectionCase c = Maps.Of(type, RowMap.SoftThreshold(0), 0, 1, -0.0, -2, 0) with { Upstream = [1, 2, 3, 4, 5] };
            Forward(c);
            ProjectionComparison.ConformsGradient(ProjectionDevice.Get(device), c);
        }
    }

    /// <summary>Breakpoints that coincide with the threshold: eight entries of the support, the others exactly at its edge.</summary>
    [Test]
    public void NormmaxWithEntriesAtTheEdge() => Forward(Maps.Of(RowMap.Normmax(3), [.. Enumerable.Range(0, 35).Select(j => j % 4 == 0 && j < 32 ? 0.5 : j % 3 == 0 ? 0.25 : -0.5)]));

    private void Forward(ProjectionCase c) => ProjectionComparison.ConformsForward(ProjectionDevice.Get(device), c);
}
