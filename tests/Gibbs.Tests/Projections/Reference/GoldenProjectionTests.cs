using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Projections.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>Exact values from the literature and by hand: what the reference gives, and in <see cref="GoldenDeviceTests"/> what the devices give.</summary>
internal static class GoldenProjections
{
    public sealed record Golden(string Name, ProjectionCase Case, double[] Expected, double Tolerance = 1e-13);

    private static readonly double[] s_overlap = [1.89036, 1.8832, 1.81799, 1.60341, 1.49743, 1.48113];

    public static readonly Golden[] All =
    [
        new("21 sparsemax", Maps.Of(RowMap.Sparsemax(), -2, 0, 0.5), [0, 0.25, 0.75]),
        new("21 equal", Maps.Of(RowMap.Sparsemax(), 3, 3, 3, 3, 3), [0.2, 0.2, 0.2, 0.2, 0.2]),
        new("21 gap of 1", Maps.Of(RowMap.Sparsemax(), 1, 2, 0.5), [0, 1, 0], 0),
        new("22 entmax15 of two", Maps.Of(RowMap.Entmax(1.5), 1, 0), [(4 + Math.Sqrt(7)) / 8, (4 - Math.Sqrt(7)) / 8]),
        new("22 entmax15 of two, 0.3", Maps.Of(RowMap.Entmax(1.5), 0.3, 0), [0.5 + (0.3 * Math.Sqrt(8 - 0.09) / 8), 0.5 - (0.3 * Math.Sqrt(8 - 0.09) / 8)]),
        new("22 entmax15 beyond 2", Maps.Of(RowMap.Entmax(1.5), 2.5, 0), [1, 0], 0),
        new("22 entmax15", Maps.Of(RowMap.Entmax(1.5), -2, 0, 0.5), [0, 0.3260, 0.6740], 5e-5),
        new("23 normmax2", Maps.Of(RowMap.Normmax(2), -2, 0, 0.5), [0, 0.3110, 0.6890], 5e-5),
        new("23 normmax2 of five", Maps.Of(RowMap.Normmax(2), 0, 0.25, 0.5, 0.75, 1), [0, 0.0239, 0.1746, 0.3254, 0.4761], 5e-5),
        new("23 budget 2", Maps.Of(RowMap.CappedSimplex(2), 0, 0.25, 0.5, 0.75, 1), [0, 0.125, 0.375, 0.625, 0.875]),
        new("23 budget 3", Maps.Of(RowMap.CappedSimplex(3), 0, 0.5, 1, 1.5, 2), [0, 0.25, 0.75, 1, 1]),
        new("23 budget n", Maps.Of(RowMap.CappedSimplex(5), 0, 0.25, 0.5, 0.75, 1), [1, 1, 1, 1, 1]),
        new("23 budget 0", Maps.Of(RowMap.CappedSimplex(0), 0, 0.25, 0.5, 0.75, 1), [0, 0, 0, 0, 0], 0),
        new("25 one finite", Maps.Of(RowMap.Sparsemax(), double.NegativeInfinity, -7, double.NegativeInfinity), [0, 1, 0], 0),
        new("25 none finite", Maps.Of(RowMap.Entmax(1.3), double.NegativeInfinity, double.NegativeInfinity), [0, 0], 0),
        new("25 one +inf", Maps.Of(RowMap.Sparsemax(), 5, double.PositiveInfinity, 2), [0, 1, 0], 0),
        new("27 interior", Maps.Of(RowMap.L1Ball(1), 0.3, -0.2, 0.1), [0.3, -0.2, 0.1], 0),
        new("27 radius 0", Maps.Of(RowMap.L1Ball(0), 0.3, -0.2, 0), [0, 0, 0], 0),
        new("27 on the sphere", Maps.Of(RowMap.L1Ball(1), 0.5, -0.25, 0.25), [0.5, -0.25, 0.25], 0),
        new("27 outside", Maps.Of(RowMap.L1Ball(1), 2, -1.5, 0, 0.25), [0.75, -0.25, 0, 0]),
        new("28 k-support", Maps.Of(RowMap.KSupport(2, 1), 3, 2, 1), [1.5, 1, 0]),
        new("28 k-support of ties", Maps.Of(RowMap.KSupport(2, 1), 2, 2, 2, 1), [0.8, 0.8, 0.8, 0]),
        new("28 k = d", Maps.Of(RowMap.KSupport(3, 1.5), 3, -2, 1), [1.2, -0.8, 0.4]),
        new("28 OTT's counterexample", Maps.Of(RowMap.KSupport(2, 0.595141), s_overlap), [0.803508, 0.796348, 0.731141, 0.516559, 0.410577, 0.394279], 3e-6),
        new("29 envelope, k above the weight", Maps.Of(RowMap.GroupEnvelope(7, 2, 2), 3, -2, 1, 5), [1, -2 / 3.0, 1 / 3.0, 5 / 3.0]),
        new("29 unit groups", Maps.Of(RowMap.GroupEnvelope(2, 1, 1), 2, 2, 2, 1), [0.8, 0.8, 0.8, 0]),
        new("30 in the simplex", Maps.Of(RowMap.Sparsemax(), 0.25, 0.5, 0, 0.25), [0.25, 0.5, 0, 0.25], 1e-16),
        new("31 four equal", Maps.Of(RowMap.NOfM(2, 4), 1, -1, 1, 1), [1, -1, 0, 0], 0),
        new("31 minus zero", Maps.Of(RowMap.NOfM(2, 4), 0, -0.0, -0.0, 0), [0, -0.0, 0, 0], 0),
        new("31 NaN", Maps.Of(RowMap.NOfM(2, 4), 9, 1, double.NaN, 3), [9, 0, double.NaN, 0], 0),
        new("32 constant", Maps.Of(RowMap.Isotonic(), 2, 2, 2), [2, 2, 2], 0),
        new("32 decreasing", Maps.Of(RowMap.Isotonic(), 4, 3, 2, 1), [2.5, 2.5, 2.5, 2.5], 1e-15),
        new("32 descending", Maps.Of(RowMap.Isotonic(true), 4, 2, 3, 1), [4, 2.5, 2.5, 1], 1e-15),
        new("32 soft sort, small epsilon", Maps.Of(RowMap.SoftSort(1e-3), 3, 1, 2, -5), [-5, 1, 2, 3], 1e-12),
        new("32 soft sort, large epsilon", Maps.Of(RowMap.SoftSort(1e9), 3, 1, 2, -5), [0.25, 0.25, 0.25, 0.25], 1e-8),
        new("32 soft rank, small epsilon", Maps.Of(RowMap.SoftRank(1e-3), 3, 1, 2, -5), [4, 2, 3, 1], 1e-12),
        new("32 soft rank, descending", Maps.Of(RowMap.SoftRank(1e-3, true), 3, 1, 2, -5), [1, 3, 2, 4], 1e-12),
        new("32 soft rank, large epsilon", Maps.Of(RowMap.SoftRank(1e9), 3, 1, 2, -5), [2.5, 2.5, 2.5, 2.5], 1e-8),
        new("sparse simplex", Maps.Of(RowMap.SparseSimplex(2), 1, 1, 1), [0.5, 0.5, 0], 0),
        new("soft threshold", Maps.Of(RowMap.SoftThreshold(1), 3, -0.5, -2, 1), [2, 0, -1, 0], 0),
        new("elastic net", Maps.Of(RowMap.ElasticNet(1, 1), 3, -0.5, -2), [1, 0, -0.5], 0),
        new("mcp", Maps.Of(RowMap.Mcp(1, 2), 0.5, 1.5, 2, 3), [0, 1, 2, 3], 0),
        new("scad", Maps.Of(RowMap.Scad(1, 3), 0.5, 1.5, 2.5, 3, 4), [0, 0.5, 2, 3, 4], 1e-15),
        new("huber", Maps.Of(RowMap.Huber(1, 1), 1, 2, 5, -5), [0.5, 1, 4, -4], 0),
        new("group lasso", Maps.Of(RowMap.GroupLasso(2.5, 2), 3, 4, 1, 1), [1.5, 2, 0, 0], 1e-15),
        new("l1inf", Maps.Of(RowMap.L1InfBall(2, 2), 3, 1, -2, 0.5), [1.5, 1, -0.5, 0.5]),
        new("linf1 prox", Maps.Of(RowMap.LInf1Prox(2, 2), 3, 1, -2, 0.5), [1.5, 0, -1.5, 0]),
        new("sphere", Maps.Of(RowMap.Sphere(2), 3, -4), [1.2, -1.6], 1e-15),
        new("tangent", Maps.Of(RowMap.Tangent(), 1, 1) with { Point = [1, 0] }, [0, 1], 0),
        new("permutahedron", Maps.Of(RowMap.Permutahedron(), 9, 0, 4) with { Weights = [1, 2, 3] }, [3, 1, 2], 1e-14),
    ];

