using System;
using System.Collections.Generic;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

/// <summary>The factories of row maps: what they hold, and the ranges that they refuse by the argument's own name.</summary>
[TestFixture]
[Category("Cpu")]
public sealed class RowMapTests
{
    private const double Inf = double.PositiveInfinity;

    private static readonly double[] s_notNegative = [-1e-300, -1, double.NaN, Inf, -Inf];
    private static readonly double[] s_positive = [.. s_notNegative, 0, -0.0];
    private static readonly double[] s_finite = [double.NaN, Inf, -Inf];
    private static readonly double[] s_alpha = [1, 0.5, -2, 8.0000001, double.NaN, Inf, -Inf];
    private static readonly int[] s_count = [0, -1, int.MinValue];
    private static readonly int[] s_group = [-1, int.MinValue];

    public static IEnumerable<TestCaseData> Refused()
    {
        static IEnumerable<TestCaseData> Each<T>(string factory, string name, T[] values, Action<T> make) =>
            values.Select(value => new TestCaseData(name, (Action)(() => make(value))).SetArgDisplayNames(factory, name, $"{value}"));
        IEnumerable<TestCaseData>[] all =
        [
            Each("Simplex", "radius", s_notNegative, v => RowMap.Simplex(v)),
            Each("Entmax", "alpha", s_alpha, v => RowMap.Entmax(v)),
            Each("Normmax", "alpha", s_alpha, v => RowMap.Normmax(v)),
            Each("CappedSimplex", "total", s_notNegative, v => RowMap.CappedSimplex(v)),
            Each("CappedSimplex", "cap", s_positive, v => RowMap.CappedSimplex(1, v)),
            Each("BoxSection", "total", s_finite, v => RowMap.BoxSection(v)),
            Each("WeightedSimplex", "radius", s_notNegative, v => RowMap.WeightedSimplex(v)),
            Each("SparseSimplex", "k", s_count, v => RowMap.SparseSimplex(v)),
            Each("SparseSimplex", "radius", s_notNegative, v => RowMap.SparseSimplex(1, v)),
            Each("L1Ball", "radius", s_notNegative, v => RowMap.L1Ball(v)),
            Each("L2Ball", "radius", s_notNegative, v => RowMap.L2Ball(v)),
            Each("LInfBall", "radius", s_notNegative, v => RowMap.LInfBall(v)),
            Each("L0Ball", "k", s_count, v => RowMap.L0Ball(v)),
            Each("L1InfBall", "radius", s_notNegative, v => RowMap.L1InfBall(v)),
            Each("L1InfBall", "groupSize", s_group, v => RowMap.L1InfBall(1, v)),
            Each("SoftThreshold", "threshold", s_notNegative, v => RowMap.SoftThreshold(v)),
            Each("HardThreshold", "threshold", s_notNegative, v => RowMap.HardThreshold(v)),
            Each("ElasticNet", "threshold", s_notNegative, v => RowMap.ElasticNet(v, 1)),
            Each("ElasticNet", "ridge", s_notNegative, v => RowMap.ElasticNet(1, v)),
            Each("Mcp", "threshold", s_notNegative, v => RowMap.Mcp(v)),
            Each("Mcp", "gamma", [.. s_positive, 1.0], v => RowMap.Mcp(1, v)),
            Each("Scad", "threshold", s_notNegative, v => RowMap.Scad(v)),
            Each("Scad", "a", [.. s_positive, 1.0, 2.0], v => RowMap.Scad(1, v)),
            Each("Huber", "step", s_notNegative, v => RowMap.Huber(v)),
            Each("Huber", "delta", s_positive, v => RowMap.Huber(1, v)),
            Each("GroupLasso", "threshold", s_notNegative, v => RowMap.GroupLasso(v)),
            Each("GroupLasso", "groupSize", s_group, v => RowMap.GroupLasso(1, v)),
            Each("LInf1Prox", "threshold", s_notNegative, v => RowMap.LInf1Prox(v)),
            Each("LInf1Prox", "groupSize", s_group, v => RowMap.LInf1Prox(1, v)),
            Each("KSupport", "k", s_count, v => RowMap.KSupport(v, 1)),
            Each("KSupport", "step", s_notNegative, v => RowMap.KSupport(1, v)),
            Each("GroupEnvelope", "k", s_positive, v => RowMap.GroupEnvelope(v, 1)),
            Each("GroupEnvelope", "step", s_notNegative, v => RowMap.GroupEnvelope(1, v)),
            Each("GroupEnvelope", "groupSize", s_group, v => RowMap.GroupEnvelope(1, 1, v)),
            Each("NOfM", "n", [0, -1, 5], v => RowMap.NOfM(v, 4)),
            Each("NOfM", "m", [0, -1, 65], v => RowMap.NOfM(1, v)),
            Each("SoftSort", "epsilon", s_positive, v => RowMap.SoftSort(v)),
            Each("SoftSort", "regulariser", [(SortRegulariser)(-1), (SortRegulariser)2], v => RowMap.SoftSort(1, regulariser: v)),
            Each("SoftRank", "epsilon", s_positive, v => RowMap.SoftRank(v)),
            Each("SoftRank", "regulariser", [(SortRegulariser)2], v => RowMap.SoftRank(1, regulariser: v)),
            Each("Permutahedron", "regulariser", [(SortRegulariser)2], v => RowMap.Permutahedron(v)),
            Each("Sphere", "radius", s_positive, v => RowMap.Sphere(v)),
            Each("MaxNorm", "radius", s_notNegative, v => RowMap.MaxNorm(v)),
            Each("L2Clip", "maximum", s_notNegative, v => RowMap.L2Clip(v)),
        ];
        return all.SelectMany(cases => cases);
    }

