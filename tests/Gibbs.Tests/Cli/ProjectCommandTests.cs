using System;
using System.Linq;
using System.Text.Json;

using NUnit.Framework;

namespace Gibbs.Tests.Cli;

/// <summary><c>gibbs project</c> against numbers found by hand.</summary>
[TestFixture]
public sealed class ProjectCommandTests
{
    private GibbsCommand _gibbs = null!;

    [SetUp]
    public void SetUp()
    {
        _gibbs = new();
        NpyFile.Write(_gibbs.File("x.npy"), "<f4", "(2, 4)", 1f, 0.5f, -1f, 0f, -3f, 4f, 0f, 0f);
        NpyFile.Write(_gibbs.File("v.npy"), "<f4", "(2, 4)", 1f, 2f, 3f, 4f, 1f, 2f, 3f, 4f);
    }

    [TearDown]
    public void TearDown() => _gibbs.Dispose();

    [Test]
    public void Sparsemax_with_gradient_and_sparse_form()
    {
        JsonElement json = Project(
            "sparsemax", "--output", "y.npy", "--upstream", "v.npy", "--gradient", "g.npy", "--thresholds", "t.npy", "--support-size", "s.npy", "--status", "status.npy",
            "--csr-values", "values.npy", "--csr-indices", "indices.npy", "--csr-offsets", "offsets.npy");
        // The first row's support is {0, 1}, τ = ¼; the second's is {1}, τ = 3.
        AssertReals("y.npy", "(2, 4)", 0.75, 0.25, 0, 0, 0, 1, 0, 0);
        AssertReals("g.npy", "(2, 4)", -0.5, 0.5, 0, 0, 0, 0, 0, 0);
        AssertReals("t.npy", "(2,)", 0.25, 3);
        Assert.That(NpyFile.Read<long>(_gibbs.File("s.npy"), "<i8", "(2,)"), Is.EqualTo((long[])[2, 1]));
        Assert.That(NpyFile.Read<byte>(_gibbs.File("status.npy"), "|u1", "(2,)"), Is.EqualTo((byte[])[0, 0]));
        AssertReals("values.npy", "(3,)", 0.75, 0.25, 1);
        Assert.That(NpyFile.Read<int>(_gibbs.File("indices.npy"), "<i4", "(3,)"), Is.EqualTo((int[])[0, 1, 1]));
        Assert.That(NpyFile.Read<long>(_gibbs.File("offsets.npy"), "<i8", "(3,)"), Is.EqualTo((long[])[0, 2, 3]));
        Assert.That(json.GetProperty("kind").GetString(), Is.EqualTo("sparsemax"));
        Assert.That(json.GetProperty("zeros").GetDouble(), Is.EqualTo(5.0 / 8));
        Assert.That(json.GetProperty("support").GetInt64(), Is.EqualTo(3));
        Assert.That(json.GetProperty("statuses").GetProperty("Ok").GetInt32(), Is.EqualTo(2));
        Assert.That((json.GetProperty("rows").GetInt32(), json.GetProperty("columns").GetInt32()), Is.EqualTo((2, 4)));
        Assert.That(json.GetProperty("milliseconds").GetDouble(), Is.GreaterThan(0));
        Assert.That(json.GetProperty("gradientMilliseconds").GetDouble(), Is.GreaterThan(0));
        Assert.That(_gibbs.FilesBut("x.npy", "v.npy"), Has.Length.EqualTo(8), "no temporary file stays");
    }