    public static IEnumerable<string> Names => All.Select(g => g.Name);

    public static Golden Named(string name) => All.Single(g => g.Name == name);

    public static void Check(Golden golden, double[] y)
    {
        for (int j = 0; j < y.Length; j++)
            Assert.That(y[j], Is.EqualTo(golden.Expected[j]).Within(golden.Tolerance), $"entry {j} of {string.Join(", ", y)}");
    }
}

/// <summary>The reference gives the exact values.</summary>
[TestFixture]
[Category("Cpu")]
public sealed class GoldenProjectionTests
{
    [TestCaseSource(typeof(GoldenProjections), nameof(GoldenProjections.Names))]
    public void Reference(string name)
    {
        GoldenProjections.Golden golden = GoldenProjections.Named(name);
        GoldenProjections.Check(golden, ReferenceRowMap.Forward(golden.Case.Row(0)).Y);
    }

    [Test]
    public void KSupportObjectiveOfTheCounterexample()
    {
        ProjectionCase c = GoldenProjections.Named("28 OTT's counterexample").Case;
        double[] y = ReferenceRowMap.Forward(c.Row(0)).Y;
        double objective = 0.5 * y.Zip(c.Input, (a, b) => (a - b) * (a - b)).Sum() + (c.Map.Parameter * EnvelopeReference.Envelope(c.Row(0) with { X = y }, [.. y.Select(Math.Abs)], 2));
        Assert.That(objective, Is.EqualTo(5.52854).Within(1e-5));
    }