    [TestCaseSource(nameof(Refused))]
    public void OutOfRangeIsNamed(string name, Action make)
    {
        ArgumentOutOfRangeException? error = Assert.Throws<ArgumentOutOfRangeException>(() => make());
        Assert.That(error!.ParamName, Is.EqualTo(name));
        Assert.That(error.Message, Does.StartWith($"{name} is ").And.Contain("it must be"));
    }

    [Test]
    public void EdgesOfTheRangesAreAccepted()
    {
        Assert.Multiple(() =>
        {
            Assert.That(RowMap.Simplex(0).Parameter, Is.Zero);
            Assert.That(RowMap.Entmax(8).Parameter, Is.EqualTo(8));
            Assert.That(RowMap.Entmax(Math.BitIncrement(1.0)).Parameter, Is.GreaterThan(1));
            Assert.That(RowMap.CappedSimplex(0, double.Epsilon).Second, Is.EqualTo(double.Epsilon));
            Assert.That(RowMap.BoxSection(-1e300).Parameter, Is.EqualTo(-1e300));
            Assert.That(RowMap.ElasticNet(0, 0).Second, Is.Zero);
            Assert.That(RowMap.Mcp(0, Math.BitIncrement(1.0)).Second, Is.GreaterThan(1));
            Assert.That(RowMap.NOfM(64, 64).Count, Is.EqualTo(64));
            Assert.That(RowMap.NOfM(1, 1).GroupSize, Is.EqualTo(1));
            Assert.That(RowMap.GroupEnvelope(0.5, 0).Second, Is.EqualTo(0.5));
        });
    }

    [Test]
    public void DocumentedDefaultsAndOtherNames()
    {
        Assert.Multiple(() =>
        {
            Assert.That(RowMap.Sparsemax(), Is.EqualTo(RowMap.Simplex(1)));
            Assert.That(RowMap.Simplex(), Is.EqualTo(RowMap.Simplex(1)));
            Assert.That(RowMap.Entmax(), Is.EqualTo(RowMap.Entmax(1.5)));
            Assert.That(RowMap.Normmax(), Is.EqualTo(RowMap.Normmax(2)));
            Assert.That(RowMap.CappedSimplex(2), Is.EqualTo(RowMap.CappedSimplex(2, 1)));
            Assert.That(RowMap.WeightedSimplex(3), Is.EqualTo(RowMap.BoxSection(3)));
            Assert.That(RowMap.MaxNorm(3), Is.EqualTo(RowMap.L2Ball(3)));
            Assert.That(RowMap.L2Clip(3), Is.EqualTo(RowMap.L2Ball(3)));
            Assert.That(RowMap.Mcp(1), Is.EqualTo(RowMap.Mcp(1, 3)));
            Assert.That(RowMap.Scad(1), Is.EqualTo(RowMap.Scad(1, 3.7)));
            Assert.That(RowMap.Huber(1), Is.EqualTo(RowMap.Huber(1, 1)));
            Assert.That(RowMap.Sphere(), Is.EqualTo(RowMap.Sphere(1)));
            Assert.That(RowMap.KSupport(3, 2).Kind, Is.EqualTo(RowMapKind.GroupEnvelope));
            Assert.That(RowMap.KSupport(3, 2).Second, Is.EqualTo(3));
            Assert.That(RowMap.Isotonic(true), Is.Not.EqualTo(RowMap.Isotonic()));
            Assert.That(RowMap.SoftSort(1, true, SortRegulariser.Entropic), Is.Not.EqualTo(RowMap.SoftSort(1)));
            Assert.That(default(RowMap).Kind, Is.EqualTo(RowMapKind.None));
        });
    }

    [Test]
    public void EveryKindHasParts()
    {
        foreach (RowMapKind kind in Enum.GetValues<RowMapKind>())
            Assert.That(RowMapTable.Parts(kind), kind == RowMapKind.None ? Is.EqualTo(RowMapParts.None) : Is.Not.EqualTo(RowMapParts.None), kind.ToString());
    }
}
