using System;
using System.IO;
using System.Linq;
using System.Text.Json;

using NUnit.Framework;

namespace Gibbs.Tests.Cli;

/// <summary>The commands on native devices: emulated where CMake built the library in the checkout, CUDA where there is a device.</summary>
[TestFixture("emulated")]
[TestFixture("cuda")]
public sealed class NativeCommandTests(string device)
{
    private GibbsCommand _gibbs = null!;

    [SetUp]
    public void SetUp()
    {
        _gibbs = new();
        NpyFile.Write(_gibbs.File("z.npy"), "<f4", "(3, 5)", [.. Enumerable.Range(0, 15).Select(static i => (float)Math.Sin(i))]);
        NpyFile.Write(_gibbs.File("y.npy"), "<i4", "(3,)", 1, -100, 4);
        CommandResult result = Run("cross-entropy", "--logits", "z.npy", "--targets", "y.npy", "--device", device);
        if (result.ExitCode == 0)
            return;
        result.ExpectFailure(1, device);
        string variable = device == "cuda" ? "GIBBS_REQUIRE_GPU" : "GIBBS_REQUIRE_NATIVE";
        if (Environment.GetEnvironmentVariable(variable) == "1")
            Assert.Fail($"{variable}=1: {result.Error}");
        Assert.Ignore(result.Error.TrimEnd());
    }

    [TearDown]
    public void TearDown() => _gibbs.Dispose();

    [Test]
    public void Cross_entropy_means_the_same_as_on_the_cpu([Values("float32", "float64", "float16", "bfloat16")] string type)
    {
        string[] reals = ["losses", "gradient", "log-sum-exp", "entropy", "log-probability"];
        string[] others = ["argmax", "rank", "status"];
        JsonElement[] json = Array.ConvertAll(
            [device, "cpu"],
            where => Run(
                [
                    "cross-entropy", "--logits", "z.npy", "--targets", "y.npy", "--type", type, "--label-smoothing", "0.1", "--z-loss", "0.01", "--json", "--device", where,
                    .. reals.Concat(others).SelectMany(name => (string[])[$"--{name}", $"{name}-{where}.npy"]),
                ]).Json());
        Assert.That(json[0].GetProperty("device").GetString(), Does.StartWith(device));
        Assert.That(json[0].GetProperty("loss").GetDouble(), Is.EqualTo(json[1].GetProperty("loss").GetDouble()).Within(2e-6));
        Assert.That(json[0].GetProperty("normaliser").GetDouble(), Is.EqualTo(2));
        Assert.That(json[0].GetProperty("validRows").GetInt64(), Is.EqualTo(2));
        Assert.That(json[0].GetProperty("statuses").GetProperty("Ignored").GetInt32(), Is.EqualTo(1));
        foreach (string name in others)
            Assert.That(File.ReadAllBytes(_gibbs.File($"{name}-{device}.npy")), Is.EqualTo(File.ReadAllBytes(_gibbs.File($"{name}-cpu.npy"))), name);
        foreach (string name in reals)
        {
            string descr = type == "float64" ? "<f8" : type == "float16" && name == "gradient" ? "<f2" : "<f4";
            string shape = name == "gradient" ? "(3, 5)" : "(3,)";
            // A unit in the last place of the gradient's type, at most.
            double tolerance = type == "float64" ? 1e-12 : name == "gradient" && type != "float32" ? 4e-3 : 2e-6;
            Assert.That(Reals($"{name}-{device}.npy", descr, shape), Is.EqualTo(Reals($"{name}-cpu.npy", descr, shape)).Within(tolerance), name);
        }
    }

