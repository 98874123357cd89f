using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Decoding;

/// <summary>Token sets on device memory against the reference, every criterion, type, shape and regime; and against the CPU where both must draw the same tokens.</summary>
[Category("Native")]
internal sealed class DeviceTokenSetTests
{
    private const int Warp = 2;
    private const int Shared = 4;
    private const int TwoPass = 5;

    private static readonly ElementType[] s_types = ElementTypes.All;
    private static readonly int[] s_columns = [1, 2, 3, 7, 33, 1000, 1025, 4097];

    private static readonly TokenSetOptions[] s_criteria =
    [
        default,
        new() { TopK = 5 },
        new() { TopP = 0.9 },
        new() { TopP = 0.5, IncludeCrossing = false },
        new() { MinP = 0.1 },
        new() { MinProbability = 0.01 },
        new() { TopH = 0.4 },
        new() { TopH = 0.4, TopHVariant = TopHVariant.Released },
        new() { TopH = 0.4, TopHVariant = TopHVariant.Transformers, TopHCap = 20 },
        new() { TopK = 40, TopP = 0.95, MinP = 0.02, Temperature = 0.7 },
    ];

    [Test]
    public void GeneratedCases([ValueSource(nameof(s_types))] ElementType type)
    {
        for (int id = 0; id < 60; id++)
            Conforms(TokenSetTests.Generate(type, id) with { OwnWorkspace = id % 3 == 0 });
    }

    [Test]
    public void EveryCriterionAndShape([ValueSource(nameof(s_types))] ElementType type)
    {
        for (int k = 0; k < s_criteria.Length; k++)
        {
            foreach (int columns in s_columns)
            {
                // Noise of a spread that makes sets of every size; the second row of few values, many of them equal.
                TokenSetCase c = TokenSetCase.Of(type, 2, columns, (i, j) => i == 0 ? Cases.Noise(i + k, j) * (1 + k % 3) : Math.Floor(Cases.Noise(i, j)), s_criteria[k]);
                Conforms(c with { Actions = [columns - 1, 0], RowWeights = [2, -0.5], Padding = columns % 5, Offset = k % 4, Options = c.Options with { Reduction = Reduction.Sum } });
            }
        }
    }

    [Test]
    public void LongRows([ValueSource(nameof(s_types))] ElementType type)
    {
        foreach (TokenSetOptions options in new TokenSetOptions[] { new() { TopP = 0.9 }, new() { TopH = 0.5 }, new() { TopK = 1000 } })
            Conforms(TokenSetCase.Of(type, 1, 32000, Cases.Noise, options));
    }

    [Test]
    public void EqualBitsInEveryRegimeAndPlace([ValueSource(nameof(s_types))] ElementType type)
    {
        foreach (TokenSetOptions options in s_criteria)
        {
            foreach (int columns in new[] { 130, 2500 })
            {
                TokenSetCase c = TokenSetCase.Of(type, 3, columns, (i, j) => 2 * Cases.Noise(i, j), options) with { Actions = [0, 1, 2] };
                TokenSetRun expected = TokenSetRunner.Run(c, "native");
                List<TokenSetCase> moved = [c with { Offset = 1, Padding = 3 }, c with { Offset = 5, InPlace = true }, c with { Regime = Shared }, c with { Regime = TwoPass, Offset = 3, InPlace = true }];
                if (columns * type.Size() <= 4096)
                    moved.Add(c with { Regime = Warp });
                foreach (TokenSetCase other in moved)
                    Same(expected, 0, TokenSetRunner.Run(other, "native"), 3, columns);
                for (int i = 0; i < 3; i++)
                    Same(expected, i, TokenSetRunner.Run(c with { Rows = 1, Logits = c.Row(i).ToArray(), Actions = [c.Actions![i]], Options = c.Options with { RowOffset = i } }, "native"), 1, columns);
            }
        }
    }

