using System;
using System.Linq;
using System.Text.Json;

using NUnit.Framework;

namespace Gibbs.Tests.Cli;

/// <summary><c>gibbs sinkhorn</c> against plans known in closed form, its outcomes and exit codes, and what it says of wrong arguments.</summary>
[TestFixture]
public sealed class TransportCommandTests
{
    private GibbsCommand _gibbs = null!;

    [SetUp]
    public void SetUp()
    {
        _gibbs = new();

        // a = (.3, .7), b = (.6, .4), ε = ½: P11 is the admissible root of p(1 − a1 − b1 + p) = e⁻³(a1 − p)(b1 − p).
        NpyFile.Write(_gibbs.File("c.npy"), "<f8", "(2, 2)", 0.0, 1, 2, 0.5);
        NpyFile.Write(_gibbs.File("a.npy"), "<f8", "(2,)", 0.3, 0.7);
        NpyFile.Write(_gibbs.File("b.npy"), "<f8", "(2,)", 0.6, 0.4);
        NpyFile.Write(_gibbs.File("x.npy"), "<f4", "(3, 1)", 0f, 1f, 2f);
        NpyFile.Write(_gibbs.File("y.npy"), "<f4", "(3, 1)", 0.5f, 1.5f, 2.5f);
    }

    [TearDown]
    public void TearDown() => _gibbs.Dispose();

    [TestCase("sinkhorn", "cpu")]
    [TestCase("newton", "cpu")]
    [TestCase("sinkhorn", "emulated")]
    [TestCase("newton", "emulated")]
    public void TheTwoByTwoProblem(string method, string device)
    {
        JsonElement json = Solve(device, "--cost", "c.npy", "--a", "a.npy", "--b", "b.npy", "--epsilon", "0.5", "--method", method, "--plan", "p.npy", "--cost-gradient", "d.npy", "--f", "f.npy", "--g", "g.npy").Json();
        double[] expected = [0.297369100524752, 0.00263089947524786, 0.302630899475248, 0.397369100524752];
        double[] plan = NpyFile.Read<double>(_gibbs.File("p.npy"), "<f8", "(2, 2)");
        Assert.That(plan, Is.EqualTo(expected).Within(2e-9));
        Assert.That(NpyFile.Read<double>(_gibbs.File("d.npy"), "<f8", "(2, 2)"), Is.EqualTo(plan));
        double linear = expected[1] + (2 * expected[2]) + (0.5 * expected[3]);
        double kl = Enumerable.Range(0, 4).Sum(k => expected[k] * Math.Log(expected[k] / ((k < 2 ? 0.3 : 0.7) * (k % 2 == 0 ? 0.6 : 0.4))));
        Assert.That(json.GetProperty("linearCost").GetDouble(), Is.EqualTo(linear).Within(1e-8));
        Assert.That(json.GetProperty("kl").GetDouble(), Is.EqualTo(kl).Within(1e-8));
        Assert.That(json.GetProperty("value").GetDouble(), Is.EqualTo(linear + (0.5 * kl)).Within(1e-8));
        Assert.That(json.GetProperty("dual").GetDouble(), Is.EqualTo(linear + (0.5 * kl)).Within(1e-8));
        Assert.That(json.GetProperty("gap").GetDouble(), Is.InRange(-1e-12, 1e-7));
        Assert.That(json.GetProperty("marginalError").GetDouble(), Is.LessThanOrEqualTo(1e-9));
        Assert.That(json.GetProperty("status").GetString(), Is.EqualTo("Converged"));
        double[] f = NpyFile.Read<double>(_gibbs.File("f.npy"), "<f8", "(2,)"), g = NpyFile.Read<double>(_gibbs.File("g.npy"), "<f8", "(2,)");
        Assert.That(0.3 * 0.6 * Math.Exp((f[0] + g[0]) / 0.5), Is.EqualTo(expected[0]).Within(2e-9));
        Assert.That((0.6 * g[0]) + (0.4 * g[1]), Is.Zero.Within(1e-12));
    }