    [Test]
    public void Soft_targets_weights_and_temperatures_go_there_too()
    {
        NpyFile.Write(_gibbs.File("q.npy"), "<f4", "(3, 5)", [.. Enumerable.Repeat(0.2f, 15)]);
        NpyFile.Write(_gibbs.File("w.npy"), "<f4", "(5,)", 1f, 2f, 3f, 4f, 5f);
        NpyFile.Write(_gibbs.File("r.npy"), "<f4", "(3,)", 1f, 0f, 2f);
        NpyFile.Write(_gibbs.File("t.npy"), "<f4", "(3,)", 1f, 2f, 0.5f);
        double[] losses = Array.ConvertAll(
            [device, "cpu"],
            where => Run(
                "cross-entropy", "--logits", "z.npy", "--soft-targets", "q.npy", "--class-weights", "w.npy", "--row-weights", "r.npy", "--row-temperatures", "t.npy",
                "--device", where, "--json").Json().GetProperty("loss").GetDouble());
        Assert.That(losses[0], Is.EqualTo(losses[1]).Within(1e-5));
    }

    [TestCase("sparsemax")]
    [TestCase("entmax", "--alpha", "1.3")]
    [TestCase("capped-simplex", "--total", "2")]
    [TestCase("l1-ball", "--radius", "0.5")]
    [TestCase("soft-threshold", "--threshold", "0.25")]
    [TestCase("group-lasso", "--threshold", "0.25", "--group-size", "2")]
    [TestCase("k-support", "--k", "2", "--step", "0.5")]
    [TestCase("n-of-m", "--n", "1", "--m", "2")]
    [TestCase("soft-rank", "--epsilon", "0.5")]
    [TestCase("sphere")]
    public void A_projection_means_the_same_as_on_the_cpu(string kind, params string[] words)
    {
        NpyFile.Write(_gibbs.File("v.npy"), "<f4", "(3, 5)", [.. Enumerable.Range(0, 15).Select(static i => (float)Math.Cos(i))]);
        string[] sparse = kind is "sparsemax" or "entmax" ? ["values", "indices", "offsets"] : [];
        JsonElement[] json = Array.ConvertAll(
            [device, "cpu"],
            where => Run(
                [
                    "project", kind, "--input", "z.npy", .. words, "--output", $"y-{where}.npy", "--upstream", "v.npy", "--gradient", $"g-{where}.npy",
                    "--support-size", $"s-{where}.npy", "--json", "--device", where, .. sparse.SelectMany(name => (string[])[$"--csr-{name}", $"{name}-{where}.npy"]),
                ]).Json());
        Assert.That(json[0].GetProperty("device").GetString(), Does.StartWith(device));
        Assert.That(json[0].GetProperty("support").GetInt64(), Is.EqualTo(json[1].GetProperty("support").GetInt64()));
        foreach (string name in (string[])["y", "g"])
            Assert.That(Reals($"{name}-{device}.npy", "<f4", "(3, 5)"), Is.EqualTo(Reals($"{name}-cpu.npy", "<f4", "(3, 5)")).Within(2e-6), name);
        foreach (string name in (string[])["s", .. sparse.Skip(1)])
            Assert.That(File.ReadAllBytes(_gibbs.File($"{name}-{device}.npy")), Is.EqualTo(File.ReadAllBytes(_gibbs.File($"{name}-cpu.npy"))), name);
        foreach (string name in sparse.Take(1))
            Assert.That(File.ReadAllBytes(_gibbs.File($"{name}-{device}.npy")), Has.Length.EqualTo(File.ReadAllBytes(_gibbs.File($"{name}-cpu.npy")).Length), name);
    }

