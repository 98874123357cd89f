using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Projections.Harness;
using Gibbs.Tests.Projections.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

/// <summary>What holds between maps, whatever computes them: Moreau's prox_f(x) + prox_f*(x) = x, idempotence, nonexpansiveness, optimality against feasible perturbations.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class IdentityTests(string device)
{
    private int Count => device == "cpu" ? 40 : 6;

    [Test]
    public void MoreauSoftThresholdAndTheLInfBall() => Moreau((c, t) => (c with { Map = RowMap.SoftThreshold(t) }, c with { Map = RowMap.LInfBall(t) }));

    [Test]
    public void MoreauMaximumAndTheL1Ball() => Moreau((c, t) => (c with { Map = RowMap.LInf1Prox(t, 1) }, c with { Map = RowMap.L1InfBall(t, 1) }), (c, dual) =>
    {
        // Groups of one entry: the l1,∞ ball is the l1 ball.
        double[] ball = Apply(c with { Map = RowMap.L1Ball(dual.Map.Parameter) });
        AreClose(ball, Apply(dual), 1e-6, dual);
    });

    [Test]
    public void MoreauLInf1AndTheL1InfBall() => Moreau((c, t) => (c with { Map = RowMap.LInf1Prox(t, 4) }, c with { Map = RowMap.L1InfBall(t, 4) }));

    // The dual norm's ball: every group projected onto its own l2 ball.
    [Test]
    public void MoreauGroupLassoAndL2Balls()
    {
        foreach ((ProjectionCase c, double t) in Rows(12))
        {
            double[] prox = Apply(c with { Map = RowMap.GroupLasso(t, 3) });
            double[] ball = Apply(c with { Map = RowMap.L2Ball(t), Rows = 4, Columns = 3 });
            AreClose([.. prox.Zip(ball, (a, b) => a + b)], c.Input, Error(c), c);
        }
    }

    // f = t·|x| + (ρ/2)x²: f* = (|z| − t)₊²/(2ρ), whose prox is z − (|z| − t)₊/(1 + ρ)·sign z.
    [Test]
    public void MoreauElasticNet()
    {
        foreach ((ProjectionCase c, double t) in Rows(9))
        {
            double[] prox = Apply(c with { Map = RowMap.ElasticNet(t, 0.5) });
            for (int j = 0; j < prox.Length; j++)
            {
                // prox of f* by its own optimality: x − z = ∇f*(z) with z = x − prox.
                double z = c.Input[j] - prox[j], slope = Math.Sign(z) * Math.Max(Math.Abs(z) - t, 0) / 0.5;
                Assert.That(prox[j], Is.EqualTo(slope).Within(Error(c) * 4), c.Describe());
            }
        }
    }

    // The penalties of MCP, SCAD and Huber on a grid: no point is better.
    [TestCase("mcp")]
    [TestCase("scad")]
    [TestCase("huber")]
    [TestCase("elastic-net")]
    [TestCase("hard-threshold")]
    public void ProximalMapsOfPenalties(string name)
    {
        const double t = 0.75;
        RowMap map = name switch { "mcp" => RowMap.Mcp(t, 2.5), "scad" => RowMap.Scad(t, 3.5), "huber" => RowMap.Huber(t, 1.5), "elastic-net" => RowMap.ElasticNet(t, 0.5), _ => RowMap.HardThreshold(t) };
        double Penalty(double y)
        {
            double m = Math.Abs(y);
            return name switch
            {
                "mcp" => m <= 2.5 * t ? (t * m) - (m * m / 5) : 1.25 * t * t,
                "scad" => m <= t ? t * m : m <= 3.5 * t ? ((7 * t * m) - (m * m) - (t * t)) / 5 : t * t * 4.5 / 2,
                "huber" => t * (m <= 1.5 ? m * m / 2 : (1.5 * m) - 1.125),
                "elastic-net" => (t * m) + (0.25 * m * m),
                _ => m == 0 ? 0 : t * t / 2,
            };
        }
        double[] x = [.. Enumerable.Range(-80, 161).Select(i => i / 16.0)];
        double[] y = Apply(Maps.Of(map, x));
        for (int j = 0; j < x.Length; j++)
        {
            double Objective(double value) => (0.5 * (value - x[j]) * (value - x[j])) + Penalty(value);
            double found = Objective(y[j]), best = Enumerable.Range(-6000, 12001).Min(k => Objective(k / 1000.0));
            Assert.That(found, Is.LessThanOrEqualTo(best + 1e-12), $"{name} of {x[j]}: {y[j]}");
        }
    }

    // ½‖y − x‖² + step·S(y), with S by the reference: random steps do not lower it, small or large, along groups or single entries.
    [TestCase("k-support")]
    [TestCase("envelope")]
    public void EnvelopesAreOptimal(string name)
    {
        for (int id = 0; id < Count; id++)
        {
            Random random = new(id);
            ProjectionCase c = MapCatalogue.Draw(name, ElementType.Float64, 1, 8, random) with { Input = [.. Enumerable.Range(0, 8).Select(_ => 3 * RowValues.Gaussian(random))] };
            Perturb(c, random);
        }
        Random last = new(1);
        Perturb(GoldenProjections.Named("28 OTT's counterexample").Case, last);
    }

    private void Perturb(ProjectionCase c, Random random)
    {
        double[] y = Apply(c);
        double Objective(double[] at)
        {
            MapRow row = c.Row(0) with { X = at };
            double[] norms = [.. Enumerable.Range(0, row.Groups).Select(g => NormReference.Norm(at.AsSpan(row.Begin(g)..row.End(g))))];
            return (0.5 * at.Zip(c.Input, (a, b) => (a - b) * (a - b)).Sum()) + (c.Map.Parameter * EnvelopeReference.Envelope(row, norms, c.Map.Second));
        }
        double found = Objective(y);
        for (int k = 0; k < 400; k++)
        {
            double size = Math.Pow(10, -4 * random.NextDouble());
            double[] moved = [.. y.Select(v => random.Next(3) == 0 ? v : v + (size * RowValues.Gaussian(random)))];
            if (random.Next(3) == 0)
                moved = [.. y.Select((v, j) => random.Next(4) == 0 ? 0 : v + (1e-3 * (c.Input[j] - v)))];
            Assert.That(Objective(moved), Is.GreaterThanOrEqualTo(found - (1e-12 * (1 + found))), c.Describe());
        }
    }

    [TestCase("simplex")]
    [TestCase("capped-simplex")]
    [TestCase("weighted-simplex")]
    [TestCase("l1-ball")]
    [TestCase("weighted-l1-ball")]
    [TestCase("l2-ball")]
    [TestCase("linf-ball")]
    [TestCase("l1inf-ball")]
    [TestCase("isotonic")]
    [TestCase("permutahedron")]
    [TestCase("tangent")]
    public void ProjectionsAreIdempotentAndNonexpansive(string name)
    {
        for (int id = 0; id < Count; id++)
        {
            Random random = new(id);
            ProjectionCase c = MapCatalogue.Draw(name, ElementType.Float64, 1, 11, random);
            double[] a = [.. Enumerable.Range(0, 11).Select(_ => 2 * RowValues.Gaussian(random))], b = [.. a.Select(x => x + (0.5 * RowValues.Gaussian(random)))];
            if (ReferenceRowMap.Forward((c with { Input = a }).Row(0)).Status != RowStatus.Ok)
                continue;
            double[] pa = Apply(c with { Input = a }), pb = Apply(c with { Input = b });
            // A box section in other units projects by its weights: nonexpansive all the same, in the plain norm.
            AreClose(Apply(c with { Input = pa }), pa, 1e-13, c);
            Assert.That(Distance(pa, pb), Is.LessThanOrEqualTo(Distance(a, b) * (1 + 1e-13)), c.Describe());
        }
    }

    [Test]
    public void InteriorPointsKeepTheirBits([Values(0, 1, 2, 3)] int type)
    {
        foreach (int n in new[] { 1, 2, 13, 200 })
        {
            double[] x = [.. Enumerable.Range(0, n).Select(j => ((ElementType)type).Round((j == 1 ? -0.0 : Cases.Noise(7, j)) / (16 * n)))];
            foreach (RowMap map in new[] { RowMap.L1Ball(1), RowMap.L2Ball(1), RowMap.LInfBall(1), RowMap.L1InfBall(1, 3) })
            {
                double[] y = Apply(Maps.Of((ElementType)type, map, x));
                Assert.That(y.Select(BitConverter.DoubleToInt64Bits), Is.EqualTo(x.Select(BitConverter.DoubleToInt64Bits)), $"{map.Kind} of {n}");
            }
        }
    }

    /// <summary>NaN upstream where dy/dx is 0 stays out of everything else; where it is not, only its own group or support takes it.</summary>
    [TestCase("simplex")]
    [TestCase("sparse-simplex")]
    [TestCase("entmax-1.5")]
    [TestCase("entmax")]
    [TestCase("normmax")]
    [TestCase("capped-simplex")]
    [TestCase("weighted-l1-ball")]
    [TestCase("l1-ball")]
    [TestCase("soft-threshold")]
    [TestCase("hard-threshold")]
    [TestCase("elastic-net")]
    [TestCase("mcp")]
    [TestCase("scad")]
    [TestCase("group-lasso")]
    [TestCase("k-support")]
    [TestCase("l0-ball")]
    [TestCase("n-of-m")]
    public void NaNUpstreamOutsideTheSupportDoesNotLeak(string name)
    {
        for (int id = 0; id < Count; id++)
        {
            Random random = new(id);
            ElementType type = ElementTypes.All[id % 4];
            ProjectionCase c = MapCatalogue.Draw(name, type, 1, 40, random) with { Input = Cases.Fill(type, 1, 40, (_, j) => Cases.Noise(id, j)) };
            (double[] y, double[] thresholds) = ProjectionComparison.Saved(c);
            double[] v = Cases.Fill(type, 1, 40, (_, j) => Cases.Noise(id + 77, j));
            double[] clean = [.. v.Select((value, j) => y[j] == 0 ? 0 : value)], poisoned = [.. v.Select((value, j) => y[j] == 0 ? double.NaN : value)];
            ProjectionRun expected = ProjectionRunner.Gradient(Target, c with { Upstream = clean }, y, thresholds), actual = ProjectionRunner.Gradient(Target, c with { Upstream = poisoned }, y, thresholds);
            bool everywhere = ReferenceRowMap.Forward(c.Row(0)).Identical || c.Map.Parameter == 0 || (thresholds[0] == 0 && name is "k-support");
            if (!everywhere)
                EqualBitsTests.Same(expected, actual, "NaN upstream", c);
        }
    }

    private ProjectionDevice Target => ProjectionDevice.Get(device);

    private double[] Apply(ProjectionCase c) => ProjectionRunner.Forward(Target, c with { Outputs = MapOutput.Output }).Y;

    private void Moreau(Func<ProjectionCase, double, (ProjectionCase Prox, ProjectionCase Dual)> make, Action<ProjectionCase, ProjectionCase>? also = null)
    {
        foreach ((ProjectionCase c, double t) in Rows(12))
        {
            (ProjectionCase prox, ProjectionCase dual) = make(c, t);
            AreClose([.. Apply(prox).Zip(Apply(dual), (a, b) => a + b)], c.Input, Error(c), c);
            also?.Invoke(c, dual);
        }
    }

    private IEnumerable<(ProjectionCase Case, double T)> Rows(int columns)
    {
        for (int id = 0; id < Count; id++)
        {
            Random random = new(id);
            ElementType type = id % 2 == 0 ? ElementType.Float32 : ElementType.Float64;
            yield return (new() { Type = type, Map = RowMap.Sparsemax(), Rows = 1, Columns = columns, Input = [.. Enumerable.Range(0, columns).Select(_ => type.Round(2 * RowValues.Gaussian(random)))] }, (float)(0.1 + (2 * random.NextDouble())));
        }
    }

    // A few roundings of the largest entry.
    private static double Error(ProjectionCase c) => c.Input.Max(Math.Abs) * (c.Type == ElementType.Float32 ? 6e-7 : 2e-15);

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    private static void AreClose(double[] actual, double[] expected, double within, ProjectionCase c)
    {
        for (int j = 0; j < expected.Length; j++)
            Assert.That(actual[j], Is.EqualTo(expected[j]).Within(within), () => $"entry {j} of {c.Describe()}");
    }
}