    [Test]
    public void PoolingGivesTheMinMaxFormula([Range(0, 49)] int seed)
    {
        Random random = new(seed);
        IsotonicReference.Block[] blocks = [.. Enumerable.Range(0, 1 + random.Next(60)).Select(_ => new IsotonicReference.Block(random.NextDouble() - 0.5, 0.1 + random.NextDouble()))];
        foreach (IsotonicReference.Rule rule in new[] { IsotonicReference.Mean, IsotonicReference.LogSumExp })
        {
            double[] pooled = IsotonicReference.Pool(blocks, rule), direct = IsotonicReference.MinMax(blocks, rule);
            for (int i = 0; i < pooled.Length; i++)
                Assert.That(pooled[i], Is.EqualTo(direct[i]).Within(1e-13));
        }
    }

    [Test]
    public void EntmaxMeetsSoftmaxAndSparsemax()
    {
        double[] x = [0.3, -1, 0.9, 0.2, -0.4], e = [.. x.Select(Math.Exp)];
        double[] near = EntmaxReference.Map(x, 1 + 1e-12).Y, bisected = EntmaxReference.Map(x, 2 - 1e-14).Y, sorted = SimplexReference.Project(x, 1).Y;
        double[] half = EntmaxReference.Map(x, 1.5).Y;
        for (int j = 0; j < x.Length; j++)
        {
            Assert.That(near[j], Is.EqualTo(e[j] / e.Sum()).Within(1e-11));
            Assert.That(bisected[j], Is.EqualTo(sorted[j]).Within(1e-12));
        }
        Assert.That(half.Sum(), Is.EqualTo(1).Within(1e-15));
    }
}

/// <summary>The devices give the exact values.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class GoldenDeviceTests(string device)
{
    [TestCaseSource(typeof(GoldenProjections), nameof(GoldenProjections.Names))]
    public void Matches(string name)
    {
        GoldenProjections.Golden golden = GoldenProjections.Named(name);
        GoldenProjections.Check(golden, ProjectionComparison.ConformsForward(ProjectionDevice.Get(device), golden.Case).Y);
    }
}