    [TestCase("cpu")]
    [TestCase("emulated")]
    public void PointsAndTheirGradients(string device)
    {
        JsonElement json = Solve(device, "--x", "x.npy", "--y", "y.npy", "--epsilon", "1", "--tolerance", "2e-6", "--x-gradient", "dx.npy", "--y-gradient", "dy.npy").Json();
        float[] dx = NpyFile.Read<float>(_gibbs.File("dx.npy"), "<f4", "(3, 1)"), dy = NpyFile.Read<float>(_gibbs.File("dy.npy"), "<f4", "(3, 1)");

        // A shift of both clouds changes nothing, and one of x alone by t changes the value by −2·½·t.
        Assert.That(dx.Sum(), Is.EqualTo(-1f).Within(2e-5f));
        Assert.That(dx.Sum() + dy.Sum(), Is.Zero.Within(1e-6f));
        Assert.That(json.GetProperty("type").GetString(), Is.EqualTo("float32"));
    }

    [TestCase("cpu")]
    [TestCase("emulated")]
    public void TheDivergenceOfACloudAndItselfIsZero(string device)
    {
        JsonElement json = Solve(device, "--x", "x.npy", "--y", "x.npy", "--epsilon", "0.3", "--divergence", "--x-gradient", "dx.npy").Json();
        Assert.That(json.GetProperty("value").GetDouble(), Is.Zero);
        Assert.That(NpyFile.Read<float>(_gibbs.File("dx.npy"), "<f4", "(3, 1)"), Is.All.Zero);

        // A shift by ½ of equal clouds costs its square, whatever ε.
        Assert.That(Solve(device, "--x", "x.npy", "--y", "y.npy", "--epsilon", "0.3", "--tolerance", "1e-6", "--divergence").Json().GetProperty("value").GetDouble(), Is.EqualTo(0.25).Within(1e-4));
    }

    [TestCase("cpu")]
    [TestCase("emulated")]
    public void OneEntryAColumnIsTheAssignment(string device)
    {
        Solve(device, "--x", "x.npy", "--y", "y.npy", "--epsilon", "0.5", "--method", "sparse", "--k", "1", "--plan", "p.npy").Json();
        Assert.That(NpyFile.Read<float>(_gibbs.File("p.npy"), "<f4", "(3, 3)"), Is.EqualTo((float[])[1f / 3, 0, 0, 0, 1f / 3, 0, 0, 0, 1f / 3]).Within(1e-5f));
    }

    [Test]
    public void RelaxedMarginals()
    {
        // One atom each: P = (ab)^((ε+ρ)/(ε+2ρ))·exp(−C/(ε+2ρ)).
        NpyFile.Write(_gibbs.File("c1.npy"), "<f8", "(1, 1)", 1.3);
        NpyFile.Write(_gibbs.File("a1.npy"), "<f8", "(1,)", 1.5);
        NpyFile.Write(_gibbs.File("b1.npy"), "<f8", "(1,)", 0.4);
        JsonElement json = Solve("cpu", "--cost", "c1.npy", "--a", "a1.npy", "--b", "b1.npy", "--epsilon", "0.2", "--rho", "0.7", "--plan", "p.npy").Json();
        Assert.That(NpyFile.Read<double>(_gibbs.File("p.npy"), "<f8", "(1, 1)")[0], Is.EqualTo(0.332924542636458).Within(1e-9));
        Assert.That(json.GetProperty("gap").GetDouble(), Is.Zero.Within(1e-8));
    }

