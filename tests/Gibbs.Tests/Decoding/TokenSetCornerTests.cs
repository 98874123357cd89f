using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Reference;

using NUnit.Framework;

namespace Gibbs.Tests.Decoding;

/// <summary>Rows that are hard on a set: masked, confident, equal, bad, empty; and what must not change anything.</summary>
[Category("Cpu")]
internal sealed class TokenSetCornerTests
{
    private static readonly ElementType[] s_types = ElementTypes.All;

    private static readonly TokenSetOptions[] s_criteria =
    [
        default,
        new() { TopK = 2 },
        new() { TopP = 0.9 },
        new() { TopP = 0.5, IncludeCrossing = false },
        new() { MinP = 0.1 },
        new() { MinProbability = 0.4 },
        new() { TopH = 0.4 },
        new() { TopH = 0.4, TopHVariant = TopHVariant.Released },
        new() { TopH = 0.4, TopHVariant = TopHVariant.Transformers, TopHCap = 2 },
    ];

    [Test]
    public void BadRows([ValueSource(nameof(s_types))] ElementType type)
    {
        double inf = double.PositiveInfinity;
        double[][] rows = [[1, double.NaN, 2], [inf, 0, double.NaN], [1, inf, inf], [-inf, -inf, -inf], [0, 1, 2], [0, 1, 2], [0, 9, -inf], [-inf, 3, -inf], [0, 0, 0]];
        foreach (TokenSetOptions options in s_criteria)
        {
            TokenSetCase c = TokenSetCase.Of(type, rows.Length, 3, (i, j) => rows[i][j], options) with
            {
                Temperatures = [1, 1, 1, 1, 0, double.NaN, 1, 2, 1],
                Actions = [0, 1, 2, 0, 1, 2, 3, 1, -1],
                RowWeights = [1, 1, 1, 1, 1, 1, 1, 0, 2],
            };
            TokenSetComparison.Conforms(c);
            TokenSetComparison.Conforms(c with { Options = c.Options with { Reduction = Reduction.Mean, Normaliser = 0 } });
        }
    }

    [Test]
    public void NoRows()
    {
        TokenSetRun run = TokenSetComparison.Conforms(TokenSetCase.Of(ElementType.Float32, 0, 5, Cases.Noise, default) with { Options = default });
        Assert.That(run.Value, Is.Zero);
    }

    [Test]
    public void AnExclusiveNucleusMayBeEmpty()
    {
        TokenSetRun run = TokenSetComparison.Conforms(TokenSetCase.Of(new() { TopP = 0.5, IncludeCrossing = false }, 10, 0, 0, 0) with { Actions = [0] });
        Assert.Multiple(() =>
        {
            Assert.That(run.Status[0], Is.EqualTo(RowStatus.EmptySet));
            Assert.That(run.Counts[0], Is.Zero);
            Assert.That(run.Mask, Is.All.Zero);
            Assert.That(run.Gradient, Is.All.Zero);
            Assert.That(run.Entropies[0], Is.Zero);
            Assert.That(run.FullEntropies[0], Is.GreaterThan(0));
            Assert.That(run.Thresholds[0], Is.EqualTo(double.PositiveInfinity));
            Assert.That(run.ActionLogProbability[0], Is.EqualTo(double.NegativeInfinity));
            Assert.That(run.Samples[0], Is.EqualTo(-1));
        });
    }

    [Test]
    public void TiesKeepTheLowerIndices([ValueSource(nameof(s_types))] ElementType type, [Values(1, 3, 700, 1500, 2999, 3000)] int k)
    {
        // A thousand greater entries spread among equal ones.
        TokenSetRun run = TokenSetComparison.Conforms(TokenSetCase.Of(type, 2, 3000, (i, j) => i == 0 ? -2.5 : j % 3 == 1 ? 1 : 0.5, new() { TopK = k }));
        Assert.That(run.Counts, Is.All.EqualTo(k));
        Assert.That(run.Mask.Take(3000).Select((m, j) => m == (j < k ? 1 : 0)), Is.All.True);
        int greater = Math.Min(k, 1000);
        IEnumerable<int> expected = Enumerable.Range(0, 3000).Where(j => j % 3 == 1).Take(greater).Concat(Enumerable.Range(0, 3000).Where(j => j % 3 != 1).Take(k - greater)).Order();
        Assert.That(Enumerable.Range(0, 3000).Where(j => run.Mask[3000 + j] == 1), Is.EqualTo(expected));
    }

    // Both zeros are one logit.
    [Test]
    public void ZerosAreEqual()
    {
        TokenSetRun run = TokenSetComparison.Conforms(TokenSetCase.Of(new() { TopK = 2 }, -0.0, 0.0, -0.0, -5));
        Assert.That(run.Mask, Is.EqualTo(new byte[] { 1, 1, 0, 0 }));
    }

