using System.Linq;
using System.Text.Json;

using NUnit.Framework;

namespace Gibbs.Tests.Cli;

/// <summary><c>gibbs info</c>, <c>gibbs bench</c>, help and version.</summary>
[TestFixture]
public sealed class OtherCommandTests
{
    private GibbsCommand _gibbs = null!;

    [SetUp]
    public void SetUp() => _gibbs = new();

    [TearDown]
    public void TearDown() => _gibbs.Dispose();

    [Test]
    public void Info_tells_processor_library_and_what_auto_takes()
    {
        CommandResult text = _gibbs.Run("info");
        Assert.That((text.ExitCode, text.Error), Is.EqualTo((0, string.Empty)));
        Assert.That(text.Output, Does.Contain("cpu: ").And.Contain("auto: ").And.Contain("native library"));
        JsonElement json = _gibbs.Run("info", "--json").Json();
        Assert.That(json.GetProperty("processors").GetInt32(), Is.GreaterThan(0));
        Assert.That(json.GetProperty("auto").GetString(), Is.EqualTo("cpu").Or.StartsWith("cuda"));
    }

    [Test]
    public void Help_and_version()
    {
        foreach (string[] command in (string[][])[[], ["cross-entropy"], ["project"], ["fenchel-young"], ["global-mask"], ["bench"], ["bench", "project"], ["train"], ["info"]])
        {
            CommandResult help = _gibbs.Run([.. command, "--help"]);
            Assert.That((help.ExitCode, help.Error), Is.EqualTo((0, string.Empty)));
            Assert.That(help.Output, Does.Contain("gibbs").And.Not.Contain("Gibbs.Cli"));
        }

        CommandResult version = _gibbs.Run("--version");
        Assert.That(version.ExitCode, Is.Zero);
        Assert.That(version.Output, Does.Match(@"^\d+\.\d+\.\d+"));
    }

    [TestCase("cross-entropy", 2)]
    [TestCase("cross-entropy-in-place", 2)]
    [TestCase("cross-entropy-forward", 1)]
    public void Bench_compares_with_a_copy(string operation, int passes)
    {
        JsonElement json = _gibbs.Run("bench", operation, "--rows", "64", "--columns", "1000", "--type", "bfloat16", "--seconds", "0.3", "--device", "cpu", "--json").Json();
        Assert.That(
            json.EnumerateObject().Select(static member => member.Name),
            Is.EqualTo((string[])["operation", "rows", "columns", "type", "device", "medianMilliseconds", "bytes", "copyMilliseconds", "fractionOfCopy"]));
        Assert.That(json.GetProperty("operation").GetString(), Is.EqualTo(operation));
        Assert.That((json.GetProperty("rows").GetInt32(), json.GetProperty("columns").GetInt32()), Is.EqualTo((64, 1000)));
        Assert.That((json.GetProperty("type").GetString(), json.GetProperty("device").GetString()), Is.EqualTo(("bfloat16", "cpu")));
        Assert.That(json.GetProperty("bytes").GetInt64(), Is.EqualTo(64 * 1000 * 2 * passes));
        double fraction = json.GetProperty("copyMilliseconds").GetDouble() / json.GetProperty("medianMilliseconds").GetDouble();
        Assert.That(json.GetProperty("copyMilliseconds").GetDouble(), Is.GreaterThan(0));
        Assert.That(json.GetProperty("fractionOfCopy").GetDouble(), Is.EqualTo(fraction).Within(0.01 * fraction));
    }

    // Matrices moved: a gradient reads upstream and result, a tangent projection rows and points.
    [TestCase(2, "project sparsemax")]
    [TestCase(2, "project entmax", "--alpha", "1.3", "--in-place")]
    [TestCase(2, "project soft-threshold")]
    [TestCase(2, "project n-of-m")]
    [TestCase(2, "project permutahedron")]
    [TestCase(3, "project l2-ball gradient", "--gradient", "--radius", "2")]
    [TestCase(3, "project soft-sort gradient", "--gradient")]
    [TestCase(3, "project tangent")]
    [TestCase(2, "fenchel-young", "--alpha", "2")]
    [TestCase(2, "fenchel-young-in-place")]
    [TestCase(1, "fenchel-young-forward")]
    public void Bench_declares_the_bytes_of_maps_and_losses(int matrices, string operation, params string[] options)
    {
        string[] words = [.. operation.Split(' ').Where(static word => word != "gradient")];
        JsonElement json = _gibbs.Run(["bench", .. words, "--rows", "64", "--columns", "512", "--seconds", "0.1", "--device", "cpu", "--json", .. options]).Json();
        Assert.That(json.GetProperty("operation").GetString(), Is.EqualTo(operation));
        Assert.That(json.GetProperty("bytes").GetInt64(), Is.EqualTo(64 * 512 * 4 * matrices));
        Assert.That(json.GetProperty("fractionOfCopy").GetDouble(), Is.GreaterThan(0));
    }

    [Test]
    public void Bench_without_an_operation_lists_them()
    {
        _gibbs.Run("bench").ExpectFailure(2, "cross-entropy", "cross-entropy-in-place", "cross-entropy-forward");
        _gibbs.Run("bench", "matrix-product").ExpectFailure(2, "matrix-product", "cross-entropy-in-place");
        _gibbs.Run("bench", "cross-entropy", "--rows", "0").ExpectFailure(2, "--rows");
    }
}