    // A set that does not hang on sums is the same set everywhere, and so is its sample, to the bit.
    [Test]
    public void SamplesAreThoseOfTheCpu([ValueSource(nameof(s_types))] ElementType type)
    {
        foreach (TokenSetOptions options in new TokenSetOptions[] { default, new() { TopK = 1 }, new() { TopK = 50, Temperature = 1.3 }, new() { Temperature = 1e-3 }, new() { Temperature = 1e300 } })
        {
            for (uint step = 0; step < 4; step++)
            {
                TokenSetCase c = TokenSetCase.Of(type, 16, 301, (i, j) => Cases.Noise(i, j) + (i % 3 == 2 ? 300 : 0), options with { Seed = 0x0123456789abcdef, Step = step, RowOffset = step * 0x7fffffffL });
                Assert.That(TokenSetRunner.Run(c, "native").Samples, Is.EqualTo(TokenSetRunner.Run(c).Samples));
            }
        }
    }

    [Test]
    public void SamplesFollowTheDistribution()
    {
        // 4000 rows of one distribution: χ² of 7 degrees of freedom is below 24.3 in 999 of 1000 draws.
        double[] p = [0.3, 0.05, 0.2, 0.1, 0.02, 0.15, 0.08, 0.1];
        TokenSetRun run = TokenSetRunner.Run(TokenSetCase.Of(ElementType.Float32, 4000, p.Length, (_, j) => Math.Log(p[j]), new() { Seed = 42 }), "native");
        double chiSquare = Enumerable.Range(0, p.Length).Sum(j => Math.Pow(run.Samples.Count(s => s == j) - (4000 * p[j]), 2) / (4000 * p[j]));
        Assert.That(chiSquare, Is.LessThan(24.3));
    }

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
            Conforms(c);
            Conforms(c with { Options = c.Options with { Reduction = Reduction.Mean, Normaliser = 0 } });
        }
    }

    [Test]
    public void AnExclusiveNucleusMayBeEmpty()
    {
        TokenSetRun run = Conforms(TokenSetCase.Of(new() { TopP = 0.5, IncludeCrossing = false }, 10, 0, 0, 0));
        Assert.That(run.Status[0], Is.EqualTo(RowStatus.EmptySet));
        Assert.That(run.Counts[0], Is.Zero);
        Assert.That(run.Mask, Is.All.Zero);
        Assert.That(run.Gradient, Is.All.Zero);
        Assert.That(run.Entropies[0], Is.Zero);
        Assert.That(run.FullEntropies[0], Is.GreaterThan(0));
    }

    [Test]
    public void TiesKeepTheLowerIndices([ValueSource(nameof(s_types))] ElementType type, [Values(1, 3, 700, 1500, 3000)] int k)
    {
        // A thousand greater entries spread among equal ones.
        TokenSetCase c = TokenSetCase.Of(type, 2, 3000, (i, j) => i == 0 ? -2.5 : j % 3 == 1 ? 1 : 0.5, new() { TopK = k });
        TokenSetRun run = Conforms(c);
        Assert.That(run.Counts, Is.All.EqualTo(k));
        Assert.That(run.Mask.Take(3000).Select((m, j) => m == (j < k ? 1 : 0)), Is.All.True);
        int greater = Math.Min(k, 1000), equal = k - greater;
        int[] kept = [.. Enumerable.Range(0, 3000).Where(j => run.Mask[3000 + j] == 1)];
        Assert.That(kept, Is.EquivalentTo(Enumerable.Range(0, 3000).Where(j => j % 3 == 1).Take(greater).Concat(Enumerable.Range(0, 3000).Where(j => j % 3 != 1).Take(equal))));
    }

    [Test]
    public void UniformAndOneHotRows([ValueSource(nameof(s_types))] ElementType type)
    {
        foreach (int columns in new[] { 1, 5, 1000, 4099 })
        {
            TokenSetRun uniform = Conforms(TokenSetCase.Of(type, 1, columns, (_, _) => 2, default));
            Assert.That(uniform.Entropies[0], Is.EqualTo(Math.Log(columns)).Within(1e-6 * Math.Log(columns)));
            TokenSetRun oneHot = Conforms(TokenSetCase.Of(type, 1, columns, (_, j) => j == columns / 2 ? 60000 : -60000, default));
            Assert.That(oneHot.Entropies[0], Is.Zero);
            Assert.That(oneHot.Gradient, Is.All.Zero);
            Assert.That(oneHot.Samples[0], Is.EqualTo(columns / 2));
        }
    }

    // On every row H(q) ≤ α·H(p), and with one token more it would not be.
    [Test]
    public void TopH_IsBoundedAndMaximal([Values(0.1, 0.4, 0.8)] double alpha)
    {
        TokenSetCase c = TokenSetCase.Of(ElementType.Float64, 24, 700, (i, j) => Cases.Noise(i, j) * (0.25 + (0.25 * i)), new() { TopH = alpha });
        TokenSetRun run = Conforms(c);
        for (int i = 0; i < c.Rows; i++)
        {
            TokenSetReference row = TokenSetReference.Row(c.Type, c.Row(i), 1, c.Options);
            Assert.That(row.Entropy(run.Counts[i]), Is.LessThanOrEqualTo(alpha * row.FullEntropy * (1 + 1e-12)));
            Assert.That(row.Entropy(run.Counts[i] + 1), Is.GreaterThan(alpha * row.FullEntropy * (1 - 1e-12)));
        }
    }

    // Nothing depends on a constant added to a row, where the sum is exact; least of all the sample.
    [Test]
    public void ShiftsChangeNothing()
    {
        TokenSetCase c = TokenSetCase.Of(ElementType.Float32, 8, 500, (i, j) => Math.Round(Cases.Noise(i, j) * 64) / 64, new() { TopP = 0.9, Seed = 5 });
        TokenSetRun expected = TokenSetRunner.Run(c, "native"), shifted = TokenSetRunner.Run(c with { Logits = [.. c.Logits.Select(z => z + 65536)] }, "native");
        Assert.That(shifted.Samples, Is.EqualTo(expected.Samples));
        Assert.That(shifted.Mask, Is.EqualTo(expected.Mask));
        Assert.That(shifted.Gradient, Is.EqualTo(expected.Gradient));
        Assert.That(shifted.Entropies, Is.EqualTo(expected.Entropies));
    }

    private static TokenSetRun Conforms(TokenSetCase c) => TokenSetComparison.Conforms(c, "native");

    // Rows from first on of a run are those of another one.
    private static void Same(TokenSetRun expected, int first, TokenSetRun actual, int rows, int columns)
    {
        Range r = first..(first + rows), m = (first * columns)..((first + rows) * columns);
        Assert.Multiple(() =>
        {
            Assert.That(actual.Entropies, Is.EqualTo(expected.Entropies[r]));
            Assert.That(actual.FullEntropies, Is.EqualTo(expected.FullEntropies[r]));
            Assert.That(actual.Counts, Is.EqualTo(expected.Counts[r]));
            Assert.That(actual.Thresholds, Is.EqualTo(expected.Thresholds[r]));
            Assert.That(actual.Mask, Is.EqualTo(expected.Mask[m]));
            Assert.That(actual.LogProbabilities, Is.EqualTo(expected.LogProbabilities[m]));
            Assert.That(actual.ActionLogProbability, Is.EqualTo(expected.ActionLogProbability[r]));
            Assert.That(actual.Samples, Is.EqualTo(expected.Samples[r]));
            Assert.That(actual.SampleLogProbability, Is.EqualTo(expected.SampleLogProbability[r]));
            Assert.That(actual.Gradient, Is.EqualTo(expected.Gradient[m]));
            Assert.That(actual.Status, Is.EqualTo(expected.Status[r]));
        });
    }
}
