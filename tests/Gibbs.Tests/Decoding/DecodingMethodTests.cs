using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Decoding;

/// <summary>The published methods by name, each on small data by its defining property.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
internal sealed class DecodingMethodTests(string device)
{
    private int Rows => device == "cpu" ? 200 : 12;

    // Random rows of three spreads, as the comparison of the three definitions has them.
    private TokenSetCase Rows4096(TokenSetOptions options) => TokenSetCase.Of(ElementType.Float64, Rows, device == "cpu" ? 4096 : 500, (i, j) => (1 + (i % 3)) * Gaussian(i, j), options);

    // Potraghloo et al., 2025: H(q) ≤ α·H(p) on every row, and one token more would break it.
    [Test]
    public void TopH([Values(0.2, 0.4, 0.8)] double alpha)
    {
        TokenSetCase c = Rows4096(new() { TopH = alpha });
        TokenSetRun run = TokenSetRunner.Run(c, device);
        for (int i = 0; i < c.Rows; i++)
        {
            TokenSetReference row = TokenSetReference.Row(c.Type, c.Row(i), 1, c.Options);
            Assert.That(row.Entropy(run.Counts[i]), Is.LessThanOrEqualTo(alpha * row.FullEntropy * (1 + 1e-12)), $"row {i}");
            Assert.That(row.Entropy(run.Counts[i] + 1), Is.GreaterThan(alpha * row.FullEntropy * (1 - 1e-12)), $"row {i}");
            Assert.That(run.Entropies[i], Is.EqualTo(row.Entropy(run.Counts[i])).Within(1e-12));
        }
    }

    // The two released forms keep their own rule, look no further than their cap, and break the paper's bound on many random rows.
    [Test]
    public void TopHAsReleased([Values(TopHVariant.Released, TopHVariant.Transformers)] TopHVariant variant)
    {
        TokenSetCase c = Rows4096(new() { TopH = 0.4, TopHVariant = variant });
        TokenSetRun run = TokenSetRunner.Run(c, device);
        int broken = 0;
        for (int i = 0; i < c.Rows; i++)
        {
            TokenSetReference row = TokenSetReference.Row(c.Type, c.Row(i), 1, c.Options);
            double logSum = variant == TopHVariant.Released ? row.LogSum : row.Sums(100).LogSum, bound = 0.4 * row.PartialEntropy(100, logSum);
            Assert.That(row.PartialEntropy(run.Counts[i], logSum), Is.LessThanOrEqualTo(bound * (1 + 1e-12)).Or.EqualTo(row.PartialEntropy(1, logSum)));
            Assert.That(row.PartialEntropy(run.Counts[i] + 1, logSum), Is.GreaterThan(bound * (1 - 1e-12)));
            Assert.That(run.Counts[i], Is.LessThanOrEqualTo(100));
            broken += run.Entropies[i] > 0.4 * row.FullEntropy ? 1 : 0;
        }

        Assert.That(broken, Is.GreaterThan(c.Rows / 3));
    }

    // Holtzman et al., 2020: the least number of tokens whose mass is p.
    [Test]
    public void TopP([Values(0.5, 0.9, 0.99)] double p)
    {
        TokenSetCase c = Rows4096(new() { TopP = p });
        TokenSetRun run = TokenSetRunner.Run(c, device);
        for (int i = 0; i < c.Rows; i++)
        {
            TokenSetReference row = TokenSetReference.Row(c.Type, c.Row(i), 1, c.Options);
            Assert.That(row.Mass(run.Counts[i]), Is.GreaterThanOrEqualTo(p - 1e-12));
            Assert.That(row.Mass(run.Counts[i] - 1), Is.LessThan(p + 1e-12));
        }
    }

    // Fan et al., 2018: k tokens, none outside greater than one inside.
    [Test]
    public void TopK([Values(1, 40, 1000)] int k)
    {
        TokenSetCase c = Rows4096(new() { TopK = k });
        TokenSetRun run = TokenSetRunner.Run(c, device);
        for (int i = 0; i < c.Rows; i++)
        {
            Assert.That(run.Counts[i], Is.EqualTo(Math.Min(k, c.Columns)));
            double[] row = c.Row(i).ToArray();
            Assert.That(row.Where((_, j) => run.Mask[(i * c.Columns) + j] == 0).DefaultIfEmpty(double.NegativeInfinity).Max(), Is.LessThanOrEqualTo(run.Thresholds[i]));
            Assert.That(row.Where((_, j) => run.Mask[(i * c.Columns) + j] == 1).Min(), Is.EqualTo(run.Thresholds[i]));
        }
    }

    // Nguyen et al., 2024: exactly the tokens of p_j ≥ m·max p.
    [Test]
    public void MinP([Values(0.02, 0.3)] double m)
    {
        TokenSetCase c = Rows4096(new() { MinP = m });
        TokenSetRun run = TokenSetRunner.Run(c, device);
        for (int i = 0; i < c.Rows; i++)
        {
            TokenSetReference row = TokenSetReference.Row(c.Type, c.Row(i), 1, c.Options);
            double most = row.Probabilities.Max();
            Assert.That(Enumerable.Range(0, c.Columns).Where(j => run.Mask[(i * c.Columns) + j] == 1), Is.EqualTo(Enumerable.Range(0, c.Columns).Where(j => row.Probabilities[j] >= m * most)));
        }
    }

