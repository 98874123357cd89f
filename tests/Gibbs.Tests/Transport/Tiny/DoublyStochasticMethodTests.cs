using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Transport.Tiny;

/// <summary>One test per published method.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class DoublyStochasticMethodTests(string device)
{
    /// <summary>Manifold-constrained hyper-connections (Xie et al., 2025): the placement of ε, on numbers small enough to follow.</summary>
    [Test]
    public void HyperConnections()
    {
        const double epsilon = 0.25;
        double[] p = [0.75, 0.25, 0.5, 0.5]; // softmax of rows
        p = [.. p.Select(x => x + epsilon)];
        double left = p[0] + p[2] + epsilon, right = p[1] + p[3] + epsilon;
        p = [p[0] / left, p[1] / right, p[2] / left, p[3] / right];
        TinyCase one = new(ElementType.Float64, 2, 2, new() { Scheme = DoublyStochasticScheme.DeepSeek, Epsilon = epsilon, Iterations = 1 }, [[Math.Log(3), 0, 1, 1]]);
        Assert.That(TinyRunner.Forward(device, one).Result[0], Is.EqualTo(p).Within(1e-15), "softmax + epsilon, columns");

        double top = p[0] + p[1] + epsilon, bottom = p[2] + p[3] + epsilon;
        p = [p[0] / top, p[1] / top, p[2] / bottom, p[3] / bottom];
        left = p[0] + p[2] + epsilon;
        right = p[1] + p[3] + epsilon;
        p = [p[0] / left, p[1] / right, p[2] / left, p[3] / right];
        Assert.That(TinyRunner.Forward(device, one with { Options = one.Options with { Iterations = 2 } }).Result[0], Is.EqualTo(p).Within(1e-15), "then rows, columns");
    }

    [Test]
    public void EqualLogitsGiveEqualEntries([Values(2, 4, 8, 50)] int side)
    {
        TinyCase c = new(ElementType.Float32, side, side, new() { Scheme = DoublyStochasticScheme.DeepSeek }, [[.. Enumerable.Repeat(7.0, side * side)]]);
        Assert.That(TinyRunner.Forward(device, c).Result[0], Is.All.EqualTo(1.0 / side).Within(3e-6));
        Assert.That(TinyRunner.Forward(device, c with { Options = default }).Result[0], Is.All.EqualTo(1.0 / side).Within(2e-7));
    }

    /// <summary>Sinkhorn and Knopp (1967): a positive matrix has one doubly-stochastic scaling, whose cross ratios are its own.</summary>
    [Test]
    public void SinkhornKnopp()
    {
        double[] a = [1, 2, 3, 4];
        double[] p = TinyRunner.Forward(device, new(ElementType.Float64, 2, 2, new() { Input = DoublyStochasticInput.Positive, Iterations = 60 }, [a])).Result[0];
        Assert.That(new[] { p[0] + p[1], p[2] + p[3], p[0] + p[2], p[1] + p[3] }, Is.All.EqualTo(1).Within(1e-14));
        Assert.That(p[0] * p[3] / (p[1] * p[2]), Is.EqualTo(a[0] * a[3] / (a[1] * a[2])).Within(1e-13));
    }

    /// <summary>Gumbel-Sinkhorn (Mena et al., 2018): at a low temperature, permutations, and each of them as often as the others where the logits are equal.</summary>
    [Test]
    public void GumbelSinkhorn()
    {
        const int count = 3000;
        TinyCase c = new(ElementType.Float32, 3, 3, new() { NoiseScale = 1, Temperature = 0.02, Iterations = 400, Seed = 11 }, [.. Enumerable.Range(0, count).Select(_ => new double[9])]);
        TinyRun run = TinyRunner.Forward(device, c);
        int[] counts = new int[27];
        int permutations = 0;
        foreach (double[] p in run.Result)
        {
            if (p.Count(x => x > 0.9) != 3)
                continue;
            permutations++;
            counts[Enumerable.Range(0, 3).Sum(i => Enumerable.Range(0, 3).First(j => p[(3 * i) + j] > 0.9) * (int)Math.Pow(3, i))]++;
        }

        Assert.That(permutations, Is.GreaterThan(0.9 * count));
        int[] found = [.. counts.Where(k => k > 0)];
        Assert.That(found, Has.Length.EqualTo(6));
        Assert.That(found, Is.All.InRange((permutations / 6.0) - 100, (permutations / 6.0) + 100), "five standard deviations");
    }

    /// <summary>The same noise for a batch in one piece and in two, another for another step.</summary>
    [Test]
    public void NoiseBelongsToTheMatrix()
    {
        TinyCase c = TinyCase.Draw(ElementType.Float32, 4, 4, new() { NoiseScale = 1, Seed = 3, Step = 1 }, count: 20);
        TinyRun all = TinyRunner.Forward(device, c);
        TinyRun rest = TinyRunner.Forward(device, c with { Values = c.Values[7..], Options = c.Options with { MatrixOffset = 7 } });
        Assert.That(rest.Result, Is.EqualTo(all.Result[7..]));
        Assert.That(TinyRunner.Forward(device, c with { Options = c.Options with { Step = 2 } }).Result[0], Is.Not.EqualTo(all.Result[0]));
    }

    /// <summary>S-BASE routing (Clark et al., 2022): tokens of mass 1, experts up to their capacity, whatever the scores.</summary>
    [Test]
    public void SBase()
    {
        double[] capacities = [16, 24, 8, 16];
        TinyCase c = TinyCase.Draw(ElementType.Float32, 64, 4, new() { Iterations = 60 }, count: 3, spread: 2) with { ColumnTargets = capacities };
        TinyRun run = TinyRunner.Forward(device, c);
        foreach (double[] p in run.Result)
        {
            for (int expert = 0; expert < 4; expert++)
                Assert.That(Enumerable.Range(0, 64).Sum(token => p[(4 * token) + expert]), Is.EqualTo(capacities[expert]).Within(1e-4));
            for (int token = 0; token < 64; token++)
                Assert.That(Enumerable.Range(0, 4).Sum(expert => p[(4 * token) + expert]), Is.EqualTo(1).Within(1e-3));
        }
    }
}
