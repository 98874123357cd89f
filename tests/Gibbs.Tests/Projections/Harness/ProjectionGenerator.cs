using System;

using Gibbs.Tests.Harness;
using Gibbs.Tests.Projections.Reference;

namespace Gibbs.Tests.Projections.Harness;

/// <summary>Seeded random cases of a map: the same name, seed and number give the same case on every machine.</summary>
internal static class ProjectionGenerator
{
    private static readonly int[] s_columns = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 100, 127, 129, 255, 257];
    private static readonly int[] s_long = [500, 1000, 1023, 1025, 2049, 3000, 4097];

    public static ProjectionCase Generate(string name, int seed, int id)
    {
        // Not HashCode: that one is seeded per process.
        int key = unchecked((seed * 1000003) ^ (id * 8191) ^ 0x3bd1e995);
        foreach (char c in name)
            key = unchecked((key * 31) + c);
        Random random = new(key);
        ElementType type = ElementTypes.All[id % 4];
        int columns = random.Next(24) == 0 ? s_long[random.Next(s_long.Length)] : random.Next(3) == 0 ? s_columns[random.Next(s_columns.Length)] : 1 + random.Next(40);
        int rows = columns > 300 ? 1 + random.Next(2) : random.Next(20) == 0 ? 0 : 1 + random.Next(5);
        ProjectionCase drawn = MapCatalogue.Draw(name, type, rows, columns, random);
        return drawn with
        {
            Name = $"{name} seed {seed} id {id}",
            Input = RowValues.Rows(type, rows, columns, drawn.Map.Kind, random),
            RowParameters = ReferenceRowMap.HasParameter(drawn.Map.Kind) && drawn.ColumnParameters is null && rows > 0 && random.Next(3) == 0 ? RowValues.Parameters(drawn, random) : null,
            Upstream = RowValues.Upstream(type, rows * columns, random),
            InPlace = random.Next(3) == 0,
            InputPadding = Padding(),
            InputOffset = Offset(),
            OutputPadding = Padding(),
            OutputOffset = Offset(),
            Tight = random.Next(2) == 0,
            OwnWorkspace = random.Next(3) == 0,
        };

        int Padding() => random.Next(4) switch { 0 => 0, 1 => 1, 2 => 16 / type.Size(), _ => random.Next(40) };

        int Offset() => random.Next(2) == 0 ? 0 : random.Next(32 / type.Size());
    }
}
