using System;
using System.IO;

using NUnit.Framework;

namespace Gibbs.Tests.Cli;

/// <summary>Whatever is wrong is one line on stderr, exit code 1 or 2, no stack trace, nothing on stdout, and no file.</summary>
[TestFixture]
public sealed class WrongInputTests
{
    private GibbsCommand _gibbs = null!;

    [SetUp]
    public void SetUp()
    {
        _gibbs = new();
        NpyFile.Write(_gibbs.File("z.npy"), "<f4", "(2, 3)", 1f, 2f, 3f, 4f, 5f, 6f);
        NpyFile.Write(_gibbs.File("y.npy"), "<i8", "(2,)", 0L, 2L);
    }

    [TearDown]
    public void TearDown() => _gibbs.Dispose();

    [Test]
    public void A_missing_file() => CrossEntropy("--logits", "nowhere.npy", "--targets", "y.npy").ExpectFailure(1, "nowhere.npy", "no such file");

    [Test]
    public void A_folder() => CrossEntropy("--logits", ".", "--targets", "y.npy").ExpectFailure(1, "is a folder");

    [TestCase("not a .npy file at all", "not a .npy file")]
    [TestCase("", "not a .npy file")]
    public void A_file_of_another_kind(string contents, string says)
    {
        File.WriteAllText(_gibbs.File("z.npy"), contents);
        Default().ExpectFailure(1, "z.npy", says);
    }

    [Test]
    public void A_truncated_file([Values(4, 9, 40, 130)] int length)
    {
        byte[] whole = File.ReadAllBytes(_gibbs.File("z.npy"));
        File.WriteAllBytes(_gibbs.File("z.npy"), whole[..length]);
        Default().ExpectFailure(1, "z.npy", "truncated");
    }

    [Test]
    public void A_file_with_more_than_its_header_says()
    {
        NpyFile.WriteRaw(_gibbs.File("z.npy"), "<f4", "False", "(2, 3)", new byte[25]);
        Default().ExpectFailure(1, "z.npy", "after the 6 elements");
    }

    [Test]
    public void A_header_that_claims_the_world()
    {
        NpyFile.WriteRaw(_gibbs.File("z.npy"), "<f4", "False", "(2000000, 1000)", new byte[24]);
        Default().ExpectFailure(1, "z.npy", "truncated");
        NpyFile.WriteRaw(_gibbs.File("z.npy"), "<f4", "False", "(4000000000, 4000000000)", new byte[24]);
        Default().ExpectFailure(1, "z.npy", "elements");
    }

    [TestCase("<f4", "True", "(2, 3)", "Fortran order")]
    [TestCase("<f4", "False", "(6,)", "(6,)")]
    [TestCase("<f4", "False", "(1, 2, 3)", "(1, 2, 3)")]
    [TestCase("<f4", "False", "()", "after the 1 elements")]
    [TestCase(">f4", "False", "(2, 3)", "big-endian")]
    [TestCase("<c8", "False", "(2, 3)", "<c8")]
    [TestCase("<i4", "False", "(2, 3)", "int32")]
    [TestCase("<f4", "Maybe", "(2, 3)", "malformed")]
    [TestCase("<f4", "False", "(2, -3)", "malformed")]
    [TestCase("<f4", "False", "(2 3)", "malformed")]
    public void Logits_of_another_form(string descr, string fortran, string shape, string says)
    {
        NpyFile.WriteRaw(_gibbs.File("z.npy"), descr, fortran, shape, new byte[24]);
        Default().ExpectFailure(1, "z.npy", says);
    }

    [Test]
    public void No_columns()
    {
        NpyFile.Write<float>(_gibbs.File("z.npy"), "<f4", "(2, 0)");
        Default().ExpectFailure(1, "z.npy", "V must be at least 1");
        NpyFile.Write<float>(_gibbs.File("z.npy"), "<f4", "(0, 0)");
        Default().ExpectFailure(1, "z.npy", "V must be at least 1");
    }

    [Test]
    public void Targets_of_another_length_or_type()
    {
        NpyFile.Write(_gibbs.File("y.npy"), "<i8", "(3,)", 0L, 1L, 2L);
        Default().ExpectFailure(1, "y.npy", "(2,)", "(3,)");
        NpyFile.Write(_gibbs.File("y.npy"), "<f4", "(2,)", 0f, 1f);
        Default().ExpectFailure(1, "y.npy", "float32");
        NpyFile.Write(_gibbs.File("y.npy"), "<i8", "(2, 1)", 0L, 1L);
        Default().ExpectFailure(1, "y.npy", "(2, 1)");
    }

    [TestCase(3L)]
    [TestCase(-1L)]
    [TestCase(4294967296L)]
    [TestCase(long.MinValue)]
    public void A_target_out_of_range_names_the_row_and_leaves_no_output(long target)
    {
        NpyFile.Write(_gibbs.File("y.npy"), "<i8", "(2,)", 0L, target);
        CrossEntropy("--logits", "z.npy", "--targets", "y.npy", "--losses", "l.npy").ExpectFailure(1, "y.npy", "row 1", FormattableString.Invariant($"{target}"), "[0, 3)");
        Assert.That(_gibbs.FilesBut("z.npy", "y.npy"), Is.Empty);
    }

