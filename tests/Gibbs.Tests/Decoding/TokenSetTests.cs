using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Decoding;

/// <summary>Token sets against the reference: every criterion alone and together, every type, shape and kind of row.</summary>
[Category("Cpu")]
internal sealed class TokenSetTests
{
    private static readonly ElementType[] s_types = ElementTypes.All;
    private static readonly int[] s_columns = [1, 2, 3, 7, 33, 63, 64, 65, 1000, 4095, 4096, 4097, 9000];

    private static readonly TokenSetOptions[] s_criteria =
    [
        default,
        new() { TopK = 1 },
        new() { TopK = 50 },
        new() { TopK = 20000 },
        new() { TopP = 0.9 },
        new() { TopP = 0.001 },
        new() { TopP = 1 - 1e-7 },
        new() { TopP = 0.8, IncludeCrossing = false },
        new() { MinP = 0.05 },
        new() { MinP = 1 },
        new() { MinProbability = 1e-4 },
        new() { TopH = 0.4 },
        new() { TopH = 0.95 },
        new() { TopH = 0.6, TopHVariant = TopHVariant.Released },
        new() { TopH = 0.6, TopHVariant = TopHVariant.Transformers, TopHCap = 300 },
        new() { TopH = 1, TopHVariant = TopHVariant.Released },
        new() { TopK = 400, TopP = 0.6, MinP = 0.01, TopH = 0.9, Temperature = 1.4 },
    ];

    // What a sample of the row sees, sees wrong, and does not see.
    private static readonly Func<int, int, double>[] s_rows =
    [
        Cases.Noise,
        (i, j) => Cases.Noise(i, j) - (1.3 * Math.Log(1 + ((j * 7919L) % 32003))),
        (i, j) => Math.Floor(2 * Cases.Noise(i, j)) / 2,
        (_, _) => -3,
        (i, j) => (j % (32000 / 256)) < 4 ? 1 + Cases.Noise(i, j) : -2 + Cases.Noise(i, j),
        (i, j) => (j % (32000 / 256)) < 4 ? -30 + Cases.Noise(i, j) : Cases.Noise(i, j),
        (i, j) => j % 1000 == 17 ? 30 + (Cases.Noise(i, j) / 8) : Cases.Noise(i, j),
        (i, j) => j % 3 == 0 ? double.NegativeInfinity : j % 5000 == 1 ? -1e4 : 3 * Cases.Noise(i, j),
        (i, j) => j == 31000 ? 60 : Cases.Noise(i, j),
    ];

    [Test]
    public void GeneratedCases([ValueSource(nameof(s_types))] ElementType type)
    {
        for (int id = 0; id < 150; id++)
            TokenSetComparison.Conforms(Generate(type, id));
    }

    [Test]
    public void EveryCriterionAndShape([ValueSource(nameof(s_types))] ElementType type)
    {
        for (int k = 0; k < s_criteria.Length; k++)
        {
            foreach (int columns in s_columns)
            {
                TokenSetCase c = TokenSetCase.Of(type, 2, columns, (i, j) => i == 0 ? Cases.Noise(i + k, j) * (1 + (k % 3)) : Math.Floor(Cases.Noise(i, j)), s_criteria[k]);
                TokenSetComparison.Conforms(c with { Actions = [columns - 1, 0], RowWeights = [2, -0.5], Padding = columns % 5, Offset = k % 4, Options = c.Options with { Reduction = Reduction.Sum } });
            }
        }
    }

    [Test]
    public void LongRows([Range(0, 8)] int kind)
    {
        foreach (TokenSetOptions options in s_criteria)
        {
            TokenSetComparison.Conforms(TokenSetCase.Of(ElementType.Float32, 1, kind == 7 ? 50257 : 32000, s_rows[kind], options));
            if (kind < 3)
                TokenSetComparison.Conforms(TokenSetCase.Of((ElementType)(1 + kind), 1, 32000, s_rows[kind], options));
        }
    }

    internal static TokenSetCase Generate(ElementType type, int id)
    {
        Random random = new(unchecked((id * 7919) + ((int)type * 131)));
        int columns = random.Next(4) switch { 0 => 1 + random.Next(8), 1 => 1 + random.Next(600), _ => 1 + random.Next(60) }, rows = random.Next(15) == 0 ? 0 : 1 + random.Next(5);
        double[] logits = new CaseValues(random).Logits(type, rows, columns, moderate: false);
        Reduction reduction = (Reduction)random.Next(3);
        TokenSetOptions options = new()
        {
            TopK = random.Next(3) == 0 ? 1 + random.Next(columns + 2) : 0,
            TopP = random.Next(2) == 0 ? random.Next(8) == 0 ? 0.999 : 1e-6 + (0.999 * random.NextDouble()) : 1,
            IncludeCrossing = random.Next(3) != 0,
            MinP = random.Next(3) == 0 ? random.NextDouble() * random.NextDouble() : 0,
            MinProbability = random.Next(4) == 0 ? random.NextDouble() * random.NextDouble() : 0,
            TopH = random.Next(3) == 0 ? 0.05 + (0.9 * random.NextDouble()) : 1,
            TopHVariant = random.Next(3) == 0 ? (TopHVariant)(1 + random.Next(2)) : TopHVariant.Paper,
            TopHCap = random.Next(2) == 0 ? 100 : 1 + random.Next(20),
            Temperature = random.Next(2) == 0 ? 1 : Math.Exp(random.NextDouble() - 0.5),
            Seed = (ulong)random.NextInt64(),
            Step = (uint)random.Next(),
            RowOffset = random.Next(3) == 0 ? random.NextInt64() : 0,
            Reduction = reduction,
            Normaliser = reduction == Reduction.Mean && random.Next(4) == 0 ? 3.5 : null,
        };
        CaseValues values = new(random);
        return new()
        {
            Name = $"id {id}",
            Type = type,
            Rows = rows,
            Columns = columns,
            Logits = logits,
            Options = options,
            Actions = random.Next(2) == 0 ? [.. Enumerable.Range(0, rows).Select(_ => random.Next(8) switch { 0 => -100L, 1 => columns, _ => random.Next(columns) })] : null,
            Int64 = random.Next(2) == 0,
            RowWeights = random.Next(3) == 0 ? values.Weights(type.Real(), rows, reduction != Reduction.Mean) : null,
            Temperatures = random.Next(4) == 0 ? values.Temperatures(type.Real(), rows) : null,
            InPlace = random.Next(3) == 0,
            Padding = random.Next(4),
            Offset = random.Next(9),
        };
    }
}
