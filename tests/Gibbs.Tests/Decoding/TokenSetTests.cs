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

    [Test]
    public void GeneratedCases([ValueSource(nameof(s_types))] ElementType type)
    {
        for (int id = 0; id < 150; id++)
            TokenSetComparison.Conforms(Generate(type, id));
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
