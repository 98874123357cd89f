using System;
using System.IO;
using System.Linq;
using System.Text.Json;

using NUnit.Framework;

namespace Gibbs.Tests.Cli;

/// <summary><c>gibbs entropy</c>, <c>gibbs divergence</c> and <c>gibbs decode</c> against numbers found by hand.</summary>
[TestFixture]
public sealed class RowCommandTests
{
    // Rows of p = (½, ½, 0) and (¼, ¼, ½), q = (¼, ½, ¼) twice.
    private static readonly double Log2 = Math.Log(2);

    private GibbsCommand _gibbs = null!;

    [SetUp]
    public void SetUp()
    {
        _gibbs = new();
        NpyFile.Write(_gibbs.File("z.npy"), "<f4", "(2, 3)", 0f, 0f, float.NegativeInfinity, 1f, 1f, 1f + (float)Log2);
        NpyFile.Write(_gibbs.File("q.npy"), "<f4", "(2, 3)", 0f, (float)Log2, 0f, 2f, 2f + (float)Log2, 2f);
    }

    [TearDown]
    public void TearDown() => _gibbs.Dispose();

    [Test]
    public void EntropyWritesEveryOutput()
    {
        NpyFile.Write(_gibbs.File("a.npy"), "<i8", "(2,)", 1L, 2L);
        JsonElement json = _gibbs.Run(
            "entropy", "--logits", "z.npy", "--actions", "a.npy", "--entropy", "h.npy", "--lse", "l.npy", "--log-probability", "p.npy", "--gradient", "g.npy", "--status", "s.npy", "--device", "cpu", "--json").Json();
        Assert.That(json.GetProperty("operation").GetString(), Is.EqualTo("entropy"));
        Assert.That(json.GetProperty("entropy").GetDouble(), Is.EqualTo((Log2 + (1.5 * Log2)) / 2).Within(1e-6));
        Assert.That(NpyFile.Read<float>(_gibbs.File("h.npy"), "<f4", "(2,)"), Is.EqualTo((float[])[(float)Log2, (float)(1.5 * Log2)]).Within(1e-6f));
        Assert.That(NpyFile.Read<float>(_gibbs.File("p.npy"), "<f4", "(2,)"), Is.EqualTo((float[])[(float)-Log2, (float)-Log2]).Within(1e-6f));
        Assert.That(NpyFile.Read<float>(_gibbs.File("l.npy"), "<f4", "(2,)"), Is.EqualTo((float[])[(float)Log2, (float)(1 + (2 * Log2))]).Within(1e-6f));

        // −p·(log p + H) over two rows: 0 where p is uniform on its support.
        float quarter = (float)(0.25 * 0.5 * Log2 / 2);
        Assert.That(NpyFile.Read<float>(_gibbs.File("g.npy"), "<f4", "(2, 3)"), Is.EqualTo((float[])[0, 0, 0, quarter, quarter, -2 * quarter]).Within(1e-7f));
        Assert.That(NpyFile.Read<byte>(_gibbs.File("s.npy"), "|u1", "(2,)"), Is.EqualTo((byte[])[0, 0]));
        Assert.That(_gibbs.FilesBut("z.npy", "q.npy", "a.npy"), Has.Length.EqualTo(5), "no temporary file stays");
    }

    [Test]
    public void EntropiesByKind()
    {
        double Value(params string[] options) => _gibbs.Run(["entropy", "--logits", "z.npy", "--reduction", "sum", "--device", "cpu", "--json", .. options]).Json().GetProperty("entropy").GetDouble();
        Assert.That(Value("--kind", "renyi"), Is.EqualTo(-Math.Log(0.5) - Math.Log(0.375)).Within(1e-6));
        Assert.That(Value("--kind", "tsallis", "--alpha", "2"), Is.EqualTo(0.5 + 0.625).Within(1e-6));
        Assert.That(Value("--kind", "min"), Is.EqualTo(2 * Log2).Within(1e-6));
        Assert.That(Value("--temperature", "1e6"), Is.EqualTo(Log2 + Math.Log(3)).Within(1e-5));
    }

