using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Cli;

[TestFixture]
public sealed class TrainCommandTests
{
    private GibbsCommand _gibbs = null!;

    [SetUp]
    public void SetUp() => _gibbs = new();

    [TearDown]
    public void TearDown() => _gibbs.Dispose();

    [Test]
    public void By_default_it_learns_the_digits_on_the_cpu()
    {
        JsonElement json = _gibbs.Run("train", "--device", "cpu", "--json").Json();
        Assert.That(json.GetProperty("testAccuracy").GetDouble(), Is.GreaterThan(0.95).And.LessThanOrEqualTo(1));
        Assert.That(json.GetProperty("trainAccuracy").GetDouble(), Is.GreaterThan(0.98).And.LessThanOrEqualTo(1));
        Assert.That(json.GetProperty("testLoss").GetDouble(), Is.GreaterThan(0).And.LessThan(0.3));
        Assert.That(json.GetProperty("trainLoss").GetDouble(), Is.GreaterThan(0).And.LessThan(0.1));
        Assert.That(json.GetProperty("rowsPerSecond").GetDouble(), Is.GreaterThan(0));
        Assert.That(json.GetProperty("seconds").GetDouble(), Is.GreaterThan(0).And.LessThan(60));
        Assert.That(json.GetProperty("epochs").GetInt32(), Is.EqualTo(30));
        Assert.That(json.GetProperty("device").GetString(), Is.EqualTo("cpu"));
    }

    [TestCase("sparsemax")]
    [TestCase("entmax")]
    [TestCase("entmax", "--alpha", "1.25", "--label-smoothing", "0.01")]
    public void With_a_sparse_loss_it_learns_them_too(string loss, params string[] options)
    {
        JsonElement json = _gibbs.Run(["train", "--loss", loss, "--device", "cpu", "--json", .. options]).Json();
        Assert.That(json.GetProperty("testAccuracy").GetDouble(), Is.GreaterThan(0.95));
        Assert.That(json.TryGetProperty("sparsity", out _), Is.False);
    }

    // By the default strengths: the accuracy of dense training is 98 %.
    [TestCase("soft-threshold", 0.5, 0.95)]
    [TestCase("group-lasso", 0.05, 0.95)]
    [TestCase("k-support", 0.5, 0.95)]
    [TestCase("n-of-m", 0.5, 0.95)]
    [TestCase("l0-ball", 0.85, 0.95)]
    [TestCase("l1-ball", 0.3, 0.95)]
    [TestCase("max-norm", 0, 0.95)]
    public void A_proximal_step_makes_weights_sparse_and_keeps_the_accuracy(string kind, double sparsity, double accuracy)
    {
        JsonElement json = _gibbs.Run("train", "--weight-prox", kind, "--device", "cpu", "--json").Json();
        Assert.That(json.GetProperty("sparsity").GetProperty("hidden").GetDouble(), Is.GreaterThanOrEqualTo(sparsity));
        Assert.That(json.GetProperty("testAccuracy").GetDouble(), Is.GreaterThan(accuracy));
        Assert.That(json.TryGetProperty("zeroGroups", out JsonElement groups), Is.EqualTo(kind == "group-lasso"));
        if (kind == "group-lasso")
            Assert.That(groups.GetProperty("hidden").GetInt32(), Is.GreaterThan(0));
    }

    [Test]
    public void A_stronger_penalty_makes_more_zeros()
    {
        double[] zeros = System.Array.ConvertAll(
            ["0", "0.01", "0.05"],
            strength => _gibbs.Run("train", "--epochs", "5", "--weight-prox", "soft-threshold", "--prox-strength", strength, "--device", "cpu", "--json").Json()
                .GetProperty("sparsity").GetProperty("hidden").GetDouble());
        Assert.That(zeros[0], Is.Zero);
        Assert.That(zeros, Is.Ordered.Ascending.And.Unique);
    }

    [Test]
    public void People_see_the_sparsity()
    {
        CommandResult result = _gibbs.Run("train", "--epochs", "2", "--weight-prox", "group-lasso", "--prox-strength", "5", "--device", "cpu");
        Assert.That(result.Output, Does.Contain("hidden weights: ").And.Contain("output weights: ").And.Contain("of 64 groups zero throughout"));
    }

    [Test]
    public void The_same_seed_gives_the_same_run_and_another_seed_another()
    {
        double first = Loss("1");
        Assert.That(Loss("1"), Is.EqualTo(first));
        Assert.That(Loss("2"), Is.Not.EqualTo(first));

        double Loss(string seed) => _gibbs.Run("train", "--epochs", "2", "--seed", seed, "--device", "cpu", "--json").Json().GetProperty("trainLoss").GetDouble();
    }

    [Test]
    public void Loss_options_change_the_loss()
    {
        double plain = Loss();
        // Every term is positive here, and large against what two epochs differ by.
        Assert.That(Loss("--label-smoothing", "0.5"), Is.GreaterThan(plain + 0.5));
        Assert.That(Loss("--z-loss", "0.1"), Is.GreaterThan(plain));
        Assert.That(Loss("--target-loss", "focal", "--target-loss-parameter", "2"), Is.LessThan(plain));

        double Loss(params string[] options) => _gibbs.Run(["train", "--epochs", "2", "--device", "cpu", "--json", .. options]).Json().GetProperty("trainLoss").GetDouble();
    }