    [Test]
    public void A_fenchel_young_loss_means_the_same_as_on_the_cpu([Values("sparsemax", "entmax")] string kind)
    {
        JsonElement[] json = Array.ConvertAll(
            [device, "cpu"],
            where => Run(
                "fenchel-young", "--kind", kind, "--logits", "z.npy", "--targets", "y.npy", "--label-smoothing", "0.1", "--gradient", $"g-{where}.npy", "--probabilities",
                $"p-{where}.npy", "--support-size", $"s-{where}.npy", "--json", "--device", where).Json());
        Assert.That(json[0].GetProperty("loss").GetDouble(), Is.EqualTo(json[1].GetProperty("loss").GetDouble()).Within(2e-6));
        Assert.That(json[0].GetProperty("validRows").GetInt64(), Is.EqualTo(2));
        foreach (string name in (string[])["g", "p"])
            Assert.That(Reals($"{name}-{device}.npy", "<f4", "(3, 5)"), Is.EqualTo(Reals($"{name}-cpu.npy", "<f4", "(3, 5)")).Within(2e-6), name);
        Assert.That(File.ReadAllBytes(_gibbs.File($"s-{device}.npy")), Is.EqualTo(File.ReadAllBytes(_gibbs.File("s-cpu.npy"))));
    }

    [Test]
    public void A_global_mask_is_that_of_the_cpu()
    {
        double[] thresholds = Array.ConvertAll(
            [device, "cpu"],
            where => Run("global-mask", "--weights", "z.npy", "z.npy", "--keep", "7", "--mask", $"a-{where}.npy", $"b-{where}.npy", "--device", where, "--json").Json()
                .GetProperty("threshold").GetDouble());
        Assert.That(thresholds[0], Is.EqualTo(thresholds[1]));
        foreach (string name in (string[])["a", "b"])
            Assert.That(File.ReadAllBytes(_gibbs.File($"{name}-{device}.npy")), Is.EqualTo(File.ReadAllBytes(_gibbs.File($"{name}-cpu.npy"))), name);
    }

    [Test]
    public void Sparse_training_goes_as_on_the_cpu()
    {
        JsonElement[] json = Array.ConvertAll(
            [device, "cpu"],
            where => Run("train", "--epochs", "1", "--batch-size", "256", "--loss", "sparsemax", "--weight-prox", "soft-threshold", "--device", where, "--json").Json());
        Assert.That(json[0].GetProperty("trainLoss").GetDouble(), Is.EqualTo(json[1].GetProperty("trainLoss").GetDouble()).Within(1e-3));
        Assert.That(
            json[0].GetProperty("sparsity").GetProperty("hidden").GetDouble(), Is.EqualTo(json[1].GetProperty("sparsity").GetProperty("hidden").GetDouble()).Within(1e-2));
    }

    [Test]
    public void Training_goes_as_on_the_cpu()
    {
        double[] losses = Array.ConvertAll(
            [device, "cpu"],
            where => Run("train", "--epochs", "1", "--batch-size", "64", "--device", where, "--json").Json().GetProperty("trainLoss").GetDouble());
        Assert.That(losses[0], Is.EqualTo(losses[1]).Within(1e-3 * losses[1]));
    }

    [Test]
    public void Bench_times_with_device_events(
        [Values("cross-entropy", "cross-entropy-in-place", "cross-entropy-forward", "project sparsemax", "project n-of-m", "fenchel-young")] string operation)
    {
        JsonElement json = Run([.. (string[])["bench", .. operation.Split(' ')], "--rows", "4", "--columns", "100", "--seconds", "0.3", "--device", device, "--json"]).Json();
        Assert.That(json.GetProperty("device").GetString(), Does.StartWith(device));
        Assert.That(json.GetProperty("medianMilliseconds").GetDouble(), Is.GreaterThan(0));
        Assert.That(json.GetProperty("copyMilliseconds").GetDouble(), Is.GreaterThan(0));
    }

    // CUDA may have been given by the environment; the emulated library is found in the checkout.
    private CommandResult Run(params string[] arguments) => _gibbs.Run(keepLibrary: device == "cuda", arguments);

    private double[] Reals(string file, string descr, string shape) => descr switch
    {
        "<f8" => NpyFile.Read<double>(_gibbs.File(file), descr, shape),
        "<f2" => Array.ConvertAll(NpyFile.Read<Half>(_gibbs.File(file), descr, shape), static value => (double)value),
        _ => Array.ConvertAll(NpyFile.Read<float>(_gibbs.File(file), descr, shape), static value => (double)value),
    };
}