    // The nucleus entropy of SIREN: with the crossing token as its paper's utility, without it as its actor. Then a confident row has no nucleus, no entropy, no gradient.
    [Test]
    public void Siren([Values(true, false)] bool inclusive)
    {
        double[][] rows = [[0, 0.5, 1, -1, 2, -3], [9, 0, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0]];
        TokenSetCase c = TokenSetCase.Of(ElementType.Float64, 3, 6, (i, j) => rows[i][j], new() { TopP = 0.8, TopK = 10000, IncludeCrossing = inclusive });
        TokenSetRun run = TokenSetRunner.Run(c, device);
        for (int i = 0; i < 3; i++)
        {
            double[] p = [.. rows[i].Select(Math.Exp)];
            double sum = p.Sum(), mass = 0;
            int[] order = [.. Enumerable.Range(0, 6).OrderByDescending(j => p[j]).ThenBy(j => j)];
            int crossing = 0;
            while (mass < 0.8)
                mass += p[order[crossing++]] / sum;
            int[] nucleus = order[..(inclusive ? crossing : crossing - 1)];
            double nucleusSum = nucleus.Sum(j => p[j]), entropy = -nucleus.Sum(j => p[j] / nucleusSum * Math.Log(p[j] / nucleusSum));
            Assert.That(run.Counts[i], Is.EqualTo(nucleus.Length));
            Assert.That(run.Entropies[i], Is.EqualTo(entropy).Within(1e-14));
            for (int j = 0; j < 6; j++)
            {
                double q = p[j] / nucleusSum, expected = nucleus.Contains(j) ? -q * (Math.Log(q) + entropy) : 0;
                Assert.That(run.Gradient[(6 * i) + j], Is.EqualTo(expected).Within(1e-14));
            }
        }

        Assert.That(run.Status[1], Is.EqualTo(inclusive ? RowStatus.Ok : RowStatus.EmptySet));
        Assert.That(run.Entropies[1], Is.Zero);
    }

    // The proxy of Lp-Reg: log π_proxy(a) = z_a − log Σ over p_j ≥ κ·max p of exp z_j; a token that is filtered has none.
    [Test]
    public void LpRegProxy()
    {
        TokenSetCase c = TokenSetCase.Of(ElementType.Float64, 16, 300, Cases.Noise, new() { MinP = 0.02 });
        c = c with { Actions = [.. Enumerable.Range(0, 16).Select(i => (long)(i * 17))] };
        TokenSetRun run = TokenSetRunner.Run(c, device);
        int filtered = 0;
        for (int i = 0; i < c.Rows; i++)
        {
            double[] z = c.Row(i).ToArray();
            double least = z.Max() + Math.Log(0.02), action = z[c.Actions[i]];
            double expected = action >= least ? action - Math.Log(z.Where(v => v >= least).Sum(Math.Exp)) : double.NegativeInfinity;
            filtered += action < least ? 1 : 0;
            Assert.That(run.ActionLogProbability[i], Is.EqualTo(expected).Within(1e-13));
        }

        Assert.That(filtered, Is.InRange(1, 15));
    }

    // A fixed threshold on p itself, Lp-Reg's other filter.
    [Test]
    public void LeastProbability()
    {
        TokenSetCase c = TokenSetCase.Of(ElementType.Float64, 16, 300, Cases.Noise, new() { MinProbability = 0.01 });
        TokenSetRun run = TokenSetRunner.Run(c, device);
        for (int i = 0; i < c.Rows; i++)
            Assert.That(run.Counts[i], Is.EqualTo(TokenSetReference.Row(c.Type, c.Row(i), 1, default).Probabilities.Count(p => p >= 0.01)));
    }

    // AEPO regularises on samples of softmax(z/T) by their log-probability at temperature 1: hotter draws have more of the entropy, and their score is that of the policy itself.
    [Test]
    public void AepoTemperedSamples()
    {
        int rows = device == "cpu" ? 4000 : 400;
        double[] logits = [2, 1, 0, -1, -2, -0.5];
        TokenSetCase c = TokenSetCase.Of(ElementType.Float64, rows, 6, (_, j) => logits[j], new() { Seed = 11 });
        double sum = logits.Sum(Math.Exp), before = 0;
        foreach (double temperature in new[] { 0.8, 1, 1.2 })
        {
            TokenSetRun drawn = TokenSetRunner.Run(c with { Options = c.Options with { Temperature = temperature } }, device);
            TokenSetRun scored = TokenSetRunner.Run(c with { Actions = drawn.Samples }, device);
            for (int i = 0; i < rows; i++)
                Assert.That(scored.ActionLogProbability[i], Is.EqualTo(logits[drawn.Samples[i]] - Math.Log(sum)).Within(1e-13));
            double surprise = -scored.ActionLogProbability.Average();
            double tempered = logits.Sum(z => Math.Exp(z / temperature)), expected = -logits.Sum(z => Math.Exp(z / temperature) / tempered * (z - Math.Log(sum)));
            Assert.That(surprise, Is.EqualTo(expected).Within(4 / Math.Sqrt(rows)));
            Assert.That(surprise, Is.GreaterThan(before));
            before = surprise;
        }
    }

    private static double Gaussian(int i, int j)
    {
        double a = (Cases.Noise((2 * i) + 1000, j) + 4) / 8, b = (Cases.Noise((2 * i) + 1001, j) + 4) / 8;
        return Math.Sqrt(-2 * Math.Log(1 - a)) * Math.Cos(2 * Math.PI * b);
    }
}