    [Test]
    public void DivergencesByKind()
    {
        NpyFile.Write(_gibbs.File("p.npy"), "<f4", "(1, 3)", 0f, 0f, (float)Log2);
        NpyFile.Write(_gibbs.File("t.npy"), "<f4", "(1, 3)", 0f, (float)Log2, 0f);
        double Value(params string[] options) => _gibbs.Run(["divergence", "--student", "p.npy", "--teacher", "t.npy", "--device", "cpu", "--json", .. options]).Json().GetProperty("divergence").GetDouble();

        // p = (¼, ¼, ½), q = (¼, ½, ¼).
        Assert.That(Value("--kind", "kl"), Is.EqualTo(0.25 * Log2).Within(1e-6));
        Assert.That(Value("--kind", "reverse-kl"), Is.EqualTo(0.25 * Log2).Within(1e-6));
        Assert.That(Value("--kind", "jeffreys", "--weight", "2"), Is.EqualTo(Log2).Within(1e-6));
        Assert.That(Value("--kind", "tv"), Is.EqualTo(0.25).Within(1e-6));
        Assert.That(Value("--kind", "js"), Is.EqualTo((0.25 * Math.Log(0.25 / 0.375)) + (0.5 * Math.Log(0.5 / 0.375))).Within(1e-6));
        Assert.That(Value("--kind", "alpha", "--alpha", "0"), Is.EqualTo(0.25 * Log2).Within(1e-6));
        Assert.That(Value("--kind", "sce", "--share", "0"), Is.EqualTo(1.75 * Log2).Within(1e-6));
        Assert.That(Value("--per-element"), Is.EqualTo(0.25 * Log2 / 3).Within(1e-6));
    }