    [Test]
    public void Other_arrays_of_another_shape([Values("--class-weights", "--row-weights", "--row-temperatures")] string option)
    {
        NpyFile.Write(_gibbs.File("a.npy"), "<f4", "(4,)", 1f, 1f, 1f, 1f);
        CrossEntropy("--logits", "z.npy", "--targets", "y.npy", option, "a.npy").ExpectFailure(1, "a.npy", "(4,)");
    }

    [Test]
    public void A_row_temperature_of_0()
    {
        NpyFile.Write(_gibbs.File("t.npy"), "<f4", "(2,)", 1f, 0f);
        CrossEntropy("--logits", "z.npy", "--targets", "y.npy", "--row-temperatures", "t.npy", "--losses", "l.npy").ExpectFailure(1, "t.npy", "row 1", "positive");
        Assert.That(_gibbs.FilesBut("z.npy", "y.npy", "t.npy"), Is.Empty);
    }

    [TestCase("--temperature", "0")]
    [TestCase("--temperature", "nan")]
    [TestCase("--temperature", "-1")]
    [TestCase("--label-smoothing", "-0.1")]
    [TestCase("--label-smoothing", "1.1")]
    [TestCase("--label-smoothing", "much")]
    [TestCase("--z-loss", "-1")]
    [TestCase("--softcap", "-1")]
    [TestCase("--softcap", "inf")]
    [TestCase("--entropy-weight", "inf")]
    [TestCase("--normaliser", "-1")]
    [TestCase("--reduction", "median")]
    [TestCase("--reduction", "1")]
    [TestCase("--ignore-index", "1.5")]
    [TestCase("--type", "int8")]
    [TestCase("--device", "tpu")]
    [TestCase("--device", "cuda:x")]
    [TestCase("--device", "cuda:-1")]
    [TestCase("--target-loss", "hinge")]
    [TestCase("--logit-penalty", "-1")]
    public void An_option_that_means_nothing(string option, string value) =>
        CrossEntropy("--logits", "z.npy", "--targets", "y.npy", option, value).ExpectFailure(2, option, value);

    [TestCase("--soft-targets", "z.npy")]
    [TestCase("--target-loss", "focal")]
    [TestCase("--target-loss-parameter", "2")]
    [TestCase("--gradient")]
    [TestCase("--unknown", "1")]
    [TestCase("--normaliser", "2", "--reduction", "sum")]
    [TestCase("--losses", "l.npy", "--gradient", "l.npy")]
    public void Options_that_do_not_go_together(params string[] options)
    {
        CrossEntropy(["--logits", "z.npy", "--targets", "y.npy", .. options]).ExpectFailure(2);
        Assert.That(_gibbs.FilesBut("z.npy", "y.npy"), Is.Empty);
    }

    [Test]
    public void A_command_line_that_lacks_something()
    {
        _gibbs.Run().ExpectFailure(2);
        _gibbs.Run("fly").ExpectFailure(2, "fly");
        CrossEntropy("--targets", "y.npy").ExpectFailure(2, "--logits");
        CrossEntropy("--logits", "z.npy").ExpectFailure(2, "--targets");
        CrossEntropy("--logits", "z.npy", "--rank", "r.npy", "--soft-targets", "z.npy").ExpectFailure(2, "--rank");
    }

    [Test]
    public void Cuda_without_a_driver()
    {
        CommandResult result = CrossEntropy("--logits", "z.npy", "--targets", "y.npy", "--device", "cuda", "--losses", "l.npy");
        if (result.ExitCode == 0)
            Assert.Ignore("there is a CUDA device");
        result.ExpectFailure(1, "cuda");
        Assert.That(_gibbs.FilesBut("z.npy", "y.npy"), Is.Empty);
    }

    // Root may write anywhere, so these are paths that nobody can write.
    [TestCase("missing/l.npy", "folder does not exist")]
    [TestCase(".", "is a folder")]
    [TestCase("z.npy/l.npy", "cannot be written")]
    public void An_output_that_cannot_be_written_leaves_no_other_file(string path, string says)
    {
        CrossEntropy("--logits", "z.npy", "--targets", "y.npy", "--losses", "l.npy", "--gradient", path, "--status", "s.npy").ExpectFailure(1, path, says);
        Assert.That(_gibbs.FilesBut("z.npy", "y.npy"), Is.Empty);
    }

    [Test]
    public void A_full_device_leaves_no_other_file()
    {
        if (!File.Exists("/dev/full"))
            Assert.Ignore("needs /dev/full");
        CrossEntropy("--logits", "z.npy", "--targets", "y.npy", "--losses", "l.npy", "--gradient", "/dev/full").ExpectFailure(1, "/dev/full", "cannot be written");
        Assert.That(_gibbs.FilesBut("z.npy", "y.npy"), Is.Empty);
        Assert.That(File.Exists("/dev/full"), Is.True);
    }

    private CommandResult Default() => CrossEntropy("--logits", "z.npy", "--targets", "y.npy");

    private CommandResult CrossEntropy(params string[] arguments) => _gibbs.Run(["cross-entropy", .. arguments]);
}
