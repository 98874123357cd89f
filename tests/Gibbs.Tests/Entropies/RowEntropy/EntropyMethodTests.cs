using System;
using System.Linq;

using CommunityToolkit.HighPerformance;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Entropies;

/// <summary>Published methods whose operation is a row entropy, end to end on small data.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class EntropyMethodTests(string device)
{
    // Attention entropy maximisation over bags of instances: L = CE_bag + λ·Σ a·log a, a = softmax of a bag's attention logits.
    [Test]
    public void AttentionEntropyMaximizationAem()
    {
        const double lambda = 0.3;
        int[] bags = [1, 4, 900, 37];
        EntropyCase c = EntropyCase.Of(ElementType.Float64, EntropyKind.Shannon, 2, [.. bags.Select((n, i) => Enumerable.Range(0, n).Select(j => 2 * Cases.Noise(i, j)).ToArray())]) with
        {
            Ragged = true,
            RowWeights = [.. bags.Select(_ => -lambda)],
            Options = new() { Reduction = Reduction.Sum },
        };
        EntropyRun run = EntropyRunner.Run(device, c);
        double penalty = 0;
        for (int i = 0; i < bags.Length; i++)
        {
            double[] a = Softmax(c.Rows[i]);
            penalty += lambda * a.Sum(p => p * Math.Log(p));
            double h = -a.Sum(p => p * Math.Log(p));
            for (int k = 0; k < bags[i]; k++)
                Assert.That(run.Gradient[i][k], Is.EqualTo(lambda * a[k] * (Math.Log(a[k]) + h)).Within(1e-13));
        }

        Assert.That(run.Value, Is.EqualTo(penalty).Within(1e-12));

        // A step down the penalty spreads the attention of every bag that has two instances.
        EntropyRun spread = EntropyRunner.Run(device, c with { Rows = [.. c.Rows.Select((row, i) => row.Select((z, j) => z - run.Gradient[i][j]).ToArray())] });
        for (int i = 1; i < bags.Length; i++)
            Assert.That(spread.Entropies[i], Is.GreaterThan(run.Entropies[i]));
    }

    // The mean entropy of the tokens of each reasoning trace, which tells easy problems from hard ones.
    [Test]
    public void DiffAdaptMeanEntropyPerTrace()
    {
        int[] lengths = [5, 3, 8];
        double[] sharpness = [6, 0.2, 2];
        EntropyCase c = EntropyCase.Of(
            ElementType.Float32, EntropyKind.Shannon, 2, [.. lengths.SelectMany((n, trace) => EntropyCase.Fill(n, 50, (t, j) => sharpness[trace] * Cases.Noise((10 * trace) + t, j)))]);
        EntropyRun run = EntropyRunner.Run(device, c);
        int start = 0;
        double[] means = new double[lengths.Length];
        for (int trace = 0; trace < lengths.Length; trace++)
        {
            int first = start, count = lengths[trace];
            EntropyRun alone = EntropyRunner.Run(device, c with { Rows = c.Rows[first..(first + count)], Options = c.Options with { Reduction = Reduction.Mean } });
            means[trace] = alone.Value;
            Assert.That(alone.Value, Is.EqualTo(run.Entropies[first..(first + count)].Average()).Within(1e-6));
            start += count;
        }

        Assert.That(means[1], Is.GreaterThan(means[2]).And.LessThan(Math.Log(50)));
        Assert.That(means[2], Is.GreaterThan(means[0]));
    }

    // The entropy of softmax(α) as a penalty on architecture weights, exact where an operation has died out.
    [Test]
    public void QuantNasEntropyPenaltyIsExactAtZero()
    {
        double[][] alphas = [[0, 0, 0, 0], [1, -1, 0.5, double.NegativeInfinity], [50, double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity], [0, -400, -500, -600]];
        EntropyCase c = EntropyCase.Of(ElementType.Float32, EntropyKind.Shannon, 2, alphas) with { Options = new() { Reduction = Reduction.Sum } };
        EntropyRun run = EntropyComparison.Conforms(device, c);
        Assert.That(run.Entropies[0], Is.EqualTo(Math.Log(4)).Within(1e-6));
        Assert.That(run.Entropies[2], Is.Zero);
        Assert.That(run.Entropies[3], Is.Zero);
        Assert.That(run.Gradient[1][3], Is.Zero);
        Assert.That(run.Gradient.SelectMany(g => g), Is.All.Matches<double>(double.IsFinite));

        // Descent ends in one operation per edge.
        double[][] edges = [[0.3, 0.1, -0.2]];
        for (int step = 0; step < 400; step++)
        {
            EntropyRun descent = EntropyRunner.Run("cpu", c with { Rows = edges });
            edges = [[.. edges[0].Select((a, j) => a - (2 * descent.Gradient[0][j]))]];
        }

        Assert.That(Softmax(edges[0])[0], Is.GreaterThan(0.99));
    }

    // Test-time adaptation on the reliable rows: mean over {H < E₀} of exp(E₀ − H)·H, the weight held.
    [Test]
    public void EataWeightsReliableRows()
    {
        const int classes = 10;
        double threshold = 0.4 * Math.Log(classes);
        EntropyCase c = EntropyCase.Of(ElementType.Float64, EntropyKind.Shannon, 2, EntropyCase.Fill(12, classes, (i, j) => Cases.Noise(i, j) * (0.2 + (0.3 * i))));
        double[] entropies = EntropyRunner.Run(device, c).Entropies;
        bool[] kept = [.. entropies.Select(h => h < threshold)];
        double[] weights = [.. entropies.Select((h, i) => kept[i] ? Math.Exp(threshold - h) : 0)];
        int count = kept.Count(k => k);
        Assert.That(count, Is.InRange(3, 9));
        EntropyRun run = EntropyRunner.Run(device, c with { RowWeights = weights, Options = new() { Normaliser = count } });
        double expected = 0;
        for (int i = 0; i < 12; i++)
        {
            double[] p = Softmax(c.Rows[i]);
            double h = -p.Sum(v => v * Math.Log(v));
            expected += kept[i] ? Math.Exp(threshold - h) * h / count : 0;
            for (int k = 0; k < classes; k++)
                Assert.That(run.Gradient[i][k], kept[i] ? Is.EqualTo(-Math.Exp(threshold - h) / count * p[k] * (Math.Log(p[k]) + h)).Within(1e-13) : Is.Zero);
        }

        Assert.That(run.Value, Is.EqualTo(expected).Within(1e-12));
    }

    // Entropy over tasks of saliencies: P = |s|/Σ|s|; dH/ds_j = −sign(s_j)·(log P_j + H)/Σ|s|.
    [Test]
    public void RepMtlEntropyOfSaliencies()
    {
        double[][] saliencies = EntropyCase.Fill(6, 4, (i, j) => i == 3 && j == 1 ? 0 : Cases.Noise(i, j));
        double[][] shares = [.. saliencies.Select(row => row.Select(s => Math.Abs(s) / row.Sum(Math.Abs)).ToArray())];
        EntropyCase c = EntropyCase.Of(ElementType.Float64, EntropyKind.Shannon, 2, shares) with { Options = new() { Input = EntropyInput.Probabilities, Reduction = Reduction.Sum } };
        EntropyRun run = EntropyRunner.Run(device, c);
        for (int i = 0; i < 6; i++)
        {
            double sum = saliencies[i].Sum(Math.Abs), h = run.Entropies[i];
            Assert.That(h, Is.EqualTo(-shares[i].Sum(p => p == 0 ? 0 : p * Math.Log(p))).Within(1e-13));
            double mean = Enumerable.Range(0, 4).Sum(j => shares[i][j] == 0 ? 0 : shares[i][j] * run.Gradient[i][j]);
            for (int j = 0; j < 4; j++)
            {
                if (shares[i][j] == 0)
                {
                    Assert.That(run.Gradient[i][j], Is.EqualTo(double.PositiveInfinity));
                    continue;
                }

                double slope = Math.Sign(saliencies[i][j]) * (run.Gradient[i][j] - mean) / sum;
                Assert.That(slope, Is.EqualTo(-Math.Sign(saliencies[i][j]) * (Math.Log(shares[i][j]) + h) / sum).Within(1e-12));
            }
        }
    }

    // REINFORCE with an entropy bonus in one pass: gradient of −A·log p_a − w·H.
    [Test]
    public void PolicyGradientWithEntropyBonus()
    {
        double[] advantages = [1.5, -2, 0.5];
        EntropyCase c = EntropyCase.Of(ElementType.Float64, EntropyKind.Shannon, 2, EntropyCase.Fill(3, 8, Cases.Noise)) with
        {
            Actions = [2, 0, 7],
            ActionWeights = [.. advantages.Select(a => -a)],
            RowWeights = [-0.01, -0.01, -0.01],
            Options = new() { Normaliser = 3 },
        };
        EntropyRun run = EntropyRunner.Run(device, c);
        for (int i = 0; i < 3; i++)
        {
            double[] p = Softmax(c.Rows[i]);
            double h = -p.Sum(v => v * Math.Log(v));
            Assert.That(run.LogProbability[i], Is.EqualTo(Math.Log(p[c.Actions[i]])).Within(1e-13));
            for (int k = 0; k < 8; k++)
                Assert.That(run.Gradient[i][k], Is.EqualTo(((-advantages[i] * ((k == c.Actions[i] ? 1 : 0) - p[k])) + (0.01 * p[k] * (Math.Log(p[k]) + h))) / 3).Within(1e-13));
        }
    }

    private static double[] Softmax(double[] z)
    {
        double maximum = z.Max(), sum = z.Sum(v => Math.Exp(v - maximum));
        return [.. z.Select(v => Math.Exp(v - maximum) / sum)];
    }
}
