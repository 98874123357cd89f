using NUnit.Framework;

namespace Gibbs.Tests.Cli;

/// <summary>Whatever is wrong with a projection, a Fenchel-Young loss or a global mask is one line on stderr, exit code 1 or 2, and no file.</summary>
[TestFixture]
public sealed class WrongProjectionTests
{
    private GibbsCommand _gibbs = null!;

    [SetUp]
    public void SetUp()
    {
        _gibbs = new();
        NpyFile.Write(_gibbs.File("x.npy"), "<f4", "(2, 3)", 1f, 2f, 3f, 4f, 5f, 6f);
        NpyFile.Write(_gibbs.File("y.npy"), "<i8", "(2,)", 0L, 2L);
        NpyFile.Write(_gibbs.File("a.npy"), "<f4", "(4,)", 1f, 1f, 1f, 1f);
        NpyFile.Write(_gibbs.File("r.npy"), "<f4", "(2,)", 1f, -1f);
        NpyFile.Write(_gibbs.File("o.npy"), "<i4", "(3,)", 0, 2, 4);
    }

    [TearDown]
    public void TearDown() => _gibbs.Dispose();

    [TestCase("sparse-simplex", "--k", "0")]
    [TestCase("l0-ball", "--k", "-1")]
    [TestCase("k-support", "--k", "0", "--step", "1")]
    [TestCase("entmax", "--alpha", "1")]
    [TestCase("entmax", "--alpha", "8.5")]
    [TestCase("normmax", "--alpha", "0.5")]
    [TestCase("simplex", "--radius", "-1")]
    [TestCase("l1-ball", "--radius", "-0.5")]
    [TestCase("sphere", "--radius", "0")]
    [TestCase("l2-clip", "--maximum", "-1")]
    [TestCase("capped-simplex", "--total", "-1")]
    [TestCase("n-of-m", "--n", "5", "--m", "4")]
    [TestCase("n-of-m", "--m", "65", "--n", "2")]
    [TestCase("soft-threshold", "--threshold", "nan")]
    [TestCase("soft-threshold", "--threshold", "inf")]
    [TestCase("soft-threshold", "--threshold", "much")]
    [TestCase("mcp", "--gamma", "1", "--threshold", "1")]
    [TestCase("scad", "--a", "2", "--threshold", "1")]
    [TestCase("huber", "--delta", "0", "--step", "1")]
    [TestCase("soft-rank", "--epsilon", "0")]
    [TestCase("group-lasso", "--group-size", "-2", "--threshold", "1")]
    public void A_scalar_out_of_range(string kind, string option, string value, params string[] more)
    {
        Project([kind, option, value, .. more, "--output", "p.npy"]).ExpectFailure(2, option, value);
        ExpectNoFile();
    }

    [TestCase("simplex", "--radius", "1", "--row-parameters", "r.npy")]
    [TestCase("soft-threshold", "--row-parameters", "r.npy", "--column-parameters", "a.npy")]
    [TestCase("group-lasso", "--threshold", "1", "--group-size", "2", "--group-offsets", "o.npy")]
    [TestCase("sparsemax", "--upstream", "x.npy")]
    [TestCase("sparsemax", "--csr-values", "v.npy", "--csr-offsets", "f.npy")]
    [TestCase("soft-threshold", "--threshold", "1", "--upstream", "x.npy", "--column-parameter-gradient", "g.npy")]
    [TestCase("sparsemax", "--output", "p.npy", "--support-size", "p.npy")]
    [TestCase("l2-ball", "--csr-values", "v.npy")]
    [TestCase("sparsemax", "--alpha", "2")]
    public void Options_that_do_not_go_together(string kind, params string[] options)
    {
        Project([kind, .. options]).ExpectFailure(2);
        ExpectNoFile();
    }

    [TestCase("soft-threshold", "--threshold")]
    [TestCase("sparse-simplex", "--k")]
    [TestCase("capped-simplex", "--total")]
    [TestCase("max-norm", "--radius")]
    [TestCase("tangent", "--point")]
    [TestCase("permutahedron", "--weights")]
    [TestCase("group-lasso", "--group-size", "--threshold", "1")]
    [TestCase("n-of-m", "--m", "--n", "2")]
    [TestCase("sparsemax", "--upstream", "--gradient", "g.npy")]
    public void A_missing_word(string kind, string missing, params string[] given) => Project([kind, .. given]).ExpectFailure(2, missing);

    [Test]
    public void An_unknown_kind_lists_the_others()
    {
        _gibbs.Run("project", "fly", "--input", "x.npy").ExpectFailure(2, "fly", "sparsemax", "tangent");
        _gibbs.Run("project").ExpectFailure(2, "sparsemax", "tangent");
        _gibbs.Run("project", "sparsemax").ExpectFailure(2, "--input", "gibbs project sparsemax --help");
        _gibbs.Run("bench", "project", "fly").ExpectFailure(2, "fly", "sparsemax");
        _gibbs.Run("bench", "project", "entmax", "--alpha", "1").ExpectFailure(2, "--alpha");
    }