    // x = (z − max)/T is one number for all but the first, and the logits differ: the ranking is theirs.
    [TestCase(1e20, 1)]
    [TestCase(0, 1e-40)]
    public void OffsetsThatRoundTogetherAreRankedByTheirLogits(double top, double temperature)
    {
        foreach (int columns in new[] { 6, 5000 })
        {
            TokenSetCase c = TokenSetCase.Of(ElementType.Float32, 1, columns, (_, j) => j == 2 ? top : -2 - ((j * 7) % columns), new() { TopK = 4, Temperature = temperature });
            TokenSetRun run = TokenSetRunner.Run(c);
            int[] expected = [.. Enumerable.Range(0, columns).OrderByDescending(j => c.Logits[j]).Take(4)];
            Assert.That(Enumerable.Range(0, columns).Where(j => run.Mask[j] == 1), Is.EquivalentTo(expected));
            Assert.That(run.Thresholds[0], Is.EqualTo(c.Logits[expected[3]]));
            Assert.That(run.Entropies[0], Is.Zero);
        }
    }

    [Test]
    public void UniformAndOneHotRows([ValueSource(nameof(s_types))] ElementType type)
    {
        foreach (int columns in new[] { 1, 5, 1000, 4099, 32000 })
        {
            TokenSetRun uniform = TokenSetComparison.Conforms(TokenSetCase.Of(type, 1, columns, (_, _) => 2, default));
            Assert.That(uniform.Entropies[0], Is.EqualTo(Math.Log(columns)).Within(1e-6 * Math.Log(columns)));
            foreach (TokenSetOptions options in s_criteria)
            {
                TokenSetRun oneHot = TokenSetComparison.Conforms(TokenSetCase.Of(type, 1, columns, (_, j) => j == columns / 2 ? 60000 : -60000, options));
                Assert.That(oneHot.Entropies[0], Is.Zero);
                Assert.That(oneHot.Gradient, Is.All.Zero);
                if (oneHot.Counts[0] > 0)
                    Assert.That(oneHot.Samples[0], Is.EqualTo(columns / 2));
            }
        }
    }

    // H of two tokens, a gap apart, t = e^−gap: log(1 + t) + t·gap/(1 + t), which 1 − p would lose.
    [Test]
    public void ConfidentSetsKeepRelativeAccuracy([Values(20, 60)] double gap)
    {
        foreach (ElementType type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            foreach (int columns in new[] { 9, 9000 })
            {
                TokenSetRun run = TokenSetRunner.Run(TokenSetCase.Of(type, 1, columns, (_, j) => j == 3 ? 0 : j == 5 ? -gap : -2000, new() { TopK = 2 }));
                double tail = Math.Exp(-gap), expected = tail - (tail * tail / 2) + (tail * gap / (1 + tail)), slope = gap * tail / ((1 + tail) * (1 + tail)), relative = type == ElementType.Float32 ? 1e-5 : 1e-13;
                Assert.That(run.Entropies[0], Is.EqualTo(expected).Within(relative * expected));
                Assert.That(run.Gradient[5], Is.EqualTo(slope).Within(relative * slope));
                Assert.That(run.Gradient[3], Is.EqualTo(-slope).Within(relative * slope));
            }
        }
    }

    [Test]
    public void ShiftsChangeNothing()
    {
        TokenSetCase c = TokenSetCase.Of(ElementType.Float32, 8, 5000, (i, j) => Math.Round(Cases.Noise(i, j) * 64) / 64, new() { TopP = 0.9, Seed = 5 });
        TokenSetRun expected = TokenSetRunner.Run(c), shifted = TokenSetRunner.Run(c with { Logits = [.. c.Logits.Select(z => z + 65536)] });
        Assert.That(shifted.Samples, Is.EqualTo(expected.Samples));
        Assert.That(shifted.Mask, Is.EqualTo(expected.Mask));
        Assert.That(shifted.Gradient, Is.EqualTo(expected.Gradient));
        Assert.That(shifted.Entropies, Is.EqualTo(expected.Entropies));
    }

    [Test]
    public void GradientIsTheDerivativeWithTheSetFixed([Range(0, 8)] int criterion)
    {
        TokenSetCase c = TokenSetCase.Of(ElementType.Float64, 3, 11, (i, j) => Cases.Noise(i, j) / 2, s_criteria[criterion]) with { RowWeights = [1, 2, -0.5] };
        c = c with { Options = c.Options with { Reduction = Reduction.Mean, Temperature = 0.8 } };
        TokenSetRun run = TokenSetRunner.Run(c);
        for (int k = 0; k < c.Logits.Length; k++)
        {
            // The set as a mask: nothing is chosen any more.
            double numeric = FiniteDifferences.Derivative(
                value =>
                {
                    double[] logits = [.. c.Logits.Select((z, at) => run.Mask[at] == 0 ? double.NegativeInfinity : at == k ? value : z)];
                    return TokenSetRunner.Run(c with { Logits = logits, Options = new() { Temperature = 0.8 } }).Value;
                },
                c.Logits[k],
                1e-3);
            Assert.That(run.Gradient[k], Is.EqualTo(numeric).Within(1e-9), $"entry {k}");
        }

        for (int i = 0; i < c.Rows; i++)
            Assert.That(run.Gradient.Skip(i * 11).Take(11).Sum(), Is.EqualTo(0).Within(1e-15));
    }
}