    [Test]
    public void Scalars_reach_the_map()
    {
        AssertMap([7 / 6.0, 2 / 3.0, 0, 1 / 6.0, 0, 2, 0, 0], "simplex", "--radius", "2");
        AssertMap([1, 0.75, 0, 0.25, 0, 1, 0.5, 0.5], "capped-simplex", "--total", "2");
        AssertMap([0.75, 0.75, 0, 0.5, 0, 0.75, 0.625, 0.625], "capped-simplex", "--total", "2", "--cap", "0.75");
        AssertMap([0, 0, 0, 0, -2, 3, 0, 0], "soft-threshold", "--threshold", "1");
        AssertMap([0, 0, 0, 0, -3, 4, 0, 0], "hard-threshold", "--threshold", "1");
        AssertMap([0, 0, 0, 0, -1, 1.5, 0, 0], "elastic-net", "--threshold", "1", "--ridge", "1");
        AssertMap([1, 0.5, -1, 0, -1, 1, 0, 0], "linf-ball", "--radius", "1");
        AssertMap([1, 0.5, -1, 0, -1.5, 2, 0, 0], "max-norm", "--radius", "2.5");
        AssertMap([1, 0.5, -1, 0, -1.5, 2, 0, 0], "l2-clip", "--maximum", "2.5");
        AssertMap([1, 0.5, -1, 0, -1.5, 2.5, 0, 0], "l1-ball", "--radius", "4");
        AssertMap([0.5, 0.25, -0.5, 0, -1.5, 2, 0, 0], "huber", "--step", "1", "--delta", "2");
        AssertMap([0.75, 0.25, 0, 0, 0, 1, 0, 0], "entmax", "--alpha", "2");
        AssertMap([-1, 0, 0.5, 1, -3, 0, 0, 4], "soft-sort", "--epsilon", "0.001");
        AssertMap([1, 0.5, 0, -1, 4, 0, 0, -3], "soft-sort", "--epsilon", "0.001", "--descending");
        AssertMap([1, 0.5, -0.5, -0.5, 0.5, 0.5, 0, 0], "isotonic", "--descending");
    }

    [Test]
    public void Masks_with_their_compressed_form()
    {
        Project("n-of-m", "--n", "1", "--m", "2", "--output", "y.npy", "--mask", "m.npy", "--compressed", "c.npy", "--metadata", "d.npy");
        AssertReals("y.npy", "(2, 4)", 1, 0, -1, 0, 0, 4, 0, 0);
        Assert.That(NpyFile.Read<byte>(_gibbs.File("m.npy"), "|u1", "(2, 4)"), Is.EqualTo((byte[])[1, 0, 1, 0, 0, 1, 1, 0]));
        AssertReals("c.npy", "(2, 2)", 1, -1, 4, 0);
        Assert.That(NpyFile.Read<byte>(_gibbs.File("d.npy"), "|u1", "(2, 2)"), Is.EqualTo((byte[])[0, 0, 1, 0]));
        Project("l0-ball", "--k", "1", "--output", "z.npy", "--mask", "n.npy");
        AssertReals("z.npy", "(2, 4)", 1, 0, 0, 0, 0, 4, 0, 0);
        Assert.That(NpyFile.Read<byte>(_gibbs.File("n.npy"), "|u1", "(2, 4)"), Is.EqualTo((byte[])[1, 0, 0, 0, 0, 1, 0, 0]));
    }

    [Test]
    public void Groups_by_size_and_by_offsets()
    {
        // ‖(-3, 4)‖ = 5.
        double[] expected = [0, 0, 0, 0, -2.4, 3.2, 0, 0];
        NpyFile.Write(_gibbs.File("x.npy"), "<f4", "(2, 4)", 0.3f, 0.4f, 0f, 0f, -3f, 4f, 0f, 0f);
        AssertMap(expected, "group-lasso", "--threshold", "1", "--group-size", "2");
        NpyFile.Write(_gibbs.File("o.npy"), "<i8", "(3,)", 0L, 2L, 4L);
        AssertMap(expected, "group-lasso", "--threshold", "1", "--group-offsets", "o.npy");
        NpyFile.Write(_gibbs.File("w.npy"), "<f4", "(2,)", 2f, 2f);
        AssertMap(expected, "group-lasso", "--threshold", "0.5", "--group-size", "2", "--group-weights", "w.npy");
        JsonElement json = Project("k-support", "--k", "4", "--step", "1", "--output", "y.npy", "--values", "s.npy");
        AssertReals("y.npy", "(2, 4)", 0.15, 0.2, 0, 0, -1.5, 2, 0, 0);
        AssertReals("s.npy", "(2,)", 0.125, 12.5);
        Assert.That(json.GetProperty("zeros").GetDouble(), Is.EqualTo(0.5));
    }

