using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Docs;

/// <summary>
/// Every C# block of the README stands behind a <c>readme:name</c> comment, is the text between the markers of that name in ReadmeExamples.cs, and runs.
/// Both texts are embedded in the test assembly, so that this holds in a published directory too.
/// </summary>
[TestFixture]
public sealed partial class ReadmeTests
{
    // From the formula: the mean of the two smoothed losses with λ·lse².
    private const string MeanLoss = "mean loss 0.3647";

    [Test]
    [Category("Cpu")]
    public void BlocksAreTheExamples()
    {
        Dictionary<string, string> blocks = Blocks(), examples = Examples();
        Assert.That(blocks.Keys, Is.EquivalentTo(examples.Keys));
        foreach ((string name, string example) in examples)
            Assert.That(blocks[name], Is.EqualTo(example), $"README block {name}");
    }

    [Test]
    [Category("Cpu")]
    public void NoBlockStandsWithoutItsName() =>
        Assert.That(Fence().Count(Resource("README.md")), Is.EqualTo(NamedBlock().Count(Resource("README.md"))));

    [Test]
    [Category("Cpu")]
    public void SpansRun() => Assert.That(Output(ReadmeExamples.Spans), Does.StartWith($"{MeanLoss} over 2 rows"));

    // Two entries in the support, δ = 1/2 apart: p = 1/2 + δ·√(8 − δ²)/8.
    [Test]
    [Category("Cpu")]
    public void ProjectionRuns() => Assert.That(Output(ReadmeExamples.Project), Does.StartWith("p = [0.6740, 0.3260, 0.0000, 0.0000], dp/dalpha = 0.1239"));

    // exp of 0, −1, −2, −3 sums to 1.5530: log of it, and the mean of 0, 1, 2, 3 under them.
    [Test]
    [Category("Cpu")]
    public void EntropyRuns() => Assert.That(Output(ReadmeExamples.Entropy), Does.StartWith("H = 0.9475, token "));

    // Across it is the problem with costs 0 and 1 and ε = 1, P_01 = ½/(1 + e); up it costs 4 whatever the plan.
    [Test]
    [Category("Cpu")]
    public void TransportRuns() => Assert.That(Output(ReadmeExamples.Transport), Does.StartWith("Converged: <P, C> = 4.2689, x[0] goes to (0.2689, 2.0000), at most "));

    [Test]
    [Category("Native")]
    public void DeviceRuns()
    {
        _ = TestDevices.Native();
        Assert.That(Output(ReadmeExamples.Device), Does.StartWith(MeanLoss));
    }

    private static string Output(Action example)
    {
        TextWriter console = Console.Out;
        using StringWriter captured = new();
        try
        {
            Console.SetOut(captured);
            example();
        }
        finally
        {
            Console.SetOut(console);
        }
        return captured.ToString();
    }

    private static Dictionary<string, string> Blocks() =>
        NamedBlock().Matches(Resource("README.md")).ToDictionary(m => m.Groups["name"].Value, m => Normalised(m.Groups["code"].Value));

    private static Dictionary<string, string> Examples() =>
        Example().Matches(Resource("ReadmeExamples.cs")).ToDictionary(m => m.Groups["name"].Value, m => Normalised(m.Groups["code"].Value));

    // Without the indentation that all lines share, and blank lines at either end.
    private static string Normalised(string code)
    {
        string[] lines = [.. code.ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd())];
        int indent = lines.Where(l => l.Length > 0).Min(l => l.Length - l.TrimStart().Length);
        return string.Join('\n', lines.Select(l => l.Length > 0 ? l[indent..] : l)).Trim('\n');
    }

    private static string Resource(string name)
    {
        using Stream? stream = typeof(ReadmeTests).Assembly.GetManifestResourceStream(name);
        Assert.That(stream, Is.Not.Null, $"{name} is not embedded");
        using StreamReader reader = new(stream!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^```(csharp|cs|c#)\b", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Fence();

    [GeneratedRegex(@"<!-- readme:(?<name>\w+) -->\s*```csharp\r?\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex NamedBlock();

    [GeneratedRegex(@"// readme:(?<name>(?!end\b)\w+)\r?\n(?<code>.*?)\s*// readme:end", RegexOptions.Singleline)]
    private static partial Regex Example();
}