    [Test]
    public void MaxIterationsWritesAndFails()
    {
        // A triangular support: convergence is slower than any rate.
        NpyFile.Write(_gibbs.File("t.npy"), "<f8", "(2, 2)", 0.0, 0, double.PositiveInfinity, 0);
        CommandResult result = Solve("cpu", "--cost", "t.npy", "--epsilon", "1", "--max-iterations", "50", "--plain", "--plan", "p.npy");
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.StartWith("gibbs: MaxIterations: the marginal error is ").And.Contain("after 50 iterations"));
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.That(json.RootElement.GetProperty("status").GetString(), Is.EqualTo("MaxIterations"));
        Assert.That(NpyFile.Read<double>(_gibbs.File("p.npy"), "<f8", "(2, 2)")[2], Is.Zero);
    }

    [TestCase("cpu", "∞", "Infeasible")]
    [TestCase("cpu", "NaN", "NonFinite")]
    [TestCase("emulated", "∞", "Infeasible")]
    [TestCase("emulated", "NaN", "NonFinite")]
    public void WhatHasNoAnswerWritesNothing(string device, string column, string status)
    {
        double entry = column == "NaN" ? double.NaN : double.PositiveInfinity;
        NpyFile.Write(_gibbs.File("i.npy"), "<f8", "(2, 2)", 0.0, entry, 0.0, entry);
        CommandResult result = Solve(device, "--cost", "i.npy", "--epsilon", "1", "--plan", "p.npy");
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.StartWith($"gibbs: {status}: "));
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.That(json.RootElement.GetProperty("status").GetString(), Is.EqualTo(status));
        Assert.That(json.RootElement.GetProperty("value").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(_gibbs.FilesBut("a.npy", "b.npy", "c.npy", "x.npy", "y.npy", "i.npy"), Is.Empty);
    }

    [Test]
    public void TextForPeople()
    {
        CommandResult result = _gibbs.Run("sinkhorn", "--cost", "c.npy", "--epsilon", "0.5", "--device", "cpu");
        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Output, Does.StartWith("problem     2 x 2 float64, epsilon 0.5, sinkhorn\nvalue       ").And.Contain("\nstatus      Converged after "));
    }

    [TestCase("--epsilon|1", 2, "--cost is missing, or --x and --y")]
    [TestCase("--cost|c.npy", 2, "--epsilon")]
    [TestCase("--cost|c.npy|--epsilon|0", 2, "--epsilon '0' is wrong: it must be positive")]
    [TestCase("--cost|c.npy|--x|x.npy|--epsilon|1", 2, "--cost excludes --x and --y")]
    [TestCase("--x|x.npy|--epsilon|1", 2, "--y is missing")]
    [TestCase("--cost|c.npy|--epsilon|1|--metric|cosine", 2, "--metric goes with --x and --y")]
    [TestCase("--x|x.npy|--y|y.npy|--epsilon|1|--metric|manhattan", 2, "--metric 'manhattan' is none of")]
    [TestCase("--x|x.npy|--y|y.npy|--epsilon|1|--metric|power-norm", 2, "--power is missing")]
    [TestCase("--cost|c.npy|--epsilon|1|--gamma|2", 2, "--gamma goes with --metric elastic-l1")]
    [TestCase("--cost|c.npy|--epsilon|1|--k|2", 2, "--k goes with --method sparse")]
    [TestCase("--cost|c.npy|--epsilon|1|--rho|2|--source-rho|1", 2, "--rho excludes")]
    [TestCase("--cost|c.npy|--epsilon|1|--rho|2|--method|newton", 2, "go with --method sinkhorn")]
    [TestCase("--cost|c.npy|--epsilon|1|--divergence", 2, "--divergence goes with --x and --y")]
    [TestCase("--cost|c.npy|--epsilon|1|--x-gradient|d.npy", 2, "go with --x and --y")]
    [TestCase("--cost|c.npy|--epsilon|1|--max-iterations|0", 2, "--max-iterations '0' is wrong")]
    [TestCase("--cost|c.npy|--epsilon|1|--picture|p.gif", 2, "p.gif: pictures are written as .png or .ppm")]
    [TestCase("--cost|a.npy|--epsilon|1", 1, "a.npy: costs need shape (N, V)")]
    [TestCase("--cost|c.npy|--a|x.npy|--epsilon|1", 1, "x.npy: weights a need shape (2,)")]
    [TestCase("--cost|c.npy|--a|n.npy|--epsilon|1", 1, "inputs.SourceWeights[1] is -1")]
    [TestCase("--cost|c.npy|--a|a.npy|--b|m.npy|--epsilon|1", 1, "inputs.TargetWeights sum to 2")]
    [TestCase("--cost|e.npy|--epsilon|1", 1, "e.npy: the problem is 0 x 2")]
    [TestCase("--cost|nothing.npy|--epsilon|1", 1, "nothing.npy")]
    public void WhatIsWrongIsNamed(string line, int exitCode, string says)
    {
        NpyFile.Write(_gibbs.File("n.npy"), "<f8", "(2,)", 1.0, -1);
        NpyFile.Write(_gibbs.File("m.npy"), "<f8", "(2,)", 1.0, 1);
        NpyFile.Write<double>(_gibbs.File("e.npy"), "<f8", "(0, 2)");
        _gibbs.Run(["sinkhorn", .. line.Split('|'), "--device", "cpu"]).ExpectFailure(exitCode, says);
    }

    private CommandResult Solve(string device, params string[] arguments) => _gibbs.Run(keepLibrary: true, ["sinkhorn", .. arguments, "--device", device, "--json"]);
}