    [Test]
    public void Parameters_by_row_and_by_column_with_their_gradients()
    {
        NpyFile.Write(_gibbs.File("r.npy"), "<f4", "(2,)", 0.75f, 3.5f);
        Project("soft-threshold", "--row-parameters", "r.npy", "--output", "y.npy", "--upstream", "v.npy", "--parameter-gradient", "p.npy");
        AssertReals("y.npy", "(2, 4)", 0.25, 0, -0.25, 0, 0, 0.5, 0, 0);
        AssertReals("p.npy", "(2,)", -1 + 3, -2);
        NpyFile.Write(_gibbs.File("c.npy"), "<f4", "(4,)", 0f, 1f, 2f, 3f);
        Project("soft-threshold", "--column-parameters", "c.npy", "--output", "z.npy", "--upstream", "v.npy", "--column-parameter-gradient", "q.npy");
        AssertReals("z.npy", "(2, 4)", 1, 0, 0, 0, -3, 3, 0, 0);
        AssertReals("q.npy", "(4,)", -1 + 1, -2, 0, 0);
        Project("elastic-net", "--threshold", "1", "--ridge", "1", "--upstream", "v.npy", "--second-gradient", "s.npy");
        AssertReals("s.npy", "(2,)", 0, -((-1 * 1) + (1.5 * 2)) / 2);
    }