    [Test]
    public void DisjointSupportsAreAWarning()
    {
        CommandResult result = _gibbs.Run("divergence", "--student", "z.npy", "--teacher", "q.npy", "--divergence", "d.npy", "--student-gradient", "g.npy", "--device", "cpu");
        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Error, Does.Contain("1 row with mass where the other has none (first: row 0)"));
        Assert.That(NpyFile.Read<float>(_gibbs.File("d.npy"), "<f4", "(2,)")[0], Is.EqualTo(float.PositiveInfinity));
    }

    [Test]
    public void DecodeKeepsAndDraws()
    {
        JsonElement json = _gibbs.Run(
            "decode", "--kind", "top-k", "--k", "1", "--logits", "z.npy", "--mask", "m.npy", "--samples", "s.npy", "--counts", "c.npy", "--entropy", "h.npy", "--full-entropy", "f.npy", "--device", "cpu", "--json").Json();
        Assert.That(json.GetProperty("entropy").GetDouble(), Is.Zero);
        Assert.That(NpyFile.Read<byte>(_gibbs.File("m.npy"), "|u1", "(2, 3)"), Is.EqualTo((byte[])[1, 0, 0, 0, 0, 1]));
        Assert.That(NpyFile.Read<long>(_gibbs.File("s.npy"), "<i8", "(2,)"), Is.EqualTo((long[])[0, 2]));
        Assert.That(NpyFile.Read<int>(_gibbs.File("c.npy"), "<i4", "(2,)"), Is.EqualTo((int[])[1, 1]));
        Assert.That(NpyFile.Read<float>(_gibbs.File("f.npy"), "<f4", "(2,)"), Is.EqualTo((float[])[(float)Log2, (float)(1.5 * Log2)]).Within(1e-6f));

        int[] Counts(params string[] options)
        {
            _gibbs.Run(["decode", "--logits", "z.npy", "--counts", "c.npy", "--device", "cpu", "--json", .. options]).Json();
            return NpyFile.Read<int>(_gibbs.File("c.npy"), "<i4", "(2,)");
        }

        Assert.That(Counts("--kind", "top-p", "--p", "0.7"), Is.EqualTo((int[])[2, 2]));
        Assert.That(Counts("--kind", "top-p", "--p", "0.7", "--exclusive"), Is.EqualTo((int[])[1, 1]));
        Assert.That(Counts("--kind", "min-p", "--p", "0.6"), Is.EqualTo((int[])[2, 1]));
        Assert.That(Counts("--kind", "top-h", "--alpha", "0.5"), Is.EqualTo((int[])[1, 1]));
    }

    [Test]
    public void TheSameSeedDrawsTheSame()
    {
        float[] values = [.. Enumerable.Range(0, 64 * 50).Select(i => (float)Math.Sin(i * 12.9898))];
        NpyFile.Write(_gibbs.File("w.npy"), "<f4", "(64, 50)", values);
        long[] Draw(string seed, string step)
        {
            _gibbs.Run("decode", "--logits", "w.npy", "--samples", "s.npy", "--seed", seed, "--step", step, "--device", "cpu", "--json").Json();
            return NpyFile.Read<long>(_gibbs.File("s.npy"), "<i8", "(64,)");
        }

        long[] first = Draw("7", "0");
        Assert.That(Draw("7", "0"), Is.EqualTo(first));
        Assert.That(Draw("8", "0"), Is.Not.EqualTo(first));
        Assert.That(Draw("7", "1"), Is.Not.EqualTo(first));
    }

    [TestCase("entropy|--logits|z.npy|--alpha|2", 2, "--alpha goes with --kind tsallis or renyi")]
    [TestCase("entropy|--logits|z.npy|--kind|rényi", 2, "--kind 'rényi' is none of shannon, tsallis, renyi, min")]
    [TestCase("entropy|--logits|z.npy|--temperature|0", 2, "--temperature '0' is wrong: it must be positive")]
    [TestCase("entropy|--logits|z.npy|--probabilities|--lse|l.npy", 2, "--lse")]
    [TestCase("entropy|--logits|z.npy|--log-probability|l.npy", 2, "need --actions")]
    [TestCase("entropy|--logits|nothing.npy", 1, "nothing.npy")]
    [TestCase("entropy|--logits|z.npy|--row-temperatures|t.npy", 1, "t.npy: row 1: a temperature must be positive and finite")]
    [TestCase("divergence|--student|z.npy", 2, "--teacher")]
    [TestCase("divergence|--student|z.npy|--teacher|q.npy|--beta|0.3", 2, "--beta goes with --kind js")]
    [TestCase("divergence|--student|z.npy|--teacher|t.npy", 1, "t.npy")]
    [TestCase("divergence|--student|z.npy|--teacher|q.npy|--teacher-probabilities", 1, "q.npy: row 1: probabilities must be in [0, 1]")]
    [TestCase("decode|--logits|z.npy|--kind|top-k|--p|0.5", 2, "--p goes with --kind top-p or min-p")]
    [TestCase("decode|--logits|z.npy|--kind|top-k|--k|0", 2, "--k '0' is wrong: it must be at least 1")]
    [TestCase("decode|--logits|z.npy|--kind|top-h|--alpha|1.5", 2, "--alpha '1.5' is wrong: it must be in (0, 1]")]
    [TestCase("decode|--logits|z.npy|--mask|no/such/folder/m.npy", 1, "its folder does not exist")]
    [TestCase("train|--task|bandit|--epochs|3", 2, "--epochs goes with --task digits")]
    [TestCase("train|--arms|3", 2, "--arms goes with --task bandit")]
    public void WhatIsWrongIsNamed(string line, int exitCode, string says)
    {
        NpyFile.Write(_gibbs.File("t.npy"), "<f4", "(2,)", 1f, 0f);
        _gibbs.Run([.. line.Split('|'), "--device", "cpu"]).ExpectFailure(exitCode, says);
    }

    [Test]
    public void EntropyCollapsesOnTheBanditAndABonusCuresIt()
    {
        CommandResult result = _gibbs.Run("train", "--task", "bandit", "--steps", "300", "--plot", "curves.svg", "--json");
        JsonElement json = result.Json();
        Assert.That(json.GetProperty("entropyWithout").GetDouble(), Is.LessThan(0.1));
        Assert.That(json.GetProperty("entropy").GetDouble(), Is.GreaterThan(json.GetProperty("entropyWithout").GetDouble()));
        Assert.That(json.GetProperty("return").GetDouble(), Is.GreaterThan(json.GetProperty("returnWithout").GetDouble() + 0.15));
        Assert.That(File.ReadAllText(_gibbs.File("curves.svg")), Does.StartWith("<svg").And.Contain("entropy bonus"));
        Assert.That(_gibbs.Run("train", "--task", "bandit", "--steps", "300", "--json").Output, Is.EqualTo(result.Output));
    }
}