    [TestCase("sparsemax", "(2, 3)", "--upstream", "a.npy", "--gradient", "g.npy")]
    [TestCase("simplex", "(2,)", "--row-parameters", "a.npy")]
    [TestCase("simplex", "row 1", "--row-parameters", "r.npy")]
    [TestCase("box-section", "(3,)", "--total", "1", "--weights", "a.npy")]
    [TestCase("box-section", "Weights", "--total", "1", "--weights", "w.npy")]
    [TestCase("tangent", "(2, 3)", "--point", "a.npy")]
    [TestCase("group-lasso", "from 0 to 3", "--threshold", "1", "--group-offsets", "o.npy")]
    [TestCase("group-lasso", "(2,)", "--threshold", "1", "--group-size", "2", "--group-weights", "a.npy")]
    [TestCase("l0-ball", "k must be in [1, 3]", "--k", "4")]
    [TestCase("sparse-simplex", "k must be in [1, 3]", "--k", "4")]
    [TestCase("k-support", "k must be in [1, 3]", "--k", "4", "--step", "1")]
    [TestCase("n-of-m", "multiple of 2", "--n", "1", "--m", "2", "--compressed", "c.npy")]
    public void An_array_or_a_count_that_does_not_fit(string kind, string says, params string[] options)
    {
        NpyFile.Write(_gibbs.File("w.npy"), "<f4", "(3,)", 1f, 0f, 1f);
        Project([kind, .. options, "--output", "p.npy"]).ExpectFailure(1, says);
        ExpectNoFile("w.npy");
    }

    [Test]
    public void Rows_of_another_form()
    {
        NpyFile.Write(_gibbs.File("x.npy"), "<i4", "(2, 3)", 1, 2, 3, 4, 5, 6);
        Project("sparsemax").ExpectFailure(1, "x.npy", "int32");
        NpyFile.Write(_gibbs.File("x.npy"), "<f4", "(1, 2, 3)", 1f, 2f, 3f, 4f, 5f, 6f);
        Project("sparsemax").ExpectFailure(1, "x.npy", "(1, 2, 3)");
        NpyFile.Write<float>(_gibbs.File("x.npy"), "<f4", "(2, 0)");
        Project("sparsemax").ExpectFailure(1, "x.npy", "V must be at least 1");
        _gibbs.Run("project", "sparsemax", "--input", "nowhere.npy").ExpectFailure(1, "nowhere.npy", "no such file");
    }

    [TestCase(2, "--alpha", "--alpha", "1")]
    [TestCase(2, "--alpha", "--kind", "sparsemax", "--alpha", "1.5")]
    [TestCase(2, "--kind", "--kind", "softmax")]
    [TestCase(2, "--label-smoothing", "--label-smoothing", "2")]
    [TestCase(2, "--normaliser", "--normaliser", "2", "--reduction", "sum")]
    [TestCase(1, "a.npy", "--class-weights", "a.npy")]
    [TestCase(1, "row 1", "--row-alphas", "r.npy")]
    public void A_wrong_loss(int exitCode, string says, params string[] options)
    {
        NpyFile.Write(_gibbs.File("r.npy"), "<f4", "(2,)", 2f, 1f);
        _gibbs.Run(["fenchel-young", "--logits", "x.npy", "--targets", "y.npy", "--losses", "l.npy", "--device", "cpu", .. options]).ExpectFailure(exitCode, says);
        ExpectNoFile();
    }

    [Test]
    public void A_loss_lacks_something_or_has_a_wrong_target()
    {
        _gibbs.Run("fenchel-young", "--logits", "x.npy").ExpectFailure(2, "--targets");
        _gibbs.Run("fenchel-young", "--targets", "y.npy").ExpectFailure(2, "--logits");
        NpyFile.Write(_gibbs.File("y.npy"), "<i8", "(2,)", 0L, 3L);
        _gibbs.Run("fenchel-young", "--logits", "x.npy", "--targets", "y.npy").ExpectFailure(1, "y.npy", "row 1", "[0, 3)");
    }

    [TestCase(2, "--keep")]
    [TestCase(2, "--keep", "--keep", "1", "--sparsity", "0.5")]
    [TestCase(2, "--sparsity", "--sparsity", "1.5")]
    [TestCase(2, "--mask", "--keep", "1", "--mask", "m.npy", "n.npy")]
    [TestCase(2, "--other", "--keep", "1", "--score", "sensitivity")]
    [TestCase(2, "--other", "--keep", "1", "--other", "x.npy")]
    [TestCase(2, "--score", "--keep", "1", "--score", "beauty")]
    [TestCase(1, "--keep", "--keep", "7")]
    [TestCase(1, "a.npy", "--keep", "1", "--score", "given", "--other", "a.npy")]
    public void A_wrong_mask(int exitCode, string says, params string[] options)
    {
        _gibbs.Run(["global-mask", "--weights", "x.npy", "--device", "cpu", .. options]).ExpectFailure(exitCode, says);
        ExpectNoFile();
    }

    private void ExpectNoFile(params string[] inputs) => Assert.That(_gibbs.FilesBut(["x.npy", "y.npy", "a.npy", "r.npy", "o.npy", .. inputs]), Is.Empty);

    private CommandResult Project(params string[] arguments) => _gibbs.Run(["project", arguments[0], "--input", "x.npy", "--device", "cpu", .. arguments[1..]]);
}
