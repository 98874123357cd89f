using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text.Json;

using NUnit.Framework;

namespace Gibbs.Tests.Cli;

/// <summary>
/// <c>gibbs cross-entropy</c> against numbers found by hand: logits (0, 0) with target 0 and (0, ln 3) with target 1 have p = (1/2, 1/2) and (1/4, 3/4).
/// </summary>
[TestFixture]
public sealed class CrossEntropyCommandTests
{
    private const double Ln2 = 0.69314718055994531;
    private const double Ln3 = 1.0986122886681098;
    private const double Mean = (Ln2 + (2 * Ln2) - Ln3) / 2;

    private GibbsCommand _gibbs = null!;

    [SetUp]
    public void SetUp()
    {
        _gibbs = new();
        NpyFile.Write(_gibbs.File("z.npy"), "<f4", "(2, 2)", 0f, 0f, 0f, (float)Ln3);
        NpyFile.Write(_gibbs.File("y.npy"), "<i8", "(2,)", 0L, 1L);
    }

    [TearDown]
    public void TearDown() => _gibbs.Dispose();

    [Test]
    public void Json_holds_the_scalars()
    {
        JsonElement json = Cpu("--targets", "y.npy");
        Assert.That(json.GetProperty("loss").GetDouble(), Is.EqualTo(Mean).Within(1e-6));
        Assert.That(json.GetProperty("normaliser").GetDouble(), Is.EqualTo(2));
        Assert.That(json.GetProperty("validRows").GetInt64(), Is.EqualTo(2));
        Assert.That(json.GetProperty("statuses").GetProperty("Ok").GetInt32(), Is.EqualTo(2));
        Assert.That(json.GetProperty("statuses").GetProperty("NotANumber").GetInt32(), Is.Zero);
        Assert.That((json.GetProperty("rows").GetInt32(), json.GetProperty("columns").GetInt32()), Is.EqualTo((2, 2)));
        Assert.That(json.GetProperty("device").GetString(), Is.EqualTo("cpu"));
        Assert.That(json.GetProperty("type").GetString(), Is.EqualTo("float32"));
        Assert.That(json.GetProperty("milliseconds").GetDouble(), Is.GreaterThan(0).And.LessThan(1000));
    }

    [Test]
    public void Every_output_is_written()
    {
        Cpu(
            "--targets", "y.npy", "--losses", "losses.npy", "--gradient", "gradient.npy", "--log-sum-exp", "lse.npy", "--entropy", "entropy.npy",
            "--log-probability", "logp.npy", "--argmax", "argmax.npy", "--rank", "rank.npy", "--status", "status.npy");
        AssertReals("losses.npy", Ln2, (2 * Ln2) - Ln3);
        Assert.That(NpyFile.Read<float>(_gibbs.File("gradient.npy"), "<f4", "(2, 2)"), Is.EqualTo((float[])[-0.25f, 0.25f, 0.125f, -0.125f]).Within(1e-6f));
        AssertReals("lse.npy", Ln2, 2 * Ln2);
        AssertReals("entropy.npy", Ln2, (2 * Ln2) - (0.75 * Ln3));
        AssertReals("logp.npy", -Ln2, Ln3 - (2 * Ln2));
        Assert.That(NpyFile.Read<long>(_gibbs.File("argmax.npy"), "<i8", "(2,)"), Is.EqualTo((long[])[0, 1]));
        Assert.That(NpyFile.Read<long>(_gibbs.File("rank.npy"), "<i8", "(2,)"), Is.EqualTo((long[])[0, 0]));
        Assert.That(NpyFile.Read<byte>(_gibbs.File("status.npy"), "|u1", "(2,)"), Is.EqualTo((byte[])[0, 0]));
        Assert.That(_gibbs.FilesBut("z.npy", "y.npy"), Has.Length.EqualTo(8), "no temporary file stays");

        void AssertReals(string file, params double[] expected) =>
            Assert.That(NpyFile.Read<float>(_gibbs.File(file), "<f4", "(2,)"), Is.EqualTo(Array.ConvertAll(expected, static value => (float)value)).Within(1e-6f));
    }

    [Test]
    public void Output_types_follow_the_logits([Values("float64", "float16", "bfloat16")] string type)
    {
        Cpu("--targets", "y.npy", "--type", type, "--losses", "losses.npy", "--gradient", "gradient.npy");
        // ln 3 rounded to 11 or 8 bits moves p by less than 2⁻¹⁰ or 2⁻⁹ of it.
        double tolerance = type switch { "float64" => 1e-7, "float16" => 1e-3, _ => 4e-3 };
        double[] losses = type == "float64"
            ? NpyFile.Read<double>(_gibbs.File("losses.npy"), "<f8", "(2,)")
            : Array.ConvertAll(NpyFile.Read<float>(_gibbs.File("losses.npy"), "<f4", "(2,)"), static value => (double)value);
        Assert.That(losses, Is.EqualTo((double[])[Ln2, (2 * Ln2) - Ln3]).Within(tolerance));
        double[] gradient = type switch
        {
            "float64" => NpyFile.Read<double>(_gibbs.File("gradient.npy"), "<f8", "(2, 2)"),
            "float16" => Array.ConvertAll(NpyFile.Read<Half>(_gibbs.File("gradient.npy"), "<f2", "(2, 2)"), static value => (double)value),
            _ => Array.ConvertAll(NpyFile.Read<float>(_gibbs.File("gradient.npy"), "<f4", "(2, 2)"), static value => (double)value),
        };
        Assert.That(gradient, Is.EqualTo((double[])[-0.25, 0.25, 0.125, -0.125]).Within(tolerance));
    }