    [Test]
    public void A_vector_is_one_row()
    {
        NpyFile.Write(_gibbs.File("x.npy"), "<f8", "(4,)", 1.0, 0.5, -1, 0);
        JsonElement json = Project("sparsemax", "--output", "y.npy", "--thresholds", "t.npy");
        Assert.That(NpyFile.Read<double>(_gibbs.File("y.npy"), "<f8", "(4,)"), Is.EqualTo((double[])[0.75, 0.25, 0, 0]));
        Assert.That(NpyFile.Read<double>(_gibbs.File("t.npy"), "<f8", "(1,)"), Is.EqualTo((double[])[0.25]));
        Assert.That(json.GetProperty("rows").GetInt32(), Is.EqualTo(1));
        Assert.That(json.GetProperty("shape").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public void Output_types_follow_the_rows([Values("float64", "float16", "bfloat16")] string type)
    {
        Project("sparsemax", "--type", type, "--output", "y.npy", "--thresholds", "t.npy");
        double[] y = type switch
        {
            "float64" => NpyFile.Read<double>(_gibbs.File("y.npy"), "<f8", "(2, 4)"),
            "float16" => Array.ConvertAll(NpyFile.Read<Half>(_gibbs.File("y.npy"), "<f2", "(2, 4)"), static value => (double)value),
            _ => Array.ConvertAll(NpyFile.Read<float>(_gibbs.File("y.npy"), "<f4", "(2, 4)"), static value => (double)value),
        };
        Assert.That(y, Is.EqualTo((double[])[0.75, 0.25, 0, 0, 0, 1, 0, 0]));
    }

    [Test]
    public void Every_kind_maps_finite_rows([ValueSource(nameof(Kinds))] string kind)
    {
        NpyFile.Write(_gibbs.File("x.npy"), "<f4", "(3, 32)", [.. Enumerable.Range(0, 96).Select(static i => (float)(3 * Math.Sin(i)))]);
        NpyFile.Write(_gibbs.File("v.npy"), "<f4", "(3, 32)", [.. Enumerable.Range(0, 96).Select(static i => (float)Math.Cos(i))]);
        NpyFile.Write(_gibbs.File("w.npy"), "<f4", "(32,)", [.. Enumerable.Range(1, 32).Select(static i => (float)i)]);
        string[] words = kind switch
        {
            "capped-simplex" or "box-section" => ["--total", "3"],
            "weighted-simplex" or "permutahedron" => ["--weights", "w.npy"],
            "sparse-simplex" or "l0-ball" => ["--k", "5"],
            "max-norm" => ["--radius", "2"],
            "l2-clip" => ["--maximum", "2"],
            "l1inf-ball" => ["--radius", "2", "--group-size", "4"],
            "soft-threshold" or "hard-threshold" or "mcp" or "scad" => ["--threshold", "0.5"],
            "elastic-net" => ["--threshold", "0.5", "--ridge", "0.1"],
            "huber" => ["--step", "0.5"],
            "group-lasso" or "linf1-prox" => ["--threshold", "0.5", "--group-size", "4"],
            "k-support" or "group-envelope" => ["--k", "5", "--step", "0.5"],
            "n-of-m" => ["--n", "2", "--m", "4"],
            "soft-sort" or "soft-rank" => ["--epsilon", "0.5", "--entropic"],
            "tangent" => ["--point", "v.npy"],
            _ => [],
        };
        JsonElement json = Project([kind, .. words, "--output", "y.npy", "--upstream", "v.npy", "--gradient", "g.npy"]);
        Assert.That(json.GetProperty("statuses").GetProperty("Ok").GetInt32(), Is.EqualTo(3));
        Assert.That(NpyFile.Read<float>(_gibbs.File("y.npy"), "<f4", "(3, 32)"), Has.All.Matches<float>(float.IsFinite).And.Some.Not.Zero);
        Assert.That(NpyFile.Read<float>(_gibbs.File("g.npy"), "<f4", "(3, 32)"), Has.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void Rows_that_are_not_finite_are_a_warning()
    {
        float inf = float.PositiveInfinity;
        NpyFile.Write(_gibbs.File("x.npy"), "<f4", "(4, 2)", 0f, 0f, float.NaN, 0f, inf, 0f, -inf, -inf);
        JsonElement json = Project("sparsemax", "--output", "y.npy");
        Assert.That(json.GetProperty("warning").GetString(), Does.Contain("row 1").And.Contain("row 2").And.Contain("row 3"));
        foreach (string status in (string[])["Ok", "NotANumber", "PlusInfinity", "AllMasked"])
            Assert.That(json.GetProperty("statuses").GetProperty(status).GetInt32(), Is.EqualTo(1), status);
        Assert.That(NpyFile.Read<float>(_gibbs.File("y.npy"), "<f4", "(4, 2)"), Is.EqualTo((float[])[0.5f, 0.5f, float.NaN, float.NaN, 1, 0, 0, 0]));
        CommandResult text = _gibbs.Run("project", "sparsemax", "--input", "x.npy", "--device", "cpu");
        Assert.That(text.ExitCode, Is.Zero);
        Assert.That(text.Error, Does.StartWith("gibbs: warning: "));
        Assert.That(text.Output, Does.Contain("1 AllMasked").And.Contain("zeros"));
    }

    [Test]
    public void No_rows_are_valid()
    {
        NpyFile.Write<float>(_gibbs.File("x.npy"), "<f4", "(0, 5)");
        JsonElement json = Project("sparsemax", "--output", "y.npy", "--csr-values", "a.npy", "--csr-indices", "b.npy", "--csr-offsets", "c.npy");
        Assert.That(json.GetProperty("zeros").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(NpyFile.Read<float>(_gibbs.File("y.npy"), "<f4", "(0, 5)"), Is.Empty);
        Assert.That(NpyFile.Read<long>(_gibbs.File("c.npy"), "<i8", "(1,)"), Is.EqualTo((long[])[0]));
    }

    [Test]
    public void Help_lists_the_kinds_with_a_line_each()
    {
        CommandResult help = _gibbs.Run("project", "--help");
        Assert.That((help.ExitCode, help.Error), Is.EqualTo((0, string.Empty)));
        foreach (string kind in Kinds)
            Assert.That(help.Output, Does.Match($@"(?m)^  {kind} +\S"), kind);
        CommandResult one = _gibbs.Run("project", "box-section", "--help");
        Assert.That(one.Output, Does.Contain("--total").And.Contain("--weights").And.Contain("--lower").And.Contain("--upper").And.Contain("gibbs project box-section"));
    }

    private static readonly string[] Kinds =
    [
        "sparsemax", "simplex", "entmax", "normmax", "capped-simplex", "box-section", "weighted-simplex", "sparse-simplex", "l1-ball", "l2-ball", "max-norm", "l2-clip", "linf-ball",
        "l0-ball", "l1inf-ball", "soft-threshold", "hard-threshold", "elastic-net", "mcp", "scad", "huber", "group-lasso", "linf1-prox", "k-support", "group-envelope", "n-of-m",
        "isotonic", "soft-sort", "soft-rank", "permutahedron", "sphere", "tangent",
    ];

    private void AssertMap(double[] expected, params string[] arguments)
    {
        Project([.. arguments, "--output", "y.npy"]);
        Assert.That(
            Array.ConvertAll(NpyFile.Read<float>(_gibbs.File("y.npy"), "<f4", "(2, 4)"), static value => (double)value), Is.EqualTo(expected).Within(2e-6), string.Join(' ', arguments));
    }

    private void AssertReals(string file, string shape, params double[] expected) =>
        Assert.That(Array.ConvertAll(NpyFile.Read<float>(_gibbs.File(file), "<f4", shape), static value => (double)value), Is.EqualTo(expected).Within(1e-6), file);

    private JsonElement Project(params string[] arguments) => _gibbs.Run(["project", arguments[0], "--input", "x.npy", "--device", "cpu", "--json", .. arguments[1..]]).Json();
}
