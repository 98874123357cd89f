using System;
using System.Text.Json;

using NUnit.Framework;

namespace Gibbs.Tests.Cli;

/// <summary>
/// <c>gibbs fenchel-young</c> and <c>gibbs global-mask</c> against numbers found by hand: logits (0, 0) with target 0 and (1, 0.5) with target 1 have sparsemax (½, ½) and (¾, ¼);
/// the loss is (1 − Σp²)/2 + ⟨p, z⟩ − z_y.
/// </summary>
[TestFixture]
public sealed class FenchelYoungCommandTests
{
    private const double First = 0.25;
    private const double Second = 0.1875 + 0.875 - 0.5;

    private GibbsCommand _gibbs = null!;

    [SetUp]
    public void SetUp()
    {
        _gibbs = new();
        NpyFile.Write(_gibbs.File("z.npy"), "<f4", "(2, 2)", 0f, 0f, 1f, 0.5f);
        NpyFile.Write(_gibbs.File("y.npy"), "<i8", "(2,)", 0L, 1L);
    }

    [TearDown]
    public void TearDown() => _gibbs.Dispose();

    [Test]
    public void Every_output_is_written()
    {
        JsonElement json = Loss(
            "--kind", "sparsemax", "--losses", "l.npy", "--gradient", "g.npy", "--probabilities", "p.npy", "--support-size", "s.npy", "--status", "status.npy");
        Assert.That(json.GetProperty("operation").GetString(), Is.EqualTo("fenchel-young"));
        Assert.That(json.GetProperty("loss").GetDouble(), Is.EqualTo((First + Second) / 2).Within(1e-6));
        Assert.That(json.GetProperty("normaliser").GetDouble(), Is.EqualTo(2));
        Assert.That(json.GetProperty("validRows").GetInt64(), Is.EqualTo(2));
        Assert.That(NpyFile.Read<float>(_gibbs.File("l.npy"), "<f4", "(2,)"), Is.EqualTo((float[])[(float)First, (float)Second]).Within(1e-6f));
        Assert.That(NpyFile.Read<float>(_gibbs.File("p.npy"), "<f4", "(2, 2)"), Is.EqualTo((float[])[0.5f, 0.5f, 0.75f, 0.25f]).Within(1e-6f));
        Assert.That(NpyFile.Read<float>(_gibbs.File("g.npy"), "<f4", "(2, 2)"), Is.EqualTo((float[])[-0.25f, 0.25f, 0.375f, -0.375f]).Within(1e-6f));
        Assert.That(NpyFile.Read<long>(_gibbs.File("s.npy"), "<i8", "(2,)"), Is.EqualTo((long[])[2, 2]));
        Assert.That(NpyFile.Read<byte>(_gibbs.File("status.npy"), "|u1", "(2,)"), Is.EqualTo((byte[])[0, 0]));
        Assert.That(_gibbs.FilesBut("z.npy", "y.npy"), Has.Length.EqualTo(5), "no temporary file stays");
    }

    [Test]
    public void Options_reach_the_operation()
    {
        double plain = Value("--kind", "sparsemax");
        Assert.That(Value("--kind", "entmax", "--alpha", "2"), Is.EqualTo(plain).Within(1e-6));
        Assert.That(Value("--kind", "sparsemax", "--reduction", "sum"), Is.EqualTo(First + Second).Within(1e-6));
        Assert.That(Value("--kind", "sparsemax", "--normaliser", "4"), Is.EqualTo((First + Second) / 4).Within(1e-6));
        Assert.That(Value("--kind", "sparsemax", "--ignore-index", "0"), Is.EqualTo(Second).Within(1e-6));
        // Half of the weight on both classes alike: z_y becomes (z_y + mean z)/2.
        Assert.That(Value("--kind", "sparsemax", "--label-smoothing", "0.5"), Is.EqualTo((First + Second - 0.125) / 2).Within(1e-6));
        // α = 1.5, equal logits: p = ½, (1 − 2·2^−1.5)/0.75.
        double entmax = (1 - (2 * Math.Pow(2, -1.5))) / 0.75;
        Assert.That(Value("--ignore-index", "1"), Is.EqualTo(entmax).Within(1e-6));
        NpyFile.Write(_gibbs.File("w.npy"), "<f4", "(2,)", 1f, 3f);
        Assert.That(Value("--kind", "sparsemax", "--class-weights", "w.npy"), Is.EqualTo((First + (3 * Second)) / 4).Within(1e-6));
        Assert.That(Value("--kind", "sparsemax", "--row-weights", "w.npy"), Is.EqualTo((First + (3 * Second)) / 4).Within(1e-6));
        NpyFile.Write(_gibbs.File("a.npy"), "<f4", "(2,)", 1.5f, 2f);
        Assert.That(Value("--row-alphas", "a.npy"), Is.EqualTo((entmax + Second) / 2).Within(1e-6));
        Assert.That(Loss("--reduction", "none").GetProperty("loss").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void A_global_mask_keeps_the_largest_of_all_tensors()
    {
        NpyFile.Write(_gibbs.File("a.npy"), "<f4", "(2, 2)", 1f, -4f, 0.5f, 3f);
        NpyFile.Write(_gibbs.File("b.npy"), "<f4", "(3,)", 3f, -5f, 0f);
        JsonElement json = _gibbs.Run(
            "global-mask", "--weights", "a.npy", "b.npy", "--keep", "3", "--mask", "ma.npy", "mb.npy", "--masked", "wa.npy", "wb.npy", "--device", "cpu", "--json").Json();
        Assert.That(json.GetProperty("threshold").GetDouble(), Is.EqualTo(3));
        Assert.That(json.GetProperty("zeros").GetDouble(), Is.EqualTo(4.0 / 7));
        // Of the two threes the one of the first tensor.
        Assert.That(NpyFile.Read<byte>(_gibbs.File("ma.npy"), "|u1", "(2, 2)"), Is.EqualTo((byte[])[0, 1, 0, 1]));
        Assert.That(NpyFile.Read<byte>(_gibbs.File("mb.npy"), "|u1", "(3,)"), Is.EqualTo((byte[])[0, 1, 0]));
        Assert.That(NpyFile.Read<float>(_gibbs.File("wa.npy"), "<f4", "(2, 2)"), Is.EqualTo((float[])[0, -4, 0, 3]));
        Assert.That(NpyFile.Read<float>(_gibbs.File("wb.npy"), "<f4", "(3,)"), Is.EqualTo((float[])[0, -5, 0]));

        NpyFile.Write(_gibbs.File("g.npy"), "<f4", "(2, 2)", 9f, 0f, 9f, 0f);
        NpyFile.Write(_gibbs.File("h.npy"), "<f4", "(3,)", 0f, 0f, 0f);
        json = _gibbs.Run(
            "global-mask", "--weights", "a.npy", "b.npy", "--sparsity", "0.7", "--score", "sensitivity", "--other", "g.npy", "h.npy", "--mask", "ma.npy", "mb.npy", "--device", "cpu", "--json").Json();
        Assert.That(json.GetProperty("kept").GetInt64(), Is.EqualTo(3));
        Assert.That(NpyFile.Read<byte>(_gibbs.File("ma.npy"), "|u1", "(2, 2)"), Is.EqualTo((byte[])[1, 1, 1, 0]));
    }

    private double Value(params string[] options) => Loss(options).GetProperty("loss").GetDouble();

    private JsonElement Loss(params string[] options) => _gibbs.Run(["fenchel-young", "--logits", "z.npy", "--targets", "y.npy", "--device", "cpu", "--json", .. options]).Json();
}
