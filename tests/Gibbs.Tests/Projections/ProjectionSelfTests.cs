using System;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Projections.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

/// <summary>The comparison and the certificates reject small defects of right results, so that a green suite means something.</summary>
[TestFixture]
[Category("Cpu")]
public sealed class ProjectionSelfTests
{
    private static readonly int[] s_types = [0, 1, 2, 3];

    // One entry, moved by a few times what the rule allows, or by three ulp of a 16-bit type.
    private static double Moved(ElementType type, double y) => type switch
    {
        ElementType.Float32 => y + (1.2e-5 * Math.Max(1, Math.Abs(y))),
        ElementType.Float64 => y + (1e-12 * Math.Max(1, Math.Abs(y))),
        _ => type.Step(type.Step(type.Step(y, 1), 1), 1),
    };

    [TestCase("simplex")]
    [TestCase("entmax-1.5")]
    [TestCase("normmax")]
    [TestCase("capped-simplex")]
    [TestCase("l1-ball")]
    [TestCase("soft-threshold")]
    [TestCase("soft-rank")]
    [TestCase("isotonic")]
    public void TheComparisonRejectsAMovedEntry(string name)
    {
        foreach (ElementType type in ElementTypes.All)
            Rejects(name, type, run => Rewrite(run, MapOutput.Output, type, y => y == 0 ? y : Moved(type, y)));
    }

    [Test]
    public void TheComparisonRejectsWrongByproducts([ValueSource(nameof(s_types))] int type)
    {
        ElementType t = (ElementType)type;
        Rejects("simplex", t, run => run.Bytes[MapOutput.Status][0] ^= 1);
        Rejects("simplex", t, run => run.Bytes[MapOutput.SupportSize][0] ^= 1);
        Rejects("simplex", t, run => Rewrite(run, MapOutput.Thresholds, t.Real(), y => y + 1e-4));
        Rejects("n-of-m", t, run => run.Bytes[MapOutput.Mask][0] ^= 1);
        Rejects("n-of-m", t, run => run.Bytes[MapOutput.Metadata][0] ^= 1);
        Rejects("soft-threshold", t, run => Rewrite(run, MapOutput.Output, t, y => y == 0 ? -0.0 : y));
        Rejects("simplex", t, run => run.Violations.Add("a write outside the rows"));
    }

    /// <summary>An entry too many or too few in the support, a sum that is off, a wrong order: none has a certificate.</summary>
    [TestCase("simplex")]
    [TestCase("entmax-1.5")]
    [TestCase("entmax-3")]
    [TestCase("normmax")]
    [TestCase("capped-simplex")]
    [TestCase("box-section")]
    [TestCase("weighted-simplex")]
    [TestCase("l1-ball")]
    [TestCase("weighted-l1-ball")]
    [TestCase("l2-ball")]
    [TestCase("linf-ball")]
    [TestCase("l1inf-ball")]
    [TestCase("sparse-simplex")]
    [TestCase("isotonic")]
    [TestCase("weighted-isotonic")]
    [TestCase("permutahedron")]
    public void CertificatesRejectDefects(string projection)
    {
        foreach (ElementType type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            ProjectionCase c = CertificateTests.Make(projection, type, 40, j => Cases.Noise(2, j));
            double[] y = ProjectionComparison.Saved(c).Y;
            Assert.That(Certificate.Check(c, y), Is.Empty);
            int[] support = [.. Enumerable.Range(0, y.Length).Where(j => y[j] != 0).OrderByDescending(j => Math.Abs(y[j]))];
            // Scaled as a whole, and mass moved between two entries so that the sum stays.
            Assert.That(Certificate.Check(c, [.. y.Select(v => type.Round(v * (1 + 2e-5)))]), Is.Not.Empty, "scaled");
            double[] shifted = [.. y];
            int from = support[0], to = support[^1];
            // The permutahedron's certificate adds up a row of differences, with their roundings.
            double mass = projection == "permutahedron" ? 1e-2 : 2e-5;
            shifted[from] = type.Round(shifted[from] - mass);
            shifted[to] = type.Round(shifted[to] + mass);
            Assert.That(Certificate.Check(c, shifted), Is.Not.Empty, "mass moved");
            double[] swapped = [.. y];
            (swapped[from], swapped[to]) = (swapped[to], swapped[from]);
            if (y[from] != y[to])
                Assert.That(Certificate.Check(c, swapped), Is.Not.Empty, "entries exchanged");
        }
    }

    private static void Rejects(string name, ElementType type, Action<ProjectionRun> defect)
    {
        ProjectionCase c = MapCatalogue.Draw(name, type, 1, 24, new Random(2)) with { Name = name, Input = Cases.Fill(type, 1, 24, Cases.Noise) };
        RowMap map = name switch { "n-of-m" => RowMap.NOfM(2, 4), "soft-threshold" => RowMap.SoftThreshold(0.5), "l1-ball" => RowMap.L1Ball(1.5), "capped-simplex" => RowMap.CappedSimplex(2.5), _ => c.Map };
        c = c with { Map = map, ColumnParameters = null };
        Assert.That(ProjectionComparison.ForwardErrors(c, Run(c)), Is.Empty, $"{name} {type}");
        ProjectionRun broken = Run(c);
        defect(broken);
        Assert.That(ProjectionComparison.ForwardErrors(c, broken), Is.Not.Empty, $"{name} {type}");
    }

    private static ProjectionRun Run(ProjectionCase c) => ProjectionRunner.Forward(ProjectionDevice.Get("cpu"), c);

    private static void Rewrite(ProjectionRun run, MapOutput output, ElementType stored, Func<double, double> change)
    {
        byte[] bytes = run.Bytes[output];
        // The last entry that changes.
        for (int at = bytes.Length - stored.Size(); at >= 0; at -= stored.Size())
        {
            double value = stored.Read(bytes.AsSpan(at)), changed = change(value);
            if (BitConverter.DoubleToInt64Bits(changed) != BitConverter.DoubleToInt64Bits(value))
            {
                stored.Write(bytes.AsSpan(at), changed);
                return;
            }
        }
        Assert.Fail("nothing to change");
    }
}
