using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Projections.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

/// <summary>Every projection has a certificate of optimality, on random and adversarial rows from 1 to 2²⁰ entries.</summary>
[TestFixture("reference", Category = "Cpu")]
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class CertificateTests(string device)
{
    private static readonly int[] s_types = [0, 1, 2, 3];
    private static readonly int[] s_short = [1, 2, 3, 17, 130, 1000];

    public static readonly string[] Projections =
    [
        "simplex", "simplex-large", "entmax-1.5", "entmax-1.2", "entmax-3", "normmax", "capped-simplex", "box-section", "weighted-simplex", "l1-ball", "weighted-l1-ball", "l2-ball", "linf-ball", "l1inf-ball", "sparse-simplex",
        "isotonic", "weighted-isotonic", "permutahedron",
    ];

    [Test]
    public void OnAdversarialRows([ValueSource(nameof(Projections))] string projection, [ValueSource(nameof(s_types))] int type)
    {
        foreach (int n in device == "cpu" ? s_short : [1, 17, 300])
        {
            foreach (string row in Adversary.Names.Where(row => row != "one-huge" || IsRelative(projection)))
                Check(Make(projection, (ElementType)type, n, Adversary.Row(row, n)), row);
        }
    }

    // Where only what is near the largest entry counts, and where entries do not know of each other.
    private static bool IsRelative(string projection) => projection is "simplex" or "entmax-1.5" or "entmax-1.2" or "entmax-3" or "normmax" or "l1-ball" or "linf-ball" or "sparse-simplex";

    private void Check(ProjectionCase c, string row) => Check(device, c, row);

    internal static void Check(string device, ProjectionCase c, string row)
    {
        double[] y = device == "reference" ? ProjectionComparison.Saved(c).Y : ProjectionRunner.Forward(ProjectionDevice.Get(device), c with { Outputs = MapOutput.Output }).Y;
        string wrong = Certificate.Check(c, y);
        if (wrong.Length > 0)
            Assert.Fail($"{row} of {c.Columns}: {wrong}\n{c.Describe()}\n  y {string.Join(", ", y.Take(40).Select(v => v.ToString("R")))}");
    }

    internal static ProjectionCase Make(string projection, ElementType type, int n, Func<int, double> value)
    {
        ProjectionCase c = new() { Type = type, Map = RowMap.Sparsemax(), Rows = 1, Columns = n, Input = [.. Enumerable.Range(0, n).Select(j => Math.Clamp(type.Round(value(j)), -type.Largest(), type.Largest()))] };
        double[] Weights(double low) => [.. Enumerable.Range(0, n).Select(j => (float)(low + (j * 7 % 11 / 8.0)))];
        IEnumerable<int> all = Enumerable.Range(0, n);
        return projection switch
        {
            "simplex" => c,
            "simplex-large" => c with { Map = RowMap.Simplex(n / 4.0) },
            "entmax-1.5" => c with { Map = RowMap.Entmax(1.5) },
            "entmax-1.2" => c with { Map = RowMap.Entmax(1.2) },
            "entmax-3" => c with { Map = RowMap.Entmax(3) },
            "normmax" => c with { Map = RowMap.Normmax(2) },
            "capped-simplex" => c with { Map = RowMap.CappedSimplex(Math.Max(0.5, n / 8)) },
            "box-section" => c with
            {
                Map = RowMap.BoxSection(n / 4.0),
                Weights = Weights(0.5),
                Lower = [.. all.Select(j => j % 3 == 0 ? -0.5 : 0)],
                Upper = [.. all.Select(j => j % 5 == 0 ? double.PositiveInfinity : 1)],
            },
            "weighted-simplex" => c with { Map = RowMap.WeightedSimplex(3), Weights = Weights(0.25) },
            "l1-ball" => c with { Map = RowMap.L1Ball(1.5) },
            "weighted-l1-ball" => c with { Map = RowMap.L1Ball(2), Weights = Weights(0.25) },
            "l2-ball" => c with { Map = RowMap.L2Ball(0.75) },
            "linf-ball" => c with { Map = RowMap.LInfBall(0.5) },
            "l1inf-ball" => c with { Map = RowMap.L1InfBall(1.25, Math.Max(1, Math.Min(n, 5))) },
            "sparse-simplex" => c with { Map = RowMap.SparseSimplex(Math.Max(1, n / 3)) },
            "isotonic" => c with { Map = RowMap.Isotonic() },
            "weighted-isotonic" => c with { Map = RowMap.Isotonic(true), Weights = Weights(0.25) },
            _ => c with { Map = RowMap.Permutahedron(), Weights = [.. all.Select(j => (float)(((j * 13) % 17) - 8))] },
        };
    }
}

/// <summary>The same on long rows, to 2²⁰ entries that are equal or nearly so.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class LongCertificateTests(string device)
{
    [Test]
    public void OnLongRows([ValueSource(typeof(CertificateTests), nameof(CertificateTests.Projections))] string projection, [Values("normal", "small", "flat", "two-values", "geometric-slow", "one-above")] string row)
    {
        int n = device == "native" ? 1 << 13 : 1 << 16;
        CertificateTests.Check(device, CertificateTests.Make(projection, ElementType.Float32, n, Adversary.Row(row, n)), row);
    }

    [TestCase("simplex")]
    [TestCase("l1-ball")]
    [TestCase("capped-simplex")]
    [TestCase("entmax-1.5")]
    [TestCase("isotonic")]
    public void OnRowsOfAMillion(string projection)
    {
        const int n = 1 << 20;
        bool few = device == "native";
        foreach (string row in few ? ["one-above"] : new[] { "flat", "small", "two-values", "alternating", "one-above" })
        {
            // The emulator runs a million entries in seconds; the maps share the code that is at stake.
            if (few && projection is not ("simplex" or "l1-ball"))
                continue;
            foreach (ElementType type in few ? [ElementType.Float32] : new[] { ElementType.Float32, ElementType.Float64 })
                CertificateTests.Check(device, CertificateTests.Make(projection, type, n, Adversary.Row(row, n)), row);
        }
    }
}