    [Test]
    public void Every_file_type_and_version_is_read([Values("<f4", "<f8", "<f2")] string logits, [Values("<i4", "<i8", "|u1")] string targets)
    {
        byte[] data = logits switch
        {
            "<f4" => MemoryMarshal.AsBytes<float>([1, 0, 0, 1]).ToArray(),
            "<f8" => MemoryMarshal.AsBytes<double>([1, 0, 0, 1]).ToArray(),
            _ => MemoryMarshal.AsBytes<Half>([(Half)1, (Half)0, (Half)0, (Half)1]).ToArray(),
        };
        NpyFile.WriteRaw(_gibbs.File("a.npy"), logits, "False", "(2, 2)", data, major: (byte)(targets == "|u1" ? 3 : targets == "<i4" ? 2 : 1));
        byte[] classes = targets switch
        {
            "<i4" => MemoryMarshal.AsBytes<int>([0, 1]).ToArray(),
            "<i8" => MemoryMarshal.AsBytes<long>([0, 1]).ToArray(),
            _ => [0, 1],
        };
        NpyFile.WriteRaw(_gibbs.File("b.npy"), targets, "False", "(2,)", classes);
        JsonElement json = _gibbs.Run("cross-entropy", "--logits", "a.npy", "--targets", "b.npy", "--device", "cpu", "--json").Json();
        // −ln(e/(e + 1))
        Assert.That(json.GetProperty("loss").GetDouble(), Is.EqualTo(0.31326168751822286).Within(1e-6));
    }

    [Test]
    public void Options_reach_the_operation()
    {
        Assert.That(Loss("--reduction", "sum"), Is.EqualTo(2 * Mean).Within(1e-6));
        Assert.That(Loss("--normaliser", "4"), Is.EqualTo(Mean / 2).Within(1e-6));
        // Half of the weight on both classes alike.
        double smooth = (Ln2 + (0.75 * ((2 * Ln2) - Ln3)) + (0.25 * 2 * Ln2)) / 2;
        Assert.That(Loss("--label-smoothing", "0.5"), Is.EqualTo(smooth).Within(1e-6));
        Assert.That(Loss("--z-loss", "0.1"), Is.EqualTo(Mean + (0.1 * ((Ln2 * Ln2) + (4 * Ln2 * Ln2)) / 2)).Within(1e-6));
        Assert.That(Loss("--entropy-weight", "0.1"), Is.EqualTo(Mean - (0.1 * (Ln2 + (2 * Ln2) - (0.75 * Ln3)) / 2)).Within(1e-6));
        Assert.That(Loss("--temperature", "1e30"), Is.EqualTo(Ln2).Within(1e-6));
        Assert.That(Loss("--softcap", "1e-30"), Is.EqualTo(Ln2).Within(1e-6));
        Assert.That(Loss("--ignore-index", "0"), Is.EqualTo((2 * Ln2) - Ln3).Within(1e-6));
        Assert.That(Loss("--target-loss", "poly1", "--target-loss-parameter", "2"), Is.EqualTo(Mean + (2 * (0.5 + 0.25) / 2)).Within(1e-6));
        Assert.That(Loss("--target-loss", "focal", "--target-loss-parameter", "1"), Is.EqualTo(((0.5 * Ln2) + (0.25 * ((2 * Ln2) - Ln3))) / 2).Within(1e-6));
        Assert.That(Loss("--target-loss", "comp-sum", "--target-loss-parameter", "2"), Is.EqualTo((0.5 + 0.25) / 2).Within(1e-6));
        Assert.That(Loss("--max-suppression", "1"), Is.EqualTo(Mean + (Ln3 / 4)).Within(1e-6));
        Assert.That(Loss("--logit-penalty", "1", "--logit-penalty-center", "1"), Is.EqualTo(Mean + ((1 + 1 + 1 + ((Ln3 - 1) * (Ln3 - 1))) / 4)).Within(1e-6));
    }

