using System;
using System.Linq;

using Gibbs.Cpu.Decoding;
using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Decoding;

/// <summary>The draws of the CPU: the argument of the maximum as it is defined, the distribution, and what a draw does and does not depend on.</summary>
[Category("Cpu")]
internal sealed class TokenSetSamplingTests
{
    private static readonly ElementType[] s_types = ElementTypes.All;

    [Test]
    public void IsTheArgumentOfTheMaximum([ValueSource(nameof(s_types))] ElementType type)
    {
        const ulong seed = 0xfedcba9876543210;
        const long offset = (1L << 32) - 3;
        TokenSetCase c = TokenSetCase.Of(type, 40, 301, Cases.Noise, new() { TopK = 120, Temperature = 0.9, Seed = seed, Step = 7, RowOffset = offset });
        TokenSetRun run = TokenSetRunner.Run(c);
        bool wide = type == ElementType.Float64;
        for (int i = 0; i < c.Rows; i++)
        {
            double maximum = c.Row(i).ToArray().Max(), best = double.NegativeInfinity;
            int token = -1;
            for (int j = 0; j < c.Columns; j++)
            {
                ulong row = (ulong)(offset + i);
                (uint w0, uint w1, uint w2, uint w3) = Philox.Words((uint)j / 4, (uint)row, (uint)(row >> 32), 7, seed);
                float noise = Gumbel.Of((j % 4) switch { 0 => w0, 1 => w1, 2 => w2, _ => w3 });
                double score = wide
                    ? Math.FusedMultiplyAdd(c.Row(i)[j] - maximum, 1 / 0.9, noise)
                    : MathF.FusedMultiplyAdd((float)c.Row(i)[j] - (float)maximum, (float)(1 / 0.9), noise);
                if (run.Mask[(i * c.Columns) + j] == 1 && score > best)
                    (best, token) = (score, j);
            }

            Assert.That(run.Samples[i], Is.EqualTo(token), $"row {i}");
        }
    }

    // χ² of 7 degrees of freedom is below 24.3 in 999 of 1000 draws; the seed is fixed.
    [Test]
    public void FollowsTheDistribution([ValueSource(nameof(s_types))] ElementType type, [Values(0.5, 1, 2)] double temperature)
    {
        const int rows = 20000;
        double[] p = [0.3, 0.05, 0.2, 0.1, 0.02, 0.15, 0.08, 0.1];
        double[] logits = [.. p.Select(v => type.Round(Math.Log(v)))];
        TokenSetRun run = TokenSetRunner.Run(TokenSetCase.Of(type, rows, p.Length, (_, j) => logits[j], new() { Seed = 42, Temperature = temperature }));
        double[] tempered = [.. logits.Select(z => Math.Exp(z / temperature))];
        double sum = tempered.Sum();
        double chiSquare = tempered.Select((v, j) => (Expected: rows * v / sum, Drawn: run.Samples.Count(s => s == j))).Sum(t => (t.Drawn - t.Expected) * (t.Drawn - t.Expected) / t.Expected);
        Assert.That(chiSquare, Is.LessThan(24.3));
    }

    // Restricted, the others keep their proportions. 4 degrees of freedom: 18.5.
    [Test]
    public void FollowsTheRestrictedDistribution()
    {
        const int rows = 20000;
        double[] p = [0.3, 0.05, 0.2, 0.1, 0.02, 0.15, 0.08, 0.1];
        TokenSetRun run = TokenSetRunner.Run(TokenSetCase.Of(ElementType.Float32, rows, p.Length, (_, j) => Math.Log(p[j]), new() { TopK = 5, Seed = 43 }));
        int[] kept = [0, 2, 5, 3, 7];
        double sum = kept.Sum(j => p[j]);
        Assert.That(run.Samples.Distinct(), Is.EquivalentTo(kept));
        Assert.That(kept.Sum(j => Math.Pow(run.Samples.Count(s => s == j) - (rows * p[j] / sum), 2) / (rows * p[j] / sum)), Is.LessThan(18.5));
    }

    // A generator that lost the high words of its counter, or the key, would repeat itself.
    [Test]
    public void DependsOnSeedStepAndRow()
    {
        TokenSetCase c = TokenSetCase.Of(ElementType.Float32, 64, 1000, (_, j) => Cases.Noise(0, j) / 8, default);
        TokenSetRun first = TokenSetRunner.Run(c);
        Assert.That(first.Samples.Distinct().Count(), Is.GreaterThan(55));
        foreach (TokenSetOptions other in new[] { c.Options with { Seed = 1 }, c.Options with { Seed = 1UL << 32 }, c.Options with { Step = 1 }, c.Options with { RowOffset = 64 }, c.Options with { RowOffset = 1L << 32 } })
            Assert.That(TokenSetRunner.Run(c with { Options = other }).Samples.Zip(first.Samples).Count(p => p.First == p.Second), Is.LessThan(8));
        Assert.That(TokenSetRunner.Run(c with { Options = c.Options with { RowOffset = 1 } }).Samples[..63], Is.EqualTo(first.Samples[1..]));
    }

    // Half of the words are 1/2 apart: neighbouring tokens and rows are independent. Tokens of two classes: 3 degrees of freedom, 16.3.
    [Test]
    public void NeighbouringRowsAreIndependent()
    {
        const int rows = 20001;
        TokenSetRun run = TokenSetRunner.Run(TokenSetCase.Of(ElementType.Float32, rows, 2, (_, _) => 0, new() { Seed = 3 }));
        double chiSquare = Enumerable.Range(0, 4).Sum(pair => Math.Pow(Enumerable.Range(0, rows - 1).Count(i => (run.Samples[i] * 2) + run.Samples[i + 1] == pair) - ((rows - 1) / 4.0), 2) / ((rows - 1) / 4.0));
        Assert.That(chiSquare, Is.LessThan(16.3));
    }

    [Test]
    public void ExtremeTemperatures()
    {
        TokenSetCase c = TokenSetCase.Of(ElementType.Float32, 50, 40, Cases.Noise, new() { Temperature = 1e-42 });
        TokenSetRun cold = TokenSetRunner.Run(c), hot = TokenSetRunner.Run(c with { Options = c.Options with { Temperature = 1e300 } });
        for (int i = 0; i < c.Rows; i++)
            Assert.That(cold.Samples[i], Is.EqualTo(Array.IndexOf(c.Row(i).ToArray(), c.Row(i).ToArray().Max())));
        Assert.That(hot.Samples.Distinct().Count(), Is.GreaterThan(20));
        Assert.That(hot.SampleLogProbability, Is.All.EqualTo(-Math.Log(40)).Within(1e-5));
    }
}