    [Test]
    public void People_get_a_line_per_epoch_and_the_reason_for_the_device()
    {
        CommandResult result = _gibbs.Run("train", "--epochs", "2");
        Assert.That((result.ExitCode, result.Error), Is.EqualTo((0, string.Empty)));
        string[] lines = result.Output.Split('\n');
        Assert.That(lines.Count(static line => line.Count(static c => c == '%') == 2), Is.EqualTo(2), result.Output);
        Assert.That(result.Output, Does.Contain("test accuracy").And.Contain("rows per second").And.Contain("auto: "));
        Assert.That(result.Output, Does.Not.Contain("\u001b"), "no terminal codes where there is no terminal");
    }

    [Test]
    public void The_plot_is_well_formed_and_has_both_curves_in_both_panels()
    {
        _gibbs.Run("train", "--epochs", "3", "--device", "cpu", "--json", "--plot", "curves.svg").Json();
        XElement svg = XDocument.Load(_gibbs.File("curves.svg")).Root!;
        Assert.That(svg.Name.LocalName, Is.EqualTo("svg"));
        XElement[] curves = [.. svg.Elements().Where(static element => element.Name.LocalName == "polyline")];
        Assert.That(curves, Has.Length.EqualTo(4));
        foreach (XElement curve in curves)
            Assert.That(curve.Attribute("points")!.Value.Split(' '), Has.Length.EqualTo(3));
        string[] texts = [.. svg.Elements().Where(static element => element.Name.LocalName == "text").Select(static element => element.Value)];
        Assert.That(texts, Does.Contain("loss").And.Contain("accuracy").And.Contain("epoch").And.Contain("training rows").And.Contain("test rows"));
        Assert.That(_gibbs.FilesBut("curves.svg"), Is.Empty);
    }

    [Test]
    public void A_csv_of_ones_own_with_names_and_compressed()
    {
        StringBuilder text = new("width,height,kind\n");
        for (int i = 0; i < 100; i++)
            text.Append($"{i % 2},{i % 7},{i % 2}\n");
        using (StreamWriter writer = new(new GZipStream(File.Create(_gibbs.File("a.csv.gz")), CompressionLevel.Fastest)))
            writer.Write(text.ToString());
        JsonElement json = _gibbs.Run(
            "train", "--data", "a.csv.gz", "--epochs", "20", "--hidden", "5", "--batch-size", "7", "--learning-rate", "0.1", "--device", "cpu", "--json").Json();
        Assert.That(json.GetProperty("testAccuracy").GetDouble(), Is.EqualTo(1));
    }

    [TestCase("1,2,0\n1,x,1\n", "line 2, column 2", "'x'")]
    [TestCase("1,2,0\n1,2\n", "line 2", "2 columns")]
    [TestCase("1,2,0\n1,2,0.5\n", "line 2, column 3", "label")]
    [TestCase("1,2,0\n1,2,-1\n", "line 2, column 3", "label")]
    [TestCase("1,2,0\n1,nan,1\n", "line 2, column 2", "finite")]
    [TestCase("1,2,0\n1,2,99999999\n", "line 2, column 3", "label")]
    [TestCase("1,2,0\n", "at least 2")]
    [TestCase("", "at least 2")]
    [TestCase("1,2,0\n1,3,0\n", "two classes")]
    [TestCase("hello\n", "comma")]
    public void A_wrong_csv_is_named_by_line_and_column(string contents, params string[] says)
    {
        File.WriteAllText(_gibbs.File("a.csv"), contents);
        _gibbs.Run("train", "--data", "a.csv").ExpectFailure(1, ["a.csv", .. says]);
    }

    [Test]
    public void Wrong_usage()
    {
        _gibbs.Run("train", "--data", "nowhere.csv").ExpectFailure(1, "nowhere.csv", "no such file");
        _gibbs.Run("train", "--epochs", "0").ExpectFailure(2, "--epochs");
        _gibbs.Run("train", "--learning-rate", "-1").ExpectFailure(2, "--learning-rate");
        _gibbs.Run("train", "--test-fraction", "1").ExpectFailure(2, "--test-fraction");
        _gibbs.Run("train", "--loss", "hinge").ExpectFailure(2, "--loss", "hinge");
        _gibbs.Run("train", "--loss", "sparsemax", "--z-loss", "1").ExpectFailure(2, "--z-loss");
        _gibbs.Run("train", "--loss", "sparsemax", "--alpha", "1.5").ExpectFailure(2, "--alpha");
        _gibbs.Run("train", "--loss", "entmax", "--alpha", "1").ExpectFailure(2, "--alpha");
        _gibbs.Run("train", "--weight-prox", "tangent").ExpectFailure(2, "--weight-prox", "tangent", "soft-threshold");
        _gibbs.Run("train", "--prox-k", "3").ExpectFailure(2, "--prox-k", "--weight-prox");
        _gibbs.Run("train", "--weight-prox", "max-norm", "--prox-strength", "1").ExpectFailure(2, "--prox-strength");
        _gibbs.Run("train", "--weight-prox", "n-of-m", "--prox-n", "5").ExpectFailure(2, "--prox-n", "5");
        _gibbs.Run("train", "--weight-prox", "l1-ball", "--prox-radius", "-1").ExpectFailure(2, "--prox-radius", "-1");
        _gibbs.Run("train", "--weight-prox", "soft-threshold", "--prox-strength", "nan").ExpectFailure(2, "--prox-strength", "nan");
        _gibbs.Run("train", "--epochs", "1", "--json", "--plot", "missing/c.svg").ExpectFailure(1, "missing/c.svg");
    }

    [Test]
    public void Divergence_is_an_error_and_leaves_no_plot()
    {
        _gibbs.Run("train", "--epochs", "3", "--learning-rate", "1e30", "--json", "--plot", "c.svg").ExpectFailure(1, "diverged");
        Assert.That(_gibbs.FilesBut(), Is.Empty);
    }
}