    [Test]
    public void Array_options_reach_the_operation()
    {
        NpyFile.Write(_gibbs.File("w.npy"), "<i8", "(2,)", 1L, 3L);
        Assert.That(Loss("--class-weights", "w.npy"), Is.EqualTo((Ln2 + (3 * ((2 * Ln2) - Ln3))) / 4).Within(1e-6));
        Assert.That(Loss("--row-weights", "w.npy"), Is.EqualTo((Ln2 + (3 * ((2 * Ln2) - Ln3))) / 4).Within(1e-6));
        NpyFile.Write(_gibbs.File("t.npy"), "<f8", "(2,)", 1.0, 0.5);
        // (0, ln 9): p_y = 9/10.
        Assert.That(Loss("--row-temperatures", "t.npy"), Is.EqualTo((Ln2 - Math.Log(0.9)) / 2).Within(1e-6));
        NpyFile.Write(_gibbs.File("q.npy"), "<f4", "(2, 2)", 0.5f, 0.5f, 1f, 0f);
        JsonElement json = Cpu("--soft-targets", "q.npy");
        Assert.That(json.GetProperty("loss").GetDouble(), Is.EqualTo((Ln2 + (2 * Ln2)) / 2).Within(1e-6));
    }

    [Test]
    public void Without_a_reduction_the_loss_is_null()
    {
        JsonElement json = Cpu("--targets", "y.npy", "--reduction", "none");
        Assert.That(json.GetProperty("loss").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(json.GetProperty("normaliser").GetDouble(), Is.EqualTo(2));
    }

    [Test]
    public void Statistics_need_no_targets()
    {
        JsonElement json = Cpu("--log-sum-exp", "lse.npy");
        Assert.That(json.GetProperty("loss").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(NpyFile.Read<float>(_gibbs.File("lse.npy"), "<f4", "(2,)")[1], Is.EqualTo((float)(2 * Ln2)).Within(1e-6f));
    }

    [Test]
    public void No_rows_are_a_loss_of_0()
    {
        NpyFile.Write<float>(_gibbs.File("z.npy"), "<f4", "(0, 5)");
        NpyFile.Write<int>(_gibbs.File("y.npy"), "<i4", "(0,)");
        JsonElement json = Cpu("--targets", "y.npy", "--gradient", "g.npy", "--losses", "l.npy");
        Assert.That(json.GetProperty("loss").GetDouble(), Is.Zero);
        Assert.That(json.GetProperty("validRows").GetInt64(), Is.Zero);
        Assert.That(NpyFile.Read<float>(_gibbs.File("g.npy"), "<f4", "(0, 5)"), Is.Empty);
        Assert.That(NpyFile.Read<float>(_gibbs.File("l.npy"), "<f4", "(0,)"), Is.Empty);
    }

    [Test]
    public void Rows_that_are_not_finite_are_a_warning()
    {
        float inf = float.PositiveInfinity;
        NpyFile.Write(_gibbs.File("z.npy"), "<f4", "(5, 2)", 0f, 0f, float.NaN, 0f, inf, 0f, -inf, -inf, 0f, -inf);
        NpyFile.Write(_gibbs.File("y.npy"), "<i4", "(5,)", -100, 0, 0, 0, 0);
        JsonElement json = Cpu("--targets", "y.npy", "--losses", "l.npy");
        Assert.That(json.GetProperty("loss").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(json.GetProperty("warning").GetString(), Does.Contain("row 1").And.Contain("row 2").And.Contain("the loss is NaN"));
        foreach ((string status, int count) in ((string, int)[])[("Ok", 1), ("Ignored", 1), ("NotANumber", 1), ("PlusInfinity", 1), ("AllMasked", 1)])
            Assert.That(json.GetProperty("statuses").GetProperty(status).GetInt32(), Is.EqualTo(count), status);
        Assert.That(NpyFile.Read<float>(_gibbs.File("l.npy"), "<f4", "(5,)"), Is.EqualTo((float[])[0, float.NaN, float.NaN, inf, 0]));

        CommandResult text = _gibbs.Run("cross-entropy", "--logits", "z.npy", "--targets", "y.npy", "--device", "cpu");
        Assert.That(text.ExitCode, Is.Zero);
        Assert.That(text.Error, Does.StartWith("gibbs: warning: ").And.Contain("row 1"));
        Assert.That(text.Error.AsSpan().Count('\n'), Is.EqualTo(1));
        Assert.That(text.Output, Does.Contain("1 NotANumber"));
    }

    [Test]
    public void Auto_is_the_cpu_where_there_is_no_device_and_says_so()
    {
        CommandResult result = _gibbs.Run("cross-entropy", "--logits", "z.npy", "--targets", "y.npy");
        Assert.That((result.ExitCode, result.Error), Is.EqualTo((0, string.Empty)));
        Assert.That(result.Output, Does.Contain("auto: "));
    }

    [Test]
    public void An_existing_output_is_replaced()
    {
        File.WriteAllText(_gibbs.File("l.npy"), "something else");
        Cpu("--targets", "y.npy", "--losses", "l.npy");
        Assert.That(NpyFile.Read<float>(_gibbs.File("l.npy"), "<f4", "(2,)"), Has.Length.EqualTo(2));
    }

    private double Loss(params string[] options) => Cpu(["--targets", "y.npy", .. options]).GetProperty("loss").GetDouble();

    private JsonElement Cpu(params string[] options) => _gibbs.Run(["cross-entropy", "--logits", "z.npy", "--device", "cpu", "--json", .. options]).Json();
}
